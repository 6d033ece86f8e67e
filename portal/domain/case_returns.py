"""退回: how long a unit may say that a case is not its own, and what it may say (domain.md §2.1)."""

from enum import StrEnum

from portal.domain.levels import Level, Span, working_days

RETURN_SPANS: dict[Level, Span] = {
    Level.A: working_days(1),
    Level.B: working_days(1),
    Level.C: working_days(1),
    Level.D: working_days(2),
}
RETURN_SOURCE = (
    "《天津市政务服务便民热线管理办法》修订送审稿：收到后1个工作日内退回并说明理由、依据，复杂的2个工作日；"
    "超过未退的由本单位办理；派单三次仍定不下来的，由上一级指定。以正式文本为准。"
)


STREET_DISPATCHES = 3  # afterwards the unit is named by the superior
DISPATCH_SOURCE = (
    "《天津市政务服务便民热线管理办法》修订送审稿：三次派单仍无法确定承办单位的，由上一级指定。街道办在本街道的单位之间"
    "转办，到这个次数后由区里定；以正式文本为准。"
)


class ReturnReason(StrEnum):
    NOT_OURS = "not_ours"
    UNCLEAR_PLACE = "unclear_place"
    DUPLICATE = "duplicate"
    OTHER = "other"


# At most eight units each: they stand in a text (ux.md §6).
RETURN_SHORT_NAMES: dict[ReturnReason, str] = {
    ReturnReason.NOT_OURS: "不属本单位职责",
    ReturnReason.UNCLEAR_PLACE: "地点不清",
    ReturnReason.DUPLICATE: "重复",
    ReturnReason.OTHER: "其他原因",
}
