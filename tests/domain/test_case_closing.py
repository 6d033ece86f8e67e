"""A case ends by the resident's word on the phone, or by seven days of silence."""

from datetime import datetime, timedelta

import pytest

from portal.domain.case_closing import CallbackAnswer, callback_result, reminder_at, silence_ends
from portal.domain.case_statuses import CaseOutcome, CaseStatus
from portal.domain.local_time import SHANGHAI

REPLIED_AT = datetime(2024, 6, 17, 16, 30, tzinfo=SHANGHAI)
SOON = datetime(2024, 6, 18, 9, tzinfo=SHANGHAI)
LATE = datetime(2024, 6, 25, 0, 0, tzinfo=SHANGHAI)


@pytest.mark.parametrize(
    ("answer", "status", "outcome", "halves"),
    [
        (CallbackAnswer.SOLVED, CaseStatus.CLOSED, CaseOutcome.RESOLVED, 2),
        (CallbackAnswer.PARTLY, CaseStatus.CLOSED, CaseOutcome.EXPLAINED, 1),
        (CallbackAnswer.NOT_SOLVED, CaseStatus.REOPENED, None, 0),
    ],
)
def test_the_residents_word_decides_at_once(answer, status, outcome, halves):
    for now in (SOON, LATE):
        result = callback_result(answer, REPLIED_AT, now)
        assert (result.status, result.outcome, result.solved_halves) == (status, outcome, halves)


def test_who_cannot_be_reached_keeps_the_seven_days_and_is_called_on_three():
    def after(now, *tried):
        result = callback_result(CallbackAnswer.UNREACHABLE, REPLIED_AT, now, tried)
        assert result.solved_halves is None  # silence is not an answer
        return result.status, result.outcome

    waits, ended = (CaseStatus.REPLIED, None), (CaseStatus.CLOSED, CaseOutcome.NO_ANSWER)
    day, same_day, next_day = SOON, SOON + timedelta(hours=5), SOON + timedelta(days=1)
    assert after(SOON) == after(LATE) == after(LATE, day, same_day) == waits
    assert after(next_day + timedelta(days=1), day, next_day) == waits
    assert after(LATE, day, next_day) == ended


def test_silence_lasts_seven_whole_days_with_one_reminder_before():
    assert silence_ends(REPLIED_AT) == LATE
    assert SOON < reminder_at(REPLIED_AT) == datetime(2024, 6, 21, 0, 0, tzinfo=SHANGHAI) < LATE
