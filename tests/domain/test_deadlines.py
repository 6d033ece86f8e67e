"""When something is due, and how the remaining time is told."""

from datetime import UTC, date, datetime

import pytest

from portal.domain.calendar_2023_2026 import CALENDAR
from portal.domain.deadlines import due, due_day, is_overdue, petition_due, remaining
from portal.domain.levels import DEFAULT_TARGETS, Level, Span, SpanUnit, counts_in_days, hours, minutes, working_days
from portal.domain.local_time import SHANGHAI, end_of_day


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


@pytest.mark.parametrize(
    ("start", "count", "day"),
    [
        ("2023-12-29 16:00", 1, date(2024, 1, 2)),
        ("2024-02-05 08:00", 5, date(2024, 2, 18)),
        ("2024-06-16 23:59", 1, date(2024, 6, 17)),
        ("2024-06-17 00:00", 1, date(2024, 6, 18)),
        ("2024-06-17 23:59", 5, date(2024, 6, 24)),
        ("2024-09-29 10:00", 5, date(2024, 10, 11)),
    ],
)
def test_working_days_leave_out_the_start_day_and_end_at_midnight(start, count, day):
    due_at = due(at(start), working_days(count), CALENDAR)
    assert due_at == end_of_day(day)
    assert due_day(due_at) == day


def test_the_start_day_is_the_local_one():
    """17:00 UTC on 16 June is already 01:00 on the 17th in Tianjin."""
    assert due_day(due(datetime(2024, 6, 16, 17, tzinfo=UTC), working_days(1), CALENDAR)) == date(2024, 6, 18)


def test_hours_and_minutes_run_through_night_and_holiday():
    new_years_eve = at("2024-02-09 23:50")
    assert due(new_years_eve, minutes(15), CALENDAR) == at("2024-02-10 00:05")
    assert due(new_years_eve, hours(48), CALENDAR) == at("2024-02-11 23:50")
    assert due_day(due(new_years_eve, minutes(15), CALENDAR)) == date(2024, 2, 10)


def test_calendar_days_that_end_on_a_free_day_end_on_the_next_worked_one():
    assert due_day(due(at("2024-02-01 09:00"), Span(15, SpanUnit.DAYS), CALENDAR)) == date(2024, 2, 18)


def test_what_ends_at_24_is_printed_with_its_own_day():
    assert due_day(at("2024-06-22 00:00")) == date(2024, 6, 21)
    assert due_day(at("2024-06-22 00:01")) == date(2024, 6, 22)


@pytest.mark.parametrize(
    ("start", "days", "target", "legal"),
    [
        (date(2024, 2, 1), 15, date(2024, 2, 16), date(2024, 2, 18)),
        (date(2024, 3, 5), 30, date(2024, 4, 4), date(2024, 4, 7)),
        (date(2024, 3, 5), 60, date(2024, 5, 4), date(2024, 5, 6)),
        (date(2024, 7, 30), 60, date(2024, 9, 28), date(2024, 9, 29)),
        (date(2024, 6, 3), 15, date(2024, 6, 18), date(2024, 6, 18)),
    ],
)
def test_a_petition_has_a_target_and_a_legal_day(start, days, target, legal):
    found = petition_due(start, days, CALENDAR)
    assert (found.target, found.legal) == (target, legal)


DUE = end_of_day(date(2024, 6, 21))  # a Friday


@pytest.mark.parametrize(
    ("now", "amount", "overdue", "today"),
    [
        ("2024-06-17 09:00", 4, False, False),
        ("2024-06-19 23:59", 2, False, False),
        ("2024-06-21 09:00", 0, False, True),
        ("2024-06-22 00:00", 0, False, False),  # the very last moment
        ("2024-06-22 00:01", 1, True, False),  # Saturday: over, though no working day has passed
        ("2024-06-24 09:00", 1, True, False),
        ("2024-06-25 09:00", 2, True, False),
    ],
)
def test_days_left_and_days_over(now, amount, overdue, today):
    left = remaining(DUE, at(now), CALENDAR)
    assert (left.amount, left.unit) == (amount, SpanUnit.WORKING_DAYS)
    assert (left.overdue, left.today) == (overdue, today)


@pytest.mark.parametrize(
    ("now", "amount", "unit", "overdue"),
    [
        ("2024-06-16 10:00", 24, SpanUnit.HOURS, False),
        ("2024-06-17 09:00", 1, SpanUnit.HOURS, False),
        ("2024-06-17 09:01", 59, SpanUnit.MINUTES, False),
        ("2024-06-17 10:00", 0, SpanUnit.MINUTES, False),
        ("2024-06-17 10:00:20", 1, SpanUnit.MINUTES, True),
        ("2024-06-17 12:30", 2, SpanUnit.HOURS, True),
    ],
)
def test_urgent_cases_are_told_in_hours_and_minutes(now, amount, unit, overdue):
    left = remaining(at("2024-06-17 10:00"), at(now), CALENDAR, SpanUnit.HOURS)
    assert (left.amount, left.unit, left.overdue) == (amount, unit, overdue)


def test_in_time_at_the_very_moment():
    assert not is_overdue(DUE, DUE)
    assert is_overdue(DUE, at("2024-06-22 00:00:01"))


def test_the_default_targets_are_those_of_the_taxonomy():
    assert set(DEFAULT_TARGETS) == set(Level)
    urgent, plain, complex_ = (DEFAULT_TARGETS[level] for level in (Level.A, Level.C, Level.D))
    assert (urgent.accept, urgent.sign, urgent.contact, urgent.reply) == (minutes(15), minutes(15), hours(1), hours(24))
    assert DEFAULT_TARGETS[Level.B].reply == hours(48)
    assert (plain.accept, plain.contact, plain.reply) == (working_days(1), working_days(1), working_days(5))
    assert (complex_.contact, complex_.reply) == (working_days(2), working_days(15))
    assert all(targets.source for targets in DEFAULT_TARGETS.values())
    assert [level for level in Level if counts_in_days(level)] == [Level.C, Level.D]


def test_a_moment_without_a_zone_and_an_empty_span_are_refused():
    with pytest.raises(ValueError, match="time zone"):
        due(datetime(2024, 6, 17, 9), working_days(1), CALENDAR)  # noqa: DTZ001
    with pytest.raises(ValueError, match="at least one"):
        Span(0, SpanUnit.HOURS)
