"""办理时限: what can be set, within which limits, and from when it holds."""

from datetime import datetime, timedelta

import pytest

from portal.domain.case_targets import CaseClock, Target, check_span, default_target, target_at, units_for
from portal.domain.errors import DomainError
from portal.domain.levels import Level, Span, SpanUnit, hours, minutes, working_days
from portal.domain.local_time import SHANGHAI

CHANGED = datetime(2024, 6, 17, 9, tzinfo=SHANGHAI)
SHORTER = Target(Level.C, CaseClock.REPLY, working_days(3), "区住建委通知", CHANGED)


def test_a_figure_holds_for_what_is_reported_from_its_moment_on():
    def on(moment):
        return target_at([SHORTER], Level.C, CaseClock.REPLY, moment).span

    assert on(CHANGED - timedelta(microseconds=1)) == working_days(5)
    assert on(CHANGED) == working_days(3)
    assert target_at([SHORTER], Level.D, CaseClock.REPLY, CHANGED).span == working_days(15)
    assert target_at([SHORTER], Level.C, CaseClock.SIGN, CHANGED) == default_target(Level.C, CaseClock.SIGN)


def test_the_last_of_several_changes_counts():
    later = Target(Level.C, CaseClock.REPLY, working_days(4), "再改", CHANGED + timedelta(days=1))
    assert target_at([SHORTER, later], Level.C, CaseClock.REPLY, CHANGED + timedelta(days=2)).span == working_days(4)


def test_every_figure_has_a_default_with_its_source():
    assert all(default_target(level, which).source for level in Level for which in CaseClock)


@pytest.mark.parametrize(
    ("level", "which", "span", "field"),
    [
        (Level.A, CaseClock.SIGN, working_days(1), "unit"),
        (Level.C, CaseClock.SIGN, hours(8), "unit"),
        (Level.C, CaseClock.EXTENSION, Span(5, SpanUnit.DAYS), "unit"),
        (Level.C, CaseClock.REPLY, working_days(121), "amount"),
        (Level.A, CaseClock.ACCEPT, minutes(24 * 60 + 1), "amount"),
        (Level.C, CaseClock.ACCEPT, working_days(6), "amount"),
        (Level.B, CaseClock.REPLY, hours(1), "amount"),
    ],
)
def test_what_makes_no_sense_is_refused(level, which, span, field):
    with pytest.raises(DomainError) as refused:
        check_span(level, which, span, {each: default_target(level, each).span for each in CaseClock})
    assert refused.value.field == field


@pytest.mark.parametrize(
    ("level", "which", "span"),
    [
        (Level.C, CaseClock.REPLY, working_days(120)),
        (Level.C, CaseClock.REPLY, Span(15, SpanUnit.DAYS)),
        (Level.A, CaseClock.ACCEPT, minutes(5)),
        (Level.C, CaseClock.CONTACT, working_days(5)),
    ],
)
def test_what_makes_sense_passes(level, which, span):
    assert span.unit in units_for(level, which)
    check_span(level, which, span, {each: default_target(level, each).span for each in CaseClock})
