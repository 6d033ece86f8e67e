"""What a recipient does with the inbox: read it, choose whether SMS come too."""

from collections.abc import Collection

from sqlalchemy import delete, update

from portal.core import clock
from portal.core.dialects import upsert
from portal.core.extensions import db
from portal.messaging.models import InboxMessage, OutboxMessage, Preference
from portal.messaging.outbox import take_back


def mark_read(keys: Collection[str], ids: Collection[int]) -> None:
    """Only the recipient's own entries; those already read keep their moment."""
    mine = InboxMessage.recipient_key.in_(keys) & InboxMessage.id.in_(ids) & InboxMessage.read_at.is_(None)
    db.session.execute(update(InboxMessage).where(mine).values(read_at=clock.now()))


def forget_at_offices(subject: str) -> None:
    """What any office was told of a matter it may know of no more: entries, read or not, and SMS nobody tried to send."""
    at_office = InboxMessage.recipient_key.startswith("staff:")
    db.session.execute(delete(InboxMessage).where(InboxMessage.subject == subject, at_office))
    take_back(OutboxMessage.subject == subject, OutboxMessage.recipient_key.startswith("staff:"), reason="undone")


def forget_all(key: str) -> None:
    """Of somebody who is another office now: what the former one was told is not theirs any more."""
    db.session.execute(delete(InboxMessage).where(InboxMessage.recipient_key == key))
    take_back(OutboxMessage.recipient_key == key, reason="undone")


def choose_sms(key: str, wanted: bool) -> None:
    """Sign-in codes come regardless: they are asked for."""
    row = {"sms": wanted, "changed_at": clock.now()}
    insert = upsert(Preference).values(recipient_key=key, **row)
    db.session.execute(insert.on_conflict_do_update(index_elements=["recipient_key"], set_=row))
