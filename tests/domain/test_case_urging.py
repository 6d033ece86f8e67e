"""催一催: once per working day, and a day that somebody gets back by."""

from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest

from portal.domain.calendar_2023_2026 import CALENDAR
from portal.domain.case_lifecycle import (
    CaseAction,
    CaseFacts,
    CaseStatus,
    NotInThisStatus,
    Stand,
    allowed_actions,
    move,
)
from portal.domain.case_urging import may_urge_again_on, word_by
from portal.domain.levels import Level
from portal.domain.local_time import SHANGHAI
from portal.domain.roles import Role


def day(text: str) -> date:
    return date.fromisoformat(text)


@pytest.mark.parametrize(
    ("pressed", "again"),
    [
        ("2024-06-17", "2024-06-18"),
        ("2024-06-21", "2024-06-22"),  # what is pressed on Saturday counts for Monday
        ("2024-06-22", "2024-06-25"),
        ("2024-02-09", "2024-02-10"),
        ("2024-02-10", "2024-02-19"),  # Spring Festival: counts for Sunday the 18th, which is worked
        ("2024-02-18", "2024-02-19"),
    ],
)
def test_once_per_working_day(pressed, again):
    assert may_urge_again_on(day(pressed), CALENDAR) == day(again)


@pytest.mark.parametrize(
    ("today", "promised", "level", "by"),
    [
        ("2024-06-17", "2024-06-24", Level.C, "2024-06-18"),
        ("2024-06-24", "2024-06-24", Level.C, "2024-06-24"),  # not behind the promise
        ("2024-06-25", "2024-06-24", Level.C, "2024-06-26"),  # overdue
        ("2024-02-09", "2024-02-20", Level.C, "2024-02-18"),
        ("2024-02-09", "2024-02-20", Level.A, "2024-02-10"),  # urgent levels run through
    ],
)
def test_by_when_somebody_gets_back(today, promised, level, by):
    assert word_by(day(today), day(promised), level, CALENDAR) == day(by)


def test_a_second_time_on_the_same_day_waits_for_midnight():
    author = Stand(Role.RESIDENT, is_author=True)
    evening = datetime(2024, 6, 17, 23, 59, tzinfo=SHANGHAI)
    case = CaseFacts(CaseStatus.IN_PROGRESS, urge_again_on=day("2024-06-18"))
    with pytest.raises(NotInThisStatus, match="urged today"):
        move(case, author, CaseAction.URGE, evening)
    assert CaseAction.URGE in allowed_actions(case, author, evening + timedelta(minutes=1))
    assert CaseAction.URGE in allowed_actions(replace(case, urge_again_on=None), author, evening)
