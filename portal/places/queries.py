"""Finding places: by code for residents, by scope for staff. Nothing here writes."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Select, or_, select
from sqlalchemy.orm import contains_eager, joinedload, selectinload

from portal.core.extensions import db
from portal.domain import codes
from portal.domain.actors import Actor
from portal.places.models import (
    Agency,
    AgencyContact,
    Building,
    Community,
    Compound,
    District,
    Entrance,
    Poster,
    Stage,
    Street,
)
from portal.places.scope import within


def with_place(statement: Select[Building]) -> Select[Building]:
    """Compound and community in the same statement: every page that names a building shows both."""
    return (
        statement.join(Building.compound)
        .join(Compound.community)
        .options(contains_eager(Building.compound).contains_eager(Compound.community))
    )


def building_by_code(typed: str) -> Building | None:
    """The building in use whose 楼栋码 was typed, in any case, with or without blanks and hyphens."""
    code = codes.normalise(typed)[:10]
    wanted = select(Building).where(Building.code == code, Building.retired_at.is_(None))
    return db.session.scalar(with_place(wanted)) if code else None


@dataclass(frozen=True)
class Found:
    """What a scanned or typed code leads to: the building and, when it was scanned, the poster."""

    building: Building
    poster: Poster | None = None

    @property
    def is_revoked(self) -> bool:
        return self.poster is not None and self.poster.revoked_at is not None

    @property
    def is_superseded(self) -> bool:
        return self.poster is not None and self.poster.superseded_at is not None and not self.is_revoked


def look_up(typed: str) -> Found | None:
    """One statement for a token of the alphabet, one for a 楼栋码; None for anything else."""
    code = codes.normalise(typed)
    if codes.is_code(code, codes.POSTER_TOKEN_LENGTH) and (poster := poster_by_token(code)):
        return Found(poster.building, poster)
    building = building_by_code(code)
    return Found(building) if building else None


def poster_by_token(token: str) -> Poster | None:
    place = contains_eager(Poster.building).contains_eager(Building.compound).contains_eager(Compound.community)
    statement = (
        select(Poster)
        .join(Poster.building)
        .join(Building.compound)
        .join(Compound.community)
        .where(Poster.token == token)
        .options(place, joinedload(Poster.entrance))
    )
    return db.session.scalar(statement)


def poster_for(actor: Actor, poster_id: int) -> Poster | None:
    """A poster of the actor's scope, whatever its state."""
    place = contains_eager(Poster.building).contains_eager(Building.compound).contains_eager(Compound.community)
    joined = select(Poster).join(Poster.building).join(Building.compound).join(Compound.community)
    return db.session.scalar(
        joined.where(Poster.id == poster_id, within(actor)).options(place, joinedload(Poster.entrance))
    )


def building_by_id(building_id: int) -> Building | None:
    return db.session.scalar(with_place(select(Building)).where(Building.id == building_id))


def current_poster(building_id: int, entrance_id: int | None = None) -> Poster | None:
    return db.session.scalar(
        select(Poster).where(
            Poster.building_id == building_id,
            Poster.entrance_id.is_(None) if entrance_id is None else Poster.entrance_id == entrance_id,
            Poster.superseded_at.is_(None),
            Poster.revoked_at.is_(None),
        )
    )


def stage_of(building: Building) -> Stage:
    """A building may be ahead of its compound or behind it."""
    return building.stage or building.compound.stage


def active_compounds(search: str = "", only: ColumnElement[bool] | None = None) -> Sequence[Compound]:
    """Compounds in use with their buildings; `search` matches a compound's or a building's name or code."""
    statement = (
        select(Compound)
        .join(Compound.community)
        .where(Compound.retired_at.is_(None))
        .options(contains_eager(Compound.community), selectinload(Compound.buildings))
        .order_by(Compound.id)
    )
    if only is not None:
        statement = statement.where(only)
    if search:
        statement = statement.where(_names(search))
    return db.session.scalars(statement).all()


def all_compounds(search: str = "", with_retired: bool = False) -> Sequence[Compound]:
    """For the administrator: every compound with its buildings, retired ones when asked for."""
    statement = (
        select(Compound)
        .join(Compound.community)
        .options(contains_eager(Compound.community), selectinload(Compound.buildings))
        .order_by(Compound.id)
    )
    if not with_retired:
        statement = statement.where(Compound.retired_at.is_(None))
    return db.session.scalars(statement.where(_names(search)) if search else statement).all()


def _names(search: str) -> ColumnElement[bool]:
    """Names are compared without blanks: '3号楼' finds '3 号楼'."""
    word = codes.normalise(search)[:20]
    like = f"%{_escaped(search.strip()[:20])}%"
    under = select(Building.compound_id).where(
        or_(Building.code.startswith(word, autoescape=True), Building.sms_name.like(f"%{_escaped(word)}%", escape="/"))
    )
    return or_(Compound.name.like(like, escape="/"), Compound.code == word, Compound.id.in_(under))


def _escaped(text: str) -> str:
    return text.replace("/", "//").replace("%", "/%").replace("_", "/_")


def matching(buildings: Sequence[Building], search: str) -> list[Building]:
    """Buildings in use, those that the search names first of all when it names some and not the whole compound."""
    used = [building for building in buildings if building.retired_at is None]
    word = codes.normalise(search)
    named = [b for b in used if word and (b.code.startswith(word) or word in codes.normalise(b.sms_name))]
    return named or used


def compounds_for(actor: Actor, search: str = "") -> Sequence[Compound]:
    return active_compounds(search, within(actor))


def buildings_for(actor: Actor, compound_id: int | None = None) -> Sequence[Building]:
    """Buildings in use within the actor's scope, by compound and position."""
    statement = with_place(select(Building)).where(
        within(actor), Building.retired_at.is_(None), Compound.retired_at.is_(None)
    )
    if compound_id is not None:
        statement = statement.where(Building.compound_id == compound_id)
    return db.session.scalars(statement.order_by(Compound.id, Building.position)).all()


def compound_for(actor: Actor, code: str) -> Compound | None:
    """A compound of the actor's scope, retired or not."""
    statement = (
        select(Compound)
        .join(Compound.community)
        .where(within(actor), Compound.code == codes.normalise(code))
        .options(
            contains_eager(Compound.community).joinedload(Community.street),
            selectinload(Compound.buildings).selectinload(Building.entrances),
        )
    )
    return db.session.scalar(statement)


def building_for(actor: Actor, code: str) -> Building | None:
    statement = with_place(select(Building)).where(within(actor), Building.code == codes.normalise(code))
    return db.session.scalar(statement.options(selectinload(Building.entrances)))


def entrances_of(building: Building) -> list[Entrance]:
    return [entrance for entrance in building.entrances if entrance.retired_at is None]


def agency_by_code(code: str) -> Agency | None:
    return db.session.scalar(select(Agency).where(Agency.code == code))


def agencies(search: str = "", with_retired: bool = False) -> Sequence[Agency]:
    statement = select(Agency).options(joinedload(Agency.superior), selectinload(Agency.contacts)).order_by(Agency.code)
    if not with_retired:
        statement = statement.where(Agency.retired_at.is_(None))
    if search:
        like = f"%{_escaped(search.strip()[:20])}%"
        statement = statement.where(
            or_(*(c.like(like, escape="/") for c in (Agency.name, Agency.short_name, Agency.code)))
        )
    return db.session.scalars(statement).all()


def contacts_of(agency: Agency) -> list[AgencyContact]:
    return [contact for contact in agency.contacts if contact.retired_at is None]


def communities(with_retired: bool = False) -> Sequence[Community]:
    statement = select(Community).join(Community.street).options(contains_eager(Community.street))
    if not with_retired:
        statement = statement.where(Community.retired_at.is_(None))
    return db.session.scalars(statement.order_by(Street.name, Community.name)).all()


def streets(with_retired: bool = False) -> Sequence[Street]:
    statement = select(Street).join(Street.district).options(contains_eager(Street.district))
    if not with_retired:
        statement = statement.where(Street.retired_at.is_(None))
    return db.session.scalars(statement.order_by(Street.name)).all()


def districts() -> Sequence[District]:
    return db.session.scalars(select(District).order_by(District.code)).all()
