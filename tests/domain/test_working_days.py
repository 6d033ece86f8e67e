"""All vectors of the working calendar with 调休, computed from the State Council's notices."""

from datetime import date

import pytest

from portal.domain.calendar_2023_2026 import CALENDAR, MAKE_UP_DAYS, OFF_WEEKDAYS


@pytest.mark.parametrize(
    ("start", "count", "end"),
    [
        ("2023-12-29", 1, "2024-01-02"),
        ("2023-12-29", 5, "2024-01-08"),
        ("2024-02-05", 5, "2024-02-18"),
        ("2024-02-08", 5, "2024-02-21"),
        ("2024-04-30", 1, "2024-05-06"),
        ("2024-04-30", 5, "2024-05-10"),
        ("2024-09-13", 1, "2024-09-14"),
        ("2024-09-13", 5, "2024-09-23"),
        ("2024-09-29", 5, "2024-10-11"),
        ("2026-02-12", 5, "2026-02-26"),
    ],
)
def test_working_days_are_added(start, count, end):
    first, last = date.fromisoformat(start), date.fromisoformat(end)
    assert CALENDAR.add_working_days(first, count) == last
    assert CALENDAR.working_days_between(first, last) == count


@pytest.mark.parametrize(("year", "days"), [(2023, 249), (2024, 251), (2025, 248), (2026, 248)])
def test_workdays_per_year(year, days):
    assert CALENDAR.workdays_in(year) == days
    assert CALENDAR.is_confirmed(year)


MADE_UP = """
2023-01-28 2023-01-29 2023-04-23 2023-05-06 2023-06-25 2023-10-07 2023-10-08
2024-02-04 2024-02-18 2024-04-07 2024-04-28 2024-05-11 2024-09-14 2024-09-29 2024-10-12
2025-01-26 2025-02-08 2025-04-27 2025-09-28 2025-10-11
2026-01-04 2026-02-14 2026-02-28 2026-05-09 2026-09-20 2026-10-10
"""


@pytest.mark.parametrize("day", MADE_UP.split())
def test_a_weekend_made_up_is_worked(day):
    assert CALENDAR.is_working_day(date.fromisoformat(day))


def test_every_exception_is_listed_once_and_on_the_right_kind_of_day():
    assert len(MAKE_UP_DAYS) == 26
    assert all(day.weekday() >= 5 for day in MAKE_UP_DAYS)
    assert all(day.weekday() < 5 for day in OFF_WEEKDAYS)


def test_new_years_eve_was_worked_in_2024():
    assert CALENDAR.is_working_day(date(2024, 2, 9))
    assert not CALENDAR.is_working_day(date(2024, 2, 12))


def test_a_year_without_a_notice_follows_the_weekend_rule_and_says_so():
    assert not CALENDAR.is_confirmed(2027)
    assert CALENDAR.is_working_day(date(2027, 10, 1))
    assert not CALENDAR.is_working_day(date(2027, 10, 2))
    assert CALENDAR.workdays_in(2027) == 261


def test_no_day_added_is_the_day_itself_and_time_never_runs_backwards():
    sunday = date(2024, 6, 16)
    assert CALENDAR.add_working_days(sunday, 0) == sunday
    with pytest.raises(ValueError, match="forwards"):
        CALENDAR.add_working_days(sunday, -1)


def test_between_is_signed_and_empty_on_one_day():
    friday, monday = date(2024, 6, 14), date(2024, 6, 17)
    assert CALENDAR.working_days_between(friday, friday) == 0
    assert CALENDAR.working_days_between(friday, monday) == 1
    assert CALENDAR.working_days_between(monday, friday) == -1


def test_the_next_working_day_of_a_working_day_is_itself():
    assert CALENDAR.next_working_day(date(2024, 9, 28)) == date(2024, 9, 29)
    assert CALENDAR.next_working_day(date(2024, 9, 29)) == date(2024, 9, 29)
