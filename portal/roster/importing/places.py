"""Buildings and entrances by what people write: “3 号楼”, “3号楼”, “3” and DJZ03 are the same; “3栋” is asked about."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TypeVar

import cn2an
from sqlalchemy import select
from sqlalchemy.orm import selectinload

from portal.core.extensions import db
from portal.places.models import Building, Compound, Entrance
from portal.roster.importing.cells import nearest, plain
from portal.roster.importing.findings import CellError

Place = TypeVar("Place", Building, Entrance)
SHOWN = 12
_DIGITS = re.compile(r"\d+")
_CHINESE = re.compile(r"[零〇一二两三四五六七八九十百]+")


@dataclass(frozen=True, slots=True)
class Door:
    building_id: int
    entrance_id: int
    label: str  # 3-2


class Places:
    """Each text is worked out once: a roster says “3 号楼” a thousand times."""

    def __init__(self, compound: Compound) -> None:
        self.compound = compound
        self.compound_names = {plain(compound.name), compound.code}
        buildings = _buildings(compound)
        self.buildings = _by_name(buildings) | {building.code: building for building in buildings}
        self.building_names = [building.name for building in buildings]
        self.entrances = {b.id: _by_name(_open(b.entrances)) for b in buildings}
        self._known: dict[tuple[str, str], Door] = {}

    def is_here(self, text: str) -> bool:
        return not text or plain(text) in self.compound_names

    def building(self, text: str) -> Building:
        if not text:
            raise CellError("building_missing")
        found = self.buildings.get(plain(text).upper()) or self.buildings.get(plain(text))
        if found is None:
            raise _unknown("building", text, self.building_names)
        return found

    def entrance(self, building: Building, text: str) -> Entrance:
        if not text:
            raise CellError("entrance_missing")
        found = self.entrances[building.id].get(plain(text))
        if found is None:
            raise _unknown("entrance", text, [entrance.name for entrance in _open(building.entrances)])
        return found

    def known(self, building: str, entrance: str) -> Door | None:
        return self._known.get((building, entrance))

    def door(self, building: Building, entrance: Entrance, texts: tuple[str, str]) -> Door:
        door = Door(building.id, entrance.id, f"{short(building.name)}-{short(entrance.name)}")
        self._known[texts] = door
        return door


def _buildings(compound: Compound) -> Sequence[Building]:
    statement = select(Building).where(Building.compound_id == compound.id, Building.retired_at.is_(None))
    return db.session.scalars(statement.order_by(Building.position).options(selectinload(Building.entrances))).all()


def _open(entrances: Sequence[Entrance]) -> list[Entrance]:
    return [entrance for entrance in entrances if entrance.retired_at is None]


def _by_name(places: Sequence[Place]) -> dict[str, Place]:
    """By name without blanks and, where only one has it, by its number alone."""
    found: dict[str, Place] = {}
    alone: dict[str, list[Place]] = {}
    for place in places:
        found[plain(place.name)] = place
        alone.setdefault(short(place.name), []).append(place)
    return found | {short: having[0] for short, having in alone.items() if len(having) == 1 and short not in found}


@lru_cache(maxsize=4096)
def short(name: str) -> str:
    digits = _DIGITS.search(name)
    return digits[0] if digits else plain(name)


def _unknown(kind: str, text: str, names: list[str]) -> CellError:
    """“3栋” and “三号楼” have the number of 3 号楼: that is what was meant."""
    wanted = _number_in(text)
    near = next((name for name in names if wanted and short(name) == wanted), "")
    if not near and not wanted:
        near = nearest(plain(text), names)
    if near:
        return CellError(f"{kind}_near", near=near)
    return CellError(f"{kind}_unknown", names="、".join(names[:SHOWN]) or "–")


def _number_in(text: str) -> str:
    digits = _DIGITS.search(plain(text))
    if digits:
        return str(int(digits[0]))
    chinese = _CHINESE.search(text)
    try:
        return str(cn2an.cn2an(chinese[0], "smart")) if chinese else ""
    except ValueError:
        return ""
