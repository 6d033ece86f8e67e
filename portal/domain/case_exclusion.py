"""剔除: a case that the figures of the units do not measure, only by an approved flag of four kinds (domain.md §2.3, D13).

It touches rates only: the case is counted as a case, and goes on as if nothing had been said.
"""

from enum import StrEnum

from portal.domain.case_statuses import CaseStatus
from portal.domain.errors import DomainError


class ExclusionKind(StrEnum):
    ANONYMOUS = "anonymous"  # 匿名无联系方式
    DUPLICATE = "duplicate"  # 重复件（已并案）
    UNFOUNDED = "unfounded"  # 不合理诉求
    LEGAL = "legal"  # 涉法涉诉


class ExclusionState(StrEnum):
    ASKED = "asked"  # 待批
    APPROVED = "approved"  # 已剔除
    REFUSED = "refused"  # 没同意
    LIFTED = "lifted"  # 已恢复


# Data: the words of the rule, on pages and in what waits for approval.
EXCLUSION_NAMES: dict[ExclusionKind, str] = {
    ExclusionKind.ANONYMOUS: "匿名无联系方式",
    ExclusionKind.DUPLICATE: "重复件（已并案）",
    ExclusionKind.UNFOUNDED: "不合理诉求",
    ExclusionKind.LEGAL: "涉法涉诉",
}


def fitting_kinds(*, has_phone: bool, status: CaseStatus) -> tuple[ExclusionKind, ...]:
    """Two kinds are facts and are looked up; the other two are a judgement that somebody has to give a reason for."""
    facts = {
        ExclusionKind.ANONYMOUS: not has_phone,
        ExclusionKind.DUPLICATE: status is CaseStatus.MERGED,
    }
    return tuple(kind for kind in ExclusionKind if facts.get(kind, True))


def check_kind(kind: ExclusionKind, *, has_phone: bool, status: CaseStatus) -> None:
    if kind in fitting_kinds(has_phone=has_phone, status=status):
        return
    if kind is ExclusionKind.ANONYMOUS:
        raise DomainError("This resident left a phone number: the case is not anonymous.", field="kind")
    raise DomainError("Only a case that is merged into another one is a duplicate.", field="kind")
