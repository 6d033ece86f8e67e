"""Applications, visits and letters within the scope of a member of staff."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import contains_eager, joinedload

from portal.core.extensions import db
from portal.core.pages import Page, page_of
from portal.domain.actors import Actor
from portal.domain.errors import DomainError, NotFound
from portal.domain.household_matching import is_same_door, is_same_name
from portal.domain.phones import tail
from portal.membership.claim_models import Claim, ClaimState, InviteBatch, Settling, Typed
from portal.membership.claims import door_of
from portal.membership.models import Membership, Way
from portal.membership.queries import all_at
from portal.membership.tying import HEADS
from portal.places.models import Building, Compound
from portal.places.scope import within
from portal.roster import queries as roster
from portal.roster.models import Household

SHOWS = ("open", "clash", "visits", "done")


def _in_scope(actor: Actor) -> Select[Claim]:
    """Whoever did not say where they live is everybody's until somebody has found out."""
    return (
        select(Claim)
        .outerjoin(Claim.building)
        .outerjoin(Building.compound)
        .outerjoin(Compound.community)
        .where(or_(within(actor), Claim.building_id.is_(None)))
    )


def _shown(actor: Actor, show: str) -> Select[Claim]:
    is_open = Claim.state == ClaimState.OPEN
    wanted = {
        "open": is_open & ~Claim.is_clash & (Claim.way != Way.VISIT),
        "clash": is_open & Claim.is_clash,
        "visits": is_open & (Claim.way == Way.VISIT),
        "done": Claim.state.in_((ClaimState.PASSED, ClaimState.REFUSED)),
    }
    return _in_scope(actor).where(wanted[show])


def claims_page(actor: Actor, show: str, cursor: str | None) -> Page[Claim]:
    """Open ones oldest first, decided ones newest first."""
    statement = _shown(actor, show).options(
        contains_eager(Claim.building).contains_eager(Building.compound).contains_eager(Compound.community),
        joinedload(Claim.household).joinedload(Household.entrance),
        joinedload(Claim.decider), joinedload(Claim.visitor), joinedload(Claim.membership),
    )  # fmt: skip
    return page_of(statement, [Claim.id], cursor, descending=show == "done")


def counts(actor: Actor) -> dict[str, int]:
    """Of what waits, in one statement."""
    asked = _in_scope(actor).where(Claim.state == ClaimState.OPEN)
    is_visit = Claim.way == Way.VISIT
    numbers = asked.with_only_columns(
        func.count().filter(~Claim.is_clash & ~is_visit),
        func.count().filter(Claim.is_clash),
        func.count().filter(is_visit),
    )
    row = db.session.execute(numbers).one()
    return {"open": row[0], "clash": row[1], "visits": row[2]}


def waiting(actor: Actor) -> int:
    """For the menu."""
    statement = _in_scope(actor).where(Claim.state == ClaimState.OPEN).with_only_columns(func.count())
    return db.session.scalar(statement) or 0


def claim_for(actor: Actor, claim_id: int) -> Claim:
    statement = _in_scope(actor).where(Claim.id == claim_id)
    found = db.session.scalar(statement.options(joinedload(Claim.account), joinedload(Claim.membership)))
    if found is None:
        raise NotFound("There is no such application.")
    return found


@dataclass(frozen=True)
class Line:
    """One thing side by side: what was said, what the roster has, whether they agree (None: nothing to compare)."""

    label: str
    typed: str
    known: str
    same: bool | None


def side_by_side(claim: Claim, home: Household | None, words: dict[str, str]) -> list[Line]:
    """Names and doors in full, of numbers only whether they agree (D14)."""
    typed = claim.said
    named = home.persons[0] if home and home.persons else None
    known_tail = tail(named.phone) if named and named.phone else ""
    kept = words["kept"] if known_tail else ""
    name = named.name if named else ""
    has_both = bool(typed.tail and known_tail)
    own = named.phone == claim.account.phone if named and known_tail else None
    return [
        Line(words["building"], typed.building, home.building.full_name if home else "", None),
        Line(
            words["door"],
            f"{typed.entrance} {typed.room}".strip(),
            home.door if home else "",
            _same_door(typed.room, home),
        ),
        Line(words["name"], typed.name, name, is_same_name(typed.name, name) if name and typed.name else None),
        Line(
            words["tail"], words["filled"] if typed.tail else "", kept, typed.tail == known_tail if has_both else None
        ),
        Line(words["own"], words["proved"], kept, own),
    ]


def _same_door(room: str, home: Household | None) -> bool | None:
    return is_same_door(room, home.room) if home and room else None


def home_for(actor: Actor, household_id: int | None) -> Household | None:
    """A home of the actor's scope, with its persons."""
    if household_id is None:
        return None
    inside = (
        select(Household.id)
        .join(Household.building)
        .join(Building.compound)
        .join(Compound.community)
        .where(Household.id == household_id, within(actor))
    )
    found = db.session.scalar(inside)
    return roster.household(found) if found else None


def members(home: Household | None) -> list[Membership]:
    return list(all_at(home.id)) if home else []


def member_meant(home: Household, settling: Settling, membership_id: int | None) -> Membership:
    """Whose number, vote or place it is: the one chosen, else the only one, else for a vote its voter."""
    found = members(home)
    if settling is Settling.HAND_OVER:
        found = [member for member in found if member.is_voter] or found
    chosen = [member for member in found if member.id == membership_id]
    if chosen or len(found) == 1:
        return (chosen or found)[0]
    if not found:
        raise DomainError("Nobody is registered at this home. Please just verify.", field="settling")
    heads = [member for member in found if member.role in HEADS]
    if settling is not Settling.NEW_NUMBER and heads:
        return heads[0]
    raise DomainError("Please choose whose number it was.", field="whose")


def batches(actor: Actor, cursor: str | None) -> Page[InviteBatch]:
    statement = (
        select(InviteBatch)
        .join(InviteBatch.building)
        .join(Building.compound)
        .join(Compound.community)
        .where(within(actor))
        .options(
            contains_eager(InviteBatch.building).contains_eager(Building.compound),
            joinedload(InviteBatch.household).joinedload(Household.entrance), joinedload(InviteBatch.maker),
        )
    )  # fmt: skip
    return page_of(statement, [InviteBatch.id], cursor)


def batch_for(actor: Actor, batch_id: int) -> InviteBatch:
    found = db.session.scalar(
        select(InviteBatch)
        .join(InviteBatch.building)
        .join(Building.compound)
        .join(Compound.community)
        .where(InviteBatch.id == batch_id, within(actor))
        .options(
            contains_eager(InviteBatch.building).contains_eager(Building.compound).contains_eager(Compound.community)
        )
    )
    if found is None:
        raise NotFound("There are no such letters.")
    return found


def homes_named(actor: Actor, building: Building, entrance: str, room: str) -> Sequence[Household]:
    """The home somebody looks for by its door."""
    found = door_of(building, Typed("", entrance, room))
    return [found] if found and home_for(actor, found.id) else []
