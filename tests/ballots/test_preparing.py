"""新建投票, through the pages: six steps, what is missing said in words, a second person, then nothing moves but the end."""

import pytest
from sqlalchemy import select

from portal.ballots import presets, scheduling
from portal.ballots.models import Ballot, BallotItem
from portal.core.extensions import db
from portal.core.writing import writing
from portal.domain.ballot_kinds import AnswerKind, BallotState
from portal.domain.roles import Role
from tests.builders.cases import World, make_world
from tests.builders.identity import sign_in_staff
from tests.builders.roster import make_household
from tests.media import pictures


@pytest.fixture
def world(app, at) -> World:
    at("2024-06-17 09:00")
    with writing():
        presets.seed()
        world = make_world()
        for number in range(3):
            make_household(world.building, room=str(301 + number))
        return world


def only() -> Ballot:
    db.session.expire_all()
    return db.session.scalars(select(Ballot)).one()


def add(browser, **fields):
    return browser.submit("保存这一项", {**fields})


def test_from_the_first_step_to_the_opening(world, desk, at):
    community = desk(Role.COMMUNITY)
    assert "还没有投票" in community.visit("/community/votes").text
    community.follow("新建投票")
    page = community.submit("下一步", {"标题": ""})
    assert "请填标题" in page.text
    page = community.submit("下一步", {"标题": "小区先改哪几项", "小区": "东局子小区", "表决规则": "改造内容点单"})
    page = add(community, 类别="基础类", 项目名称="屋面防水维修", 金额="十万")
    assert "金额请写成 86000.00 这样" in page.text and "屋面防水维修" in page.html
    add(community, 类别="基础类", 项目名称="屋面防水维修", 金额="")
    add(community, 类别="完善类", 项目名称="维修围墙", 一句话范围="北侧 180 米", 金额="86,000.00")
    page = add(community, 类别="提升类", 项目名称="助餐点", 金额="")
    assert [item.answer for item in only().items] == [AnswerKind.RANK, AnswerKind.TICK, AnswerKind.TICK]
    assert only().items[1].cost == 8_600_000
    community.submit("下一步", {"可选额度": "450000.00"})
    page = community.submit("下一步", {"开始时间": "2024-06-21T09:00", "截止时间": "2024-06-22T09:00"})
    assert "至少" in page.text and "2024-06-22T09:00" in page.html
    community.submit("下一步", {"截止时间": "2024-06-30T18:00"})
    page = community.follow("下一步")
    assert "小区先改哪几项" in page.text and "“助餐点”没有填金额" in page.text.replace("项目", "")
    ballot = only()
    page = community.visit(f"/community/votes/{ballot.id}/edit/items?item=3")
    add(community, 金额="120000")
    community.visit(f"/community/votes/{ballot.id}/edit/preview")
    page = community.submit("交给另一人复核")
    assert "已交给另一人复核" in page.text
    with community.no_lint():
        assert community.get(f"/community/votes/{ballot.id}/approve").status_code == 403, "never whoever asked"

    street = desk(Role.STREET)
    page = street.visit(f"/community/votes/{ballot.id}/approve")
    assert "维修围墙" in page.text and "8.6 万元" in page.text
    street.submit("同意按期开始")
    assert only().state is BallotState.ANNOUNCED
    with community.no_lint():
        assert community.get(f"/community/votes/{ballot.id}/edit/items").status_code == 409
    at("2024-06-21 09:00:30")
    scheduling.run_schedule()
    assert (only().state, only().roll_homes) == (BallotState.OPEN, 3)


def test_what_was_changed_after_handing_over_is_not_agreed_to(world, desk):
    community, street = desk(Role.COMMUNITY), desk(Role.STREET)
    ballot = prepared(community)
    community.visit(f"/community/votes/{ballot.id}/edit/preview")
    community.submit("交给另一人复核")
    community.visit(f"/community/votes/{ballot.id}/edit/items?item=1")
    add(community, 项目名称="换了一项")
    street.visit(f"/community/votes/{ballot.id}/approve")
    page = street.submit("同意按期开始")
    assert only().state is BallotState.DRAFT
    assert "换了一项" in page.text


def prepared(browser, rule="意愿征集"):
    browser.visit("/community/votes/new")
    browser.submit("下一步", {"标题": "要不要装门禁", "小区": "东局子小区", "表决规则": rule})
    add(browser, 类别="完善类", 项目名称="门禁", 金额="")
    browser.submit("下一步", {})
    browser.submit("下一步", {"开始时间": "2024-07-10T09:00", "截止时间": "2024-07-20T18:00"})
    return only()


def test_a_statutory_vote_lacks_what_the_law_asks_for(world, desk):
    community = desk(Role.COMMUNITY)
    ballot = prepared(community, "法定表决·特别")
    page = community.visit(f"/community/votes/{ballot.id}/edit/preview")
    for missing in ("依据", "张贴", "监票人"):
        assert missing in page.text
    photo = (pictures.jpeg(160, 120), "a.jpg")
    community.visit(f"/community/votes/{ballot.id}/edit/basis")
    community.submit(
        "下一步",
        {
            "由谁召集": "业主大会筹备组", "召集人名称": "东局子小区筹备组", "依据文件": "河东物筹〔2024〕1号",
            "依据文件照片": photo, "张贴照片": (pictures.jpeg(160, 120), "b.jpg"), "监票人": "王建国\n李秀英",
        },
    )  # fmt: skip
    community.visit(f"/community/votes/{ballot.id}/edit/items?item=1")
    add(community, 民法典="（七）改建")
    item = db.session.scalars(select(BallotItem)).one()
    db.session.refresh(item)
    assert (item.approve_area_num, item.approve_area_den, item.approve_area_strict) == (3, 4, False)
    page = community.visit(f"/community/votes/{ballot.id}/edit/preview")
    assert "还缺这些" not in page.text, page.text


def test_after_the_opening_only_the_end_moves_and_void_is_the_street_s(world, desk, at):
    community, street = desk(Role.COMMUNITY), desk(Role.STREET)
    ballot = prepared(community)
    community.visit(f"/community/votes/{ballot.id}/edit/preview")
    community.submit("交给另一人复核")
    street.visit(f"/community/votes/{ballot.id}/approve")
    street.submit("同意按期开始")
    at("2024-07-10 09:01")
    scheduling.run_schedule()
    for role in (Role.COMMUNITY, Role.STREET):
        sign_in_staff(desk(role), world.posts[role])
    community.visit(f"/community/votes/{ballot.id}/extend")
    page = community.submit("延长截止", {"新的截止时间": "2024-07-19T18:00", "原因": "下雨"})
    assert "2024-07-19T18:00" in page.html and only().extensions == []
    community.submit("延长截止", {"新的截止时间": "2024-07-25T18:00"})
    assert [row.reason for row in only().extensions] == ["下雨"]
    with community.no_lint():
        assert community.get(f"/community/votes/{ballot.id}/void").status_code == 403
    street.visit(f"/community/votes/{ballot.id}/void")
    page = street.submit("作废", {"原因": "名册有误，重新投"})
    assert "已作废：名册有误，重新投" in page.text


@pytest.mark.databases("sqlite")
def test_items_are_moved_taken_out_and_the_draft_deleted(world, desk):
    community = desk(Role.COMMUNITY)
    ballot = prepared(community)
    community.visit(f"/community/votes/{ballot.id}/edit/items")
    add(community, 类别="完善类", 项目名称="照明", 金额="")
    community.press("上移")
    assert [item.title for item in only().items] == ["照明", "门禁"]
    community.press("去掉")
    assert [item.title for item in only().items] == ["门禁"]
    community.visit(f"/community/votes/{ballot.id}/delete")
    community.submit("删除草稿")
    assert db.session.scalars(select(Ballot)).all() == []


@pytest.mark.databases("sqlite")
def test_another_community_prepares_nothing_here(world, new_client):
    from tests.builders.identity import make_community, make_post

    with writing():
        stranger = make_post(Role.COMMUNITY, "stranger", communities=(make_community("别的社区"),))
    browser = new_client()
    sign_in_staff(browser, stranger)
    page = browser.visit("/community/votes/new")
    assert "东局子小区" not in page.html
    with browser.no_lint():
        assert browser.get("/community/votes/987654/edit").status_code == 404


@pytest.mark.databases("sqlite")
def test_a_poll_has_no_basis_to_give(world, desk):
    community = desk(Role.COMMUNITY)
    ballot = prepared(community)
    page = community.visit(f"/community/votes/{ballot.id}/edit/basis")
    assert page.path == f"/community/votes/{ballot.id}/edit/roll"
