"""The sealed record, one home at a time: who looks says why, and the look is written down for good."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from portal.audit import journal
from portal.ballots import sealing
from portal.ballots.models import Ballot, RollEntry, Vote
from portal.ballots.sheets import Found
from portal.core import crypto
from portal.core.extensions import db
from portal.domain.actors import Actor
from portal.domain.errors import NotAllowed
from portal.domain.roles import Role

COUNTING_GROUP = frozenset({Role.COMMUNITY, Role.STREET})


@dataclass(frozen=True)
class Seen:
    """The vote that counts for a home, and how many came before it. `answers` by position, empty: none was cast."""

    found: Found
    answers: dict[int, str]
    channel: str
    cast_at: datetime | None
    revisions: int
    digest: str


def look(actor: Actor, ballot: Ballot, found: Found, reason: str) -> Seen:
    """NotAllowed before the close, and for anybody outside the counting group."""
    if actor.role not in COUNTING_GROUP:
        raise NotAllowed("Only the counting group sees a single vote.")
    sealing.refuse_before_the_close(ballot)
    entry = db.session.get_one(RollEntry, found.entry.id, populate_existing=True)
    votes = sealing.counted(ballot, [entry.id])
    cast_at = db.session.scalar(select(Vote.cast_at).where(Vote.entry_id == entry.id, Vote.revision == entry.revision))
    journal.record("ballot:looked", actor, ballot.subject, entry=entry.id, why=crypto.digest(reason))
    first = votes[0] if votes else None
    return Seen(
        found,
        first.answers if first else {},
        str(entry.channel),
        cast_at,
        entry.revision,
        first.digest if first else "",
    )
