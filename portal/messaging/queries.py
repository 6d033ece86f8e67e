"""What can be read: the inbox of a recipient, the record of a number, what did not arrive."""

from collections.abc import Callable, Collection, Sequence

from sqlalchemy import ColumnElement, Select, func, select

from portal.core import crypto
from portal.core.extensions import db
from portal.core.pages import Page, page_of
from portal.domain.sms_lifecycle import SmsState
from portal.messaging.models import InboxMessage, OutboxMessage, Preference

# Matters that no record may show: features above say which, as conditions on the rows that stay in sight.
IN_SIGHT: list[Callable[[], ColumnElement[bool]]] = []

NOT_ARRIVED = (SmsState.UNDELIVERED, SmsState.FAILED, SmsState.UNCERTAIN, SmsState.BLOCKED)


# Ends after which somebody has to speak to the resident; the reasons are those that need nobody.
ENDED_UNREAD = (SmsState.UNDELIVERED, SmsState.FAILED, SmsState.BLOCKED)
NEEDS_NOBODY = ("superseded", "undone", "same_text")


def did_not_arrive(row: type[OutboxMessage] = OutboxMessage) -> ColumnElement[bool]:
    """The text ended without reaching its reader, and no newer one told the same."""
    reason = func.coalesce(row.error_code, "")
    return row.state.in_(ENDED_UNREAD) & reason.not_in(NEEDS_NOBODY)


def recorded() -> Select[OutboxMessage]:
    """What the sending record may show."""
    return select(OutboxMessage).where(*(condition() for condition in IN_SIGHT))


def resident_keys(e164: str) -> list[str]:
    """The inbox keys of a number, one per data key, newest first."""
    return [f"phone:{index}" for index in crypto.blind_indexes(e164)]


def inbox_of(keys: Collection[str], cursor: str | None = None, *, size: int = 20) -> Page[InboxMessage]:
    """Newest first."""
    statement = select(InboxMessage).where(InboxMessage.recipient_key.in_(keys))
    return page_of(statement, [InboxMessage.id], cursor, size=size)


def unread_count(keys: Collection[str]) -> int:
    statement = select(func.count()).where(InboxMessage.recipient_key.in_(keys), InboxMessage.read_at.is_(None))
    return db.session.scalar(statement) or 0


def sms_about(subject: str) -> Sequence[OutboxMessage]:
    """Every SMS of one matter in the order they were written; pages show label, masked number and state only."""
    statement = select(OutboxMessage).where(OutboxMessage.subject == subject).order_by(OutboxMessage.id)
    return db.session.scalars(statement).all()


def last_sms(recipient_key: str, subject: str) -> OutboxMessage | None:
    """The newest SMS to one recipient about one matter: an officer sees whether the word got through."""
    statement = select(OutboxMessage).where(
        OutboxMessage.recipient_key == recipient_key, OutboxMessage.subject == subject
    )
    return db.session.scalar(statement.order_by(OutboxMessage.id.desc()).limit(1))


def sms_to(e164: str, *, limit: int = 50) -> Sequence[OutboxMessage]:
    """The record of a number, newest first."""
    statement = select(OutboxMessage).where(OutboxMessage.number_index.in_(crypto.blind_indexes(e164)))
    return db.session.scalars(statement.order_by(OutboxMessage.id.desc()).limit(limit)).all()


def not_arrived(cursor: str | None = None, *, size: int = 50) -> Page[OutboxMessage]:
    """Whom somebody should call instead: failed, undelivered, uncertain, or over the cap."""
    statement = select(OutboxMessage).where(OutboxMessage.state.in_(NOT_ARRIVED))
    return page_of(statement, [OutboxMessage.id], cursor, size=size)


def wants_sms(*keys: str) -> bool:
    """False once a no stands under any of a recipient's keys."""
    no = select(Preference.recipient_key).where(Preference.recipient_key.in_(keys), Preference.sms.is_(False))
    return db.session.scalar(no.limit(1)) is None
