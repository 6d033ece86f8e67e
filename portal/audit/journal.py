"""Recording deeds in a hash chain and checking it whole.

`record` is the last write of a deed: it locks the head (`FOR UPDATE`; SQLite's IMMEDIATE transaction is the lock there).
"""

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC

from sqlalchemy import select

from portal.audit.models import JournalEntry, JournalHead
from portal.core import clock
from portal.core.dialects import insert_ignore
from portal.core.extensions import db
from portal.domain.actors import Actor

GENESIS = "0" * 64
Detail = str | int | bool | None


@dataclass(frozen=True)
class Verdict:
    """`broken_at` is the first entry that does not fit, with the reason; None when the chain is whole."""

    count: int
    head: str
    broken_at: int | None = None
    reason: str = ""


def record(action: str, actor: Actor, subject: str, **details: Detail) -> JournalEntry:
    """Append one entry (`action` like 'case:replied', `subject` like 'case:12'); details are ids, codes and digests."""
    head = _locked_head()
    entry = JournalEntry(
        id=head.last_id + 1,
        at=clock.now(),
        action=action,
        actor=actor.label,
        subject=subject,
        details=json.dumps(details, ensure_ascii=False, sort_keys=True, separators=(",", ":")),
        previous=head.hash,
    )
    entry.hash = chained(entry)
    db.session.add(entry)
    head.last_id, head.hash = entry.id, entry.hash
    db.session.flush()
    return entry


def _locked_head() -> JournalHead:
    statement = (
        select(JournalHead).where(JournalHead.id == 1).with_for_update().execution_options(populate_existing=True)
    )
    head = db.session.scalar(statement)
    if head is None:
        db.session.execute(insert_ignore(JournalHead).values(id=1, last_id=0, hash=GENESIS))
        head = db.session.scalars(statement).one()
    return head


def chained(entry: JournalEntry) -> str:
    """SHA-256 over the entry's fields and the previous hash, each on its own line."""
    at = entry.at.astimezone(UTC).isoformat(timespec="microseconds")
    parts = (str(entry.id), at, entry.action, entry.actor, entry.subject, entry.details, entry.previous)
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()


def verify(anchor: str | None = None) -> Verdict:
    """Walk the chain; with `anchor` (a head that was published) it must also contain that hash."""
    previous, count, anchored = GENESIS, 0, anchor is None
    for entry in _entries():
        count += 1
        if entry.id != count:
            return Verdict(count, previous, count, "an entry is missing")
        if entry.previous != previous or entry.hash != chained(entry):
            return Verdict(count, previous, entry.id, "the entry was altered")
        previous = entry.hash
        anchored = anchored or previous == anchor
    head = db.session.get(JournalHead, 1, populate_existing=True)
    if (head.hash if head else GENESIS) != previous:
        return Verdict(count, previous, count + 1, "the end was cut off")
    if not anchored:
        return Verdict(count, previous, count, "the published head is not in the chain: it was rewritten")
    return Verdict(count, previous)


def _entries(batch: int = 1000) -> Iterator[JournalEntry]:
    last = 0
    while rows := db.session.scalars(
        select(JournalEntry).where(JournalEntry.id > last).order_by(JournalEntry.id).limit(batch)
    ).all():
        yield from rows
        last = rows[-1].id
        db.session.expunge_all()


def digests_of(subject: str) -> set[str]:
    """The digests that entries about `subject` hold under `digest`."""
    details = db.session.scalars(select(JournalEntry.details).where(JournalEntry.subject == subject))
    return {found for text in details if (found := json.loads(text).get("digest"))}


def head() -> tuple[int, str]:
    found = db.session.get(JournalHead, 1)
    return (found.last_id, found.hash) if found else (0, GENESIS)
