"""我的信息 across the features: each says what it keeps of an account, and what has to stay when the account goes.

@own_data.exporter("cases")
def cases_of(account: Account) -> Any: ...
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import delete, update

from portal.audit import journal
from portal.core import clock, crypto
from portal.core.extensions import db
from portal.core.formatting import sms_day
from portal.domain import phones
from portal.domain.actors import Actor
from portal.domain.errors import Conflict
from portal.identity import consents, sessions
from portal.identity.models import Account
from portal.identity.services import known_account
from portal.messaging.inbox import choose_sms
from portal.messaging.models import InboxMessage
from portal.messaging.notify import Recipient, notify
from portal.messaging.queries import resident_keys, wants_sms

Exporter = Callable[[Account], Any]
Leaver = Callable[[Account, Actor], None]
InUse = Callable[[Account], bool]


@dataclass(frozen=True)
class Look:
    """A member of staff looked at what is otherwise masked: the unit, never the person."""

    at: datetime
    unit: str
    why: str


Looks = Callable[[Account], Iterable[Look]]
MOST_LOOKS = 50  # shown, the newest

EXPORTERS: dict[str, Exporter] = {}
LEAVERS: list[Leaver] = []
IN_USE: list[InUse] = []
LOOKS: list[Looks] = []


def exporter(name: str) -> Callable[[Exporter], Exporter]:
    def register(export: Exporter) -> Exporter:
        EXPORTERS[name] = export
        return export

    return register


def leaver(leave: Leaver) -> Leaver:
    """Called when an account is deleted: ends what cannot go on without it and blanks what it typed."""
    LEAVERS.append(leave)
    return leave


def in_use(check: InUse) -> InUse:
    """Whether an account is tied to something, so that its number cannot become another account's."""
    IN_USE.append(check)
    return check


def looks(found: Looks) -> Looks:
    """Says who looked at what is kept of an account."""
    LOOKS.append(found)
    return found


def looks_at(account: Account) -> list[Look]:
    """Newest first."""
    found = [look for feature in LOOKS for look in feature(account)]
    return sorted(found, key=lambda look: look.at, reverse=True)[:MOST_LOOKS]


@exporter("looks")
def _looks(account: Account) -> list[dict[str, str]]:
    return [{"at": look.at.isoformat(), "unit": look.unit, "why": look.why} for look in looks_at(account)]


def everything(account: Account) -> dict[str, Any]:
    """All that is kept of the account, as plain values for JSON; phone and texts in clear, for its owner only."""
    return {name: export(account) for name, export in sorted(EXPORTERS.items())}


@exporter("account")
def _account(account: Account) -> dict[str, Any]:
    return {
        "phone": account.phone, "called": account.called, "since": account.created_at.isoformat(),
        "sms": wants_sms(*resident_keys(account.phone)),
    }  # fmt: skip


@exporter("consents")
def _consents(account: Account) -> list[dict[str, Any]]:
    return [
        {"kind": each.kind, "version": each.version, "given": each.given, "at": each.at.isoformat()}
        for each in consents.of(account.id)
    ]


@exporter("messages")
def _messages(account: Account) -> list[dict[str, Any]]:
    mine = db.session.query(InboxMessage).where(InboxMessage.recipient_key.in_(resident_keys(account.phone)))
    return [
        {"event": row.event, "text": row.text, "at": row.created_at.isoformat()}
        for row in mine.order_by(InboxMessage.id)
    ]


def delete_account(account: Account, actor: Actor) -> None:
    """注销: the number is gone from the account at once; what the law keeps stays without it."""
    for leave in LEAVERS:
        leave(account, actor)
    db.session.execute(delete(InboxMessage).where(InboxMessage.recipient_key.in_(resident_keys(account.phone))))
    sessions.close_all_of(account_id=account.id)
    _forget_number(account)
    journal.record("account:deleted", actor, f"account:{account.id}")


def _forget_number(account: Account) -> None:
    account.phone, account.called = "", None
    account.phone_index = crypto.hmac_code(f"deleted:{account.id}", "account")
    account.deleted_at = clock.now()
    db.session.flush()


def change_number(account: Account, e164: str, actor: Actor, keep_session: str | None) -> None:
    """The account goes on under a new number, both proved by code. The old one is told."""
    taken = known_account(e164)
    if taken is not None and taken.id != account.id:
        if any(check(taken) for check in IN_USE):
            raise Conflict("The new number is registered at a home of its own. Please let the community help you.")
        sessions.close_all_of(account_id=taken.id)
        _forget_number(taken)
    old = account.phone
    moved = update(InboxMessage).where(InboxMessage.recipient_key.in_(resident_keys(old)))
    new_key = resident_keys(e164)[0]
    db.session.execute(moved.values(recipient_key=new_key))
    if not wants_sms(*resident_keys(old)):
        choose_sms(new_key, False)
    account.phone, account.phone_index = e164, crypto.blind_index(e164)
    db.session.flush()
    sessions.close_all_of(account_id=account.id, but=keep_session)
    values = {"date": sms_day(clock.now()), "tail": phones.tail(e164)}
    notify(Recipient.phone(old), "phone_changed", values, subject=f"account:{account.id}")
    journal.record("account:number_changed", actor, f"account:{account.id}")
