"""When something is due, and how much time is left (民法典 arts 201–203; domain.md §11)."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from portal.domain.levels import Span, SpanUnit
from portal.domain.local_time import end_of_day, local, local_day
from portal.domain.working_days import WorkingCalendar

AT_ONCE = {SpanUnit.MINUTES: timedelta(minutes=1), SpanUnit.HOURS: timedelta(hours=1)}


def due(start: datetime, span: Span, calendar: WorkingCalendar) -> datetime:
    """The last moment of a span, in Asia/Shanghai.

    Minutes and hours run at once, through nights and weekends. Days and working days do not count the day of `start`
    and end at 24:00; a span of calendar days that ends on a free day ends on the next working day (art. 203).
    """
    if span.unit in AT_ONCE:
        return local(start) + AT_ONCE[span.unit] * span.amount
    if span.unit is SpanUnit.WORKING_DAYS:
        return end_of_day(calendar.add_working_days(local_day(start), span.amount))
    return end_of_day(petition_due(local_day(start), span.amount, calendar).legal)


def due_day(due_at: datetime) -> date:
    """The day to print: what is due at 24:00 of 21 June is due on 21 June, not on the 22nd."""
    return local_day(due_at - timedelta(microseconds=1))


@dataclass(frozen=True)
class DueDays:
    """`target`: the plain count, shown to staff. `legal`: moved behind a free day (art. 203)."""

    target: date
    legal: date


def petition_due(start_day: date, days: int, calendar: WorkingCalendar) -> DueDays:
    """Both dates of a limit in calendar days (信访工作条例: 15, 30, 60 日); the start day is not counted."""
    target = start_day + timedelta(days=days)
    return DueDays(target, calendar.next_working_day(target))


def is_overdue(due_at: datetime, now: datetime) -> bool:
    """Still in time at the very moment of `due_at`."""
    return now > due_at


@dataclass(frozen=True)
class Remaining:
    """“还剩 2 天” or “超 1 天”: `amount` is never negative, `unit` is working_days, hours or minutes.

    `today`: due before this day ends, so that days are no use to say (amount is 0 in working days then).
    """

    amount: int
    unit: SpanUnit
    overdue: bool
    today: bool


def remaining(
    due_at: datetime, now: datetime, calendar: WorkingCalendar, unit: SpanUnit = SpanUnit.WORKING_DAYS
) -> Remaining:
    """Time left until `due_at`, or time over it.

    `unit` WORKING_DAYS for levels C and D, HOURS for A and B (minutes are told below one hour). What is overdue at all
    is overdue by at least one day or minute, also on a free day.
    """
    overdue = is_overdue(due_at, now)
    today = not overdue and due_day(due_at) == local_day(now)
    if unit is SpanUnit.WORKING_DAYS:
        days = abs(calendar.working_days_between(local_day(now), due_day(due_at)))
        return Remaining(max(days, 1) if overdue else days, unit, overdue, today)
    whole_minutes = int(abs(due_at - now) / timedelta(minutes=1))
    if whole_minutes < 60:
        return Remaining(max(whole_minutes, 1) if overdue else whole_minutes, SpanUnit.MINUTES, overdue, today)
    return Remaining(whole_minutes // 60, SpanUnit.HOURS, overdue, today)
