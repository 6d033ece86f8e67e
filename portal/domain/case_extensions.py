"""延期: once, before the promised day, at most so many working days, decided above (product CA6, D10, D13)."""

from datetime import date, datetime
from enum import StrEnum

from portal.domain.deadlines import due_day
from portal.domain.levels import Span
from portal.domain.working_days import WorkingCalendar


class ExtensionState(StrEnum):
    ASKED = "asked"  # 延期待批
    APPROVED = "approved"  # 已延期
    REFUSED = "refused"


class ExtensionReason(StrEnum):
    PARTS = "parts"
    WEATHER = "weather"
    SEQUENCE = "sequence"
    UTILITY = "utility"
    OTHER = "other"


# Data, told to residents; at most eight units each: they stand in a text (ux.md §6).
EXTENSION_SHORT_NAMES: dict[ExtensionReason, str] = {
    ExtensionReason.PARTS: "等配件",
    ExtensionReason.WEATHER: "天气",
    ExtensionReason.SEQUENCE: "施工顺序",
    ExtensionReason.UTILITY: "需专营单位配合",
    ExtensionReason.OTHER: "其他原因",
}


def latest_day(promise_due: datetime, longest: Span, calendar: WorkingCalendar) -> date:
    """The last day that may be asked for, counted in working days from the day promised now."""
    return calendar.add_working_days(due_day(promise_due), longest.amount)
