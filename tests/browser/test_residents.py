"""Reporting and following in a real browser on a phone: both modes, no violation, nothing sticking out."""

import re

import pytest
from playwright.sync_api import Page, expect

from portal.cases import services
from portal.cases.models import Case
from portal.core.extensions import db
from portal.core.writing import writing
from portal.domain.case_lifecycle import ReplyResult
from portal.domain.levels import Level
from portal.domain.roles import Role
from tests.builders.cases import make_case
from tests.media import pictures

pytestmark = [pytest.mark.browser, pytest.mark.databases("sqlite")]
WORDS = "2 门三楼的楼道灯坏了一个多星期，晚上看不清台阶"
PHOTO = {"name": "a.jpg", "mimeType": "image/jpeg", "buffer": pictures.jpeg(2400, 1800)}


@pytest.fixture(params=["standard", "large"])
def looked_at(request, page: Page, axe, no_horizontal_scroll, large_mode):
    """`looked_at()`: the page as it stands is fit for everybody; each test runs in both modes."""
    if request.param == "large":
        large_mode()

    def look() -> None:
        axe(page)
        no_horizontal_scroll(page)

    return look


def press(page: Page, word: str) -> None:
    """The button of this word, and the page it leads to."""
    with page.expect_navigation():
        page.get_by_role("button", name=word).click()


def follow(page: Page, word: str) -> None:
    with page.expect_navigation():
        page.get_by_role("link", name=word).click()


def test_from_the_building_to_the_code(world, live, page, looked_at):
    make_case(world, is_public=True)
    page.goto(live.url("/report/what?b=djz03"))
    press(page, "下一步：选问题类别")
    expect(page).to_have_title(re.compile("^有错误："))
    looked_at()
    page.get_by_label("说说情况").fill(WORDS)
    expect(page.get_by_text("还能写 476 字")).to_be_visible()
    page.get_by_label("从相册选").set_input_files([PHOTO, PHOTO])
    expect(page.get_by_text("已选 2 张，还能加 4 张")).to_be_visible()
    looked_at()
    press(page, "下一步：选问题类别")
    expect(page.get_by_role("heading", level=1)).to_have_text("在哪里、属于哪一类？")
    looked_at()
    page.get_by_text("照明、楼道").click()
    page.get_by_text("有危险，可能伤到人").click()
    press(page, "下一步：留联系方式")
    looked_at()
    press(page, "我已离开危险处，继续上报")
    looked_at()
    press(page, "不是，接着填")
    looked_at()
    page.get_by_label("手机号", exact=True).fill("138 0000 5678")
    page.get_by_text("可以公开", exact=True).click()
    press(page, "提交")
    expect(page.get_by_role("heading", level=1)).to_contain_text("已收到您反映的问题")
    looked_at()
    follow(page, "看办理进度")
    looked_at()
    db.session.rollback()
    assert db.session.query(Case).count() == 2


def test_following_and_judging(world, live, page, looked_at):
    case = make_case(world)
    with writing():
        services.accept(
            world.actor(Role.DISTRICT), case, category_code=case.category_code, level=Level.C,
            agency_id=world.units["FWZX"].id,
        )  # fmt: skip
    with writing():
        services.sign(world.actor(Role.AGENCY), case)
    with writing():
        services.reply(
            world.actor(Role.AGENCY), case, result=ReplyResult.SOLVED, words="二门三楼的灯已经换好，请您看看亮不亮。",
            why_no_photo="灯具本身看得见",
        )  # fmt: skip
    page.goto(live.url("/track"))
    looked_at()
    page.get_by_label("查询码").fill(case.ref)
    page.get_by_label("校验码").fill("1234")
    press(page, "查进度")
    looked_at()
    yes, no = page.get_by_role("button", name="解决了"), page.get_by_role("link", name="没解决，重新办")
    assert yes.bounding_box()["width"] == no.bounding_box()["width"]
    assert yes.bounding_box()["height"] == no.bounding_box()["height"]
    follow(page, "没解决，重新办")
    looked_at()
    follow(page, "返回")
    press(page, "解决了")
    looked_at()
    page.get_by_text("满意", exact=True).click()
    press(page, "交上评价")
    expect(page.get_by_text("评价只算进总数公开，不显示您是谁。")).to_be_visible()
    looked_at()


def test_what_everybody_reads(world, live, page, looked_at):
    case = make_case(world, is_public=True)
    page.goto(live.url("/cases"))
    looked_at()
    page.goto(live.url(f"/cases/{case.number}"))
    looked_at()
    follow(page, "我也遇到了")
    looked_at()
    press(page, "我也遇到了")
    looked_at()


def test_a_double_click_makes_one_case(world, live, page):
    page.goto(live.url("/report/what?b=djz03"))
    page.get_by_label("说说情况").fill(WORDS)
    press(page, "下一步：选问题类别")
    page.get_by_text("照明、楼道").click()
    page.get_by_text("不危险", exact=True).click()
    press(page, "下一步：留联系方式")
    page.get_by_text("我不留手机号", exact=True).click()
    page.get_by_text("不公开", exact=True).click()
    page.get_by_role("button", name="提交").dblclick()
    expect(page.get_by_role("heading", level=1)).to_contain_text("已收到您反映的问题")
    db.session.rollback()
    assert db.session.query(Case).count() == 1
