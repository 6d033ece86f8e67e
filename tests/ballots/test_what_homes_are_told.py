"""A deed leaves one row; the worker tells the homes, votes before whole rolls, each once."""

import re
from collections import Counter
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from portal.ballots import news, scheduling
from portal.ballots.models import Ballot, BallotNews
from portal.core import clock
from portal.core.extensions import db
from portal.core.writing import writing
from portal.domain.roles import Role
from portal.membership.models import MembershipRole
from portal.messaging.models import InboxMessage
from tests.builders.ballot_pages import ballot_of, start, voter_of
from tests.builders.cases import World, make_world
from tests.builders.roster import make_household, make_member
from tests.builders.votes import worker_tells
from tests.visitor import Visitor
from tests.visitor.form import PaperForm

Counting = Callable[[], AbstractContextManager[list[str]]]


@pytest.fixture
def world(app: Flask) -> World:
    return make_world()


def heard(*events: str) -> list[str]:
    """What came into inboxes of these kinds, oldest first."""
    db.session.rollback()
    wanted = select(InboxMessage.text).where(InboxMessage.event.in_(events))
    return list(db.session.scalars(wanted.order_by(InboxMessage.id)))


def homes_with_phones(world: World, many: int) -> None:
    for number in range(many):
        make_member(make_household(world.building, room=str(1000 + number)))


@pytest.mark.databases("sqlite")
def test_a_vote_costs_ten_statements_however_many_phones_the_home_has(
    client: Visitor, world: World, sql_count: Counting
) -> None:
    home = make_household(world.building)
    voter_of(home)
    for _ in range(3):
        make_member(home, role=MembershipRole.FAMILY, voter=False)
    ballot = ballot_of(world)
    start(client, ballot)
    client.submit("下一步：核对选票", {"1. 围墙": "同意", "2. 车棚": "反对"})
    with sql_count() as seen:
        client.send(PaperForm(client.here, client.here.button("确认，交上选票")))
    statements = [re.sub(r"\s+", " ", sql)[:60] for sql in seen if "BEGIN" not in sql]
    assert len(statements) <= 10, "\n".join(statements)
    assert sum(sql.startswith("BEGIN") for sql in seen) == 1, "one transaction"
    assert heard("vote_received") == []
    worker_tells()
    assert len(heard("vote_received")) == 4, "every phone of the home"
    worker_tells()
    assert len(heard("vote_received")) == 4 and db.session.scalar(select(BallotNews.id)) is None


def test_a_later_end_is_told_in_batches_and_once(world: World, sql_count: Counting, monkeypatch) -> None:
    monkeypatch.setattr(news, "ENTRIES", 2)
    homes_with_phones(world, 5)
    ballot = ballot_of(world)
    end = ballot.ends_at
    with sql_count() as seen, writing():
        scheduling.extend(world.actor(Role.COMMUNITY), ballot.id, end + timedelta(days=1), "下雨")
    with writing():
        scheduling.extend(world.actor(Role.COMMUNITY), ballot.id, end + timedelta(days=2), "又下雨")
    assert not any("messages" in sql for sql in seen)
    assert news.tell() == 3
    assert Counter(heard("vote_extended")).most_common(1)[0][1] == 5 == len(heard("vote_extended"))
    assert news.tell() == 0


def test_a_void_vote_is_told_with_the_page_that_says_why(world: World) -> None:
    homes_with_phones(world, 2)
    ballot = ballot_of(world)
    with writing():
        scheduling.declare_void(world.actor(Role.DISTRICT), ballot.id, "名册有误，重新投")
    worker_tells()
    assert heard("vote_void") == ["东局子小区改造内容投票没有生效，原因：请看投票页。下一步安排见小区公告栏。"] * 2


def test_a_receipt_does_not_wait_for_a_whole_roll(client: Visitor, world: World, monkeypatch) -> None:
    homes_with_phones(world, 3)
    voter_of(make_household(world.building))
    ballot = ballot_of(world)
    with writing():
        scheduling.extend(world.actor(Role.COMMUNITY), ballot.id, ballot.ends_at + timedelta(days=1), "下雨")
    start(client, db.session.get_one(Ballot, ballot.id))
    client.submit("下一步：核对选票", {"1. 围墙": "同意", "2. 车棚": "反对"})
    client.submit("确认，交上选票")
    monkeypatch.setattr(news, "_is_waiting", iter((True, False)).__next__)
    news.tell()
    assert len(heard("vote_received")) == 1 and heard("vote_extended") == []
    assert clock.now() < ballot.ends_at
