"""The dates a case promises, and what the clock does by itself: remind, close by silence."""

from datetime import datetime, timedelta

from sqlalchemy import select

from portal.cases import targets
from portal.cases.deeds import deed
from portal.cases.models import Case
from portal.core import clock
from portal.core.calendar import working_calendar
from portal.core.extensions import db
from portal.core.jobs import periodic
from portal.core.writing import writing
from portal.domain.actors import Actor
from portal.domain.case_closing import reminder_at, silence_ends
from portal.domain.case_lifecycle import CaseAction, CaseOutcome, CaseStatus, CaseTrack
from portal.domain.case_targets import CaseClock
from portal.domain.deadlines import due
from portal.domain.errors import DomainError
from portal.domain.levels import Level


def set_due(case: Case) -> None:
    """受理 and 答复 run from the report (D10); a changed level moves both, from the same beginning."""
    case.accept_due = due_of(case, CaseClock.ACCEPT, case.submitted_at)
    case.reply_due = due_of(case, CaseClock.REPLY, case.submitted_at)
    case.promise_due = case.reply_due


def due_of(case: Case, which: CaseClock, start: datetime, level: Level | None = None) -> datetime:
    """The last moment of one clock of the case, by the figures of the day it was reported."""
    return due(start, targets.span(case, which, level), working_calendar())


@periodic("case_silence", timedelta(minutes=5))
def run_silence() -> int:
    """Remind once, then close what nobody answered. Who gets no SMS is called first (回访), never closed unasked."""
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
