"""What goes wrong at the kitchen table: a session that ended, a vote that ended, titles as long as a sentence."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from portal.ballots.models import Ballot, RollEntry, Vote
from portal.core import clock
from portal.core.extensions import db
from portal.core.writing import writing
from portal.domain.roles import Role
from tests.builders.ballot_pages import ballot_of, start, vote_both, voter_of
from tests.builders.ballots import make_ballot
from tests.builders.cases import World, make_world
from tests.builders.identity import last_code
from tests.builders.roster import make_household
from tests.visitor import Visitor

pytestmark = pytest.mark.databases("sqlite")


@pytest.fixture
def world(app: Flask) -> World:
    with writing():
        return make_world()


def test_signed_out_at_the_check_the_paper_waits(app: Flask, client: Visitor, world: World) -> None:
    voter_of(make_household(world.building))
    ballot = ballot_of(world)
    start(client, ballot)
    client.submit("下一步：核对选票", {"1. 围墙": "同意", "2. 车棚": "反对"})
    client.delete_cookie("portal-id")
    clock.travel(clock.now() + timedelta(minutes=5))
    page = client.submit("确认，交上选票")
    assert page.path.startswith("/login") and db.session.scalar(select(Vote)) is None
    client.submit("发送验证码", {"手机号": "13800001234"})
    page = client.submit("登录", {"验证码": last_code(app)})
    assert page.h1 == "核对选票" and "反对 1" in page.text
    assert client.submit("确认，交上选票").h1 == "选票已交上"


def test_after_the_close_a_paper_begun_before_is_not_handed_in(app: Flask, client: Visitor, world: World) -> None:
    voter_of(make_household(world.building))
    ballot = ballot_of(world)
    start(client, ballot)
    vote_both(client)
    client.follow("修改选票")
    clock.travel(ballot.ends_at)
    page = client.submit("下一步：核对选票", {"1. 围墙": "反对", "2. 车棚": "反对"})
    assert page.status == 409 and page.h1 == "您家已投过" and "没有交上" in page.text
    assert "修改选票" not in page.text
    assert db.session.scalar(select(RollEntry.revision)) == 1


def test_a_title_of_two_hundred_characters_is_refused_and_kept(
    app: Flask, desk: Callable[[Role], Visitor], world: World
) -> None:
    with writing():
        ballot = make_ballot(world.building.compound)
    long = "把小区北侧的旧围墙拆掉重砌" * 16
    community = desk(Role.COMMUNITY)
    community.visit(f"/community/votes/{ballot.id}/edit/items")
    page = community.submit("保存这一项", {"类别": "完善类", "项目名称": long[:200], "金额": ""})
    assert page.status == 422 and "40" in page.alerts[0] and long[:200] in page.html
    assert len(db.session.get_one(Ballot, ballot.id).items) == 2
