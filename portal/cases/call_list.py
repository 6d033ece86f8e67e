"""电话清单: for each urgent case that nobody took on, who was told when and how, and who saw to it."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from flask import url_for
from sqlalchemy import select
from sqlalchemy.orm import joinedload, selectinload

from portal.cases import labels
from portal.cases.escalation_calls import URGENT, key_of
from portal.cases.escalation_models import CaseEscalation, EscalationCall, Way
from portal.cases.models import Case, CaseEvent
from portal.cases.visibility import visible_to
from portal.core import clock
from portal.core.extensions import db
from portal.domain.actors import Actor
from portal.domain.case_escalation import Ladder
from portal.domain.phones import spoken
from portal.messaging.models import OutboxMessage
from portal.messaging.queries import NOT_ARRIVED
from portal.places.models import Building

MOST = 100


@dataclass(frozen=True)
class Told:
    """`way`: sms, lost (no text arrived: telephone), call (no text can reach it), inbox."""

    at: datetime
    unit: str
    name: str
    phone: str
    way: str


@dataclass
class CallCase:
    """`since`: when it began to wait; `seen_at`, `seen_by`, `seen`: who saw to it first, and by what."""

    number: str
    url: str
    title: str
    place: str
    level: str
    since: datetime
    told: list[Told] = field(default_factory=list)
    seen_at: datetime | None = None
    seen_by: str = ""
    seen: str = ""


def call_cases(actor: Actor, days: int) -> list[CallCase]:
    """Those that nobody sees to first, then the newest first; a constant number of statements."""
    rows = _steps(actor, days)
    states, seen = _sms_states(rows), _seen(rows)
    found: dict[tuple[int, datetime], CallCase] = {}
    for row, case in rows:
        entry = found.setdefault((case.id, row.anchor), _entry(case, row.anchor, seen.get(case.id, [])))
        entry.told.extend(_told(row, call, case.subject, states) for call in row.calls)
    return sorted(found.values(), key=lambda entry: (entry.seen_at is not None, -entry.since.timestamp()))


def _steps(actor: Actor, days: int) -> list[tuple[CaseEscalation, Case]]:
    statement = (
        select(CaseEscalation, Case)
        .join(Case, Case.id == CaseEscalation.case_id)
        .where(
            visible_to(actor),
            CaseEscalation.ladder == Ladder.TAKING,
            CaseEscalation.at >= clock.now() - timedelta(days=days),
            CaseEscalation.calls.any(),
        )
        .options(
            joinedload(CaseEscalation.agency),
            selectinload(CaseEscalation.calls),
            joinedload(Case.building).joinedload(Building.compound),
        )
        .order_by(CaseEscalation.id.desc())
        .limit(MOST)
    )
    return [(row[0], row[1]) for row in reversed(db.session.execute(statement).unique().all())]


def _entry(case: Case, since: datetime, seen: Sequence[CaseEvent]) -> CallCase:
    first = next((event for event in seen if event.at >= since), None)
    entry = CallCase(
        number=case.number,
        url=url_for("cases_desk.case", number=case.number),
        title=case.title,
        place=case.whereabouts,
        level=str(case.level),
        since=since,
    )
    if first is not None:
        unit = first.agency.short_name if first.agency else ""
        entry.seen_at, entry.seen = first.at, first.deed
        entry.seen_by = f"{unit} {first.post.name}".strip() if first.post else ""
    return entry


def _told(row: CaseEscalation, call: EscalationCall, subject: str, states: dict[tuple[str, str], str]) -> Told:
    way = str(call.way)
    if call.way is Way.SMS and states.get((key_of(call.post_id, call.shift_id), subject)) == "lost":
        way = "lost"
    return Told(row.at, row.agency.short_name, call.name, spoken(call.phone) if call.phone else "", way)


def _sms_states(rows: list[tuple[CaseEscalation, Case]]) -> dict[tuple[str, str], str]:
    """(recipient, case) → lost, where the last text did not arrive."""
    subjects = {case.subject for _row, case in rows}
    if not subjects:
        return {}
    statement = select(OutboxMessage.recipient_key, OutboxMessage.subject, OutboxMessage.state).where(
        OutboxMessage.subject.in_(subjects), OutboxMessage.event == URGENT
    )
    found = db.session.execute(statement.order_by(OutboxMessage.id))
    return {(row.recipient_key, row.subject): "lost" if row.state in NOT_ARRIVED else "" for row in found}


def _seen(rows: list[tuple[CaseEscalation, Case]]) -> dict[int, list[CaseEvent]]:
    ids = {case.id for _row, case in rows}
    if not ids:
        return {}
    statement = select(CaseEvent).where(CaseEvent.case_id.in_(ids), CaseEvent.deed.in_(labels.CALL_DEEDS))
    options = joinedload(CaseEvent.post), joinedload(CaseEvent.agency)
    found: dict[int, list[CaseEvent]] = {}
    for event in db.session.scalars(statement.options(*options).order_by(CaseEvent.id)):
        found.setdefault(event.case_id, []).append(event)
    return found
