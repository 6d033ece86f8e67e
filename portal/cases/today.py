"""今天要办: what of an officer's work is over its time, due today or waits for a first hand, with the nearest time first.

A case counts by its next step, not only by the answer: 受理, 签收 and 首次联系 have clocks of their own (product D10).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import url_for
from flask_babel import gettext
from sqlalchemy import ColumnElement, Select, and_, case, exists, false, func, or_, select
from sqlalchemy.orm import contains_eager

from portal.cases import calling, labels, queries
from portal.cases.models import Case, CaseEvent
from portal.cases.order_models import SupervisionOrder
from portal.cases.visibility import asked_to_help, in_sight_of, visible_to
from portal.core import clock
from portal.core.extensions import db
from portal.core.formatting import clock_time, day, moment
from portal.domain.actors import Actor
from portal.domain.case_lifecycle import DISPATCHERS, OPEN_STATUSES, RESPONSIBLE, CaseAction, CaseStatus
from portal.domain.case_supervision import SupervisionState
from portal.domain.case_transitions import HELPERS, REGISTRARS
from portal.domain.deadlines import due_day
from portal.domain.local_time import end_of_day
from portal.domain.roles import Role
from portal.identity import approvals
from portal.identity.queries import staff_name_masked

SHOWN = 20
S = CaseStatus
IN_HANDS = (S.ASSIGNED, S.IN_PROGRESS, S.REOPENED)
# Nobody has touched it yet: it stands here although its time ends on a later day.
FIRST_HAND = (S.HELD, S.SUBMITTED, S.ACCEPTED, S.RETURNED, S.ASSIGNED)
STEPS = {
    S.HELD: CaseAction.RELEASE,
    S.SUBMITTED: CaseAction.ACCEPT,
    S.ACCEPTED: CaseAction.ASSIGN,
    S.RETURNED: CaseAction.ASSIGN,
    S.ASSIGNED: CaseAction.SIGN,
}


@dataclass(frozen=True)
class Task:
    """One line: what to do, about what, until when. `late`: its time is over."""

    url: str
    step: str
    title: str
    place: str
    when: str
    who: str = ""
    late: bool = False


@dataclass(frozen=True)
class Group:
    """`count` may be larger than the lines shown; `more` is where all of them stand."""

    key: str
    title: str
    count: int
    tasks: Sequence[Task]
    more: str = ""


def groups(actor: Actor) -> list[Group]:
    """Those that hold something."""
    found = [*_of_cases(actor), _of_orders(actor), _of_approvals(actor)]
    return [group for group in found if group.count]


def _turn(actor: Actor) -> ColumnElement[bool]:
    """The step that comes next is this officer's: of their office for the unit, of their own hands within it."""
    parts: list[ColumnElement[bool]] = [false()]
    if actor.role in REGISTRARS:
        parts.append(Case.status == S.HELD)
    if actor.role in DISPATCHERS:
        parts.append(Case.status.in_((S.SUBMITTED, S.ACCEPTED, S.RETURNED)))
    if actor.role in RESPONSIBLE:
        mine = or_(Case.handler_id.is_(None), queries.in_hand_of(actor))
        parts.append(and_(Case.agency_id == actor.agency_id, Case.status.in_(IN_HANDS), mine))
    if actor.role in HELPERS:
        parts.append(_to_report(actor))
    if actor.role is Role.DISCIPLINE:
        parts.append(Case.status.in_(OPEN_STATUSES - {S.REPLIED}))
    return or_(*parts)


def _to_report(actor: Actor) -> ColumnElement[bool]:
    """What the unit carries out or helps with, and has not reported on since it was given away."""
    reported = exists().where(
        CaseEvent.case_id == Case.id,
        CaseEvent.deed == str(CaseAction.WORK_REPORT),
        CaseEvent.agency_id == actor.agency_id,
        CaseEvent.at >= Case.assigned_at,
    )
    helps = or_(Case.executor_id == actor.agency_id, asked_to_help(actor))
    under_way = Case.status.in_((S.IN_PROGRESS, S.REOPENED))
    return and_(helps, Case.agency_id != actor.agency_id, under_way, ~reported)


def _when() -> ColumnElement[datetime]:
    """When the next step is due, and never later than the promise."""
    step = func.coalesce(
        case(
            (Case.status == S.SUBMITTED, Case.accept_due),
            (Case.status == S.ASSIGNED, Case.sign_due),
            (_uncontacted(), Case.contact_due),
            else_=Case.promise_due,
        ),
        Case.promise_due,
    )
    return case((step < Case.promise_due, step), else_=Case.promise_due)


def _uncontacted() -> ColumnElement[bool]:
    return and_(Case.status == S.IN_PROGRESS, Case.contacted_at.is_(None))


def _of_cases(actor: Actor) -> list[Group]:
    now, tonight, when = clock.now(), end_of_day(clock.today()), _when()
    waits = and_(when > tonight, or_(Case.status.in_(FIRST_HAND), _uncontacted()))
    conditions = {"late": when < now, "today": and_(when >= now, when <= tonight), "waits": waits}
    titles = {"late": gettext("Over its time"), "today": gettext("Due today"), "waits": gettext("Waits for me")}
    columns = [func.count().filter(condition).label(key) for key, condition in conditions.items()]
    counts = db.session.execute(select(*columns).where(in_sight_of(actor), _turn(actor))).one()
    return [
        Group(key, titles[key], getattr(counts, key), _cases(actor, condition) if getattr(counts, key) else ())
        for key, condition in conditions.items()
    ]


def _cases(actor: Actor, condition: ColumnElement[bool]) -> list[Task]:
    everything = queries.desk_cases(actor, queries.DeskSearch(show="all"))
    found = everything.where(_turn(actor), condition).add_columns(_when()).order_by(_when(), Case.id).limit(SHOWN)
    return [_task(found_case, when, actor) for found_case, when in db.session.execute(found)]


def _task(found: Case, when: datetime, actor: Actor) -> Task:
    late = when < clock.now()
    return Task(
        url=url_for("cases_desk.case", number=found.number),
        step=str(labels.ACTIONS[_step(found, actor)]),
        title=found.title or gettext("Sealed report"),
        place=found.whereabouts,
        when=_until(when),
        who=staff_name_masked(found.handler) if found.handler else "",
        late=late,
    )


def _step(found: Case, actor: Actor) -> CaseAction:
    if found.status in IN_HANDS and found.agency_id != actor.agency_id:
        return CaseAction.WORK_REPORT
    if found.status is S.IN_PROGRESS and found.contacted_at is None:
        return CaseAction.CONTACT
    return STEPS.get(found.status, CaseAction.REPLY)


def _until(when: datetime) -> str:
    """The day alone where days are counted, else the moment, today without its day."""
    last_day = due_day(when)
    if when == end_of_day(last_day):
        return day(last_day)
    return clock_time(when) if last_day == clock.today() else moment(when)


def _of_orders(actor: Actor) -> Group:
    """督办单: those that this unit has to answer, and those that this office has to look at."""
    mine: list[ColumnElement[bool]] = [
        and_(SupervisionOrder.state == SupervisionState.ANSWERED, SupervisionOrder.by_id == actor.agency_id)
    ]
    if actor.role in RESPONSIBLE:
        mine.append(and_(SupervisionOrder.state == SupervisionState.OPEN, Case.agency_id == actor.agency_id))
    joined = select(SupervisionOrder).join(Case, Case.id == SupervisionOrder.case_id)
    statement: Select[Any] = joined.where(visible_to(actor), or_(*mine))
    loaded = statement.options(contains_eager(SupervisionOrder.case).options(*queries.LOADED))
    rows = db.session.scalars(loaded.order_by(SupervisionOrder.due_on, SupervisionOrder.id).limit(SHOWN + 1)).all()
    count = len(rows) if len(rows) <= SHOWN else _count(statement)
    tasks = [_order(order) for order in rows[:SHOWN]]
    return Group("orders", gettext("Supervision orders"), count, tasks, url_for("cases_supervision.index"))


def _order(order: SupervisionOrder) -> Task:
    waits = order.state is SupervisionState.OPEN
    action = CaseAction.SUPERVISION_ANSWER if waits else CaseAction.SUPERVISION_CLEAR
    return Task(
        url=url_for("cases_supervision.order", number=order.number),
        step=str(labels.ACTIONS[action]),
        title=gettext("Order %(number)s: %(title)s", number=order.number, title=order.case.title),
        place=order.case.building.full_name,
        when=day(order.due_on),
        late=waits and order.due_on < clock.today(),
    )


def _of_approvals(actor: Actor) -> Group:
    waiting = approvals.waiting_for(actor)
    tasks = [
        Task(
            url=url_for("identity_desk.decide", approval_id=approval.id),
            step=gettext("Decide"),
            title=approval.summary,
            place="",
            when=gettext("asked %(when)s", when=moment(approval.asked_at)),
            who=approval.asker.name,
        )
        for approval in waiting[:SHOWN]
    ]
    return Group("approvals", gettext("Waiting for my approval"), len(waiting), tasks, url_for("identity_desk.waiting"))


def counts(actor: Actor) -> list[tuple[str, str, int]]:
    """What besides stands on pages of its own: (word, address, how many), those with something only."""
    soon = queries.desk_cases(actor, queries.DeskSearch(show="due_soon"))
    found = [(gettext("Due soon"), url_for("cases_desk.index", show="due_soon"), _count(soon))]
    if actor.role in REGISTRARS:
        found.append((gettext("Call-backs"), url_for("cases_callbacks.callbacks"), _count(calling.callbacks(actor))))
    return [each for each in found if each[2]]


def _count(statement: Select[Any]) -> int:
    wanted = statement.with_only_columns(func.count()).order_by(None)
    return int(db.session.scalar(wanted) or 0)
