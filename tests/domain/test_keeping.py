"""All backups of 24 hours, one a day for 14 days, one a month for 6 months; each night one is tried."""

from datetime import datetime, timedelta

import pytest

from portal.domain.keeping import check_is_due, kept
from portal.domain.local_time import SHANGHAI


def on(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


NOW = on("2024-06-17 09:00")


def every(step: timedelta, back: timedelta) -> list[datetime]:
    return [NOW - step * turn for turn in range(int(back / step) + 1)]


def test_everything_of_the_last_day_stays() -> None:
    quarters = every(timedelta(minutes=15), timedelta(hours=24))
    assert kept(quarters, NOW) == set(quarters)


def test_of_each_of_fourteen_days_the_last_stays() -> None:
    left = kept(every(timedelta(hours=1), timedelta(days=30)), NOW)
    older = sorted(moment for moment in left if NOW - moment > timedelta(hours=24))
    assert older[-1] == on("2024-06-15 23:00")
    assert [moment.date().day for moment in older] == [31, *range(4, 16)], "and the last of May"


def test_of_each_of_six_months_the_last_stays() -> None:
    left = kept(every(timedelta(days=1), timedelta(days=400)), NOW)
    older = sorted(moment for moment in left if NOW - moment > timedelta(days=14))
    assert [f"{moment:%m-%d}" for moment in older] == ["01-31", "02-29", "03-31", "04-30", "05-31"]


def test_a_day_is_a_day_in_tianjin() -> None:
    """23:30 and 00:30 there lie on one day in UTC."""
    evening, after_midnight = on("2024-06-10 23:30"), on("2024-06-11 00:30")
    assert kept([evening, after_midnight], NOW) == {evening, after_midnight}


def test_the_newest_stays_however_old() -> None:
    assert kept([on("2020-01-01 00:00"), on("2021-01-01 00:00")], NOW) == {on("2021-01-01 00:00")}
    assert kept([], NOW) == set()


def test_what_was_kept_once_is_enough_for_later_days() -> None:
    """Thinning out every day leaves the same as thinning out once at the end."""
    here: set[datetime] = set()
    start = NOW - timedelta(days=200)
    for day in range(201):
        now = start + timedelta(days=day)
        here = kept({*here, *(now - timedelta(hours=hour) for hour in range(24))}, now)
    all_of_them = [NOW - timedelta(hours=hour) for hour in range(200 * 24)]
    assert here == kept(all_of_them, NOW)


@pytest.mark.parametrize(
    ("since", "now", "due"),
    [
        ("2024-06-16 20:00", "2024-06-17 02:59", False),
        ("2024-06-16 20:00", "2024-06-17 03:00", True),
        ("2024-06-17 03:05", "2024-06-17 23:00", False),
        ("2024-06-15 03:05", "2024-06-17 01:00", True),
    ],
)
def test_one_is_tried_every_night(since: str, now: str, due: bool) -> None:
    assert check_is_due(on(since), on(now)) is due
