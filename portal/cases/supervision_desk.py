"""督办: the orders, grouped by why they came; one order with its rounds; its sheet to print (ux.md §3.19)."""

from dataclasses import dataclass
from typing import Any

from flask import Blueprint, g, render_template, request, url_for
from sqlalchemy import Select, func, select
from sqlalchemy.orm import contains_eager, joinedload

from portal.cases import desk_actions, desk_past, labels
from portal.cases.deeds import facts_of, stand_of
from portal.cases.models import Case
from portal.cases.order_models import SupervisionOrder
from portal.cases.queries import LOADED, events_of, is_overdue
from portal.cases.visibility import unit_names, visible_to
from portal.core import clock
from portal.core.access import staff
from portal.core.extensions import db
from portal.core.formatting import day, moment
from portal.core.pages import page_of
from portal.domain.actors import Actor
from portal.domain.case_lifecycle import CaseAction, allowed_actions
from portal.domain.case_supervision import SupervisionOrigin, SupervisionState
from portal.domain.deadlines import due_day
from portal.domain.errors import NotFound
from portal.domain.roles import Role
from portal.media.queries import photos_by_owner

bp = Blueprint("cases_supervision", __name__)
READERS = (Role.COMMUNITY, Role.STREET, Role.AGENCY, Role.DISTRICT, Role.HOTLINE, Role.AUDITOR)
OF_AN_ORDER = (CaseAction.SUPERVISION_ANSWER, CaseAction.SUPERVISION_CLEAR, CaseAction.SUPERVISE_AGAIN)
STEPS = frozenset({str(CaseAction.SUPERVISE), *map(str, OF_AN_ORDER)})
FIRST = 10


@dataclass(frozen=True)
class OrderRow:
    """One line of the list; `late`: its day is over and the unit has not answered."""

    number: str
    url: str
    title: str
    building: str
    unit: str
    by: str
    due: str
    late: bool
    state: str
    look: str


LOOKS = {SupervisionState.OPEN: "warn", SupervisionState.ANSWERED: "blue", SupervisionState.CLEARED: "ok-outline"}


def orders(actor: Actor) -> Select[SupervisionOrder]:
    """Orders about cases that this officer may know of."""
    statement = select(SupervisionOrder).join(Case, Case.id == SupervisionOrder.case_id).where(visible_to(actor))
    loaded = contains_eager(SupervisionOrder.case)
    options = (loaded.options(*LOADED), joinedload(SupervisionOrder.agency), joinedload(SupervisionOrder.by))
    return statement.options(*options)


def _row(order: SupervisionOrder) -> OrderRow:
    case = order.case
    return OrderRow(
        number=order.number,
        url=url_for("cases_supervision.order", number=order.number),
        title=case.title,
        building=case.building.full_name,
        unit=(case.agency or order.agency).short_name,
        by=order.by.short_name,
        due=day(order.due_on),
        late=order.state is SupervisionState.OPEN and order.due_on < clock.today(),
        state=str(labels.SUPERVISION_STATES[order.state]),
        look=LOOKS[order.state],
    )


@bp.get("/desk/supervision")
@staff(*READERS)
def index() -> str:
    """Four groups of what is not cleared; one group, or what is cleared, alone with its pages."""
    group = request.args.get("group", "")
    if group in {*SupervisionOrigin, "cleared"}:
        return _one_group(group)
    counts = _counts(g.actor)
    groups = [_group(origin, counts[origin]) for origin in SupervisionOrigin if counts.get(origin)]
    return render_template("cases/desk/supervision.html", groups=groups, group="", tabs=_tabs(""), page=None)


def _group(origin: SupervisionOrigin, count: int) -> dict[str, Any]:
    rows = db.session.scalars(_of(origin).order_by(SupervisionOrder.due_on, SupervisionOrder.id).limit(FIRST)).unique()
    return {
        "name": str(labels.SUPERVISION_ORIGINS[origin]),
        "rows": [_row(order) for order in rows],
        "count": count,
        "more": url_for("cases_supervision.index", group=origin) if count > FIRST else "",
    }


def _of(group: str) -> Select[SupervisionOrder]:
    if group == "cleared":
        return orders(g.actor).where(SupervisionOrder.state == SupervisionState.CLEARED)
    return orders(g.actor).where(
        SupervisionOrder.origin == SupervisionOrigin(group), SupervisionOrder.state != SupervisionState.CLEARED
    )


def _one_group(group: str) -> str:
    page = page_of(
        _of(group),
        [SupervisionOrder.due_on, SupervisionOrder.id],
        request.args.get("at"),
        descending=group == "cleared",
    )
    name = labels.SUPERVISION_STATES[SupervisionState.CLEARED] if group == "cleared" else _name(group)
    found = {"name": str(name), "rows": [_row(order) for order in page.rows], "count": 0, "more": ""}
    groups = [found] if page.rows else []
    return render_template("cases/desk/supervision.html", groups=groups, group=group, tabs=_tabs(group), page=page)


def _name(group: str) -> Any:
    return labels.SUPERVISION_ORIGINS[SupervisionOrigin(group)]


def _tabs(here: str) -> list[dict[str, Any]]:
    names = [("", labels.SHOWS[0][1]), *((str(origin), _name(origin)) for origin in SupervisionOrigin)]
    names.append(("cleared", labels.SUPERVISION_STATES[SupervisionState.CLEARED]))
    return [
        {"url": url_for(".index", group=key or None), "label": str(word), "current": key == here} for key, word in names
    ]


def _counts(actor: Actor) -> dict[str, int]:
    statement = (
        select(SupervisionOrder.origin, func.count())
        .join(Case, Case.id == SupervisionOrder.case_id)
        .where(visible_to(actor), SupervisionOrder.state != SupervisionState.CLEARED)
        .group_by(SupervisionOrder.origin)
    )
    return {row[0]: row[1] for row in db.session.execute(statement)}


def _found(number: str) -> SupervisionOrder:
    statement = orders(g.actor).where(SupervisionOrder.number == number.upper())
    found: SupervisionOrder | None = db.session.scalars(statement).unique().one_or_none()
    if found is None:
        raise NotFound("There is no such supervision order, or it is not in your area.")
    return found


@bp.get("/desk/supervision/<number>")
@staff(*READERS)
def order(number: str) -> str:
    found = _found(number)
    case = found.case
    allowed = allowed_actions(facts_of(case), stand_of(case, g.actor), clock.now())
    current = case.order is not None and case.order.id == found.id
    actions = [
        (str(labels.ACTIONS[action]), desk_actions.page_of(case, action))
        for action in OF_AN_ORDER
        if current and action in allowed
    ]
    return render_template("cases/desk/supervision_order.html", actions=actions, items=_rounds(found), **_shown(found))


def _shown(found: SupervisionOrder) -> dict[str, Any]:
    """Nothing about who reported it: the sheet is printed at the unit."""
    case = found.case
    return {
        "order": found,
        "row": _row(found),
        "case_url": url_for("cases_desk.case", number=case.number),
        "case_number": case.number,
        "category": case.category.name,
        "place": case.whereabouts,
        "why": str(labels.SUPERVISION_ORIGINS[found.origin]),
        "issued": moment(found.issued_at),
        "promised": day(due_day(case.promise_due)),
        "overdue": is_overdue(case),
    }


def _rounds(found: SupervisionOrder) -> list[dict[str, Any]]:
    """What was demanded and answered, newest first."""
    events = [
        event for event in events_of(found.case) if event.deed in STEPS and event.facts.get("order") == found.number
    ]
    pictures = photos_by_owner("event", [event.id for event in events])
    return desk_past.timeline_of(found.case, events, pictures, unit_names(), g.actor)


@bp.get("/desk/supervision/<number>/print")
@staff(*READERS)
def sheet(number: str) -> str:
    """督办单 on A4, with room for the unit's answer and its stamp."""
    found = _found(number)
    return render_template("cases/desk/supervision_sheet.html", back=url_for(".order", number=number), **_shown(found))
