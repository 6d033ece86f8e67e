"""What the roster says of a home, as imports and corrections compare and write it."""

import json
from dataclasses import asdict, dataclass, fields
from typing import Any

from portal.core import clock, crypto
from portal.core.extensions import db
from portal.roster.models import (
    AreaSource,
    Household,
    HouseholdPerson,
    HouseholdState,
    Owner,
    OwnerKind,
    PersonRole,
    Tenure,
)


@dataclass(frozen=True, slots=True)
class Facts:
    """`name`: 房主, of public housing the tenant; `number`: 业主编号; `area`: hundredths of ㎡ or None until known.

    `unit`: 产权单位 of a home that a unit owns, empty while nobody has named it.
    """

    name: str
    phone: str | None
    area: int | None
    tenure: Tenure
    co_owners: tuple[str, ...]
    number: str
    area_source: AreaSource | None
    state: HouseholdState
    note: str
    unit: str = ""

    def to_json(self) -> str:
        return json.dumps(asdict(self), ensure_ascii=False, sort_keys=True)


FIELDS = tuple(field.name for field in fields(Facts))
UNIT_NUMBERS = {Tenure.PUBLIC: "公房", Tenure.ENTERPRISE: "企业产"}
UNIT_NAMES = {Tenure.PUBLIC: "公房产权单位", Tenure.ENTERPRISE: "企业产权单位"}


def from_json(text: str) -> Facts:
    found: dict[str, Any] = json.loads(text)
    source = found["area_source"]
    return Facts(
        **found
        | {
            "tenure": Tenure(found["tenure"]),
            "state": HouseholdState(found["state"]),
            "area_source": AreaSource(source) if source else None,
            "co_owners": tuple(found["co_owners"]),
        }
    )


def facts_of(home: Household) -> Facts:
    first = home.persons[0] if home.persons else HouseholdPerson(name="", phone=None)
    return Facts(
        name=first.name,
        phone=first.phone,
        area=home.area,
        tenure=home.tenure,
        co_owners=tuple(person.name for person in home.persons[1:]),
        number=shown_number(home.owner),
        area_source=home.area_source,
        state=home.state,
        note=home.note or "",
        unit=unit_of(home.owner),
    )


def unit_of(owner: Owner) -> str:
    """The name of the owning unit, once somebody has named it."""
    return owner.name if owner.kind is OwnerKind.UNIT and owner.name not in UNIT_NAMES.values() else ""


def unit_names(compound_id: int) -> dict[int, str]:
    """Owner id → name of each unit that owns homes here."""
    units = db.session.query(Owner).filter_by(compound_id=compound_id, kind=OwnerKind.UNIT)
    return {owner.id: unit_of(owner) for owner in units}


def shown_number(owner: Owner) -> str:
    """Without the numbers that stand for “the unit that owns the public homes here”."""
    return "" if owner.number in UNIT_NUMBERS.values() else owner.number or ""


def differing(before: Facts, after: Facts) -> list[str]:
    return [name for name in FIELDS if getattr(before, name) != getattr(after, name)]


def write(home: Household, after: Facts) -> None:
    """The home as `after` says. Persons keep their rows where their place stays the same."""
    if owner_differs(home, after):
        home.owner = owner_for(home.building.compound_id, after, home)
    if after.tenure is Tenure.PRIVATE and after.number:
        home.owner.name = after.name
    if after.unit and after.number:
        home.owner.name = after.unit
    home.tenure, home.state = after.tenure, after.state
    home.area, home.area_source, home.note = after.area, after.area_source, after.note or None
    _write_persons(home, after)
    home.changed_at, home.retired_at = clock.now(), None
    db.session.flush()


def owner_differs(home: Household, after: Facts) -> bool:
    before = facts_of(home)
    return bool({"number", "tenure", "unit"} & {*differing(before, after)}) or (
        after.tenure is Tenure.PRIVATE and home.owner.name != after.name and not after.number
    )


def owner_for(compound_id: int, facts: Facts, home: Household | None = None) -> Owner:
    """The owner with this 业主编号, else the unit of this name, else that of such tenure, else one of the home's own."""
    kind = OwnerKind.PERSON if facts.tenure is Tenure.PRIVATE else OwnerKind.UNIT
    if facts.unit and not facts.number and kind is OwnerKind.UNIT:
        known = {name: id_ for id_, name in unit_names(compound_id).items()}.get(facts.unit)
        return db.session.get_one(Owner, known) if known else _new_owner(compound_id, None, kind, facts.unit)
    number = facts.number or UNIT_NUMBERS.get(facts.tenure)
    if number:
        return owner_by_number(compound_id, number) or _new_owner(
            compound_id, number, kind, facts.unit or UNIT_NAMES.get(facts.tenure, facts.name)
        )
    if home is not None and home.owner.number is None and len(home.owner.households) == 1:
        home.owner.name = facts.name
        return home.owner
    return _new_owner(compound_id, None, kind, facts.name)


def owner_by_number(compound_id: int, number: str) -> Owner | None:
    return db.session.query(Owner).filter_by(compound_id=compound_id, number=number).one_or_none()


def _new_owner(compound_id: int, number: str | None, kind: OwnerKind, name: str) -> Owner:
    owner = Owner(compound_id=compound_id, number=number, kind=kind, name=name)
    db.session.add(owner)
    db.session.flush()
    return owner


def persons_of(facts: Facts) -> list[tuple[PersonRole, str, str | None]]:
    first = PersonRole.OWNER if facts.tenure is Tenure.PRIVATE else PersonRole.TENANT
    return [(first, facts.name, facts.phone), *((PersonRole.CO_OWNER, name, None) for name in facts.co_owners)]


def _write_persons(home: Household, after: Facts) -> None:
    """A co-owner whose name stays keeps their number: a file has no column for it."""
    phones = {person.name: person.phone for person in home.persons[1:]}
    wanted = persons_of(after)
    del home.persons[len(wanted) :]
    for place, (role, name, phone) in enumerate(wanted):
        if place >= len(home.persons):
            home.persons.append(HouseholdPerson(position=place))
        person = home.persons[place]
        person.role, person.name, person.position = role, name, place
        person.phone = phone if place == 0 else phones.get(name)
        person.phone_index = crypto.blind_index(person.phone) if person.phone else None
