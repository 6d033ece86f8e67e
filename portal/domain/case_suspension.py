"""挂账: what cannot be done now stays open with a plan and a day on which somebody looks again (product CA4, D10, D13)."""

from datetime import date
from enum import StrEnum

from portal.domain.working_days import WorkingCalendar


class SuspensionState(StrEnum):
    ASKED = "asked"  # 挂账待批
    APPROVED = "approved"  # 挂账
    REFUSED = "refused"
    ENDED = "ended"  # 已销账


class SuspensionReason(StrEnum):
    FUNDS = "funds"
    SEASON = "season"
    UTILITY = "utility"
    DESIGN = "design"
    OWNERS = "owners"
    LAW = "law"


# Data, told to residents; at most eight units each: they stand in a text (ux.md §6).
SUSPENSION_SHORT_NAMES: dict[SuspensionReason, str] = {
    SuspensionReason.FUNDS: "资金要列计划",
    SuspensionReason.SEASON: "季节不能施工",
    SuspensionReason.UTILITY: "需专营单位配合",
    SuspensionReason.DESIGN: "要改设计",
    SuspensionReason.OWNERS: "要业主共同决定",
    SuspensionReason.LAW: "正走法律程序",
}
LONGEST_DAYS = 180
BACK_BEFORE = 3  # working days before the review day, so that the resident hears in time
SUSPENSION_SOURCE = "挂账最长期限、到期前回到承办单位的天数：平台默认值，可在后台调整"


def back_on(review_on: date, calendar: WorkingCalendar, before: int = BACK_BEFORE) -> date:
    """The day on which the case is back on the unit's desk: so many working days before the review day."""
    return calendar.working_days_before(review_on, before)
