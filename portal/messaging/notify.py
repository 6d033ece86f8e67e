"""Telling somebody something: the one door through which features send.

`notify` writes the inbox entry and, where the sender's rules allow (ux.md §6), the SMS, in the caller's transaction.
Nothing is sent here: the worker delivers after the commit, so a deed rolled back leaves no message and a message always
has its deed.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta

from portal.core import clock, crypto
from portal.core.extensions import db
from portal.core.settings import settings
from portal.messaging import catalogue, outbox
from portal.messaging.catalogue import Event, Purpose
from portal.messaging.models import InboxMessage
from portal.messaging.outbox import Text
from portal.messaging.queries import resident_keys, wants_sms


@dataclass(frozen=True)
class Recipient:
    """A number or an office. `sms` is whether they may be sent one: wanted, and consented to where D4 asks for it."""

    key: str
    number: str | None = field(default=None, repr=False)  # E.164
    sms: bool = True
    name: str = field(default="", repr=False)

    @classmethod
    def phone(cls, e164: str, sms: bool = True, name: str = "") -> "Recipient":
        return cls(f"phone:{crypto.blind_index(e164)}", e164, sms, name)

    @classmethod
    def staff(cls, post_id: int, phone: str | None = None, name: str = "") -> "Recipient":
        return cls(f"staff:{post_id}", phone, True, name)


def notify(
    recipient: Recipient,
    event: str,
    values: Mapping[str, object],
    *,
    subject: str,
    link: str | None = None,
    sms: bool = True,
    wait: timedelta = timedelta(0),
) -> None:
    """Tell `recipient` of `event` (a key of ux.md §6). Flushes; call it inside `writing()`.

    `values` fill the text; UnfitValueError when one is missing or longer than its cap. `subject` names the matter
    ('case:12'): a later message about it replaces one still waiting for the morning. `link` is a path of this site,
    shown in the inbox only. `sms=False` keeps it to the inbox: sealed matters, and what its author wants off the phone.
    `wait` holds the SMS back so long, for deeds that may be undone (`outbox.withdraw`).
    """
    found = catalogue.EVENTS[event]
    body = catalogue.render(event, values)
    if found.purpose is not Purpose.CODE:
        _write_inbox(recipient, found, body, subject, link)
    if sms and recipient.sms and recipient.number and found.sms and _is_wanted(recipient, found):
        is_clean = catalogue.is_clean(event, values, settings().sms_signature)
        outbox.enqueue(recipient.key, recipient.number, Text(found, body, is_clean), subject, wait)


def _write_inbox(recipient: Recipient, event: Event, body: str, subject: str, link: str | None) -> None:
    if link is not None and (not link.startswith("/") or link.startswith("//")):
        raise ValueError("a link of the inbox is a path of this site")
    db.session.add(
        InboxMessage(
            recipient_key=recipient.key, event=event.key, text=body, link=link, subject=subject, created_at=clock.now()
        )
    )
    db.session.flush()


def _is_wanted(recipient: Recipient, event: Event) -> bool:
    """A sign-in code was asked for just now; everything else follows the recipient's choice."""
    if event.purpose is Purpose.CODE:
        return True
    older = resident_keys(recipient.number) if recipient.number and event.purpose is Purpose.NOTICE else []
    return wants_sms(recipient.key, *older)
