"""What the features ask about homes and accounts."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence

from sqlalchemy import Select, select
from sqlalchemy.orm import joinedload

from portal.core.extensions import db
from portal.domain.actors import Actor
from portal.membership.models import Membership, MembershipState
from portal.messaging.notify import Recipient
from portal.places.models import Building, Compound
from portal.roster.models import Household

VERIFIED = Membership.state == MembershipState.VERIFIED


def homes_of(actor: Actor) -> Sequence[Membership]:
    """The verified memberships of a signed-in resident, with home, building, compound and community; first the oldest."""
    if actor.kind != "resident" or actor.id is None or actor.is_assisted:
        return []
    return db.session.scalars(_loaded().where(Membership.account_id == actor.id, VERIFIED)).all()


def voting_homes(actor: Actor) -> frozenset[int]:
    """Ids of the homes whose vote this actor may cast: where they are the named voter, or the one home of an assisted session."""
    if actor.is_assisted:
        return frozenset({actor.household_id} if actor.household_id is not None else ())
    return frozenset(found.household_id for found in homes_of(actor) if found.is_voter)


def members_of(household_ids: Collection[int] | Select[int]) -> dict[int, list[Membership]]:
    """Verified members by home; the homes by their ids, or by the statement that finds them."""
    found: dict[int, list[Membership]] = defaultdict(list)
    for membership in db.session.scalars(_loaded().where(Membership.household_id.in_(household_ids), VERIFIED)):
        found[membership.household_id].append(membership)
    return dict(found)


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


def _loaded() -> Select[Membership]:
    home = joinedload(Membership.household)
    return (
        select(Membership)
        .options(
            joinedload(Membership.account),
            home.joinedload(Household.entrance),
            home.joinedload(Household.building).joinedload(Building.compound).joinedload(Compound.community),
        )
        .order_by(Membership.id)
    )
