"""No action restarts, stops or hides a clock: 10,000 lives of cases against a recomputation from their history (product D10)."""

import os
from collections import Counter
from datetime import date, datetime, timedelta
from random import Random

import pytest

from portal.domain.calendar_2023_2026 import CALENDAR
from portal.domain.case_dates import CaseDates
from portal.domain.case_lifecycle import CLOSED_STATUSES
from portal.domain.errors import DomainError
from portal.domain.levels import DEFAULT_TARGETS, Level, working_days
from portal.domain.local_time import SHANGHAI
from tests.domain import recomputed
from tests.domain.histories import born, live

LIVES = 100_000 if os.environ.get("FAULTS") == "long" else 10_000


def differences(lives: int, seed: int) -> tuple[list[str], Counter[str]]:
    """Where product and recomputation disagree, at every moment of every life; and how often each deed was done."""
    random, found, done = Random(seed), [], Counter[str]()
    for number in range(lives):
        life = born(random)
        for now in live(life, random, random.randint(3, 22)):
            ended = life.facts.closed_at if life.facts.status in CLOSED_STATUSES else None
            until = ended or now
            if life.dates.overdue_time(until) != recomputed.overdue(life.log, until):
                found.append(f"life {number}: overdue after {[entry.deed for entry in life.log]}")
            if life.dates.promise_due != recomputed.promised(life.log):
                found.append(f"life {number}: promise after {[entry.deed for entry in life.log]}")
        done.update(entry.deed for entry in life.log)
    return found, done


def test_ten_thousand_lives_give_the_overdue_time_of_their_history():
    found, done = differences(LIVES, 20240210)
    assert not found, found[:5]
    often = {"assign", "return", "merge", "unmerge", "suspend_granted", "resume", "extend_granted", "urge", "dispute"}
    assert all(done[deed] > 500 for deed in often), done


@pytest.mark.parametrize("deed", ["reopened", "extended", "suspended", "resumed"])
def test_the_measurement_finds_a_clock_that_a_deed_restarts(monkeypatch, deed):
    """The negative control."""
    honest = getattr(CaseDates, deed)

    def restarting(self, *args):
        dates = honest(self, *args)
        return CaseDates(dates.submitted_at, dates.promise_due, dates.promise_due, dates.answered_at)

    monkeypatch.setattr(CaseDates, deed, restarting)
    assert differences(300, 1)[0]


def there(*moment: int) -> datetime:
    return datetime(*moment, tzinfo=SHANGHAI)


@pytest.mark.parametrize(
    ("reported", "level", "due"),
    [
        (there(2024, 2, 8, 10), Level.C, there(2024, 2, 22)),  # 9, 18 (made up), 19, 20, 21 February
        (there(2024, 2, 9, 23, 59), Level.C, there(2024, 2, 23)),
        (there(2024, 2, 12, 8), Level.C, there(2024, 2, 23)),  # in the holiday
        (there(2024, 2, 4, 9), Level.C, there(2024, 2, 10)),  # a Sunday that is worked
        (there(2024, 1, 26, 9), Level.D, there(2024, 2, 22)),
        (there(2024, 2, 9, 22), Level.A, there(2024, 2, 10, 22)),  # urgent ones run through New Year's Eve
        (there(2024, 2, 9, 22), Level.B, there(2024, 2, 11, 22)),
    ],
)
def test_around_spring_festival_2024(reported, level, due):
    dates = CaseDates.reported(reported, DEFAULT_TARGETS[level].reply, CALENDAR)
    assert dates.reply_due == dates.promise_due == due == recomputed.answer_due(reported, str(level))
    assert dates.overdue_time(due) == timedelta(0)
    assert dates.overdue_time(due + timedelta(seconds=1)) == timedelta(seconds=1)


def test_what_was_late_stays_late():
    dates = CaseDates.reported(there(2024, 6, 17, 9), working_days(5), CALENDAR)
    late = dates.answered(there(2024, 6, 26, 12))
    assert late.overdue_time(there(2024, 7, 30)) == timedelta(hours=36), "the answer ends the waiting"
    again = late.reopened(there(2024, 6, 27, 9), working_days(5), CALENDAR)
    assert again.promise_due == there(2024, 7, 5)
    assert again.overdue_time(there(2024, 6, 28)) == timedelta(days=3), "a disputed answer was none"
    assert again.answered(there(2024, 6, 29)).overdue_time(there(2024, 7, 30)) == timedelta(days=4)


def test_a_promise_may_be_earlier_never_later_never_past():
    dates = CaseDates.reported(there(2024, 6, 17, 9), working_days(5), CALENDAR)

    def taken_on(wanted):
        return dates.taken_on(working_days(5), CALENDAR, today=date(2024, 6, 18), wanted=wanted)

    assert taken_on(date(2024, 6, 18)).promise_due == there(2024, 6, 19)
    assert taken_on(date(2024, 6, 18)).reply_due == there(2024, 6, 25)
    for wanted in (date(2024, 6, 25), date(2024, 6, 17)):
        with pytest.raises(DomainError) as refusal:
            taken_on(wanted)
        assert refusal.value.field == "reply_day"
