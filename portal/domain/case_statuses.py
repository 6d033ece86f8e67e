"""The words of a complaint's life: statuses, outcomes, tracks and deeds (product D11, D12; ux.md §2.6, §3.18)."""

from enum import StrEnum


class CaseStatus(StrEnum):
    HELD = "held"  # 待核查
    SUBMITTED = "submitted"  # 待受理
    ACCEPTED = "accepted"  # 已受理
    ASSIGNED = "assigned"  # 待签收
    IN_PROGRESS = "in_progress"  # 办理中
    NEED_INFO = "need_info"  # 待居民补充
    RETURNED = "returned"  # 退回重派
    SUSPENDED = "suspended"  # 挂账
    REPLIED = "replied"  # 已答复待评价
    CLOSED = "closed"  # 已办结
    REOPENED = "reopened"  # 重办
    MERGED = "merged"  # 已并案
    NOT_ACCEPTED = "not_accepted"  # 不予受理
    WITHDRAWN = "withdrawn"  # 已撤回
    INVALID = "invalid"  # 无效


class CaseOutcome(StrEnum):
    """How a case was closed; the resident reads 已解决 / 已说明，暂没解决 / 未回应，已结束 (ux.md §2.6)."""

    RESOLVED = "resolved"  # 解决
    EXPLAINED = "explained"  # 解释说明
    NO_ANSWER = "no_answer"  # 居民未回应


class CaseTrack(StrEnum):
    """D12: a conflict goes to the superior of the unit concerned, an accusation is sealed for `discipline`."""

    ORDINARY = "ordinary"
    CONFLICT = "conflict"
    SEALED = "sealed"


class CaseAction(StrEnum):
    RELEASE = "release"  # 放行
    INVALIDATE = "invalidate"  # 标为无效
    ACCEPT = "accept"  # 受理
    REFUSE = "refuse"  # 不予受理
    ASSIGN = "assign"  # 转办
    SIGN = "sign"  # 签收
    RETURN = "return"  # 退回
    EXTEND = "extend"  # 申请延期
    GRANT_EXTENSION = "extend_granted"  # 批准延期
    NOT_EXTEND = "extend_refused"
    CONTACT = "contact"  # 首次联系
    SOLVE = "solve"  # 当场解决
    ASK = "ask"  # 请居民补充
    ANSWER = "answer"  # 补充情况, to a question
    REPLY = "reply"  # 答复
    CONFIRM = "confirm"  # 解决了
    DISPUTE = "dispute"  # 没解决，重新办
    CALLBACK = "callback"  # 办结, after a call by somebody else
    SILENCE_CLOSE = "silence_close"
    REMIND = "remind"
    NOTE = "note"  # 写内部备注
    ADD = "add"  # 补充情况
    URGE = "urge"  # 催一催
    WITHDRAW = "withdraw"  # 撤回
    RATE = "rate"  # 评价
    REVEAL = "reveal"  # 查看电话
    JOIN = "join"  # 我也遇到了
    RELEASE_PHOTOS = "release_photos"
    EDIT_TITLE = "edit_title"
    WORK_REPORT = "work_report"  # the contractor's, to its unit
    HAND = "hand"  # 指派 to a person of the unit
    PROPOSE_MERGE = "merge_proposed"  # 建议并案
    MERGE = "merge"  # 并案
    UNMERGE = "unmerge"  # 取消并案
    SEAL = "seal"  # 转为密件
    CALL = "call"  # 电话告知: a text did not arrive
    SUSPEND = "suspend"  # 挂账, asked for
    GRANT_SUSPENSION = "suspend_granted"
    NOT_SUSPEND = "suspend_refused"
    RESUME = "resume"  # 销账
    SUPERVISE = "supervise"  # 督办
    SUPERVISION_ANSWER = "supervise_answer"  # 整改情况
    SUPERVISION_CLEAR = "supervise_clear"  # 核销
    SUPERVISE_AGAIN = "supervise_again"  # 再督办
    EXCLUDE = "exclude"  # 剔除, proposed: out of the rates, not out of anybody's hands
    GRANT_EXCLUSION = "exclude_granted"
    NOT_EXCLUDE = "exclude_refused"
    LIFT_EXCLUSION = "exclude_lifted"  # 恢复统计
    ESCALATE = "escalate"  # 逐级上报, by the clock
    ACKNOWLEDGE = "acknowledge"  # 我知道了，去处理


class ReplyResult(StrEnum):
    """What the unit says of its own work; only the resident's word closes the case."""

    SOLVED = "solved"  # 已解决
    PARTLY = "partly"  # 部分解决
    NOT_YET = "not_yet"  # 暂时解决不了


CLOSED_STATUSES = frozenset(
    {
        CaseStatus.CLOSED,
        CaseStatus.MERGED,
        CaseStatus.NOT_ACCEPTED,
        CaseStatus.WITHDRAWN,
        CaseStatus.INVALID,
    }
)
OPEN_STATUSES = frozenset(CaseStatus) - CLOSED_STATUSES
# 在办: somebody owes the resident an answer, so the reply clock can be overdue.
UNANSWERED_STATUSES = OPEN_STATUSES - {CaseStatus.HELD, CaseStatus.REPLIED}
