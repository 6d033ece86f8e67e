"""What the features ask about homes and accounts."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence

from sqlalchemy import Select, or_, select
from sqlalchemy.orm import contains_eager, joinedload

from portal.core.extensions import db
from portal.domain.actors import Actor
from portal.identity.models import Account
from portal.membership.models import Membership, MembershipState
from portal.messaging.notify import Recipient
from portal.places.models import Building, Compound
from portal.roster.models import Household

VERIFIED = Membership.state == MembershipState.VERIFIED
IS_FRESH = or_(Account.returned_at.is_(None), Membership.decided_at >= Account.returned_at)
"""Nobody stayed away so long that the number may be another's now (ID13): such a membership waits for a confirmation."""


def homes_of(actor: Actor) -> Sequence[Membership]:
    """The verified memberships of a signed-in resident, with home, building, compound and community; first the oldest."""
    if actor.kind != "resident" or actor.id is None or actor.is_assisted:
        return []
    return db.session.scalars(registered().where(Membership.account_id == actor.id, VERIFIED, IS_FRESH)).all()


def voting_homes(actor: Actor) -> frozenset[int]:
    """Ids of the homes whose vote this actor may cast: where they are the named voter, or the one home of an assisted session."""
    if actor.is_assisted:
        return frozenset({actor.household_id} if actor.household_id is not None else ())
    return frozenset(found.household_id for found in homes_of(actor) if found.is_voter)


def members_of(household_ids: Collection[int] | Select[int]) -> dict[int, list[Membership]]:
    """Verified members by home; the homes by their ids, or by the statement that finds them."""
    found: dict[int, list[Membership]] = defaultdict(list)
    statement = registered().where(Membership.household_id.in_(household_ids), VERIFIED, IS_FRESH)
    for membership in db.session.scalars(statement):
        found[membership.household_id].append(membership)
    return dict(found)


def unconfirmed(actor: Actor) -> Sequence[Membership]:
    """Verified once, but the number was silent so long that whoever holds it now has to say whose home it is."""
    if actor.kind != "resident" or actor.id is None or actor.is_assisted:
        return []
    return db.session.scalars(registered().where(Membership.account_id == actor.id, VERIFIED, ~IS_FRESH)).all()


def all_at(household_id: int) -> Sequence[Membership]:
    """Everybody registered at a home, also those who have to confirm it."""
    return db.session.scalars(registered().where(Membership.household_id == household_id, VERIFIED)).all()


def standing(membership: Membership) -> bool:
    return membership.state is MembershipState.VERIFIED


def is_member(actor: Actor) -> bool:
    """Whether the actor is verified at any home: what the forum asks before somebody writes."""
    return bool(homes_of(actor))


def recipients_of(household_ids: Collection[int] | Select[int]) -> list[Recipient]:
    """Every phone of these homes once, for messages that all of them should see."""
    return phones_of(member for members in members_of(household_ids).values() for member in members)


def phones_of(members: Iterable[Membership]) -> list[Recipient]:
    phones: dict[str, Recipient] = {}
    for member in members:
        found = Recipient.phone(member.account.phone)
        phones.setdefault(found.key, found)
    return list(phones.values())


def registered() -> Select[Membership]:
    home = joinedload(Membership.household)
    return (
        select(Membership)
        .join(Membership.account)
        .options(
            contains_eager(Membership.account),
            home.joinedload(Household.entrance),
            home.joinedload(Household.building).joinedload(Building.compound).joinedload(Compound.community),
        )
        .order_by(Membership.id)
    )
