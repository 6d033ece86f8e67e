"""What a case owes and by when: the gross clock 答复 and the promise now in force (product D10).

Every deed that touches these dates is a method here; whatever is not here (转办, 退回, 指派, 并案, 催办, 督办 …) leaves them
alone. `reply_due` follows from the report and the level only: answering, disputing, extending and suspending never move it.
"""

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from portal.domain.deadlines import due, due_day
from portal.domain.errors import DomainError
from portal.domain.levels import Span
from portal.domain.local_time import end_of_day
from portal.domain.working_days import WorkingCalendar


@dataclass(frozen=True)
class CaseDates:
    """Aware moments. `span` in the methods: the figure of the 答复 clock for this case and level.

    `promise_due`: the end of the day the resident was last told. `answered_at`: of the answer that stands, None while
    there is none or the resident disputed it.
    """

    submitted_at: datetime
    reply_due: datetime
    promise_due: datetime
    answered_at: datetime | None = None

    @classmethod
    def reported(cls, at: datetime, span: Span, calendar: WorkingCalendar) -> "CaseDates":
        clock = due(at, span, calendar)
        return cls(at, clock, clock)

    def taken_on(
        self, span: Span, calendar: WorkingCalendar, *, today: date, wanted: date | None = None
    ) -> "CaseDates":
        """受理: the level may have changed; both dates begin at the report again. A promise is kept, not stretched."""
        clock = due(self.submitted_at, span, calendar)
        if wanted is None or wanted == due_day(clock):
            return replace(self, reply_due=clock, promise_due=clock)
        if wanted > due_day(clock):
            raise DomainError("The reply date may not be later than the rule allows.", field="reply_day")
        if wanted < today:
            raise DomainError("The reply date lies in the past.", field="reply_day")
        return replace(self, reply_due=clock, promise_due=end_of_day(wanted))

    def answered(self, at: datetime) -> "CaseDates":
        return replace(self, answered_at=at)

    def reopened(self, at: datetime, span: Span, calendar: WorkingCalendar) -> "CaseDates":
        """A new promise, the old clock: what was late stays late."""
        return replace(self, promise_due=due(at, span, calendar), answered_at=None)

    def extended(self, until: date) -> "CaseDates":
        return replace(self, promise_due=end_of_day(until))

    def suspended(self, review_on: date) -> "CaseDates":
        return replace(self, promise_due=end_of_day(review_on))

    def resumed(self, at: datetime, span: Span, calendar: WorkingCalendar) -> "CaseDates":
        """销账: never later than the day the resident was told."""
        return replace(self, promise_due=min(self.promise_due, due(at, span, calendar)))

    def overdue_time(self, until: datetime) -> timedelta:
        """How long the resident waited past the gross clock, in running time; zero while in time.

        `until`: now, or when it ended without an answer (withdrawn, not taken on).
        """
        return max((self.answered_at or until) - self.reply_due, timedelta())
