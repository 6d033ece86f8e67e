"""逐级上报: when each step of the two ladders is due, and at which hours anybody is told."""

from datetime import datetime

import pytest

from portal.domain.calendar_2023_2026 import CALENDAR
from portal.domain.case_escalation import (
    ESCALATION_SPANS,
    Figures,
    Ladder,
    Rung,
    first_step,
    is_working_time,
    may_tell,
    promise_step_at,
    taking_step_at,
)
from portal.domain.levels import Level
from portal.domain.local_time import SHANGHAI


def on(moment: str) -> datetime:
    return datetime.fromisoformat(moment).replace(tzinfo=SHANGHAI)


def figures(level: Level) -> Figures:
    return Figures(*(ESCALATION_SPANS[level, rung] for rung in Rung))


@pytest.mark.parametrize(
    ("level", "promise", "steps"),
    [
        # Due at 24:00 of Monday 24 June: reminded on Friday, then every second working day one unit higher.
        (Level.C, "2024-06-25 00:00", ["2024-06-21 00:00", "2024-06-25 00:00", "2024-06-27 00:00", "2024-06-29 00:00"]),
        # Across the Spring Festival of 2024: 10 to 17 February off, the 18th is worked.
        (Level.C, "2024-02-10 00:00", ["2024-02-08 00:00", "2024-02-10 00:00", "2024-02-20 00:00", "2024-02-22 00:00"]),
        (Level.D, "2024-06-25 00:00", ["2024-06-20 00:00", "2024-06-25 00:00", "2024-06-28 00:00"]),
        # Day and night.
        (Level.A, "2024-06-22 23:30", ["2024-06-22 19:30", "2024-06-22 23:30", "2024-06-23 01:30", "2024-06-23 03:30"]),
        (Level.B, "2024-06-22 23:30", ["2024-06-22 15:30", "2024-06-22 23:30", "2024-06-23 03:30"]),
    ],
)
def test_the_ladder_of_the_promise(level, promise, steps):
    found = [promise_step_at(step, on(promise), figures(level), CALENDAR) for step in range(len(steps))]
    assert found == [on(step) for step in steps]


def test_the_ladder_of_taking_a_case_on():
    def steps(level, since, due, numbers):
        return [taking_step_at(step, level, on(since), on(due), figures(level), CALENDAR) for step in numbers]

    assert steps(Level.A, "2024-06-22 23:50", "2024-06-23 00:05", range(3)) == [
        on("2024-06-22 23:50"), on("2024-06-23 00:05"), on("2024-06-23 00:20"),
    ]  # fmt: skip
    assert steps(Level.C, "2024-06-21 16:00", "2024-06-25 00:00", range(1, 4)) == [
        on("2024-06-25 00:00"), on("2024-06-26 00:00"), on("2024-06-27 00:00"),
    ]  # fmt: skip
    assert [first_step(Ladder.TAKING, level) for level in Level] == [0, 0, 1, 1]
    assert {first_step(Ladder.PROMISE, level) for level in Level} == {0}


@pytest.mark.parametrize(
    ("moment", "working"),
    [
        ("2024-06-17 08:29", False),
        ("2024-06-17 08:30", True),
        ("2024-06-17 17:29", True),
        ("2024-06-17 17:30", False),
        ("2024-06-22 10:00", False),  # a Saturday
        ("2024-02-12 10:00", False),  # the Spring Festival
        ("2024-02-18 10:00", True),  # a Sunday that is worked instead
    ],
)
def test_ordinary_cases_wake_nobody(moment, working):
    assert is_working_time(on(moment), CALENDAR) is working
    assert [may_tell(level, on(moment), CALENDAR) for level in Level] == [True, True, working, working]
