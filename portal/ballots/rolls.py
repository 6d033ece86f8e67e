"""名册: who would vote as the roster stands now, and the frozen roll made of it at the opening (D7)."""

import hashlib
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, func, insert, literal, null, or_, select, true

from portal.ballots.models import Ballot, RollEntry, RollHome
from portal.core.extensions import db
from portal.domain.ballot_kinds import Channel, CountUnit
from portal.domain.ballot_roll import fingerprint
from portal.places.models import Building
from portal.roster.models import Household, Owner, OwnerKind, Tenure
from portal.roster.queries import ON_ROLL

ENTRY = ("ballot_id", "household_id", "owner_id", "building_id", "persons", "homes", "area", "is_unit", "revision",
         "channel", "reminders")  # fmt: skip


@dataclass(frozen=True)
class Expected:
    """The roll as it would be today; `area` in hundredths of ㎡, `unmeasured`: homes without an area."""

    persons: int
    homes: int
    area: int
    unmeasured: int


@dataclass(frozen=True)
class Frozen:
    persons: int
    homes: int
    area: int
    fingerprint: str
    digest: str


def expected(ballot: Ballot) -> Expected:
    homes, area, unmeasured, owners, tenants = db.session.execute(
        _homes(
            ballot,
            func.count(),
            func.coalesce(func.sum(Household.area), 0),
            func.coalesce(func.sum(case((Household.area.is_(None), 1), else_=0)), 0),
            func.count(case((_by_owner(ballot), Household.owner_id)).distinct()),
            func.coalesce(func.sum(case((_by_owner(ballot), 0), else_=1)), 0),
        )
    ).one()
    persons = homes if ballot.rule.unit is CountUnit.HOME else owners + tenants
    return Expected(persons, homes, area, unmeasured)


def freeze(ballot: Ballot) -> Frozen:
    """INSERT … SELECT from the roster; the figures and fingerprints of what was written. Call it before the opening."""
    if ballot.rule.unit is not CountUnit.HOME:
        db.session.execute(insert(RollEntry).from_select(ENTRY, _owners(ballot)))
    db.session.execute(insert(RollEntry).from_select(ENTRY, _single_homes(ballot)))
    for joined in (
        RollEntry.household_id == Household.id,
        and_(RollEntry.owner_id == Household.owner_id, _by_owner(ballot)),
    ):
        homes = _homes(ballot, literal(ballot.id), RollEntry.id, Household.id, func.coalesce(Household.area, 0)).join(
            RollEntry, and_(RollEntry.ballot_id == ballot.id, joined)
        )
        columns = ("ballot_id", "entry_id", "household_id", "area")
        db.session.execute(insert(RollHome).from_select(columns, homes))
    return _figures(ballot)


def _figures(ballot: Ballot) -> Frozen:
    entries = db.session.execute(
        select(Building.code, RollEntry.persons, RollEntry.homes, RollEntry.area)
        .join(Building, Building.id == RollEntry.building_id)
        .where(RollEntry.ballot_id == ballot.id)
    ).all()
    lines = [(row[0], row[1], row[2], row[3]) for row in entries]
    return Frozen(
        sum(row.persons for row in entries),
        sum(row.homes for row in entries),
        sum(row.area for row in entries),
        fingerprint(lines),
        homes_digest(ballot.id),
    )


def homes_digest(ballot_id: int) -> str:
    """SHA-256 over which home stands in which entry with which area: the counting group can recompute it."""
    statement = select(RollHome.entry_id, RollHome.household_id, RollHome.area).where(RollHome.ballot_id == ballot_id)
    rows = db.session.execute(statement.order_by(RollHome.entry_id, RollHome.household_id)).all()
    return hashlib.sha256("".join(f"{entry}|{home}|{area}\n" for entry, home, area in rows).encode()).hexdigest()


def within(ballot: Ballot) -> ColumnElement[bool]:
    """The homes of the places it is voted in."""
    return or_(*(_place(scope.compound_id, scope.building_id, scope.entrance_id) for scope in ballot.scopes))


def _place(compound_id: int, building_id: int | None, entrance_id: int | None) -> ColumnElement[bool]:
    if entrance_id is not None:
        return Household.entrance_id == entrance_id
    if building_id is not None:
        return Household.building_id == building_id
    return Household.building_id.in_(select(Building.id).where(Building.compound_id == compound_id))


def _homes(ballot: Ballot, *columns: Any) -> Select[Any]:
    return select(*columns).select_from(Household).where(within(ballot), *ON_ROLL)


def _by_owner(ballot: Ballot) -> ColumnElement[bool]:
    """Homes that go into their owner's entry: all in a 法定表决, those without a tenant in a 栋（门）事项, none in a poll."""
    if ballot.rule.unit is CountUnit.OWNER:
        return true()
    if ballot.rule.unit is CountUnit.HOME:
        return Household.id < 0
    return Household.tenure == Tenure.PRIVATE


def _owners(ballot: Ballot) -> Select[Any]:
    is_unit = func.max(case((Owner.kind == OwnerKind.UNIT, 1), else_=0)) == 1
    return (
        _homes(
            ballot,
            literal(ballot.id),
            null(),
            Household.owner_id,
            func.min(Household.building_id),
            literal(1),
            func.count(),
            func.coalesce(func.sum(Household.area), 0),
            is_unit,
            *_untouched(),
        )
        .join(Owner, Owner.id == Household.owner_id)
        .where(_by_owner(ballot))
        .group_by(Household.owner_id)
        .order_by(func.min(Household.id))
    )


def _single_homes(ballot: Ballot) -> Select[Any]:
    area = func.coalesce(Household.area, 0)
    columns = (literal(ballot.id), Household.id, null(), Household.building_id, literal(1), literal(1), area)
    statement = _homes(ballot, *columns, literal(False), *_untouched())
    return statement.where(~_by_owner(ballot)).order_by(Household.id)


def _untouched() -> tuple[Any, ...]:
    return literal(0), literal(Channel.NONE.value), literal(0)
