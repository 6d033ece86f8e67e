"""One entry, one vote that counts: until the close, by the one channel, the last one."""

from datetime import timedelta

import pytest
from flask import Flask

from portal.ballots import casting, sealing
from portal.ballots.casting import NotOpen, Superseded
from portal.ballots.models import Ballot, RollEntry, SealedAnswers, Vote
from portal.ballots.scheduling import run_schedule
from portal.core import clock
from portal.core.extensions import db
from portal.core.writing import writing
from portal.domain.actors import Actor
from portal.domain.ballot_kinds import BallotState, Channel
from portal.domain.ballot_receipts import receipt_hash
from portal.domain.errors import Conflict, NotAllowed
from tests.builders.ballots import make_open
from tests.builders.cases import make_world
from tests.builders.roster import make_household

SYSTEM = Actor.system()
YES_NO = {1: "agree", 2: "oppose"}


@pytest.fixture
def ballot(app: Flask) -> Ballot:
    with writing():
        building = make_world().building
        for _ in range(2):
            make_household(building)
        return make_open(building.compound)


def vote(revision: int = 0, answers: dict[int, str] = YES_NO, channel: Channel = Channel.ONLINE) -> casting.Cast:
    with writing():
        done = casting.cast(SYSTEM, 1, 1, revision, answers, channel=channel)
        casting.note(SYSTEM, done)
    return done


def test_the_last_vote_counts_and_the_history_stays(ballot: Ballot) -> None:
    first, second = vote(), vote(1, {1: "agree", 2: "agree"})
    assert (first.is_change, second.is_change) == (False, True)
    assert first.receipt != second.receipt and len(second.receipt) == 12
    assert db.session.query(Vote).count() == 2
    clock.travel(ballot.ends_at)
    run_schedule()
    (counted,) = sealing.counted(db.session.get_one(Ballot, 1))
    assert counted.answers == {1: "agree", 2: "agree"}
    assert counted.receipt_hash == receipt_hash(1, second.receipt)
    assert counted.digest == sealing.digest_of(1, 2, counted.answers, counted.nonce)


def test_a_paper_begun_before_another_was_cast_does_not_count(ballot: Ballot) -> None:
    vote()
    with pytest.raises(Superseded):
        vote()
    assert db.session.query(Vote).count() == 1


def test_paper_and_online_exclude_each_other(ballot: Ballot) -> None:
    vote(channel=Channel.PAPER)
    with pytest.raises(Conflict, match="on paper already"):
        vote(1)
    assert db.session.get_one(RollEntry, 1).channel is Channel.PAPER


def test_at_the_end_no_vote_counts_though_the_worker_has_not_come_round(ballot: Ballot) -> None:
    clock.travel(ballot.ends_at)
    with pytest.raises(NotOpen):
        vote()
    clock.travel(ballot.ends_at - timedelta(seconds=1))
    vote()


def test_nobody_reads_an_answer_before_the_close(ballot: Ballot) -> None:
    vote()
    found = db.session.get_one(Ballot, 1)
    with pytest.raises(NotAllowed):
        sealing.counted(found)
    raw = db.session.execute(db.text("SELECT sealed FROM sealed_answers")).scalar_one()
    assert "agree" not in raw
    row = db.session.get_one(SealedAnswers, 1)
    assert "sealed" in db.inspect(row).unloaded


def test_an_altered_answer_no_longer_fits_its_digest(ballot: Ballot) -> None:
    vote()
    with writing():
        db.session.get_one(SealedAnswers, 1).sealed = sealing.packed({1: "oppose", 2: "oppose"}, "0" * 32)
    clock.travel(ballot.ends_at)
    run_schedule()
    (counted,) = sealing.counted(db.session.get_one(Ballot, 1))
    assert counted.digest != sealing.digest_of(1, 1, counted.answers, counted.nonce)


def test_the_clock_opens_and_closes(ballot: Ballot) -> None:
    assert db.session.get_one(Ballot, 1).state is BallotState.OPEN
    clock.travel(ballot.ends_at)
    assert run_schedule() == 1
    assert run_schedule() == 0
    assert db.session.get_one(Ballot, 1).state is BallotState.CLOSED
