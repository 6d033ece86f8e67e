"""How often posters are scanned: a number per poster and day, written after the answer has been sent."""

from datetime import date, timedelta

import structlog
from flask import Flask, current_app
from sqlalchemy import ColumnElement, func, select
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.wrappers import Response

from portal.core import clock
from portal.core.dialects import upsert
from portal.core.extensions import db
from portal.domain.actors import Actor
from portal.places.models import Building, Community, Compound, Poster, PosterScans
from portal.places.scope import within

log = structlog.get_logger()
RECENT = timedelta(days=30)


def count_after(response: Response, poster_id: int) -> None:
    """Count one scan once the visitor has the page: on a connection of its own, and never at the page's cost."""
    app = current_app._get_current_object()  # type: ignore[attr-defined]
    day = clock.today()
    response.call_on_close(lambda: _count_safely(app, poster_id, day))


def _count_safely(app: Flask, poster_id: int, day: date) -> None:
    try:
        with app.app_context():
            count(poster_id, day)
    except SQLAlchemyError as error:
        log.warning("scan_not_counted", kind=type(error).__name__)


def count(poster_id: int, day: date) -> None:
    """Its own short transaction."""
    insert = upsert(PosterScans).values(poster_id=poster_id, day=day.isoformat(), scans=1)
    once_more = insert.on_conflict_do_update(index_elements=["poster_id", "day"], set_={"scans": PosterScans.scans + 1})
    with db.engine.connect().execution_options(writing=True) as connection, connection.begin():
        connection.execute(once_more)


def recent(actor: Actor, only: ColumnElement[bool] | None = None) -> dict[int, int]:
    """Scans of the last 30 days by poster, old ones still hanging somewhere included."""
    since = (clock.today() - RECENT).isoformat()
    statement = (
        select(PosterScans.poster_id, func.sum(PosterScans.scans))
        .join(Poster, Poster.id == PosterScans.poster_id)
        .join(Building, Building.id == Poster.building_id)
        .join(Compound, Compound.id == Building.compound_id)
        .join(Community, Community.id == Compound.community_id)
        .where(within(actor), PosterScans.day > since)
        .group_by(PosterScans.poster_id)
    )
    if only is not None:
        statement = statement.where(only)
    return {poster: int(scans) for poster, scans in db.session.execute(statement)}
