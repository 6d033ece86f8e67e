"""What the community's staff decide: applications, clashes, visits, revoking (product ID4, ID7)."""

from datetime import date, timedelta

from sqlalchemy import select

from portal.audit import journal
from portal.core import clock, crypto
from portal.core.extensions import db
from portal.core.formatting import sms_day
from portal.domain.actors import Actor
from portal.domain.errors import Conflict, DomainError, NotAllowed
from portal.membership import voters
from portal.membership.claim_models import VOTER, CheckWay, Claim, ClaimState, Settling
from portal.membership.models import Membership, MembershipState
from portal.membership.queries import all_at, standing
from portal.membership.tying import HEADS, clashing, end, lock, tie
from portal.messaging.notify import Recipient, notify
from portal.roster.models import Household

CLEARED = timedelta(days=30)
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
    still_open(claim)
    if home is None:
        raise DomainError("Please choose the home on the roster first.", field="home")
    lock(home)
    if claim.said.wish == VOTER:
        return _becomes_the_voter(actor, claim, home, check_way, reason)
    others = clashing(claim.account, home, claim.role)
    if not others and _cleared_by(actor, home):
        raise NotAllowed("You revoked who stood here before. Another member of staff has to verify the next one.")
    if others and settling is None:
        raise DomainError("Somebody is registered there already. Please choose what becomes of it.", field="settling")
    if others and settling is Settling.REPLACE:
        for member in others:
            revoke(actor, member, reason)
    membership = tie(claim.account, home, claim.role, claim.way, actor, reason=reason)
    if others and settling is Settling.HAND_OVER:
        voters.name(actor, membership)
    settle(actor, claim, membership, check_way, reason)
    return membership


def settle(actor: Actor, claim: Claim, membership: Membership, check_way: CheckWay, reason: str) -> None:
    """The application has come to this membership."""
    home = membership.household
    claim.membership_id, claim.household_id, claim.building_id = membership.id, home.id, home.building_id
    _decided(claim, ClaimState.PASSED, actor, check_way, reason)


def _becomes_the_voter(actor: Actor, claim: Claim, home: Household, check_way: CheckWay, reason: str) -> Membership:
    """A home of family only gets its voter; the phones that the roster holds for it hear of it, too."""
    members = all_at(home.id)
    own = next((member for member in members if member.account_id == claim.account_id), None)
    if own is None or any(member.is_voter for member in members):
        raise Conflict("This home has a voter by now, or the member has left. Please refuse it.")
    voters.name(actor, own, around=True)
    settle(actor, claim, own, check_way, reason)
    return own


def _cleared_by(actor: Actor, home: Household) -> bool:
    """Whether this member of staff made the place free: nobody takes a home from one and gives it to another alone."""
    revoked = select(Membership.id).where(
        Membership.household_id == home.id, Membership.state == MembershipState.REVOKED,
        Membership.role.in_(HEADS), Membership.decided_by == actor.id,
        Membership.decided_at > clock.now() - CLEARED,
    )  # fmt: skip
    return db.session.scalar(revoked.limit(1)) is not None


def refuses(actor: Actor, claim: Claim, check_way: CheckWay | None, reason: str) -> None:
    """不通过. The reason stands on the resident's page; the text says only that it did not fit."""
    still_open(claim)
    if not reason.strip():
        raise DomainError("Please say why: the resident reads it.", field="reason")
    _decided(claim, ClaimState.REFUSED, actor, check_way, reason)
    values = {"date": sms_day(claim.asked_at)}
    notify(Recipient.phone(claim.account.phone), "verify_failed", values, subject=claim.subject, link="/me/household")


def still_open(claim: Claim) -> None:
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
    still_open(claim)
    if day < clock.today():
        raise DomainError("This day has passed. Please choose another one.", field="day")
    claim.visit_on, claim.visit_slot, claim.visitor_id = day, slot, actor.id
    db.session.flush()
    values = {"staff": f"{actor.name[:1]}师傅", "date": sms_day(day), "slot": SLOTS[slot]}
    notify(Recipient.phone(claim.account.phone), "verify_visit", values, subject=claim.subject, link="/me/household")
    journal.record("claim:visit", actor, claim.subject, day=day.isoformat(), slot=slot)
