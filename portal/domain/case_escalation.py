"""逐级上报: who hears when a case is not taken on, not signed for or not answered, and when (domain.md §0.5, product CA5).

Two ladders stand at every open case. On both a higher step tells a higher unit, each step once.

promise: 0 before the promised day the unit is reminded · 1 the day has passed, the unit and its superior hear ·
2, 3 … after each CLIMB the unit above that one.
taking: for whoever has to take it on or sign for it. A and B: 0 the duty contact at once, then after each ALARM the next
contact or unit. C and D: 1 when the time is over, the superior; then after each ALARM the unit above that one.

A and B run through nights and weekends; of C and D people hear in working time only.
"""

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from enum import StrEnum

from portal.domain.deadlines import AT_ONCE, due, due_day
from portal.domain.levels import Level, Span, SpanUnit, counts_in_days, hours, minutes, working_days
from portal.domain.local_time import local, start_of_day
from portal.domain.working_days import WorkingCalendar


class Ladder(StrEnum):
    PROMISE = "promise"
    TAKING = "taking"


class Rung(StrEnum):
    """The three figures of the ladders."""

    REMIND = "remind"  # so long before the promise the unit is reminded
    CLIMB = "climb"  # past the promise: one unit higher after each
    ALARM = "alarm"  # not taken on: one contact or unit further after each


ESCALATION_SPANS: dict[tuple[Level, Rung], Span] = {
    (Level.A, Rung.REMIND): hours(4),
    (Level.B, Rung.REMIND): hours(8),
    (Level.C, Rung.REMIND): working_days(1),
    (Level.D, Rung.REMIND): working_days(2),
    (Level.A, Rung.CLIMB): hours(2),
    (Level.B, Rung.CLIMB): hours(4),
    (Level.C, Rung.CLIMB): working_days(2),
    (Level.D, Rung.CLIMB): working_days(3),
    (Level.A, Rung.ALARM): minutes(15),
    (Level.B, Rung.ALARM): minutes(30),
    (Level.C, Rung.ALARM): working_days(1),
    (Level.D, Rung.ALARM): working_days(1),
}
ESCALATION_SOURCE = "到期前提醒、超期和没人接件逐级上报：平台默认值，可在后台调整（特急、紧急件的间隔同接单时限）"

WORK_BEGINS, WORK_ENDS = time(8, 30), time(17, 30)  # Monday to Friday and make-up days


@dataclass(frozen=True)
class Figures:
    """What the operator set for the case."""

    remind: Span
    climb: Span
    alarm: Span


def is_urgent(level: Level) -> bool:
    return not counts_in_days(level)


def is_working_time(moment: datetime, calendar: WorkingCalendar) -> bool:
    there = local(moment)
    return calendar.is_working_day(there.date()) and WORK_BEGINS <= there.time() < WORK_ENDS


def may_tell(level: Level, now: datetime, calendar: WorkingCalendar) -> bool:
    return is_urgent(level) or is_working_time(now, calendar)


def promise_step_at(step: int, promise_due: datetime, figures: Figures, calendar: WorkingCalendar) -> datetime:
    """The moment from which a step of the promise ladder is due."""
    if step == 0:
        return _before(promise_due, figures.remind, calendar)
    return _after(promise_due, figures.climb, step - 1, calendar)


def taking_step_at(
    step: int, level: Level, since: datetime, due_at: datetime, figures: Figures, calendar: WorkingCalendar
) -> datetime:
    """`since`: when it came; `due_at`: until when it had to be taken on or signed for."""
    if is_urgent(level):
        return _after(since, figures.alarm, step, calendar)
    return _after(due_at, figures.alarm, step - 1, calendar)


def first_step(ladder: Ladder, level: Level) -> int:
    """An ordinary case that was not taken on is no matter for a contact on duty: its ladder begins above."""
    return 1 if ladder is Ladder.TAKING and not is_urgent(level) else 0


def _before(moment: datetime, span: Span, calendar: WorkingCalendar) -> datetime:
    """In working days: the beginning of that day, so that a whole day is left for each."""
    if span.unit in AT_ONCE:
        return local(moment) - AT_ONCE[span.unit] * span.amount
    day = due_day(moment)
    if span.unit is SpanUnit.DAYS:
        return start_of_day(day - timedelta(days=span.amount))
    return start_of_day(calendar.working_days_before(day, span.amount))


def _after(moment: datetime, span: Span, times: int, calendar: WorkingCalendar) -> datetime:
    """The span `times` over; what ends with a day goes on from the end of that day."""
    if times <= 0:
        return local(moment)
    if span.unit in AT_ONCE:
        return local(moment) + AT_ONCE[span.unit] * span.amount * times
    whole = Span(span.amount * times, span.unit)
    return due(moment - timedelta(microseconds=1), whole, calendar)
