"""What a recipient does with the inbox: read it, choose whether SMS come too."""

from collections.abc import Collection

from sqlalchemy import update

from portal.core import clock
from portal.core.dialects import upsert
from portal.core.extensions import db
from portal.messaging.models import InboxMessage, Preference


def mark_read(keys: Collection[str], ids: Collection[int]) -> None:
    """Only the recipient's own entries; those already read keep their moment."""
    mine = InboxMessage.recipient_key.in_(keys) & InboxMessage.id.in_(ids) & InboxMessage.read_at.is_(None)
    db.session.execute(update(InboxMessage).where(mine).values(read_at=clock.now()))


def choose_sms(key: str, wanted: bool) -> None:
    """Sign-in codes come regardless: they are asked for."""
    row = {"sms": wanted, "changed_at": clock.now()}
    insert = upsert(Preference).values(recipient_key=key, **row)
    db.session.execute(insert.on_conflict_do_update(index_elements=["recipient_key"], set_=row))
