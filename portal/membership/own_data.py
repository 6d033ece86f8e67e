"""What a resident's own data say about homes, and what ends when the account goes."""

from typing import Any

from sqlalchemy import select

from portal.core import clock
from portal.core.extensions import db
from portal.domain.actors import Actor
from portal.identity import own_data
from portal.identity.models import Account
from portal.membership import takeovers
from portal.membership.claim_models import Claim, ClaimState
from portal.membership.family_models import FamilyInvite, FamilyInviteState
from portal.membership.models import Membership, MembershipState
from portal.membership.queries import registered
from portal.membership.tying import end


@own_data.exporter("homes")
def _homes(account: Account) -> list[dict[str, Any]]:
    return [
        {
            "home": each.household.full_name, "role": each.role.value, "state": each.state.value, "way": each.way.value,
            "voter": each.is_voter, "since": each.asked_at.isoformat(), "reason": each.reason,
        }
        for each in db.session.scalars(registered().where(Membership.account_id == account.id))
    ]  # fmt: skip


@own_data.exporter("applications")
def _claims(account: Account) -> list[dict[str, Any]]:
    return [
        {
            "way": claim.way.value, "role": claim.role.value, "state": claim.state.value, "typed": claim.typed,
            "contact": claim.contact, "asked_at": claim.asked_at.isoformat(), "reason": claim.reason,
        }
        for claim in db.session.scalars(select(Claim).where(Claim.account_id == account.id).order_by(Claim.id))
    ]  # fmt: skip


@own_data.in_use
def _has_home(account: Account) -> bool:
    living = select(Membership.id).where(
        Membership.account_id == account.id, Membership.state == MembershipState.VERIFIED
    )
    waiting = select(Claim.id).where(Claim.account_id == account.id, Claim.state == ClaimState.OPEN)
    return db.session.scalar(living.limit(1)) is not None or db.session.scalar(waiting.limit(1)) is not None


@own_data.leaver
def _leave(account: Account, actor: Actor) -> None:
    """Homes are left, an open application is taken back, what was typed in applications is blanked."""
    verified = registered().where(Membership.account_id == account.id, Membership.state == MembershipState.VERIFIED)
    for membership in db.session.scalars(verified).all():
        end(membership, MembershipState.LEFT, actor)
    for claim in db.session.scalars(select(Claim).where(Claim.account_id == account.id)):
        claim.typed = claim.contact = None
        if claim.state is ClaimState.OPEN:
            takeovers.drop_of(claim, actor)
            claim.state, claim.decided_at = ClaimState.WITHDRAWN, clock.now()
    mine = select(FamilyInvite).where(
        FamilyInvite.phone_index == account.phone_index, FamilyInvite.state == FamilyInviteState.OPEN
    )
    for invite in db.session.scalars(mine):
        invite.state, invite.answered_at = FamilyInviteState.DECLINED, clock.now()
    db.session.flush()
