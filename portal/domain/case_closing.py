"""How an answered complaint ends without the resident pressing a button: by a call, or by silence (D13)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from portal.domain.case_statuses import CaseOutcome, CaseStatus
from portal.domain.local_time import end_of_day, local_day

SILENCE_DAYS = 7  # after the reply
REMIND_AFTER_DAYS = 4  # once, three days before silence counts
RATING_CHANGE_DAYS = 7
CALL_DAYS = 3  # days on which somebody tried to call, before nobody answering ends a case; the platform's default


class CallbackAnswer(StrEnum):
    """What the resident said on the phone: 解决 / 部分解决 / 没解决 / 联系不上."""

    SOLVED = "solved"
    PARTLY = "partly"
    NOT_SOLVED = "not_solved"
    UNREACHABLE = "unreachable"


class CallOutcome(StrEnum):
    """How a call about a text that did not arrive went."""

    TOLD = "told"  # 已告知
    NO_ANSWER = "no_answer"  # 没人接
    WRONG_NUMBER = "wrong_number"  # 号码不对


@dataclass(frozen=True)
class CallbackResult:
    """`solved_halves`: yes 2, partly 1, no 0, None when nobody was reached (domain.md §2.3)."""

    status: CaseStatus
    outcome: CaseOutcome | None
    solved_halves: int | None


CALLBACK_RESULTS: dict[CallbackAnswer, CallbackResult] = {
    CallbackAnswer.SOLVED: CallbackResult(CaseStatus.CLOSED, CaseOutcome.RESOLVED, 2),
    CallbackAnswer.PARTLY: CallbackResult(CaseStatus.CLOSED, CaseOutcome.EXPLAINED, 1),
    CallbackAnswer.NOT_SOLVED: CallbackResult(CaseStatus.REOPENED, None, 0),
}


def callback_result(
    answer: CallbackAnswer, replied_at: datetime, now: datetime, tried: Iterable[datetime] = ()
) -> CallbackResult:
    """What a call leads to. Who cannot be reached is called again: the case ends only after the seven days of silence
    and tries on three days. `tried`: earlier calls since the answer that reached nobody.
    """
    if answer is not CallbackAnswer.UNREACHABLE:
        return CALLBACK_RESULTS[answer]
    if now < silence_ends(replied_at) or days_tried(tried, now) < CALL_DAYS:
        return CallbackResult(CaseStatus.REPLIED, None, None)
    return CallbackResult(CaseStatus.CLOSED, CaseOutcome.NO_ANSWER, None)


def days_tried(tried: Iterable[datetime], now: datetime | None = None) -> int:
    """Two calls on one day are one try."""
    return len({local_day(at) for at in (*tried, *([now] if now else []))})


def silence_ends(replied_at: datetime) -> datetime:
    """24:00 of the seventh day after the reply; from then on silence closes the case."""
    return end_of_day(local_day(replied_at) + timedelta(days=SILENCE_DAYS))


def reminder_at(replied_at: datetime) -> datetime:
    """From when the one reminder may go out."""
    return end_of_day(local_day(replied_at) + timedelta(days=REMIND_AFTER_DAYS - 1))
