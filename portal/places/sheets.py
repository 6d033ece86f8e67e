"""What is printed: one sheet per poster, with everything that stands on it."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from flask import current_app, g, render_template
from flask_babel import force_locale
from markupsafe import Markup
from sqlalchemy import Select, select
from sqlalchemy.orm import contains_eager, joinedload

from portal.core import clock
from portal.core.extensions import db
from portal.core.settings import ROOT, settings
from portal.core.writing import writing
from portal.domain.actors import Actor
from portal.domain.errors import NotFound
from portal.places import posters, qr
from portal.places.models import Building, Compound, Poster
from portal.places.queries import buildings_for, compound_for
from portal.places.scope import within

SYMBOL_A4 = 90.0  # mm, the symbol itself (ux.md §3.21); its quiet zone comes around it
SYMBOL_A5 = 62.0
MOST = 200  # sheets in one document


@dataclass(frozen=True)
class Sheet:
    """One poster on paper; `address` is what the code holds, `typed` what one types instead."""

    compound: str
    building: str
    door: str
    code: str
    address: str
    typed: str
    drawing: Markup
    community: str
    phone: str
    office: str
    office_hours: str
    printed: str
    version: int
    serial: str

    @property
    def place(self) -> str:
        return f"{self.compound} {self.building}"


def sheet_of(poster: Poster, symbol_mm: float = SYMBOL_A4) -> Sheet:
    building, community = poster.building, poster.building.compound.community
    address, today = posters.address_of(poster), clock.today()
    return Sheet(
        compound=building.compound.name,
        building=building.name,
        door=poster.entrance.name if poster.entrance else "",
        code=building.code,
        address=address,
        typed=f"{settings().domain}/b/{building.code}",
        drawing=qr.svg(address, f"{poster.place} {building.code}", symbol_mm),
        community=community.name,
        phone=community.phone,
        office=community.address,
        office_hours=community.office_hours,
        printed=f"{today.year} 年 {today.month} 月 {today.day} 日",
        version=poster.version,
        serial=poster.serial,
    )


def _with_place(statement: Select[Poster]) -> Select[Poster]:
    place = contains_eager(Poster.building).contains_eager(Building.compound).contains_eager(Compound.community)
    joined = statement.join(Poster.building).join(Building.compound).join(Compound.community)
    return joined.options(place, joinedload(Poster.entrance))


def current_posters(
    actor: Actor, *, ids: Sequence[int] = (), compound: str = "", doors: bool = False
) -> Sequence[Poster]:
    """Current posters within the actor's scope: those named, or all of a compound (its doors too, if wanted)."""
    statement = _with_place(select(Poster)).where(within(actor), *posters.CURRENT)
    if ids:
        statement = statement.where(Poster.id.in_(ids))
    else:
        statement = statement.where(Compound.code == compound)
        statement = statement if doors else statement.where(Poster.entrance_id.is_(None))
    order = (Compound.name, Building.position, Poster.entrance_id.nulls_first())
    return db.session.scalars(statement.order_by(*order).limit(MOST)).all()


def sheet_html(compound_code: str) -> str:
    """One compound as one document that needs no other file: an A4 page per building. Missing posters are issued."""
    actor = Actor.system()
    with writing():
        compound = compound_for(actor, compound_code)
        if compound is None or compound.retired_at is not None:
            raise NotFound("There is no compound with the code %(code)s.", code=compound_code)
        for building in buildings_for(actor, compound.id):
            posters.issue(actor, building)
    sheets = [sheet_of(poster) for poster in current_posters(actor, compound=compound.code)]
    with current_app.test_request_context(), force_locale("zh"):  # templates speak of a request; a command has none
        g.actor = actor
        return render_template(
            "places/poster_file.html", sheets=sheets, compound=compound, css=styles(), icons=sprite()
        )


@lru_cache(maxsize=1)
def styles() -> Markup:
    """The print sheets' own style, for a file that is opened without a server."""
    folder = ROOT / "static" / "css"
    return Markup("\n").join(Markup((folder / name).read_text("utf-8")) for name in ("print.css", "poster.css"))  # noqa: S704


@lru_cache(maxsize=1)
def sprite() -> Markup:
    return Markup((ROOT / "static" / "icons.svg").read_text("utf-8"))  # noqa: S704
