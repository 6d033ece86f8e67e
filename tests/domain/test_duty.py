"""值班表: who is on duty at a moment."""

from datetime import date, datetime, time

import pytest

from portal.domain.duty import Shift, on_duty, turn_at, turns_of, uncovered
from portal.domain.local_time import SHANGHAI

WORKDAYS, ALL = frozenset({1, 2, 3, 4, 5}), frozenset(range(1, 8))
DAY = Shift(1, time(8, 30), time(17, 30), WORKDAYS)
NIGHT = Shift(2, time(17, 30), time(8, 30), ALL)
WEEKEND = Shift(3, time(8, 30), time(17, 30), frozenset({6, 7}))
SECOND = Shift(4, time(0), time(0), ALL, rank=2)
FEAST = Shift(5, time(0), time(0), first_day=date(2024, 6, 22), last_day=date(2024, 6, 23))
ROSTER = [DAY, NIGHT, WEEKEND, SECOND]


def on(moment: str) -> datetime:
    return datetime.fromisoformat(moment).replace(tzinfo=SHANGHAI)


@pytest.mark.parametrize(
    ("moment", "ids"),
    [
        ("2024-06-17 08:29", [2, 4]),  # Sunday's night
        ("2024-06-17 08:30", [1, 4]),
        ("2024-06-17 17:29", [1, 4]),
        ("2024-06-17 17:30", [2, 4]),
        ("2024-06-18 03:00", [2, 4]),
        ("2024-06-22 12:00", [3, 4]),
        ("2024-06-23 00:00", [2, 4]),
    ],
)
def test_weekly_lines_through_day_and_night(moment, ids):
    assert [shift.id for shift in on_duty(ROSTER, on(moment))] == ids


def test_a_line_with_dates_goes_before_the_weekly_ones_of_its_rank():
    for moment, first in (
        ("2024-06-21 23:59", 2),
        ("2024-06-22 00:00", 5),
        ("2024-06-23 23:59", 5),
        ("2024-06-24 00:00", 2),
    ):
        assert [shift.id for shift in on_duty([*ROSTER, FEAST], on(moment))] == [first, 4], moment
    assert [shift.id for shift, _begin, _end in turns_of([*ROSTER, FEAST], date(2024, 6, 22))] == [5, 4, 2]


def test_how_long_a_turn_lasts():
    assert turn_at(NIGHT, on("2024-06-18 03:00")) == (on("2024-06-17 17:30"), on("2024-06-18 08:30"))
    assert turn_at(DAY, on("2024-06-18 03:00")) is None


def test_a_gap_is_seen():
    assert not uncovered(ROSTER, date(2024, 6, 17))
    assert not uncovered([DAY, NIGHT, WEEKEND], date(2024, 6, 22))
    assert uncovered([DAY, NIGHT], date(2024, 6, 22))
    assert uncovered([], date(2024, 6, 17))
