"""Categories and the routing table: what officials keep, read by queries and passed to the rules."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from portal.audit import journal
from portal.cases.models import CaseCategory, CaseRoute, RouteChange
from portal.core import clock
from portal.core.extensions import db
from portal.domain.actors import Actor
from portal.domain.case_routing import Answerable, Route
from portal.domain.errors import DomainError, NotFound
from portal.places.models import Agency, AgencyKind

# What a street may name by itself; it cannot bind district bodies and utilities (product D13).
LOCAL_KINDS = frozenset({AgencyKind.COMMUNITY, AgencyKind.STREET, AgencyKind.PROPERTY})


def categories() -> Sequence[CaseCategory]:
    statement = select(CaseCategory).where(CaseCategory.retired_at.is_(None)).order_by(CaseCategory.position)
    return db.session.scalars(statement).all()


def category(code: str) -> CaseCategory:
    found = db.session.get(CaseCategory, code)
    if found is None:
        raise NotFound("This category does not exist.")
    return found


def routes_of(category_code: str) -> list[Route]:
    """The rows of the table for one category, for `domain.case_routing.route`."""
    rows = db.session.scalars(
        select(CaseRoute).where(CaseRoute.category_code == category_code).options(selectinload(CaseRoute.co_units))
    )
    return [Route(row.category_code, row.compound_id, _answerable(row)) for row in rows]


def _answerable(row: CaseRoute) -> Answerable:
    return Answerable(row.agency_id, row.executor_id, tuple(unit.id for unit in row.co_units))


def set_route(actor: Actor, category_code: str, compound_id: int | None, unit: Answerable) -> None:
    """Set, change or (agency None) remove a route; each change is kept."""
    category(category_code)
    if unit.agency_id is not None and unit.agency_id == unit.executor_id:
        raise DomainError("The unit that answers and the one that carries out are different units.", field="executor")
    found = db.session.scalar(
        select(CaseRoute).where(
            CaseRoute.category_code == category_code,
            CaseRoute.compound_id.is_(None) if compound_id is None else CaseRoute.compound_id == compound_id,
        )
    )
    before = found.agency_id if found else None
    _write_route(found, category_code, compound_id, unit)
    change = RouteChange(
        at=clock.now(),
        post_id=actor.id if actor.is_staff else None,
        category_code=category_code,
        compound_id=compound_id,
        before_id=before,
        after_id=unit.agency_id,
    )
    db.session.add(change)
    db.session.flush()
    journal.record(
        "route:changed",
        actor,
        f"category:{category_code}",
        compound=compound_id,
        before=before,
        after=unit.agency_id,
        co_units=" ".join(map(str, sorted(unit.co_unit_ids))),
    )


def _write_route(found: CaseRoute | None, category_code: str, compound_id: int | None, unit: Answerable) -> None:
    if unit.agency_id is None:
        if found is not None:
            db.session.delete(found)
        return
    if found is None:
        found = CaseRoute(category_code=category_code, compound_id=compound_id, agency_id=unit.agency_id)
        db.session.add(found)
    found.agency_id, found.executor_id = unit.agency_id, unit.executor_id
    helping = set(unit.co_unit_ids) - {unit.agency_id}
    found.co_units = list(db.session.scalars(select(Agency).where(Agency.id.in_(helping)))) if helping else []


def route_changes(limit: int = 50) -> Sequence[RouteChange]:
    return db.session.scalars(select(RouteChange).order_by(RouteChange.id.desc()).limit(limit)).all()


def open_agencies() -> Sequence[Agency]:
    return db.session.scalars(select(Agency).where(Agency.retired_at.is_(None)).order_by(Agency.kind, Agency.id)).all()
