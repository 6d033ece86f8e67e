"""The inbox of whoever is signed in: a resident's goes by the number, an office's by the post."""

from collections.abc import Collection

from portal.core.extensions import db
from portal.core.pages import Page
from portal.domain.actors import Actor
from portal.identity.models import Account
from portal.messaging import inbox as messages
from portal.messaging import queries
from portal.messaging.models import InboxMessage


def keys(actor: Actor) -> list[str]:
    if actor.is_staff:
        return [f"staff:{actor.id}"]
    account = db.session.get(Account, actor.id)
    return queries.resident_keys(account.phone) if account else []


def page(actor: Actor, cursor: str | None) -> Page[InboxMessage]:
    return queries.inbox_of(keys(actor), cursor)


def unread(actor: Actor) -> int:
    return queries.unread_count(keys(actor))


def mark_read(actor: Actor, ids: Collection[int]) -> None:
    messages.mark_read(keys(actor), ids)


def wants_sms(actor: Actor) -> bool:
    return all(queries.wants_sms(key) for key in keys(actor))


def choose_sms(actor: Actor, wanted: bool) -> None:
    """For every key of the number, so that a rotation of keys does not forget a no."""
    for key in keys(actor):
        messages.choose_sms(key, wanted)
