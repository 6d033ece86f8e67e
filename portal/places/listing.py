"""The list 楼栋码海报: every building and door of a scope with its poster, if it has one."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from portal.core.extensions import db
from portal.domain.actors import Actor
from portal.places import scans
from portal.places.models import Building, Compound, Entrance, Poster
from portal.places.queries import entrances_of


@dataclass(frozen=True)
class Row:
    """`key` names the place in forms: b12 a building, e7 an entrance. `old_scans` come from sheets since replaced."""

    building: Building
    entrance: Entrance | None
    poster: Poster | None
    scans: int
    old_scans: int

    @property
    def key(self) -> str:
        return f"e{self.entrance.id}" if self.entrance else f"b{self.building.id}"

    @property
    def name(self) -> str:
        return f"{self.building.name} {self.entrance.name}" if self.entrance else self.building.name


@dataclass(frozen=True)
class Progress:
    places: int
    issued: int
    printed: int
    scans: int


def rows_of(actor: Actor, compound: Compound, with_doors: bool) -> list[Row]:
    """The compound must be one of the actor's scope. Doors that have a poster are always listed."""
    buildings = db.session.scalars(
        select(Building)
        .where(Building.compound_id == compound.id, Building.retired_at.is_(None))
        .options(selectinload(Building.entrances))
        .order_by(Building.position)
    ).all()
    found = _posters(compound)
    counts = scans.recent(actor, Building.compound_id == compound.id)
    rows = []
    for building in buildings:
        doors = [door for door in entrances_of(building) if with_doors or (building.id, door.id) in found]
        rows += [
            _row(building, door, found.get((building.id, door.id if door else None), []), counts)
            for door in (None, *doors)
        ]
    return rows


def _posters(compound: Compound) -> dict[tuple[int, int | None], list[Poster]]:
    statement = select(Poster).join(Poster.building).where(Building.compound_id == compound.id)
    found: dict[tuple[int, int | None], list[Poster]] = {}
    for poster in db.session.scalars(statement):
        found.setdefault((poster.building_id, poster.entrance_id), []).append(poster)
    return found


def _row(building: Building, entrance: Entrance | None, all_: Sequence[Poster], counts: dict[int, int]) -> Row:
    current = next((poster for poster in all_ if poster.is_current), None)
    old = sum(counts.get(poster.id, 0) for poster in all_ if poster is not current)
    return Row(building, entrance, current, counts.get(current.id, 0) if current else 0, old)


def progress(rows: Sequence[Row]) -> Progress:
    posters = [row.poster for row in rows if row.poster]
    return Progress(
        places=len(rows),
        issued=len(posters),
        printed=sum(1 for poster in posters if poster.printed_at),
        scans=sum(row.scans + row.old_scans for row in rows),
    )


def chosen(rows: Sequence[Row], keys: Sequence[str]) -> list[Row]:
    wanted = set(keys)
    return [row for row in rows if row.key in wanted]
