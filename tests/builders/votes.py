"""Votes on an open ballot and results after its close; every call commits by itself."""

from datetime import timedelta

from sqlalchemy import select

from portal.ballots import casting, news
from portal.ballots.models import Ballot, RollEntry
from portal.ballots.results import run_results
from portal.ballots.scheduling import run_schedule
from portal.core import clock
from portal.core.extensions import db
from portal.core.writing import writing
from portal.domain.actors import Actor
from portal.domain.ballot_kinds import Channel

SYSTEM = Actor.system()
WORDS = {"+": "agree", "-": "oppose", "o": "abstain", "p": "pick", "n": "pass"}


def answers(signs: str) -> dict[int, str]:
    """ "+-o" are the answers to items 1, 2 and 3."""
    return {at: WORDS.get(sign, sign) for at, sign in enumerate(signs, 1)}


def entries(ballot: Ballot) -> list[RollEntry]:
    return list(db.session.scalars(select(RollEntry).where(RollEntry.ballot_id == ballot.id).order_by(RollEntry.id)))


def vote_as(entry: RollEntry, signs: str, channel: Channel = Channel.ONLINE) -> casting.Cast:
    ballot_id, entry_id = entry.ballot_id, entry.id
    with writing():
        revision = db.session.get_one(RollEntry, entry_id).revision
        done = casting.cast(SYSTEM, ballot_id, entry_id, revision, answers(signs), channel=channel)
        casting.note(SYSTEM, done)
    return done


def close_and_count(ballot: Ballot) -> Ballot:
    """The clock passes the end, and the worker does what it does."""
    ballot_id = ballot.id
    assert ballot.ends_at is not None
    clock.travel(ballot.ends_at + timedelta(minutes=1))
    run_schedule()
    run_results()
    worker_tells()
    return db.session.get_one(Ballot, ballot_id, populate_existing=True)


def worker_tells() -> None:
    """The texts that deeds left, and those that follow from the state of a vote."""
    news.tell()
    news.tell_homes()
