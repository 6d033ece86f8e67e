"""督办: when a case is put under supervision, until when, and how the order is numbered (product OV6, ux.md §3.19)."""

from enum import StrEnum

from portal.domain.codes import LETTERS
from portal.domain.levels import Level, Span, days, working_days


class SupervisionOrigin(StrEnum):
    OVERDUE = "overdue"  # 超期自动督办
    URGED = "urged"  # 居民催办
    ORDERED = "ordered"  # 领导交办
    UNSATISFIED = "unsatisfied"  # 两次不满意


class SupervisionState(StrEnum):
    OPEN = "open"
    ANSWERED = "answered"  # 待核销
    CLEARED = "cleared"  # 已核销


# From the day of the order.
SUPERVISION_SPANS: dict[Level, Span] = {
    Level.A: days(1),
    Level.B: days(1),
    Level.C: working_days(3),
    Level.D: working_days(3),
}
SUPERVISION_SOURCE = "督办办结期限：平台默认值，可在后台调整"
TIMES_UNSATISFIED = 2
TIMES_URGED = 2

# What an order that opened by itself demands; data, read by offices only.
REQUIREMENTS: dict[SupervisionOrigin, str] = {
    SupervisionOrigin.OVERDUE: "超过答复日期仍未答复。请查明原因，限期办结，并先把进展告诉居民。",
    SupervisionOrigin.URGED: "居民多次催办或超期后催办。请马上联系居民，限期办结。",
    SupervisionOrigin.UNSATISFIED: "居民两次表示没解决或不满意。请负责人到现场核实，换人办理，限期办结。",
}


def why_urged(urges: int, *, overdue: bool) -> bool:
    """A second 催一催, or one past the promise, opens an order (ux.md §3.7)."""
    return urges >= TIMES_URGED or (urges >= 1 and overdue)


def order_number(year: int, sequence: int) -> str:
    """D24-0001, at most eight units for the texts; behind D24-9999 comes D24-A000."""
    if sequence < 1:
        raise ValueError("the sequence of a year begins with 1")
    if sequence <= 9999:
        return f"D{year % 100:02d}-{sequence:04d}"
    letter, rest = divmod(sequence - 10_000, 1000)
    return f"D{year % 100:02d}-{LETTERS[letter]}{rest:03d}"
