"""A vote on display with questions about it, and an open one whose papers are being entered; for the walk through every page."""

from collections.abc import Mapping
from datetime import timedelta

from sqlalchemy import select

from portal.ballots import objections, paper, paper_photos, results, sheets
from portal.ballots.models import Ballot, BallotRule, RollEntry
from portal.ballots.scheduling import close_ballot, open_ballot
from portal.core import clock
from portal.core.extensions import db
from portal.core.writing import writing
from portal.domain.actors import Actor
from portal.domain.ballot_results import ObjectionAbout, ObjectionOutcome, VoidReason
from portal.domain.roles import Role
from portal.identity.services import account_of
from tests.builders.ballots import make_announced
from tests.builders.cases import PHONE, World
from tests.builders.votes import answers, entries, vote_as
from tests.media.pictures import jpeg


def make_results(world: World) -> Mapping[str, Ballot]:
    """ "provisional": two of three voted, one question open, one answered. "papers": batches 1 (being read), 2 (the
    readings differ), 3 (counted in), 4 (waits for the second reading)."""
    found = {"provisional": _provisional(world), "papers": _open(world, "大门口要不要装道闸", timedelta(days=9))}
    _papers(world, found["papers"])
    return found


def _open(world: World, title: str, lasts: timedelta) -> Ballot:
    at = clock.now()
    rule = db.session.scalars(select(BallotRule).where(BallotRule.code == "general")).one()
    with writing():
        ballot = make_announced(
            world.building.compound, rule=rule, title=title, starts_at=at - timedelta(days=1), ends_at=at + lasts
        )
        open_ballot(ballot.id)
    return ballot


def _provisional(world: World) -> Ballot:
    ballot = _open(world, "小区路面怎么改", timedelta(minutes=1))
    for entry, signs in zip(entries(ballot), ("++", "+-"), strict=False):
        vote_as(entry, signs)
    clock.travel(clock.now() + timedelta(minutes=2))
    with writing():
        close_ballot(ballot.id)
        results.publish(Actor.system(), ballot.id)
    account = account_of(PHONE)
    author = Actor("resident", account.id, phone_index=account.phone_index)
    with writing():
        objections.file(author, ballot.id, ObjectionAbout.OTHER, "第二项我家选的是反对")
        objections.file(author, ballot.id, ObjectionAbout.AREA, "我家面积不对")
        objections.answer(world.actor(Role.COMMUNITY), ballot.id, 2, ObjectionOutcome.DISMISSED, "登记面积与房本一致。")
    return ballot


def _papers(world: World, ballot: Ballot) -> None:
    first, second = world.actor(Role.COMMUNITY), world.actor(Role.STREET)
    ids = [entry.id for entry in entries(ballot)]
    for expected in (5, 1, 1, 1):
        with writing():
            paper.open_batch(
                first, ballot, building_id=None, box="大门口票箱", expected=expected, witnesses=["王建国", "李秀英"]
            )
    _read(first, ballot, 1, 1, ids[0], "++", VoidReason.UNSIGNED)
    for number, entry_id, signs in ((2, ids[0], ("++", "+-")), (3, ids[1], ("++", "++"))):
        _read(first, ballot, number, 1, entry_id, signs[0])
        _finish(first, ballot, number, 1)
        _read(second, ballot, number, 2, entry_id, signs[1])
        _finish(second, ballot, number, 2)
    _read(first, ballot, 4, 1, ids[2], "+-")
    _finish(first, ballot, 4, 1)


def _read(
    actor: Actor, ballot: Ballot, number: int, turn: int, entry_id: int, signs: str, void: VoidReason | None = None
) -> None:
    with writing():
        entry = db.session.get_one(RollEntry, entry_id)
        found = sheets.Found(entry, entry.roll_homes[0].household)
        reading = paper.read(actor, ballot, number, turn, found, answers(signs), void)
        if turn == 1:
            paper_photos.attach(actor, ballot, reading, jpeg())


def _finish(actor: Actor, ballot: Ballot, number: int, turn: int) -> None:
    with writing():
        paper.finish(actor, ballot.id, number, turn)
