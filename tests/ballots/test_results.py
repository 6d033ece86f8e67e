"""After the close: counted once, on display, objected to, corrected, final; and the record that anyone can check."""

import json
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import text
from sqlalchemy.exc import DatabaseError

from portal import verify_ballot
from portal.audit import journal
from portal.ballots import objections, results, sealing, sheets
from portal.ballots.counting import Altered
from portal.ballots.models import Ballot, RollEntry
from portal.ballots.result_models import BallotResult, Objection
from portal.core import clock
from portal.core.extensions import db
from portal.core.writing import writing
from portal.domain.actors import Actor
from portal.domain.ballot_kinds import BallotState, CountUnit
from portal.domain.ballot_results import ObjectionAbout, ObjectionOutcome, ObjectionState
from portal.domain.errors import Conflict, NotAllowed, NotFound
from portal.domain.roles import Role
from portal.identity import approvals
from portal.identity.models import Account
from portal.messaging.models import OutboxMessage
from tests.builders.ballots import HALF_AREA, make_open, make_rule
from tests.builders.cases import World, make_world
from tests.builders.roster import make_household, make_member, make_owner
from tests.builders.votes import answers, close_and_count, entries, vote_as, worker_tells

AREA_QUORUM = {"quorum_area_num": 2, "quorum_area_den": 3}


@pytest.fixture
def world(app: Flask) -> World:
    with writing():
        return make_world()


def statutory(world: World, areas: list[int], **values: object) -> Ballot:
    """One owner per home."""
    with writing():
        for area in areas:
            make_household(world.building, area=area)
        rule = make_rule(
            "general", unit=CountUnit.OWNER, name="法定表决·一般", is_statutory=True, **AREA_QUORUM, **HALF_AREA
        )
        return make_open(world.building.compound, rule=rule, items=["围墙"], **values)


def poll(world: World, homes: int, **values: object) -> Ballot:
    with writing():
        for _ in range(homes):
            make_member(make_household(world.building))
        return make_open(world.building.compound, **values)


def checked(ballot: Ballot) -> dict[str, object]:
    """The public record, after the stand-alone verifier found it equal."""
    raw = results.record_of(ballot).encode()
    record = verify_ballot.read(raw)
    assert verify_ballot.verify(record, raw) == []
    return record


def resident(number: int) -> Actor:
    account = db.session.get_one(Account, number)
    return Actor("resident", account.id, phone_index=account.phone_index)


def test_the_worker_counts_once_and_puts_the_result_on_display(world: World) -> None:
    ballot = poll(world, 3)
    for entry, signs in zip(entries(ballot), ("++", "+-"), strict=False):
        vote_as(entry, signs)
    with pytest.raises(NotFound):
        results.record_of(ballot)
    ballot = close_and_count(ballot)
    results.run_results()
    assert ballot.state is BallotState.PROVISIONAL and db.session.query(BallotResult).count() == 1
    record = checked(ballot)
    assert record["answers"] == ["agree,agree", "agree,oppose"]
    assert [item["outcome"] for item in record["result"]["items"]] == ["carried", "failed"]
    assert len(record["receipts"]) == 2 and record["roll"]["fingerprint"] == ballot.fingerprint
    assert {message.event for message in db.session.query(OutboxMessage)} >= {"vote_prelim"}
    days = clock.local(ballot.objections_until) - clock.local(ballot.published_at)
    assert timedelta(days=7) < days <= timedelta(days=8), "the day of publication is not counted"


def test_it_becomes_final_when_the_display_is_over(world: World) -> None:
    ballot = poll(world, 3)
    for entry in entries(ballot):
        vote_as(entry, "+-")
    ballot = close_and_count(ballot)
    clock.travel(ballot.objections_until - timedelta(seconds=1))
    results.run_results()
    assert db.session.get_one(Ballot, 1).state is BallotState.PROVISIONAL
    clock.travel(ballot.objections_until)
    results.run_results()
    assert db.session.get_one(Ballot, 1, populate_existing=True).state is BallotState.FINAL
    worker_tells()
    last = db.session.query(OutboxMessage).filter_by(event="vote_final").first()
    assert last is not None and "1项通过，1项未通过" in last.text


def test_a_missed_quorum_is_not_effective(world: World) -> None:
    ballot = poll(world, 3)
    vote_as(entries(ballot)[0], "++")
    ballot = close_and_count(ballot)
    assert not db.session.query(BallotResult).one().is_effective
    clock.travel(ballot.objections_until)
    results.run_results()
    assert db.session.get_one(Ballot, 1, populate_existing=True).state is BallotState.NOT_EFFECTIVE
    worker_tells()
    assert "没有生效" in db.session.query(OutboxMessage).filter_by(event="vote_void").first().text


def test_persons_pass_and_area_fails_and_no_single_area_is_published(world: World) -> None:
    ballot = statutory(world, [5000, 5000, 5000, 30000])
    for entry, sign in zip(entries(ballot), "+++-", strict=True):
        vote_as(entry, sign)
    record = checked(close_and_count(ballot))
    (item,) = record["result"]["items"]
    assert item["outcome"] == "failed" and item["counts"]["agree"] == [3, 15000]
    assert record["answers"] is None and len(record["sums"]) == 1


def test_one_owner_with_three_homes_is_one_vote_with_three_areas(world: World) -> None:
    with writing():
        owner = make_owner(world.building, number="Y1")
        for area in (5000, 6000, 7000):
            make_household(world.building, area=area, owner=owner)
    ballot = statutory(world, [4000])
    one, other = entries(ballot)
    assert (one.persons, one.homes, one.area) == (1, 3, 18000)
    vote_as(one, "+"), vote_as(one, "-"), vote_as(one, "+"), vote_as(other, "-")
    record = checked(close_and_count(ballot))
    assert record["result"]["persons"] == 2
    assert record["result"]["items"][0]["counts"] == {"agree": [1, 18000], "oppose": [1, 4000]}
    assert record["result"]["items"][0]["outcome"] == "failed", "one of two persons is not more than half"


def test_nothing_tells_a_vote_before_the_close(world: World) -> None:
    ballot = poll(world, 3)
    vote_as(entries(ballot)[0], "++")
    with pytest.raises(NotAllowed):
        sealing.counted(ballot)
    with pytest.raises(Conflict), writing():
        results.publish(Actor.system(), ballot.id)


def test_an_answer_altered_in_the_database_stops_the_count(world: World) -> None:
    ballot = poll(world, 3)
    for entry in entries(ballot):
        vote_as(entry, "++")
    with writing():
        sealed = sealing.SealedAnswers
        other = sealing.unpacked(db.session.scalar(db.select(sealed.sealed).where(sealed.vote_id == 1)))
        forged = sealing.packed({1: "oppose", 2: "oppose"}, other[1])
        db.session.execute(db.update(sealed).where(sealed.vote_id == 1).values(sealed=forged))
    clock.travel(ballot.ends_at + timedelta(minutes=1))
    from portal.ballots.scheduling import run_schedule

    run_schedule()
    with pytest.raises(Altered), writing():
        results.publish(Actor.system(), ballot.id)


@pytest.mark.databases("sqlite")
def test_a_result_cannot_be_altered_or_taken_away(world: World) -> None:
    close_and_count(poll(world, 1))
    for statement in ("UPDATE ballot_results SET digest = 'x'", "DELETE FROM ballot_results"):
        with pytest.raises(DatabaseError):
            db.session.execute(text(statement))
        db.session.rollback()


def objected(world: World) -> Objection:
    """Three homes; the third says that its paper was read wrong."""
    ballot = poll(world, 3)
    for entry, signs in zip(entries(ballot), ("++", "+-", "+-"), strict=True):
        vote_as(entry, signs)
    close_and_count(ballot)
    with writing():
        return objections.file(resident(3), 1, ObjectionAbout.OTHER, "第二项我们选的是同意")


def test_an_upheld_objection_corrects_the_vote_and_everything_is_counted_again(world: World) -> None:
    found = objected(world)
    first = db.session.query(BallotResult).one().digest
    asker, decider = world.actor(Role.COMMUNITY), world.actor(Role.STREET)
    with writing():
        about = sheets.Found(db.session.get_one(RollEntry, 3), found.entry.roll_homes[0].household)
        asked = objections.ask_correction(asker, 1, 1, about, answers("++"), "重新看了原票，您家第二项是同意，已更正。")
    assert asked.id in [approval.id for approval in approvals.waiting_for(decider)]
    assert asked.id not in [approval.id for approval in approvals.waiting_for(asker)]
    with writing():
        approvals.decide(asked.id, True, "看过原票", decider)
    corrected = db.session.get_one(Objection, 1, populate_existing=True)
    assert (corrected.state, corrected.outcome) == (ObjectionState.ANSWERED, ObjectionOutcome.CORRECTED)
    ballot = db.session.get_one(Ballot, 1)
    record = checked(ballot)
    assert record["result"]["number"] == 2 and record["digest"] != first
    assert [item["outcome"] for item in record["result"]["items"]] == ["carried", "carried"]
    assert [one.number for one in results.history(1)] == [1, 2]
    assert journal.verify().broken_at is None


def test_final_only_when_all_are_answered(world: World) -> None:
    objected(world)
    ballot = db.session.get_one(Ballot, 1)
    clock.travel(ballot.objections_until + timedelta(minutes=1))
    results.run_results()
    assert db.session.get_one(Ballot, 1, populate_existing=True).state is BallotState.PROVISIONAL
    with writing():
        objections.answer(
            world.actor(Role.COMMUNITY), 1, 1, ObjectionOutcome.DISMISSED, "原票第二项是反对，请来社区看。"
        )
    results.run_results()
    assert db.session.get_one(Ballot, 1, populate_existing=True).state is BallotState.FINAL
    events = [message.event for message in db.session.query(OutboxMessage)]
    assert "objection_received" in events and "objection_replied" in events


def test_who_is_not_on_the_roll_cannot_object(world: World) -> None:
    close_and_count(poll(world, 1))
    with writing():
        stranger = make_member(make_household(world.building)).account_id
    with pytest.raises(NotAllowed), writing():
        objections.file(resident(stranger), 1, ObjectionAbout.OTHER, "我要看看")


def test_a_refused_correction_leaves_the_objection_open(world: World) -> None:
    found = objected(world)
    with writing():
        about = sheets.Found(db.session.get_one(RollEntry, 3), found.entry.roll_homes[0].household)
        asked = objections.ask_correction(world.actor(Role.COMMUNITY), 1, 1, about, answers("++"), "更正")
    with writing():
        approvals.decide(asked.id, False, "原票看不清", world.actor(Role.STREET))
    again = db.session.get_one(Objection, 1, populate_existing=True)
    assert again.state is ObjectionState.OPEN and again.correction is None
    assert json.loads(results.record_of(db.session.get_one(Ballot, 1)))["result"]["number"] == 1
