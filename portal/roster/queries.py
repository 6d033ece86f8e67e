"""What upper storeys ask of the roster."""

import re
import unicodedata
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import joinedload, selectinload

from portal.core.extensions import db
from portal.domain.actors import Actor
from portal.domain.errors import NotFound
from portal.places.models import Building, Compound, Entrance
from portal.places.scope import within
from portal.roster.models import Household, HouseholdChange, HouseholdState, Tenure


def household(household_id: int) -> Household:
    """With its place and the persons named for it; NotFound when it is not on the roster."""
    found = db.session.scalar(_loaded().where(Household.id == household_id))
    if found is None:
        raise NotFound("There is no such home on the roster.")
    return found


def households(ids: Collection[int]) -> Sequence[Household]:
    return db.session.scalars(_loaded().where(Household.id.in_(ids)).order_by(Household.id)).all()


def at_door(entrance_id: int, room: str) -> Household | None:
    return db.session.scalar(_loaded().where(Household.entrance_id == entrance_id, Household.room == room, *ON_ROLL))


def totals(compound_id: int) -> tuple[int, int]:
    """(homes, hundredths of ㎡) of a compound as the roster stands now."""
    statement = (
        select(func.count(Household.id), func.coalesce(func.sum(Household.area), 0))
        .join(Building)
        .where(Building.compound_id == compound_id, *ON_ROLL)
    )
    homes, area = db.session.execute(statement).one()
    return homes, area or 0


ON_ROLL = (Household.retired_at.is_(None),)


def _loaded() -> Select[Household]:
    return select(Household).options(
        joinedload(Household.building).joinedload(Building.compound),
        joinedload(Household.entrance),
        joinedload(Household.owner),
        selectinload(Household.persons),
    )


@dataclass(frozen=True)
class Standing:
    """A compound's roster in figures; areas in hundredths of ㎡."""

    homes: int = 0
    area: int = 0
    without_area: int = 0
    by_state: Mapping[HouseholdState, int] = field(default_factory=dict)
    by_tenure: Mapping[Tenure, int] = field(default_factory=dict)


def standings(compound_ids: Collection[int]) -> dict[int, Standing]:
    """For each compound, in one statement; one without homes has an empty one."""
    key = (Building.compound_id, Household.state, Household.tenure)
    statement = (
        select(*key, func.count(), func.coalesce(func.sum(Household.area), 0), func.count(Household.area))
        .join(Building)
        .where(Building.compound_id.in_(compound_ids), *ON_ROLL)
        .group_by(*key)
    )
    groups: dict[int, list[Any]] = {compound_id: [] for compound_id in compound_ids}
    for row in db.session.execute(statement):
        groups[row[0]].append(row)
    return {compound_id: _standing(rows) for compound_id, rows in groups.items()}


def _standing(rows: Sequence[Any]) -> Standing:
    states, tenures = Counter[HouseholdState](), Counter[Tenure]()
    for _compound, state, tenure, count, _area, _known in rows:
        states[state] += count
        tenures[tenure] += count
    homes = sum(row[3] for row in rows)
    return Standing(homes, sum(row[4] for row in rows), homes - sum(row[5] for row in rows), states, tenures)


def listed(
    compound_id: int, *, building_id: int | None = None, state: HouseholdState | None = None, search: str = ""
) -> Select[Household]:
    """Homes on the roll for a page; `search` is a door: “301”, “2-301”, “3-2-301”, “3 号楼 2 门 301”."""
    statement = _loaded().join(Household.building).where(Building.compound_id == compound_id, *ON_ROLL)
    if building_id is not None:
        statement = statement.where(Household.building_id == building_id)
    if state is not None:
        statement = statement.where(Household.state == state)
    return _at_doors(statement, search) if search.strip() else statement


ORDER = (Household.building_id, Household.entrance_id, Household.room)
_PART = re.compile(r"[0-9A-Za-z]+")


def _at_doors(statement: Select[Household], search: str) -> Select[Household]:
    *place, room = _PART.findall(unicodedata.normalize("NFKC", search))[-3:] or [""]
    statement = statement.where(Household.room == room.upper())
    if place:
        statement = statement.join(Household.entrance).where(Entrance.name.in_(_spellings(place[-1], "门", "单元")))
    if len(place) > 1:
        statement = statement.where(Building.name.in_(_spellings(place[0], "号楼", "栋", "楼")))
    return statement


def _spellings(number: str, *words: str) -> list[str]:
    return [number, *(f"{number}{gap}{word}" for word in words for gap in ("", " "))]


def household_for(actor: Actor, household_id: int) -> Household:
    """A home of the actor's scope, whether on the roll or gone; NotFound otherwise."""
    statement = _loaded().join(Household.building).join(Building.compound).join(Compound.community)
    found = db.session.scalar(statement.where(Household.id == household_id, within(actor)))
    if found is None:
        raise NotFound("There is no such home on the roster.")
    return found


def changes_of(household_id: int) -> Sequence[HouseholdChange]:
    """Newest first."""
    statement = select(HouseholdChange).where(HouseholdChange.household_id == household_id)
    return db.session.scalars(statement.order_by(HouseholdChange.id.desc()).limit(50)).all()


def printed(compound_id: int, building_id: int | None, most: int) -> Sequence[Household]:
    return db.session.scalars(listed(compound_id, building_id=building_id).order_by(*ORDER).limit(most)).all()
