"""Which pictures an answer owes, by category (product CA13); the operator keeps the rows, each with its source."""

from enum import StrEnum

from portal.domain.errors import DomainError


class Evidence(StrEnum):
    NONE = "none"  # nothing to be seen: advice, conduct, money
    AFTER = "after"  # 修后照片
    BOTH = "both"  # 修前、修后照片


EVIDENCE_SOURCE = "平台默认值，可按类别修改"
# What is covered up once it is finished can only be judged against how it was (domain.md §5: 施工质量, 管线与排水, 入户).
COVERED_UP = frozenset({3, 5, 10})


def default_evidence(group: int, *, is_repair: bool) -> Evidence:
    if not is_repair:
        return Evidence.NONE
    return Evidence.BOTH if group in COVERED_UP else Evidence.AFTER


def check_evidence(wanted: Evidence, *, before: bool, after: bool, reason: str) -> None:
    """For “solved” only. `before`: of the unit, or what the resident sent. A reason stands in for what is missing."""
    if wanted is Evidence.NONE or reason.strip():
        return
    if wanted is Evidence.BOTH and not before:
        raise DomainError(
            "In this category “solved” needs photos before and after the repair. Please add them, or say why there are none.",
            field="before" if after else "after",
        )
    if not after:
        raise DomainError(
            "For “solved”, please add at least one photo of the finished repair, or say why there is none.",
            field="after",
        )
