"""Writing a checked file: new homes in bulk, changed ones one by one with what they said before. One transaction."""

from array import array
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import joinedload, selectinload

from portal.core import clock, crypto
from portal.core.bulk import insert_many, reserve_ids, update_many
from portal.core.extensions import db
from portal.roster import facts as fact
from portal.roster.facts import Facts
from portal.roster.importing.checking import RowHome
from portal.roster.importing.comparing import Difference, Standing
from portal.roster.models import (
    ChangeKind,
    ChangeState,
    Household,
    HouseholdChange,
    HouseholdPerson,
    Owner,
    OwnerKind,
    Tenure,
)

HOME = (
    "id",
    "building_id",
    "entrance_id",
    "room",
    "owner_id",
    "tenure",
    "state",
    "area",
    "area_source",
    "note",
    "changed_at",
)
PERSON = ("household_id", "role", "position", "name", "phone", "phone_index")
OWNER = ("id", "compound_id", "number", "kind", "name")
Key = tuple[int, str]


@dataclass(frozen=True)
class Same:
    """Which homes somebody confirmed to be one owner's: home → number of its group, and who owns a group already."""

    groups: dict[Key, int]
    owners: dict[int, int]
    standing: dict[int, int]  # household → number of its group


@dataclass(frozen=True)
class By:
    """Ids of the posts that answer for it (None: a command), and why."""

    asked_by: int | None
    decided_by: int | None
    reason: str


def save(compound_id: int, difference: Difference, same: Same, by: By) -> None:
    add(compound_id, difference.added, same)
    for there, wanted in difference.changed:
        change(there, wanted, by)
    retire(difference.gone, by)
    join(same)
    db.session.flush()


def add(compound_id: int, homes: Sequence[RowHome], same: Same) -> None:
    """Owners first, each once; then homes and persons, straight through."""
    owners = _Owners(compound_id, homes, same)
    insert_many(Owner, OWNER, owners.rows())
    ids, now = reserve_ids(Household, len(homes)), clock.now()
    insert_many(
        Household,
        HOME,
        (
            (
                id_, home.door.building_id, home.door.entrance_id, home.room, owner_id, home.facts.tenure,
                home.facts.state, home.facts.area, home.facts.area_source, home.facts.note or None, now,
            )
            for id_, owner_id, home in zip(ids, owners.of_home, homes, strict=True)
        ),
    )  # fmt: skip
    insert_many(HouseholdPerson, PERSON, _person_rows(ids, homes))


def _person_rows(ids: Sequence[int], homes: Sequence[RowHome]) -> Iterator[tuple[object, ...]]:
    for id_, home in zip(ids, homes, strict=True):
        for place, (role, name, phone) in enumerate(fact.persons_of(home.facts)):
            yield id_, role, place, name, phone, crypto.blind_index(phone) if phone else None


class _Owners:
    """Which owner each new home gets: the one with its 业主编号, the group's, the unit's, or one of its own."""

    def __init__(self, compound_id: int, homes: Sequence[RowHome], same: Same) -> None:
        self.compound_id, self.same = compound_id, same
        known = _numbered(compound_id) | {("group", group): owner for group, owner in same.owners.items()}
        known |= {("unit", name): id_ for id_, name in fact.unit_names(compound_id).items() if name}
        ids = iter(reserve_ids(Owner, len(homes)))
        self.of_home = array("q")  # parallel to the homes
        self.fresh: list[tuple[int, str | None, RowHome]] = []
        for home in homes:
            key = self._key(home)
            owner_id = known.get(key) if key else None
            if owner_id is None:
                owner_id = next(ids)
                self.fresh.append((owner_id, key if isinstance(key, str) else None, home))
                if key:
                    known[key] = owner_id
            self.of_home.append(owner_id)

    def _key(self, home: RowHome) -> object:
        """None for a home whose owner is nobody else's."""
        if home.facts.unit and not home.facts.number:
            return "unit", home.facts.unit
        number = home.facts.number or fact.UNIT_NUMBERS.get(home.facts.tenure)
        group = self.same.groups.get(home.key)
        return number or (None if group is None else ("group", group))

    def rows(self) -> Iterator[tuple[object, ...]]:
        for owner_id, number, home in self.fresh:
            facts = home.facts
            kind = OwnerKind.PERSON if facts.tenure is Tenure.PRIVATE else OwnerKind.UNIT
            yield owner_id, self.compound_id, number, kind, facts.unit or fact.UNIT_NAMES.get(facts.tenure, facts.name)


def _numbered(compound_id: int) -> dict[object, int]:
    wanted = select(Owner.number, Owner.id).where(Owner.compound_id == compound_id, Owner.number.is_not(None))
    return {row.number: row.id for row in db.session.execute(wanted)}


def change(there: Standing, wanted: Facts, by: By) -> None:
    home = _home(there.id)
    fact.write(home, wanted)
    db.session.add(_record(ChangeKind.IMPORT, home.id, there.facts, wanted, by))


def _home(household_id: int) -> Household:
    place = joinedload(Household.building)
    options = (place, joinedload(Household.owner).selectinload(Owner.households), selectinload(Household.persons))
    return db.session.scalars(select(Household).where(Household.id == household_id).options(*options)).one()


def join(same: Same) -> None:
    """Homes that stood on the roster get the owner of their group; the new ones have it already."""
    for household_id, group in same.standing.items():
        update_many(Household, [household_id], {"owner_id": same.owners[group], "changed_at": clock.now()})
    db.session.expire_all()


def retire(gone: Sequence[Standing], by: By) -> None:
    """A home that is no longer on the list keeps its row and history, and has no vote."""
    db.session.add_all(_record(ChangeKind.GONE, there.id, there.facts, there.facts, by) for there in gone)
    db.session.flush()
    update_many(Household, [there.id for there in gone], {"retired_at": clock.now(), "changed_at": clock.now()})


def _record(kind: ChangeKind, household_id: int, before: Facts, after: Facts, by: By) -> HouseholdChange:
    return HouseholdChange(
        household_id=household_id,
        kind=kind,
        state=ChangeState.APPLIED,
        at=clock.now(),
        asked_by=by.asked_by,
        decided_by=by.decided_by,
        decided_at=clock.now(),
        reason=by.reason,
        before=before.to_json(),
        after=after.to_json(),
    )


def same_of(twins: Sequence[Sequence[RowHome]], confirmed: set[int], standing: Mapping[Key, Standing]) -> Same:
    groups = {home.key: number for number, group in enumerate(twins) if number in confirmed for home in group}
    owners: dict[int, int] = {}
    moved: dict[int, int] = {}
    for key, number in groups.items():
        if (there := standing.get(key)) and owners.setdefault(number, there.owner_id) != there.owner_id:
            moved[there.id] = number
    return Same(groups, owners, moved)
