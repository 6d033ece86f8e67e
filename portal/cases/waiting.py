"""Who has been waiting since when for somebody to take a case on or sign for it."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from portal.cases import targets
from portal.cases.models import Case, CaseEvent
from portal.core.calendar import working_calendar
from portal.core.extensions import db
from portal.domain.case_escalation import is_urgent
from portal.domain.case_statuses import CaseAction, CaseStatus, CaseTrack
from portal.domain.case_targets import CaseClock
from portal.domain.deadlines import due
from portal.domain.levels import Level

WAITING = (CaseStatus.SUBMITTED, CaseStatus.ACCEPTED, CaseStatus.ASSIGNED, CaseStatus.RETURNED)


@dataclass(frozen=True)
class Waiting:
    """`since`: when it came to whoever has to act, `due_at`: until when they had to."""

    since: datetime
    due_at: datetime


def watch_level(case: Case) -> Level:
    """Only an ordinary case is ever told about by telephone; of a complaint about people nobody is woken (D12)."""
    return watched(case.level, case.track)


def watched(level: Level, track: CaseTrack) -> Level:
    return level if track is CaseTrack.ORDINARY or not is_urgent(level) else Level.C


def waiting_of(case: Case) -> Waiting | None:
    """None where nobody has to take it on or sign for it."""
    match case.status:
        case CaseStatus.SUBMITTED:
            return Waiting(case.submitted_at, case.accept_due)
        case CaseStatus.ASSIGNED if case.assigned_at is not None and case.sign_due is not None:
            return Waiting(case.assigned_at, case.sign_due)
        case CaseStatus.ACCEPTED | CaseStatus.RETURNED:
            since = _came_back(case) or case.accepted_at or case.submitted_at
            return Waiting(since, due(since, targets.span(case, CaseClock.ACCEPT), working_calendar()))
        case _:
            return None


def _came_back(case: Case) -> datetime | None:
    if case.status is not CaseStatus.RETURNED:
        return None
    sent_back = CaseEvent.case_id == case.id, CaseEvent.deed == CaseAction.RETURN
    return db.session.scalar(select(CaseEvent.at).where(*sent_back).order_by(CaseEvent.id.desc()).limit(1))


def acknowledged_at(case: Case, since: datetime) -> datetime | None:
    """The last time somebody said to see to it, of this waiting."""
    said = CaseEvent.case_id == case.id, CaseEvent.deed == CaseAction.ACKNOWLEDGE, CaseEvent.at >= since
    return db.session.scalar(select(CaseEvent.at).where(*said).order_by(CaseEvent.id.desc()).limit(1))


def is_unacknowledged(case: Case) -> bool:
    """Asked of urgent cases only; all others are spared the query."""
    if case.track is not CaseTrack.ORDINARY or not is_urgent(case.level) or case.status not in WAITING:
        return False
    found = waiting_of(case)
    return found is not None and acknowledged_at(case, found.since) is None
