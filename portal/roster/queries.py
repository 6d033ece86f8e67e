"""What upper storeys ask of the roster."""

from collections.abc import Collection, Sequence

from sqlalchemy import Select, func, select
from sqlalchemy.orm import joinedload, selectinload

from portal.core.extensions import db
from portal.domain.errors import NotFound
from portal.places.models import Building
from portal.roster.models import Household


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
