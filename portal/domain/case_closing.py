"""How an answered complaint ends without the resident pressing a button: by a call, or by silence (D13)."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from portal.domain.case_statuses import CaseOutcome, CaseStatus
from portal.domain.local_time import end_of_day, local_day

SILENCE_DAYS = 7  # after the reply
REMIND_AFTER_DAYS = 4  # once, three days before silence counts
RATING_CHANGE_DAYS = 7


class CallbackAnswer(StrEnum):
    """What the resident said on the phone: 解决 / 部分解决 / 没解决 / 联系不上."""

    SOLVED = "solved"
    PARTLY = "partly"
    NOT_SOLVED = "not_solved"
    UNREACHABLE = "unreachable"


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


def callback_result(answer: CallbackAnswer, replied_at: datetime, now: datetime) -> CallbackResult:
    """What a call leads to. Who cannot be reached keeps the seven days of silence before the case ends."""
    if answer is not CallbackAnswer.UNREACHABLE:
        return CALLBACK_RESULTS[answer]
    if now < silence_ends(replied_at):
        return CallbackResult(CaseStatus.REPLIED, None, None)
    return CallbackResult(CaseStatus.CLOSED, CaseOutcome.NO_ANSWER, None)


def silence_ends(replied_at: datetime) -> datetime:
    """24:00 of the seventh day after the reply; from then on silence closes the case."""
    return end_of_day(local_day(replied_at) + timedelta(days=SILENCE_DAYS))


def reminder_at(replied_at: datetime) -> datetime:
    """From when the one reminder may go out."""
    return end_of_day(local_day(replied_at) + timedelta(days=REMIND_AFTER_DAYS - 1))
