"""The dates a case promises, and what the clock does by itself: remind, close by silence."""

from datetime import date, datetime, timedelta

from sqlalchemy import select

from portal.cases import calling, targets
from portal.cases.deeds import deed
from portal.cases.models import Case
from portal.core import clock
from portal.core.calendar import working_calendar
from portal.core.extensions import db
from portal.core.jobs import periodic
from portal.core.writing import writing
from portal.domain.actors import Actor
from portal.domain.case_closing import reminder_at, silence_ends
from portal.domain.case_dates import CaseDates
from portal.domain.case_lifecycle import CaseAction, CaseOutcome, CaseStatus, CaseTrack
from portal.domain.case_targets import CaseClock
from portal.domain.deadlines import due
from portal.domain.errors import DomainError
from portal.domain.levels import Level, Span


def set_due(case: Case, wanted: date | None = None) -> None:
    """受理 and 答复 run from the report (D10); a changed level moves both, from the same beginning."""
    case.accept_due = due_of(case, CaseClock.ACCEPT, case.submitted_at)
    dates = CaseDates.reported(case.submitted_at, reply_span(case), working_calendar())
    keep(case, dates.taken_on(reply_span(case), working_calendar(), today=clock.today(), wanted=wanted))


def dates_of(case: Case) -> CaseDates:
    return CaseDates(case.submitted_at, case.reply_due, case.promise_due, case.replied_at)


def keep(case: Case, dates: CaseDates) -> None:
    """The only place where these columns are written: what a deed does to them stands in `CaseDates`."""
    case.reply_due, case.promise_due, case.replied_at = dates.reply_due, dates.promise_due, dates.answered_at


def reply_span(case: Case) -> Span:
    return targets.span(case, CaseClock.REPLY)


def reopen(case: Case, at: datetime) -> None:
    """A new promise, the old clock (D10)."""
    keep(case, dates_of(case).reopened(at, reply_span(case), working_calendar()))


def overdue_time(case: Case) -> timedelta:
    """Past the gross clock; for a case that ended without an answer, up to its end."""
    return dates_of(case).overdue_time(case.closed_at or clock.now())


def due_of(case: Case, which: CaseClock, start: datetime, level: Level | None = None) -> datetime:
    """The last moment of one clock of the case, by the figures of the day it was reported."""
    return due(start, targets.span(case, which, level), working_calendar())


@periodic("case_silence", timedelta(minutes=5))
def run_silence() -> int:
    """Remind once, then close what nobody answered. Who gets no text, or got none, is called (回访), never closed unasked."""
    done = 0
    for case_id, action in _waiting():
        try:
            done += _act(case_id, action)
        except DomainError:
            db.session.rollback()
    return done


def _waiting() -> list[tuple[int, CaseAction]]:
    now = clock.now()
    rows = db.session.execute(
        select(Case.id, Case.replied_at, Case.reminded_at, Case.phone_index, Case.sms).where(
            Case.status == CaseStatus.REPLIED,
            Case.replied_at.is_not(None),
            Case.track != CaseTrack.SEALED,
            ~calling.answer_unread(),
        )
    ).all()
    found = []
    for row in rows:
        if row.phone_index is None or not row.sms:
            continue
        if row.reminded_at is not None and now >= silence_ends(row.replied_at):
            found.append((row.id, CaseAction.SILENCE_CLOSE))
        elif row.reminded_at is None and now >= reminder_at(row.replied_at):
            found.append((row.id, CaseAction.REMIND))
    return found


def _act(case_id: int, action: CaseAction) -> int:
    with writing():
        case = db.session.get_one(Case, case_id)
        with deed(Actor.system(), case, action, public=action is CaseAction.SILENCE_CLOSE) as step:
            if action is CaseAction.REMIND:
                case.reminded_at = step.at
            else:
                case.outcome = CaseOutcome.NO_ANSWER
    return 1
