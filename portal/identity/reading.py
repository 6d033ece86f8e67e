"""Entries of the inbox count as read once their page was made."""

from collections.abc import Iterable

from portal.core.writing import writing
from portal.domain.actors import Actor
from portal.identity import inbox
from portal.messaging.models import InboxMessage


def note(actor: Actor, rows: Iterable[InboxMessage]) -> None:
    """Call it after rendering, so that new ones still look new."""
    new = [row.id for row in rows if row.read_at is None]
    if new:
        with writing():
            inbox.mark_read(actor, new)
