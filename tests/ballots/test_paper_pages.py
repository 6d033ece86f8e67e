"""投票 on the phone, without JavaScript: the paper, the check, the receipt, changing it, and who may not."""

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from portal.ballots.models import RollEntry, Vote
from portal.ballots.scheduling import run_schedule
from portal.core import clock
from portal.core.extensions import db
from portal.core.writing import writing
from portal.domain.ballot_kinds import AnswerKind, Channel, CountUnit, ItemCategory, WinnerRule
from portal.membership.models import MembershipRole
from portal.messaging.models import InboxMessage
from tests.builders.ballot_pages import ballot_of, chosen, start, vote_both, voter_of
from tests.builders.ballots import make_rule
from tests.builders.cases import World, make_world
from tests.builders.identity import make_account
from tests.builders.roster import make_household, make_member, make_owner
from tests.builders.votes import worker_tells
from tests.visitor import Visitor

WAN = 1_000_000
MENU = [
    {"title": "屋面防水", "category": ItemCategory.BASIC, "answer": AnswerKind.RANK, "cost": None},
    {"title": "路面整修", "category": ItemCategory.BASIC, "answer": AnswerKind.RANK, "cost": None},
    {"title": "维修围墙", "answer": AnswerKind.TICK, "cost": 86 * WAN // 10},
    {"title": "汽车充电", "answer": AnswerKind.TICK, "cost": 22 * WAN},
    {"title": "养老服务站", "category": ItemCategory.EXTRA, "answer": AnswerKind.TICK, "cost": 18 * WAN},
]


@pytest.fixture
def world(app: Flask) -> World:
    return make_world()


def test_ballot_check_receipt_change(app: Flask, client: Visitor, world: World) -> None:
    voter_of(make_household(world.building))
    ballot = ballot_of(world)
    page = start(client, ballot)
    assert not [field for field in page.root.all("input") if "checked" in field], "nothing is preselected"
    page = client.submit("下一步：核对选票", {"1. 围墙": "同意"})
    assert page.status == 422 and "第 2 项“车棚”还没选。不想表态请选“弃权”" in page.alerts[0]
    page = client.submit("下一步：核对选票", {"2. 车棚": "反对"})
    assert page.h1 == "核对选票" and "同意 1" in page.text and "反对 1" in page.text
    page = client.submit("确认，交上选票")
    assert page.h1 == "选票已交上" and "***" in page.text
    receipt = page.root.all("dd")[0].text
    assert db.session.scalar(select(RollEntry.channel)) is Channel.ONLINE
    worker_tells()
    assert "vote_received" in db.session.scalars(select(InboxMessage.event)).all()

    page = client.submit("查一查", {"回执码": receipt.lower()})
    assert "已计入" in page.text and "反对" not in page.text

    client.follow("修改选票")
    assert chosen(client) == ["agree", "oppose"], "what was handed in, to be changed"
    page = vote_both(client, "反对", "弃权")
    assert page.root.all("dd")[0].text != receipt
    assert "没有查到" in client.submit("查一查", {"回执码": receipt}).text
    assert [vote.revision for vote in db.session.scalars(select(Vote).order_by(Vote.id))] == [1, 2]

    clock.travel(ballot.ends_at)
    run_schedule()
    page = client.visit(f"/votes/{ballot.id}/receipt")
    assert "您家计入的选票" in page.text and "弃权" in page.text


def test_the_budget_may_be_passed_while_choosing_but_not_at_the_check(
    app: Flask, client: Visitor, world: World
) -> None:
    voter_of(make_household(world.building))
    rule = make_rule("menu", name="改造内容点单", winners=WinnerRule.BUDGET, has_banner=True)
    ballot = ballot_of(world, rule=rule, items=MENU, budget=45 * WAN)
    page = start(client, ballot)
    assert (
        "都要改。您家最急哪一项？" in page.text and "不替代业主大会依法表决" in client.visit(f"/votes/{ballot.id}").text
    )
    client.visit(f"/votes/{ballot.id}/ballot")
    chosen = {(f"{n}. ", "选这一项"): True for n in (3, 4, 5)}
    page = client.submit("下一步：核对选票", {("1. ", "第几急"): "第 1 急", ("2. ", "第几急"): "第 1 急", **chosen})
    assert "选的项目共 48.6 万元，多了 3.6 万元，请去掉一项" in page.alerts[0]
    assert "第 1 急给了不止一项" in page.alerts[0] and "超出 3.6 万元" in page.text
    page = client.submit("下一步：核对选票", {("2. ", "第几急"): "第 2 急", ("3. ", "选这一项"): False})
    assert "可选项目用 40.0 万元" in page.text
    assert client.submit("确认，交上选票").h1 == "选票已交上"


def test_one_owner_with_three_homes_has_one_vote(app: Flask, client: Visitor, world: World) -> None:
    owner = make_owner(world.building, number="A1")
    member = voter_of(make_household(world.building, owner=owner, area=5000))
    for building in (world.building, world.other_building):
        make_member(make_household(building, owner=owner, area=6000), member.account)
    ballot = ballot_of(world, rule=make_rule("general", unit=CountUnit.OWNER))
    start(client, ballot)
    vote_both(client)
    entry = db.session.scalars(select(RollEntry)).one()
    assert (entry.area, entry.homes, entry.revision) == (17000, 3, 1)


def test_two_homes_in_a_poll_are_asked_for_one_by_one(app: Flask, client: Visitor, world: World) -> None:
    member = voter_of(make_household(world.building))
    make_member(make_household(world.other_building), member.account)
    ballot = ballot_of(world)
    page = start(client, ballot)
    assert page.h1 == "给哪一户投票？"
    client.follow("东局子小区 4 号楼")
    assert "4 号楼" in vote_both(client).text
    assert client.visit(f"/votes/{ballot.id}/ballot").h1 == "给哪一户投票？"
    assert "已交上" in client.here.text


def test_who_may_not(app: Flask, client: Visitor, world: World) -> None:
    home = make_household(world.building)
    ballot = ballot_of(world)
    make_member(home, make_account(), role=MembershipRole.RENTER)
    page = start(client, ballot)
    assert page.status == 403 and "不是名册上哪一户的投票人" in page.text and "去做住户核验" in page.text


def test_paper_counted_first_and_the_close_are_said_clearly(app: Flask, client: Visitor, world: World) -> None:
    voter_of(make_household(world.building))
    ballot = ballot_of(world)
    start(client, ballot)
    client.submit("下一步：核对选票", {"1. 围墙": "同意", "2. 车棚": "反对"})
    with writing():
        db.session.execute(db.update(RollEntry).values(channel=Channel.PAPER, revision=1))
    page = client.submit("确认，交上选票")
    assert "您家已经投过纸质票，不能再在网上投" in page.text
    with writing():
        db.session.execute(db.update(RollEntry).values(channel=Channel.NONE, revision=0))
    page = client.visit(f"/votes/{ballot.id}/check")
    clock.travel(ballot.ends_at)
    page = client.submit("确认，交上选票")
    assert "这张选票没有交上" in page.text
    assert db.session.scalar(select(Vote)) is None


def test_an_old_proof_is_renewed_by_a_code(app: Flask, client: Visitor, world: World) -> None:
    from tests.builders.identity import last_code

    voter_of(make_household(world.building))
    ballot = ballot_of(world)
    start(client, ballot)
    clock.travel(clock.now() + timedelta(hours=13))
    client.submit("下一步：核对选票", {"1. 围墙": "同意", "2. 车棚": "反对"})
    page = client.submit("确认，交上选票")
    assert page.status == 422
    client.press("发送验证码")
    code = last_code(app)
    page = client.submit("确认，交上选票", {"验证码": "000000" if code != "000000" else "111111"})
    assert page.status == 422 and db.session.scalar(select(Vote)) is None
    assert client.submit("确认，交上选票", {"验证码": code}).h1 == "选票已交上"
