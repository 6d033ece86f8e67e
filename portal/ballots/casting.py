"""投票: one conditional UPDATE of the roll entry decides whether a vote counts; everything else follows from it.

Paper and online exclude each other by the entry's channel. Within one channel the last vote counts, until the close.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select, update

from portal.audit import journal
from portal.ballots import sealing
from portal.ballots.models import Ballot, RollEntry, Vote
from portal.core import clock, crypto
from portal.core.extensions import db
from portal.domain.actors import Actor
from portal.domain.ballot_kinds import BallotState, Channel
from portal.domain.ballot_receipts import receipt_from, receipt_hash
from portal.domain.errors import Conflict


@dataclass(frozen=True)
class Cast:
    """What was written: the vote, its receipt in plain characters, and whether it replaced an earlier one."""

    vote: Vote
    receipt: str
    is_change: bool


def new_receipt(ballot_id: int, entry_id: int, revision: int) -> str:
    """Kept sealed beside the answers, so that its home finds it on any device and after any change of keys."""
    return receipt_from(crypto.hmac_code(f"{ballot_id}:{entry_id}:{revision}", "receipt"))


def claim(entry_id: int, revision: int, channel: Channel, at: datetime) -> bool:
    """True for the one who may write vote `revision` + 1 of an open ballot; online never over paper, nor paper over online."""
    open_now = select(Ballot.id).where(
        Ballot.id == RollEntry.ballot_id, Ballot.state == BallotState.OPEN, Ballot.starts_at <= at, Ballot.ends_at > at
    )
    is_open = open_now.with_for_update(read=True).exists()  # the close waits for votes under way, they see it done
    statement = (
        update(RollEntry)
        .where(
            RollEntry.id == entry_id,
            RollEntry.revision == revision,
            RollEntry.channel.in_((Channel.NONE, channel)),
            is_open,
        )
        .values(revision=RollEntry.revision + 1, channel=channel)
        .execution_options(synchronize_session=False)
    )
    return bool(db.session.execute(statement).rowcount == 1)  # type: ignore[attr-defined]


def cast(
    actor: Actor,
    ballot_id: int,
    entry_id: int,
    revision: int,
    answers: Mapping[int, str],
    *,
    channel: Channel = Channel.ONLINE,
    account_id: int | None = None,
    post_id: int | None = None,
) -> Cast:
    """Write a vote over the `revision` that its caster last saw (0: none). Conflict in words when it does not count.

    Who may cast for this entry is the caller's question. The journal is the caller's last step too: see `note`.
    """
    at = clock.now()
    if not claim(entry_id, revision, channel, at):
        raise why_not(entry_id, revision, channel, at)
    return write(ballot_id, entry_id, revision + 1, answers, at, channel, account_id=account_id, post_id=post_id)


def write(
    ballot_id: int,
    entry_id: int,
    revision: int,
    answers: Mapping[int, str],
    at: datetime,
    channel: Channel,
    *,
    account_id: int | None = None,
    post_id: int | None = None,
    is_correction: bool = False,
) -> Cast:
    """The row of a vote whose entry has been claimed, and its sealed answers. Flushes."""
    receipt, nonce = new_receipt(ballot_id, entry_id, revision), sealing.new_nonce()
    vote = Vote(
        ballot_id=ballot_id,
        entry_id=entry_id,
        revision=revision,
        channel=channel,
        cast_at=at,
        account_id=account_id,
        post_id=post_id,
        is_correction=is_correction,
        receipt_hash=receipt_hash(ballot_id, receipt),
        digest=sealing.digest_of(entry_id, revision, answers, nonce),
    )
    db.session.add(vote)
    db.session.flush()
    db.session.add(sealing.seal(vote.id, answers, nonce, receipt))
    db.session.flush()
    return Cast(vote, receipt, revision > 1)


def note(actor: Actor, done: Cast) -> None:
    """The vote's digest in the journal: the last step of the deed."""
    vote = done.vote
    action = "vote:changed" if done.is_change else "vote:cast"
    journal.record(
        action, actor, f"ballot:{vote.ballot_id}", entry=vote.entry_id, revision=vote.revision, digest=vote.digest,
        channel=str(vote.channel),
    )  # fmt: skip


def why_not(entry_id: int, revision: int, channel: Channel, at: datetime) -> Conflict:
    """What stood in the way, looked up afterwards: closed, the other channel, or somebody of the home was faster."""
    row = db.session.execute(
        select(RollEntry.revision, RollEntry.channel, Ballot.state, Ballot.starts_at, Ballot.ends_at)
        .join(Ballot, Ballot.id == RollEntry.ballot_id)
        .where(RollEntry.id == entry_id)
    ).one()
    if row.state is not BallotState.OPEN or at >= row.ends_at or at < row.starts_at:
        return NotOpen("The vote is not open now, so this paper was not handed in.")
    if row.channel is Channel.PAPER and channel is Channel.ONLINE:
        return Conflict("Your home has voted on paper already, so it cannot vote online.")
    if row.channel is Channel.ONLINE and channel is Channel.PAPER:
        return Conflict("This home has voted online already. The first one counts; this paper is noted as a duplicate.")
    return Superseded("Your home's vote was handed in a moment ago. What you see now is the one that counts.")


class NotOpen(Conflict):
    """Before the opening or after the close."""


class Superseded(Conflict):
    """Another paper of the same entry was written since this one was begun."""
