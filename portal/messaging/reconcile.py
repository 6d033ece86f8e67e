"""Uncertain messages: ask the provider before anything is sent again (security.md §1.4)."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy import select, update

from portal.core import clock
from portal.core.extensions import db
from portal.core.jobs import periodic
from portal.core.settings import settings
from portal.core.writing import writing
from portal.domain.sms_lifecycle import SmsState
from portal.messaging import results
from portal.messaging.catalogue import signed
from portal.messaging.gateways import gateway
from portal.messaging.gateways.base import Absent, Letter, Sent, Trace
from portal.messaging.models import OutboxMessage

LISTED_AFTER = timedelta(minutes=1)  # a provider that took a message lists it by then
ASK_AGAIN = timedelta(minutes=2)
GIVE_UP = timedelta(days=1)  # after that the row stays uncertain, and people see it


class Question(NamedTuple):
    letter: Letter
    since: datetime  # real time: the provider does not follow the demo's clock
    known: frozenset[str]  # ids that belong to other rows of this number


@periodic("sms:reconcile", timedelta(seconds=10), every_worker=True)
def reconcile() -> None:
    reconcile_once()


def reconcile_once(limit: int = 100) -> int:
    """How many messages the provider was asked about."""
    questions = [question for id_ in _due(limit) if (question := _take(id_))]
    for question in questions:
        _conclude(question.letter, gateway().trace(*question))
    return len(questions)


def _due(limit: int) -> Sequence[int]:
    due = (OutboxMessage.state == SmsState.UNCERTAIN, OutboxMessage.due_at <= clock.now())
    return db.session.scalars(select(OutboxMessage.id).where(*due).order_by(OutboxMessage.due_at).limit(limit)).all()


def _take(message_id: int) -> Question | None:
    """Moves its next look on, so that no other worker asks at the same time; None when it was faster."""
    at = clock.now()
    mine = (OutboxMessage.id == message_id, OutboxMessage.state == SmsState.UNCERTAIN, OutboxMessage.due_at <= at)
    with writing():
        taken = update(OutboxMessage).where(*mine).values(due_at=at + ASK_AGAIN).returning(OutboxMessage)
        row = db.session.scalar(taken, execution_options={"populate_existing": True})
        return None if row is None else _question(row)


def _question(row: OutboxMessage) -> Question:
    text = signed(row.text or "", settings().sms_signature)
    letter = Letter(row.id, row.attempt or "", row.number, text, row.event, row.purpose.value)
    ago = clock.now() - (row.attempted_at or row.created_at)
    sids = select(OutboxMessage.provider_sid).where(OutboxMessage.number_index == row.number_index)
    known = frozenset(sid for sid in db.session.scalars(sids) if sid)
    return Question(letter, clock.real_now() - ago, known)


def _conclude(letter: Letter, trace: Trace) -> None:
    with writing():
        mine = (OutboxMessage.attempt == letter.attempt, OutboxMessage.state == SmsState.UNCERTAIN)
        row = db.session.scalar(select(OutboxMessage).where(*mine).with_for_update())
        if row is None:  # a receipt was faster
            return
        if isinstance(trace, Sent):
            results.accepted(row, trace.sid)
            row.error_code = "perhaps_twice" if trace.perhaps_twice else None
        elif isinstance(trace, Absent):
            _was_not_taken(row)
        elif clock.now() - row.created_at > GIVE_UP:
            row.due_at = None


def _was_not_taken(row: OutboxMessage) -> None:
    """Safe to send again now, except a code: whoever waited has asked for a new one."""
    if clock.now() - (row.attempted_at or row.created_at) < LISTED_AFTER:
        return
    results.refused(row, "not_taken")
