"""A checked file beside the roster: what is new, what changes, what is gone."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from sqlalchemy import select

from portal.core.extensions import db
from portal.places.models import Building, Entrance
from portal.roster.facts import UNIT_NUMBERS, Facts, unit_names
from portal.roster.importing.checking import RowHome
from portal.roster.importing.places import short
from portal.roster.models import Household, HouseholdPerson, Owner


@dataclass(slots=True)
class Standing:
    """A home of the roster, retired ones too: they come back under their old row."""

    id: int
    owner_id: int
    label: str
    facts: Facts
    retired: bool


@dataclass
class Difference:
    """`changed`: what stands there, what the file says."""

    added: list[RowHome] = field(default_factory=list)
    changed: list[tuple[Standing, Facts]] = field(default_factory=list)
    gone: list[Standing] = field(default_factory=list)
    same: int = 0

    @property
    def alters(self) -> bool:
        """Whether homes that stand on the roster are touched: that takes two people."""
        return bool(self.changed or self.gone)


def compare(standing: dict[tuple[int, str], Standing], homes: Iterable[RowHome]) -> Difference:
    found, seen = Difference(), set()
    for home in homes:
        there = standing.get(home.key)
        seen.add(home.key)
        if there is None:
            found.added.append(home)
            continue
        wanted = wanted_of(home, there.facts)
        if there.retired or wanted != there.facts:
            found.changed.append((there, wanted))
        else:
            found.same += 1
    found.gone = [there for key, there in standing.items() if key not in seen and not there.retired]
    return found


def wanted_of(home: RowHome, before: Facts) -> Facts:
    """An empty note says nothing about note and state; a note without a state leaves the state. Nor does an empty 产权单位
    say that the unit is another one."""
    wanted = home.facts
    if before.unit and not wanted.unit and wanted.tenure is before.tenure and wanted.number in ("", before.number):
        wanted = replace(wanted, unit=before.unit)
    if not wanted.note:
        is_same = wanted.state is before.state and not before.note
        return wanted if is_same else replace(wanted, note=before.note, state=before.state)
    return wanted if home.says_state or wanted.state is before.state else replace(wanted, state=before.state)


def standing_of(compound_id: int, homes: Iterable[RowHome] = ()) -> dict[tuple[int, str], Standing]:
    """What stands there and what the file (`homes`) says alike is held once.

    Everything that the roster holds of a compound, by entrance and room; three statements."""
    said = {home.key: home.facts for home in homes}
    people, units = _people(compound_id), unit_names(compound_id)
    statement = (
        select(
            Household.id, Household.entrance_id, Household.room, Household.owner_id, Household.area, Household.tenure,
            Household.area_source, Household.state, Household.note, Household.retired_at, Owner.number, Owner.id.label("owner"),
            Building.name, Entrance.name.label("entrance"),
        )
        .join(Household.owner)
        .join(Building, Household.building_id == Building.id)
        .join(Household.entrance)
        .where(Building.compound_id == compound_id)
        .order_by(Building.position, Entrance.position, Household.room)
    )  # fmt: skip
    found = {}
    for row in db.session.execute(statement).yield_per(2_000):
        (name, phone), *others = people.pop(row.id, None) or [("", None)]
        number = "" if row.number in UNIT_NUMBERS.values() else row.number or ""
        unit = units.get(row.owner, "")
        facts = Facts(
            name, phone, row.area, row.tenure, tuple(other for other, _phone in others), number, row.area_source,
            row.state, row.note or "", unit,
        )  # fmt: skip
        if said.get((row.entrance_id, row.room)) == facts:
            facts = said[row.entrance_id, row.room]
        label = f"{short(row.name)}-{short(row.entrance)}-{row.room}"
        found[row.entrance_id, row.room] = Standing(row.id, row.owner_id, label, facts, row.retired_at is not None)
    return found


def unsettled(twins: list[list[RowHome]], standing: dict[tuple[int, str], Standing]) -> list[list[RowHome]]:
    """Groups with a new home: what is on the roster was settled when it came."""
    return [group for group in twins if any(home.key not in standing for home in group)]


def _people(compound_id: int) -> dict[int, list[tuple[str, str | None]]]:
    statement = (
        select(HouseholdPerson.household_id, HouseholdPerson.name, HouseholdPerson.phone)
        .join(Household, HouseholdPerson.household_id == Household.id)
        .join(Building, Household.building_id == Building.id)
        .where(Building.compound_id == compound_id)
        .order_by(HouseholdPerson.household_id, HouseholdPerson.position, HouseholdPerson.id)
    )
    found: dict[int, list[tuple[str, str | None]]] = {}
    for household_id, name, phone in db.session.execute(statement).yield_per(2_000):
        found.setdefault(household_id, []).append((name, phone))
    return found
