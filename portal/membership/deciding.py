"""What the community's staff decide: applications, clashes, visits, revoking (product ID4, ID7)."""

from datetime import date

from portal.audit import journal
from portal.core import clock, crypto
from portal.core.extensions import db
from portal.core.formatting import sms_day
from portal.domain.actors import Actor
from portal.domain.errors import Conflict, DomainError
from portal.membership import voters
from portal.membership.claim_models import CheckWay, Claim, ClaimState, Settling
from portal.membership.models import Membership, MembershipState
from portal.membership.queries import standing
from portal.membership.tying import clashing, end, lock, tie
from portal.messaging.notify import Recipient, notify
from portal.roster.models import Household

SLOTS = {"morning": "上午", "afternoon": "下午", "evening": "晚上"}


def passes(
    actor: Actor,
    claim: Claim,
    home: Household | None,
    check_way: CheckWay,
    reason: str,
    settling: Settling | None = None,
) -> Membership:
    """核验通过. A clash needs to be told what becomes of whoever stood there."""
    _still_open(claim)
    if home is None:
        raise DomainError("Please choose the home on the roster first.", field="home")
    lock(home)
    others = clashing(claim.account, home, claim.role)
    if others and settling is None:
        raise DomainError("Somebody is registered there already. Please choose what becomes of it.", field="settling")
    if others and settling is Settling.REPLACE:
        for member in others:
            revoke(actor, member, reason)
    membership = tie(claim.account, home, claim.role, claim.way, actor, reason=reason)
    if others and settling is Settling.HAND_OVER:
        voters.name(actor, membership)
    claim.membership_id, claim.household_id, claim.building_id = membership.id, home.id, home.building_id
    _decided(claim, ClaimState.PASSED, actor, check_way, reason)
    return membership


def refuses(actor: Actor, claim: Claim, check_way: CheckWay | None, reason: str) -> None:
    """不通过. The reason stands on the resident's page; the text says only that it did not fit."""
    _still_open(claim)
    if not reason.strip():
        raise DomainError("Please say why: the resident reads it.", field="reason")
    _decided(claim, ClaimState.REFUSED, actor, check_way, reason)
    values = {"date": sms_day(claim.asked_at)}
    notify(Recipient.phone(claim.account.phone), "verify_failed", values, subject=claim.subject, link="/me/household")


def _still_open(claim: Claim) -> None:
    if claim.state is not ClaimState.OPEN:
        raise Conflict("Somebody has decided this in the meantime.")


def _decided(claim: Claim, state: ClaimState, actor: Actor, check_way: CheckWay | None, reason: str) -> None:
    claim.state, claim.decided_at, claim.decided_by = state, clock.now(), actor.id
    claim.check_way, claim.reason = check_way, reason or None
    db.session.flush()
    journal.record(f"claim:{state}", actor, claim.subject, way=check_way, why=crypto.digest(reason)[:32])


def revoke(actor: Actor, membership: Membership, reason: str) -> None:
    """撤销核验: at once, and told."""
    if not reason.strip():
        raise DomainError("Please say why: the resident reads it.", field="reason")
    if not standing(membership):
        raise Conflict("This has ended already.")
    end(membership, MembershipState.REVOKED, actor, reason)
    values = {"bldg": membership.household.building.sms_name, "date": sms_day(clock.now())}
    notify(
        Recipient.phone(membership.account.phone), "verify_revoked", values,
        subject=f"membership:{membership.id}", link="/me/household",
    )  # fmt: skip


def arrange_visit(actor: Actor, claim: Claim, day: date, slot: str) -> None:
    """Who asked is told the day, and that it costs nothing."""
    _still_open(claim)
    if day < clock.today():
        raise DomainError("This day has passed. Please choose another one.", field="day")
    claim.visit_on, claim.visit_slot, claim.visitor_id = day, slot, actor.id
    db.session.flush()
    values = {"staff": f"{actor.name[:1]}师傅", "date": sms_day(day), "slot": SLOTS[slot]}
    notify(Recipient.phone(claim.account.phone), "verify_visit", values, subject=claim.subject, link="/me/household")
    journal.record("claim:visit", actor, claim.subject, day=day.isoformat(), slot=slot)
