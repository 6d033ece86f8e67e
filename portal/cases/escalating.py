"""逐级上报: what the worker does when a case is not taken on, not signed for or not answered (domain.md §0.5).

Whoever holds the case is told, then its superior, then the one above that: the rules are `domain.case_escalation`. Each
step is a row that can exist once, a step of the case's timeline and an entry of the journal; no clock moves.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import structlog
from sqlalchemy import func, or_, select

from portal.cases import escalation_calls, targets
from portal.cases.clocks import due_of
from portal.cases.deeds import deed
from portal.cases.escalation_calls import Station
from portal.cases.escalation_models import CaseEscalation
from portal.cases.holding import above, holder_of
from portal.cases.models import Case
from portal.cases.notifications import tell_units
from portal.cases.waiting import WAITING, acknowledged_at, waiting_of, watch_level, watched
from portal.core import clock
from portal.core.calendar import working_calendar
from portal.core.extensions import db
from portal.core.jobs import periodic
from portal.core.writing import writing
from portal.domain.actors import Actor
from portal.domain.case_escalation import (
    Figures,
    Ladder,
    first_step,
    is_urgent,
    may_tell,
    promise_step_at,
    taking_step_at,
)
from portal.domain.case_lifecycle import UNANSWERED_STATUSES, CaseAction, CaseStatus, CaseTrack
from portal.domain.case_targets import CaseClock, Target, target_at
from portal.domain.deadlines import due, due_day
from portal.domain.errors import DomainError
from portal.domain.levels import Level
from portal.domain.local_time import local_day

log = structlog.get_logger()
LOOKED_AHEAD = timedelta(days=200)  # more than the longest reminder that can be set
AT_A_TIME = 1000
MOST_DAYS = 99  # the text has room for two digits


@dataclass(frozen=True)
class Rung:
    """A step that is due now: whom it tells. `agency_id` hears in its inboxes, `station` by telephone."""

    ladder: Ladder
    anchor: datetime
    step: int
    agency_id: int
    holder_id: int | None
    next_at: datetime
    station: Station | None = None

    @property
    def by(self) -> datetime:
        """The moment that the text names: the promise while it lasts, afterwards when the next unit hears."""
        return self.next_at if self.ladder is Ladder.PROMISE and self.step > 0 else self.anchor


@periodic("case_takings", timedelta(minutes=1))
def run_takings() -> int:
    """Not taken on, not signed for: the urgent ones at every hour. How many steps were taken."""
    return sum(_climb(case_id, Ladder.TAKING) for case_id in _untaken())


@periodic("case_promises", timedelta(minutes=5))
def run_promises() -> int:
    """Due soon, overdue, still overdue."""
    return sum(_climb(case_id, Ladder.PROMISE) for case_id in _unanswered())


def _untaken() -> Sequence[int]:
    """Urgent ones from the beginning; ordinary ones once their time is over."""
    now = clock.now()
    late = or_(
        (Case.status == CaseStatus.SUBMITTED) & (Case.accept_due < now),
        (Case.status == CaseStatus.ASSIGNED) & (Case.sign_due < now),
        Case.status.in_((CaseStatus.ACCEPTED, CaseStatus.RETURNED)),
    )
    urgent = Case.level.in_((Level.A, Level.B)) & (Case.track == CaseTrack.ORDINARY)
    statement = select(Case.id).where(Case.status.in_(WAITING), Case.track != CaseTrack.SEALED, or_(urgent, late))
    return db.session.scalars(statement.order_by(Case.level, Case.id).limit(AT_A_TIME)).all()


def _unanswered() -> Sequence[int]:
    """Those whose promise is near or over, and whose next step may be due."""
    taken = (
        select(CaseEscalation.case_id, func.max(CaseEscalation.step).label("step"))
        .join(Case, Case.id == CaseEscalation.case_id)
        .where(CaseEscalation.ladder == Ladder.PROMISE, CaseEscalation.anchor == Case.promise_due)
        .group_by(CaseEscalation.case_id)
        .subquery()
    )
    rows = db.session.execute(
        select(Case.id, Case.level, Case.track, Case.submitted_at, Case.promise_due, taken.c.step)
        .outerjoin(taken, taken.c.case_id == Case.id)
        .where(Case.status.in_(UNANSWERED_STATUSES), Case.promise_due < clock.now() + LOOKED_AHEAD)
        .order_by(Case.promise_due, Case.id)
    )
    now, calendar, known = clock.now(), working_calendar(), targets.known()
    found = []
    for row in rows:
        level, step = watched(row.level, row.track), 0 if row.step is None else row.step + 1
        if may_tell(level, now, calendar):
            figures = _figures(level, row.submitted_at, known)
            if promise_step_at(step, row.promise_due, figures, calendar) <= now:
                found.append(row.id)
    return found[:AT_A_TIME]


def _climb(case_id: int, ladder: Ladder) -> int:
    """All steps of one case that are due, in one transaction each."""
    taken = 0
    while _take(case_id, ladder):
        taken += 1
    return taken


def _take(case_id: int, ladder: Ladder) -> bool:
    try:
        with writing():
            case = db.session.get_one(Case, case_id, with_for_update={"of": Case})
            rung = _due_rung(case, ladder)
            if rung is None:
                return False
            _step(case, rung)
            return True
    except DomainError as refusal:
        log.warning("case_not_escalated", reason=type(refusal).__name__)
        return False


def _due_rung(case: Case, ladder: Ladder) -> Rung | None:
    if not may_tell(watch_level(case), clock.now(), working_calendar()):
        return None
    return _of_promise(case) if ladder is Ladder.PROMISE else _of_taking(case)


def _figures(level: Level, reported_at: datetime, known: Sequence[Target]) -> Figures:
    which = (CaseClock.REMIND, CaseClock.CLIMB, CaseClock.ALARM)
    return Figures(*(target_at(known, level, each, reported_at).span for each in which))


def _figures_of(case: Case) -> Figures:
    return _figures(watch_level(case), case.submitted_at, targets.known())


def _next(case: Case, ladder: Ladder, anchor: datetime, first: int) -> int:
    steps = CaseEscalation.of(case.id, ladder, anchor)
    last = db.session.scalar(select(func.max(CaseEscalation.step)).where(steps))
    return first if last is None else int(last) + 1


def _of_promise(case: Case) -> Rung | None:
    if case.status not in UNANSWERED_STATUSES:
        return None
    anchor, now, calendar, figures = case.promise_due, clock.now(), working_calendar(), _figures_of(case)
    step = _next(case, Ladder.PROMISE, anchor, 0)
    if step == 0 and now > anchor:
        step = 1  # nobody is told that it is due soon when it is over
    holder = _told_first(case)
    units = [] if case.track is CaseTrack.SEALED else above(case)
    if holder is None or promise_step_at(step, anchor, figures, calendar) > now:
        return None
    if step > max(len(units), 1):
        return None
    agency = holder if step == 0 or not units else units[step - 1]
    return Rung(Ladder.PROMISE, anchor, step, agency, holder, promise_step_at(step + 1, anchor, figures, calendar))


def _told_first(case: Case) -> int | None:
    return escalation_calls.discipline() if case.track is CaseTrack.SEALED else holder_of(case)


def _of_taking(case: Case) -> Rung | None:
    found = waiting_of(case)
    holder = holder_of(case)
    if found is None or holder is None or case.track is CaseTrack.SEALED:
        return None
    level, now, calendar, figures = watch_level(case), clock.now(), working_calendar(), _figures_of(case)
    step = _next(case, Ladder.TAKING, found.since, first_step(Ladder.TAKING, level))

    def at(number: int) -> datetime:
        return taking_step_at(number, level, found.since, found.due_at, figures, calendar)

    if at(step) > now or _is_seen_to(case, found.since, now):
        return None
    if is_urgent(level) and _was_told_just_now(case, found.since, figures, now):
        return None
    if not is_urgent(level):
        units = above(case)
        if step > len(units):
            return None
        return Rung(Ladder.TAKING, found.since, step, units[step - 1], holder, at(step + 1))
    station = escalation_calls.next_station(case, found.since, [holder, *above(case)])
    if station is None:
        return None
    return Rung(Ladder.TAKING, found.since, step, station.agency_id, holder, at(step + 1), station)


def _was_told_just_now(case: Case, since: datetime, figures: Figures, now: datetime) -> bool:
    """Also after a pause of the worker everybody has their time before the next one is called."""
    steps = CaseEscalation.of(case.id, Ladder.TAKING, since)
    last = db.session.scalar(select(func.max(CaseEscalation.at)).where(steps))
    return last is not None and now < due(last, figures.alarm, working_calendar())


def _is_seen_to(case: Case, since: datetime, now: datetime) -> bool:
    """Somebody said so, and has had less time since than for a first contact."""
    said = acknowledged_at(case, since)
    if said is None:
        return False
    return now < due_of(case, CaseClock.CONTACT, said)


def _step(case: Case, rung: Rung) -> None:
    with deed(Actor.system(), case, CaseAction.ESCALATE, public=False) as step:
        row = CaseEscalation(
            case_id=case.id,
            ladder=rung.ladder,
            anchor=rung.anchor,
            step=rung.step,
            holder_id=rung.holder_id,
            agency_id=rung.agency_id,
            rank=rung.station.rank if rung.station else 0,
            at=step.at,
        )
        db.session.add(row)
        db.session.flush()
        step.note(ladder=str(rung.ladder), step=rung.step, to=rung.agency_id, contact=row.rank > 0, rank=row.rank)
        _tell(case, rung, row)


def _tell(case: Case, rung: Rung, row: CaseEscalation) -> None:
    for agency_id, key, more in _told(rung):
        tell_units(case, [agency_id], key, rung.by, **more)
    if rung.station is not None:
        escalation_calls.call(case, row, rung.station)


def _told(rung: Rung) -> Iterator[tuple[int, str, dict[str, Any]]]:
    unit = escalation_calls.unit_name(rung.holder_id)
    if rung.ladder is Ladder.TAKING:
        if rung.agency_id != rung.holder_id:
            yield rung.agency_id, "staff_untaken", {"unit": unit}
        return
    if rung.step == 0:
        yield rung.agency_id, "staff_due", {}
        return
    over = working_calendar().working_days_between(due_day(rung.anchor), local_day(clock.now()))
    late: dict[str, object] = {"n": min(max(over, 1), MOST_DAYS), "unit": unit}
    if rung.holder_id is not None and rung.step == 1:
        yield rung.holder_id, "staff_overdue", late
    if rung.agency_id != rung.holder_id:
        yield rung.agency_id, "staff_overdue_above", late


def acknowledge(actor: Actor, case: Case, revision: int | None = None) -> None:
    """我知道了，去处理: the calls stop for as long as a first contact may take; no clock stops."""
    with deed(actor, case, CaseAction.ACKNOWLEDGE, revision=revision, public=False) as step:
        found = waiting_of(case)
        step.note(since=found.since.isoformat() if found else "")
