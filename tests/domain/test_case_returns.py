"""Sending a case back: within one working day, for complex ones two, and never once the superior has named the unit."""

from dataclasses import replace
from datetime import datetime

import pytest

from portal.domain.calendar_2023_2026 import CALENDAR
from portal.domain.case_lifecycle import CaseAction, CaseFacts, CaseStatus, Stand, TooLate, allowed_actions, move
from portal.domain.case_returns import RETURN_SHORT_NAMES, RETURN_SPANS, ReturnReason
from portal.domain.deadlines import due
from portal.domain.levels import Level
from portal.domain.local_time import SHANGHAI
from portal.domain.roles import Role
from portal.domain.sms_text import utf16_units

UNIT = Stand(Role.AGENCY, is_responsible_unit=True)


def local(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


@pytest.mark.parametrize(
    ("assigned", "level", "until"),
    [
        ("2024-02-05 09:00", Level.C, "2024-02-07"),
        ("2024-02-09 23:59", Level.C, "2024-02-19"),  # Spring Festival; Sunday the 18th is worked
        ("2024-02-09 09:00", Level.D, "2024-02-20"),
        ("2024-02-10 10:00", Level.A, "2024-02-19"),  # given on a holiday
        ("2024-02-03 10:00", Level.C, "2024-02-05"),  # Sunday the 4th is worked
        ("2024-02-03 10:00", Level.D, "2024-02-06"),
    ],
)
def test_until_when_around_spring_festival(assigned, level, until):
    assert due(local(assigned), RETURN_SPANS[level], CALENDAR) == local(until)


def test_to_the_last_moment_and_not_after_it():
    case = CaseFacts(CaseStatus.ASSIGNED, times_assigned=1, return_until=local("2024-06-19 00:00"), return_days=1)
    assert move(case, UNIT, CaseAction.RETURN, local("2024-06-19 00:00")).to is CaseStatus.RETURNED
    with pytest.raises(TooLate) as late:
        move(case, UNIT, CaseAction.RETURN, local("2024-06-19 00:01"))
    assert late.value.params == {"days": 1}
    assert CaseAction.RETURN not in allowed_actions(case, UNIT, local("2024-06-19 00:01"))


@pytest.mark.parametrize(("times", "may"), [(1, True), (3, True), (4, False)])
def test_a_unit_that_the_superior_named_after_three_dispatches_keeps_it(times, may):
    until = local("2024-06-19 00:00")
    case = CaseFacts(CaseStatus.ASSIGNED, times_assigned=times, return_until=until)
    assert (CaseAction.RETURN in allowed_actions(case, UNIT, until)) is may


def test_who_is_late_for_another_reason_hears_that_first():
    case = CaseFacts(CaseStatus.REPLIED, times_assigned=1)
    with pytest.raises(Exception, match="any more"):
        move(case, UNIT, CaseAction.RETURN, local("2024-06-19 00:01"))
    assert CaseAction.RETURN not in allowed_actions(
        replace(case, status=CaseStatus.ASSIGNED), UNIT, local("2024-06-19")
    )


def test_every_level_and_reason_has_its_figure_and_short_name():
    assert {level: span.amount for level, span in RETURN_SPANS.items()} == {"A": 1, "B": 1, "C": 1, "D": 2}
    assert set(RETURN_SHORT_NAMES) == set(ReturnReason)
    assert all(utf16_units(name) <= 8 for name in RETURN_SHORT_NAMES.values())
