"""办理时限: which figures of a case can be set by the operator, within which limits, and from when a new one holds (D10, D17).

A figure holds for cases reported from its moment on: what was promised to somebody is never moved by changing a rule.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from portal.domain.case_escalation import ESCALATION_SOURCE, ESCALATION_SPANS, Rung
from portal.domain.case_returns import DISPATCH_SOURCE, RETURN_SOURCE, RETURN_SPANS, STREET_DISPATCHES
from portal.domain.case_supervision import SUPERVISION_SOURCE, SUPERVISION_SPANS
from portal.domain.case_suspension import BACK_BEFORE, LONGEST_DAYS, SUSPENSION_SOURCE
from portal.domain.errors import DomainError
from portal.domain.levels import DEFAULT_TARGETS, Level, Span, SpanUnit, counts_in_days, days, working_days


class CaseClock(StrEnum):
    ACCEPT = "accept"  # 受理: report → accept
    SIGN = "sign"  # 签收: assign → sign
    RETURN = "return"  # 退回: assign → send back
    CONTACT = "contact"  # 首次联系: sign → contact
    REPLY = "reply"  # 答复: report → reply
    EXTENSION = "extension"  # 延期: the most that may be added, once
    REMIND = "remind"  # 到期前提醒: before the promise
    CLIMB = "climb"  # 超期逐级上报: one unit higher after each
    ALARM = "alarm"  # 没人接件逐级上报: one contact or unit further after each
    DISPATCHES = "dispatches"  # 街道转办: so many times, then the district decides
    SUPERVISE = "supervise"  # 督办办结: from the order
    SUSPEND = "suspend"  # 挂账: at most
    BACK = "back"  # 挂账: so long before the review day it is back on the desk


@dataclass(frozen=True)
class Target:
    """One figure in force from `since` on (None: from the beginning), with where it comes from (Chinese, shown to staff)."""

    level: Level
    clock: CaseClock
    span: Span
    source: str
    since: datetime | None = None


# How the page groups them.
GROUPS: dict[str, tuple[CaseClock, ...]] = {
    "handling": (
        CaseClock.ACCEPT, CaseClock.SIGN, CaseClock.RETURN, CaseClock.CONTACT, CaseClock.REPLY, CaseClock.EXTENSION,
    ),
    "ladder": (CaseClock.REMIND, CaseClock.CLIMB, CaseClock.ALARM, CaseClock.DISPATCHES),
    "above": (CaseClock.SUPERVISE, CaseClock.SUSPEND, CaseClock.BACK),
}  # fmt: skip

MOST = {
    SpanUnit.MINUTES: 24 * 60, SpanUnit.HOURS: 30 * 24, SpanUnit.DAYS: 365, SpanUnit.WORKING_DAYS: 120, SpanUnit.TIMES: 9,
}  # fmt: skip
_MINUTES = {SpanUnit.MINUTES: 1, SpanUnit.HOURS: 60, SpanUnit.DAYS: 24 * 60, SpanUnit.WORKING_DAYS: 24 * 60}
# Counted in one unit whatever the level.
_FIXED_UNITS: dict[CaseClock, tuple[SpanUnit, ...]] = {
    CaseClock.RETURN: (SpanUnit.WORKING_DAYS,),
    CaseClock.EXTENSION: (SpanUnit.WORKING_DAYS,),
    CaseClock.DISPATCHES: (SpanUnit.TIMES,),
    CaseClock.SUPERVISE: (SpanUnit.WORKING_DAYS, SpanUnit.DAYS),
    CaseClock.SUSPEND: (SpanUnit.DAYS,),
    CaseClock.BACK: (SpanUnit.WORKING_DAYS,),
}


def default_target(level: Level, clock: CaseClock) -> Target:
    match clock:
        case CaseClock.RETURN:
            return Target(level, clock, RETURN_SPANS[level], RETURN_SOURCE)
        case CaseClock.REMIND | CaseClock.CLIMB | CaseClock.ALARM:
            return Target(level, clock, ESCALATION_SPANS[level, Rung(clock.value)], ESCALATION_SOURCE)
        case CaseClock.DISPATCHES:
            return Target(level, clock, Span(STREET_DISPATCHES, SpanUnit.TIMES), DISPATCH_SOURCE)
        case CaseClock.SUPERVISE:
            return Target(level, clock, SUPERVISION_SPANS[level], SUPERVISION_SOURCE)
        case CaseClock.SUSPEND:
            return Target(level, clock, days(LONGEST_DAYS), SUSPENSION_SOURCE)
        case CaseClock.BACK:
            return Target(level, clock, working_days(BACK_BEFORE), SUSPENSION_SOURCE)
        case _:
            figures = DEFAULT_TARGETS[level]
            return Target(level, clock, getattr(figures, clock.value), figures.source)


def units_for(level: Level, clock: CaseClock) -> tuple[SpanUnit, ...]:
    """A and B run through nights and weekends, C and D count days; some figures have one unit for all."""
    if clock in _FIXED_UNITS:
        return _FIXED_UNITS[clock]
    return (SpanUnit.WORKING_DAYS, SpanUnit.DAYS) if counts_in_days(level) else (SpanUnit.MINUTES, SpanUnit.HOURS)


def target_at(changes: Iterable[Target], level: Level, clock: CaseClock, reported_at: datetime) -> Target:
    """The last change of this figure that was made by the time of the report; `changes` in the order they were made."""
    found = default_target(level, clock)
    for change in changes:
        if (change.level, change.clock) == (level, clock) and change.since is not None and change.since <= reported_at:
            found = change
    return found


def check_span(level: Level, clock: CaseClock, span: Span, others: dict[CaseClock, Span]) -> None:
    """Raises DomainError with the field. `others`: the level's figures now in force."""
    if span.unit not in units_for(level, clock):
        raise DomainError("This figure cannot be counted in this unit.", field="unit")
    if span.amount > MOST[span.unit]:
        raise DomainError("At most %(most)s in this unit.", field="amount", most=MOST[span.unit])
    figures = {**others, clock: span}
    reply = _weight(figures[CaseClock.REPLY])
    if any(_weight(figures[step]) > reply for step in (CaseClock.ACCEPT, CaseClock.SIGN, CaseClock.CONTACT)):
        raise DomainError(
            "The time for the answer may not be shorter than that for the steps before it.", field="amount"
        )


def _weight(span: Span) -> int:
    return span.amount * _MINUTES[span.unit]
