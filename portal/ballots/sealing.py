"""Answers under lock: written at the casting, read after the close and nowhere else (D7).

Only this module touches `SealedAnswers`. While a ballot is open no page, export or count can ask it for anything but a
receipt, and nobody but the phone that cast a vote for the answers of that vote.
"""

import json
import secrets
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import undefer

from portal.ballots.models import Ballot, RollEntry, SealedAnswers, Vote
from portal.core import clock
from portal.core.extensions import db
from portal.domain.actors import Actor
from portal.domain.ballot_kinds import OVER_STATES, Answer, Channel
from portal.domain.ballot_receipts import vote_digest
from portal.domain.errors import NotAllowed

LONGEST = max(map(len, Answer))


@dataclass(frozen=True)
class Counted:
    """A vote that counts, with its weight (hundredths of ㎡) and its answers by position."""

    vote_id: int
    entry_id: int
    building_id: int
    persons: int
    area: int
    is_unit: bool
    channel: Channel
    receipt_hash: str
    digest: str
    nonce: str
    answers: dict[int, str]


def new_nonce() -> str:
    return secrets.token_hex(16)


def digest_of(entry_id: int, revision: int, answers: Mapping[int, str], nonce: str) -> str:
    return vote_digest(entry_id, revision, {str(position): answer for position, answer in answers.items()}, nonce)


def packed(answers: Mapping[int, str], nonce: str = "") -> str:
    """All answers equally long: what is sealed tells by its length how many items there are, and nothing else."""
    named = {str(position): answer.ljust(LONGEST) for position, answer in sorted(answers.items())}
    return json.dumps({"answers": named, "nonce": nonce})


def unpacked(text: str) -> tuple[dict[int, str], str]:
    found = json.loads(text)
    return {int(position): answer.rstrip() for position, answer in found["answers"].items()}, found["nonce"]


def seal(vote_id: int, answers: Mapping[int, str], nonce: str, receipt: str) -> SealedAnswers:
    return SealedAnswers(vote_id=vote_id, sealed=packed(answers, nonce), receipt=receipt)


def receipt_of(vote_id: int) -> str | None:
    """In plain characters, for the home it belongs to."""
    return db.session.scalar(select(SealedAnswers.receipt).where(SealedAnswers.vote_id == vote_id))


def cast_by(actor: Actor, entry_id: int) -> dict[int, str] | None:
    """What this resident chose on the paper that counts, to change it; None for everybody else, whoever they are.

    Nor does a member of staff who helps at the door find what the home chose before.
    """
    if actor.kind != "resident" or actor.is_assisted:
        return None
    statement = (
        select(SealedAnswers.sealed)
        .join(Vote, Vote.id == SealedAnswers.vote_id)
        .join(RollEntry, (RollEntry.id == Vote.entry_id) & (RollEntry.revision == Vote.revision))
        .where(RollEntry.id == entry_id, Vote.account_id == actor.id, Vote.channel == Channel.ONLINE)
    )
    sealed = db.session.scalar(statement.where(Vote.post_id.is_(None)))
    return unpacked(sealed)[0] if sealed else None


def counted(ballot: Ballot, entry_ids: Collection[int] | None = None) -> list[Counted]:
    """The vote that counts of each entry that took part, in the order of the entries. NotAllowed before the close."""
    refuse_before_the_close(ballot)
    statement = (
        select(Vote, RollEntry, SealedAnswers)
        .join(RollEntry, (RollEntry.id == Vote.entry_id) & (RollEntry.revision == Vote.revision))
        .join(SealedAnswers, SealedAnswers.vote_id == Vote.id)
        .where(RollEntry.ballot_id == ballot.id)
        .options(undefer(SealedAnswers.sealed))
        .order_by(RollEntry.id)
    )
    if entry_ids is not None:
        statement = statement.where(RollEntry.id.in_(entry_ids))
    return [_counted(*row) for row in db.session.execute(statement)]


def _counted(vote: Vote, entry: RollEntry, sealed: SealedAnswers) -> Counted:
    answers, nonce = unpacked(sealed.sealed)
    return Counted(
        vote.id, entry.id, entry.building_id, entry.persons, entry.area, entry.is_unit, vote.channel,
        vote.receipt_hash, vote.digest, nonce, answers,
    )  # fmt: skip


def refuse_before_the_close(ballot: Ballot) -> None:
    is_over = ballot.state in OVER_STATES and ballot.opened_at is not None
    if not is_over or ballot.ends_at is None or (ballot.voided_at is None and clock.now() < ballot.ends_at):
        raise NotAllowed("Nobody sees an answer before the vote has ended.")
