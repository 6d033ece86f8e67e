"""The roster of a demo: the plan's homes and floor areas, with invented people behind every door."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from random import Random
from typing import Any

from portal.cli.demo.places import Ground, proportional
from portal.cli.demo.stories import SURNAMES
from portal.core import clock, crypto
from portal.core.bulk import insert_many, reserve_ids
from portal.places.models import Building, Compound, Entrance
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

FLOORS = 6  # old blocks without a lift
MOST_FLOORS = 33
# Relative sizes of the homes beside each other on a landing; scaled until the plan's area comes out.
SIZES = (92, 68, 105, 79, 56, 88)
SCATTER = 4  # neighbours above each other differ by some hundredths only
PREFIX = "+861991"  # then seven digits: invented, and apart from the numbers of those who report
GIVEN = (
    "桂兰", "秀英", "玉珍", "淑芬", "凤霞", "建国", "志强", "卫东", "国庆", "德福", "玉梅", "丽华", "红梅",
    "建军", "永利", "宝山", "长顺", "文娟", "晓燕", "海涛", "立新", "春生", "秋菊", "振华", "学军", "树林",
    "慧敏", "金凤", "福来", "广明", "雅琴", "思远", "佳宁", "明辉", "子轩", "欣怡", "敏", "静", "勇", "军",
    "涛", "娟", "磊", "洁", "刚", "芳",
)  # fmt: skip
UNITS = {
    Tenure.PUBLIC: ("GF001", "河东区房产服务中心（演示）"),
    Tenure.ENTERPRISE: ("QY001", "河东第一棉纺厂（演示）"),
}
NOTES = {
    HouseholdState.DECEASED: "产权人已去世，子女尚未办理过户",
    HouseholdState.OUT_OF_TOUCH: "电话打不通，邻居也不清楚去向",
    HouseholdState.VACANT: "长期没人住，水表没有走字",
}


@dataclass(frozen=True)
class Door:
    building: Building
    entrance: Entrance
    room: str
    size: int


def fill(ground: Ground, seed: int) -> None:
    """Every compound gets exactly its planned homes and hundredths of ㎡. The same seed gives the same people."""
    random, numbers = Random(f"{seed}:households"), _numbers()
    for compound in ground.compounds:
        buildings = [building for building in ground.buildings if building.compound_id == compound.id]
        doors = list(_doors(compound.planned_households or 0, buildings, random))
        if doors:
            _settle(compound, doors, random, numbers)


def _numbers() -> Iterator[str]:
    return (f"{PREFIX}{number:07d}" for number in range(1, 10**7))


def _doors(homes: int, buildings: list[Building], random: Random) -> Iterator[Door]:
    """Floor by floor, door by door; buildings and entrances get equal shares."""
    for building, share in zip(buildings, proportional(homes, [1] * len(buildings)), strict=True):
        entrances = building.entrances
        for entrance, rooms in zip(entrances, proportional(share, [1] * len(entrances)), strict=True):
            for room, place in _rooms(rooms):
                yield Door(building, entrance, room, SIZES[place % len(SIZES)] * 100 + random.randint(0, SCATTER))


def _rooms(count: int) -> Iterator[tuple[str, int]]:
    """('301', 0): the number on the door and its place on the landing."""
    floors = FLOORS if count <= FLOORS * 6 else MOST_FLOORS
    landing = -(-count // floors)
    for number in range(count):
        floor, place = divmod(number, landing)
        yield f"{floor + 1}{place + 1:02d}", place


def _settle(compound: Compound, doors: list[Door], random: Random, numbers: Iterator[str]) -> None:
    """Three statements for a compound: owners, homes, persons."""
    areas = proportional(compound.planned_area or 0, [door.size for door in doors])
    tenures = [_tenure(random) for _ in doors]
    owners, owner_of, names = _owners(compound, tenures, random)
    owner_ids = _insert(Owner, owners)
    homes = [
        _home(door, area, tenure, owner_ids[owner], random)
        for door, area, tenure, owner in zip(doors, areas, tenures, owner_of, strict=True)
    ]
    home_ids = _insert(Household, homes)
    phones = [next(numbers) if random.random() < 0.92 else None for _ in owners]
    persons: list[dict[str, Any]] = []
    for home_id, tenure, owner, name in zip(home_ids, tenures, owner_of, names, strict=True):
        phone = phones[owner] if tenure is Tenure.PRIVATE else (next(numbers) if random.random() < 0.92 else None)
        persons += _persons(home_id, tenure, name, phone, random, numbers)
    _insert(HouseholdPerson, persons)


def _insert(model: Any, rows: list[dict[str, Any]]) -> Sequence[int]:
    ids = reserve_ids(model, len(rows))
    names = ["id", *rows[0]]
    insert_many(model, names, ((id_, *row.values()) for id_, row in zip(ids, rows, strict=True)))
    return ids


def _tenure(random: Random) -> Tenure:
    return random.choices((Tenure.PRIVATE, Tenure.PUBLIC, Tenure.ENTERPRISE), (74, 19, 7))[0]


def _owners(
    compound: Compound, tenures: list[Tenure], random: Random
) -> tuple[list[dict[str, Any]], list[int], list[str]]:
    """The rows, which row owns each home, and who is named for each home. Every fortieth person owns two or three."""
    rows = [_owner(compound, name, number, OwnerKind.UNIT) for number, name in UNITS.values()]
    unit_at = {tenure: at for at, tenure in enumerate(UNITS)}
    owner_of: list[int] = []
    names: list[str] = []
    more = 0  # further homes of the person who came last
    last = 0
    for tenure in tenures:
        names.append(_name(random))
        if tenure in unit_at:
            owner_of.append(unit_at[tenure])
        elif more:
            more -= 1
            owner_of.append(last)
            names[-1] = rows[last]["name"]
        else:
            more = random.choice((1, 1, 2)) if random.random() < 0.025 else 0
            last = len(rows)
            number = f"{compound.code}-{last:04d}" if more else None
            rows.append(_owner(compound, names[-1], number, OwnerKind.PERSON))
            owner_of.append(last)
    return rows, owner_of, names


def _owner(compound: Compound, name: str, number: str | None, kind: OwnerKind) -> dict[str, Any]:
    return {"compound_id": compound.id, "number": number, "kind": kind, "name": name}


def _home(door: Door, area: int, tenure: Tenure, owner_id: int, random: Random) -> dict[str, Any]:
    state = random.choices(tuple(HouseholdState), (93, 4, 1, 2))[0]
    if tenure is not Tenure.PRIVATE and state is HouseholdState.DECEASED:
        state = HouseholdState.LIVED_IN
    return {
        "building_id": door.building.id,
        "entrance_id": door.entrance.id,
        "room": door.room,
        "owner_id": owner_id,
        "tenure": tenure,
        "state": state,
        "area": area,
        "area_source": random.choices(tuple(AreaSource), (85, 10, 5))[0],
        "note": NOTES.get(state),
        "changed_at": clock.now(),
    }


def _persons(
    home_id: int, tenure: Tenure, name: str, phone: str | None, random: Random, numbers: Iterator[str]
) -> Iterator[dict[str, Any]]:
    private = tenure is Tenure.PRIVATE
    yield _person(home_id, PersonRole.OWNER if private else PersonRole.TENANT, 0, name, phone)
    if private and random.random() < 0.14:
        other = next(numbers) if random.random() < 0.5 else None
        yield _person(home_id, PersonRole.CO_OWNER, 1, _name(random), other)


def _person(home_id: int, role: PersonRole, position: int, name: str, phone: str | None) -> dict[str, Any]:
    index = crypto.blind_index(phone) if phone else None
    return {
        "household_id": home_id, "role": role, "position": position, "name": name, "phone": phone, "phone_index": index,
    }  # fmt: skip


def _name(random: Random) -> str:
    return random.choice(SURNAMES) + random.choice(GIVEN)
