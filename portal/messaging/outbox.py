"""The sender's rules for one number, applied while the SMS is written (D3, ux.md §6).

A message that may not go is written as `blocked` with its reason, so that the record shows it and somebody can call.
"""

from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy import ColumnElement, delete, func, select, update

from portal.core import clock, crypto
from portal.core.dialects import upsert
from portal.core.extensions import db
from portal.domain.phones import mask
from portal.domain.sms_lifecycle import DAILY_CAP, DAY, NumberFlag, SmsState, sending_time
from portal.messaging import catalogue
from portal.messaging.catalogue import Event, Purpose
from portal.messaging.models import InboxMessage, OutboxMessage, SmsNumber

UNSENT = (SmsState.BLOCKED, SmsState.FAILED)


class Text(NamedTuple):
    """A filled text. `is_clean`: nothing in it that the mainland's networks refuse (D3)."""

    event: Event
    body: str
    is_clean: bool


class Envelope(NamedTuple):
    """What the rules look at: the number under every data key, and when it would leave."""

    indexes: list[str]
    digest: str
    leaves_at: datetime


def enqueue(key: str, number: str, told: Text, subject: str, wait: timedelta = timedelta(0)) -> OutboxMessage:
    """The row of one SMS, queued or blocked. `number` is E.164."""
    at, event = clock.now(), told.event
    leaves_at = sending_time(at + wait, anytime=event.anytime)
    message = OutboxMessage(
        recipient_key=key,
        number=number,
        number_index=crypto.blind_index(number),
        number_masked=mask(number),
        event=event.key,
        purpose=event.purpose,
        rank=event.rank,
        subject=subject,
        text=told.body,
        text_digest=None if event.purpose is Purpose.CODE else crypto.digest(told.body),
        state=SmsState.QUEUED,
        due_at=leaves_at,
        created_at=at,
        attempts=0,
    )
    if reason := _why_not(message, told, leaves_at):
        block(message, reason)
    db.session.add(message)
    db.session.flush()
    return message


def block(message: OutboxMessage, reason: str) -> None:
    message.state, message.error_code = SmsState.BLOCKED, reason
    message.due_at, message.final_at = None, clock.now()


def _why_not(message: OutboxMessage, told: Text, leaves_at: datetime) -> str | None:
    """None when it may go. A sign-in code always may: it has limits of its own (security.md §4)."""
    if told.event.purpose is Purpose.CODE:
        return None
    if not told.is_clean:
        return "wording"
    flag = _lock_number(message.number_index)
    if flag is not None:
        return f"number_{flag.value}"
    if told.event.purpose is Purpose.STAFF:
        return None
    envelope = Envelope(crypto.blind_indexes(message.number), message.text_digest or "", leaves_at)
    return _over_the_rules(message, envelope)


def _over_the_rules(message: OutboxMessage, envelope: Envelope) -> str | None:
    counted = list(db.session.scalars(select(OutboxMessage).where(*_in_window(envelope))))
    counted = [other for other in counted if not _is_superseded(other, message)]
    if any(other.text_digest == envelope.digest for other in counted):
        return "same_text"
    if len(counted) < DAILY_CAP:
        return None
    return None if _displace_less_important(counted, message.rank) else "cap"


def _lock_number(index: str) -> NumberFlag | None:
    """What is known of the number; its row stays locked to the end, so that two deeds cannot both be the fourth."""
    insert = upsert(SmsNumber).values(number_index=index, flag=None, changed_at=clock.now())
    keep = insert.on_conflict_do_update(index_elements=["number_index"], set_={"number_index": index})
    flag: NumberFlag | None = db.session.scalar(keep.returning(SmsNumber.flag))
    return flag


def _in_window(envelope: Envelope) -> list[ColumnElement[bool]]:
    """Residents' notices that left, or will leave, less than 24 h before this one."""
    leaves = func.coalesce(OutboxMessage.sent_at, OutboxMessage.attempted_at, OutboxMessage.due_at)
    return [
        OutboxMessage.number_index.in_(envelope.indexes),
        OutboxMessage.purpose == Purpose.NOTICE,
        OutboxMessage.state.not_in(UNSENT),
        OutboxMessage.created_at > envelope.leaves_at - 5 * DAY,  # lets the index do the work; nothing waits longer
        leaves > envelope.leaves_at - DAY,
    ]


def _displace_less_important(counted: list[OutboxMessage], rank: int) -> bool:
    """Most important first: a waiting one that matters less stays in the inbox instead."""
    lesser = sorted((other for other in counted if other.rank > rank), key=lambda other: (other.rank, other.id))
    return any(take_back(OutboxMessage.id == other.id, reason="cap") for other in reversed(lesser))


def _is_superseded(other: OutboxMessage, message: OutboxMessage) -> bool:
    """What waits for the morning about the same matter is no longer true and is taken back; a text that carries a
    查询码 stays true."""
    told = [catalogue.EVENTS[one.event].tells_state for one in (other, message)]
    waits = other.state is SmsState.QUEUED and other.due_at is not None and other.due_at > clock.now()
    same = other.subject == message.subject and all(told)
    return same and waits and take_back(OutboxMessage.id == other.id, reason="superseded")


def withdraw(subject: str, since: datetime) -> None:
    """What was told of `subject` since then is undone: unread entries go, and SMS that nobody has tried to send."""
    take_back(OutboxMessage.subject == subject, OutboxMessage.created_at >= since, reason="undone")
    told = (InboxMessage.subject == subject, InboxMessage.created_at >= since, InboxMessage.read_at.is_(None))
    db.session.execute(delete(InboxMessage).where(*told))


def take_back(*which: ColumnElement[bool], reason: str) -> bool:
    """Blocks those that nobody has tried to send yet; one statement, because the worker may be claiming them now."""
    untried = (OutboxMessage.state == SmsState.QUEUED, OutboxMessage.attempts == 0)
    blocked = {"state": SmsState.BLOCKED, "error_code": reason, "due_at": None, "final_at": clock.now()}
    result = db.session.execute(update(OutboxMessage).where(*which, *untried).values(**blocked))
    return bool(result.rowcount)  # type: ignore[attr-defined]
