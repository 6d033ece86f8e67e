"""How urgent a case is, and the time each level allows for every step (domain.md §5, ux.md §2.6)."""

from dataclasses import dataclass
from enum import StrEnum


class Level(StrEnum):
    """A 特急, B 紧急, C 一般, D 复杂. X (the 信访 procedure) has clocks of its own and is no level of a case."""

    A = "A"
    B = "B"
    C = "C"
    D = "D"


class SpanUnit(StrEnum):
    MINUTES = "minutes"
    HOURS = "hours"
    WORKING_DAYS = "working_days"
    DAYS = "days"
    TIMES = "times"  # a number of turns, no time


@dataclass(frozen=True)
class Span:
    amount: int
    unit: SpanUnit

    def __post_init__(self) -> None:
        if self.amount < 1:
            raise ValueError("a span lasts at least one unit")


@dataclass(frozen=True)
class Targets:
    """The four clocks of D10 and the longest extension, with where the figures come from (Chinese, shown to staff).

    accept: submit → accept · sign: assign → sign · contact: sign → first contact · reply: submit → reply ·
    extension: the most that may be added to the reply, once.
    """

    accept: Span
    sign: Span
    contact: Span
    reply: Span
    extension: Span
    source: str


def minutes(amount: int) -> Span:
    return Span(amount, SpanUnit.MINUTES)


def hours(amount: int) -> Span:
    return Span(amount, SpanUnit.HOURS)


def working_days(amount: int) -> Span:
    return Span(amount, SpanUnit.WORKING_DAYS)


def days(amount: int) -> Span:
    return Span(amount, SpanUnit.DAYS)


HOTLINE_RULES = "受理、签收：天津市12345热线管理办法实施细则的接单时限"
OWN_DEFAULT = "首次联系、答复、延期：平台默认值，可在后台调整"

DEFAULT_TARGETS: dict[Level, Targets] = {
    Level.A: Targets(
        accept=minutes(15),
        sign=minutes(15),
        contact=hours(1),
        reply=hours(24),
        extension=working_days(5),
        source=f"{HOTLINE_RULES}（危及生命财产安全15分钟）；{OWN_DEFAULT}（先处置、后答复）",
    ),
    Level.B: Targets(
        accept=minutes(30),
        sign=minutes(30),
        contact=hours(2),
        reply=hours(48),
        extension=working_days(5),
        source=f"{HOTLINE_RULES}（水电气热等基本民生30分钟）；{OWN_DEFAULT}",
    ),
    Level.C: Targets(
        accept=working_days(1),
        sign=working_days(1),
        contact=working_days(1),
        reply=working_days(5),
        extension=working_days(5),
        source=f"{HOTLINE_RULES}（一般事项1个工作日）；{OWN_DEFAULT}",
    ),
    Level.D: Targets(
        accept=working_days(1),
        sign=working_days(1),
        contact=working_days(2),
        reply=working_days(15),
        extension=working_days(5),
        source=f"{HOTLINE_RULES}（一般事项1个工作日）；{OWN_DEFAULT}",
    ),
}


def counts_in_days(level: Level) -> bool:
    """C and D are counted in working days, A and B run through nights and weekends."""
    return level in (Level.C, Level.D)
