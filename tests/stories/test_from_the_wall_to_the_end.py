"""The main journey, in a real browser, with a real photo, on both databases.

Scan → report with a photo → accept and assign → sign for → reply with photos → SMS → 没解决 → again → 解决了 → rated → figures.
"""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect
from sqlalchemy import select

from portal.audit import journal
from portal.cases import counting
from portal.cases.models import Case
from portal.core.extensions import db
from portal.core.writing import writing
from portal.domain.actors import Actor
from portal.messaging.delivery import deliver_once
from portal.messaging.models import OutboxMessage
from portal.places import posters
from tests.builders.cases import make_world
from tests.builders.identity import PASSWORD
from tests.media.pictures import phone_jpeg

pytestmark = [pytest.mark.browser, pytest.mark.story]
NUMBER = "13800001234"
REPLY = "二门三楼的灯已经换好，四楼的也一起换了，请您晚上看看亮不亮。"


@pytest.fixture
def picture_path(tmp_path: Path) -> Path:
    path = tmp_path / "灯.jpg"
    path.write_bytes(phone_jpeg())
    return path


def officer(browser: Browser, live, username: str) -> Page:
    """Signed in at a desk, in a browser of their own."""
    page = browser.new_context(viewport={"width": 1440, "height": 900}, locale="zh-CN").new_page()
    page.goto(live.url("/staff/login"))
    page.get_by_label("用户名").fill(username)
    page.get_by_label("密码").fill(PASSWORD)
    page.get_by_role("button", name="登录").click()
    expect(page).not_to_have_url(re.compile("login"))
    return page


def act(page: Page, live, number: str, slug: str) -> None:
    page.goto(live.url(f"/desk/cases/{number}/{slug}"))


def delivered() -> list[str]:
    """What the worker sent by now, newest last."""
    deliver_once()
    db.session.rollback()
    return [row.event for row in db.session.scalars(select(OutboxMessage).order_by(OutboxMessage.id))]


def report(page: Page, live, token: str, photo: Path) -> None:
    page.goto(live.url(f"/b/{token}"))
    expect(page.locator("h1")).to_contain_text("东局子小区 3 号楼")
    page.get_by_role("link", name=re.compile("反映问题")).first.click()
    page.get_by_label("从相册选").set_input_files(photo)
    page.get_by_label("说说情况").fill("2 门三楼的楼道灯坏了一个多星期，晚上看不清台阶")
    page.get_by_role("button", name="下一步：选问题类别").click()
    expect(page.locator("h1")).to_contain_text("在哪里、属于哪一类")
    page.get_by_label("照明、楼道").check()
    page.get_by_label("不危险").check()
    page.get_by_role("button", name="下一步：留联系方式").click()
    page.get_by_label("手机号", exact=False).first.fill(NUMBER)
    page.get_by_label("也让来修的单位给我打电话").check()
    page.get_by_label("可以公开").check()
    page.get_by_role("button", name="提交").click()
    expect(page.locator("h1")).to_contain_text("已收到您反映的问题")


def test_from_the_wall_to_the_end(live, page: Page, browser: Browser, context: BrowserContext, at, picture_path):
    at("2024-06-17 09:00")
    with writing():
        world = make_world()
        token = posters.issue(Actor.system(), world.building).token
    report(page, live, token, picture_path)
    db.session.rollback()
    case = db.session.scalars(select(Case)).one()
    number, ref = case.number, case.ref
    assert delivered() == ["case_received"]

    street = officer(browser, live, "district1")
    act(street, live, number, "accept")
    street.get_by_label("承办单位").select_option(label="区房产服务中心")
    street.get_by_role("button", name="受理").click()
    expect(street).to_have_url(re.compile(f"{number}$"))
    assert delivered()[-1] == "case_accepted"

    agency = officer(browser, live, "agency1")
    agency.goto(live.url("/desk"))
    agency.get_by_role("link", name=re.compile("楼道灯")).first.click()
    for secret in (NUMBER, NUMBER[-4:], ref):
        assert secret not in agency.content()
    act(agency, live, number, "sign")
    agency.get_by_role("button", name="签收").click()
    expect(agency).to_have_url(re.compile(f"{number}$"))
    answer(agency, live, number, picture_path)
    assert delivered()[-1] == "case_replied"

    page.goto(live.url(f"/case/{ref}"))
    expect(page.get_by_text(REPLY)).to_be_visible()
    page.get_by_role("link", name="没解决，重新办").click()
    page.get_by_label("哪里没解决").fill("四楼的还是不亮")
    page.get_by_role("button", name="重新办理").click()
    expect(page.locator("main")).to_contain_text("重新办理")
    assert delivered()[-1] == "case_reopened"

    answer(agency, live, number, picture_path)
    page.goto(live.url(f"/case/{ref}"))
    page.get_by_role("button", name="解决了", exact=True).click()
    page.get_by_label("解决了", exact=True).check()
    page.get_by_label("满意", exact=True).check()
    page.get_by_role("button", name="交上评价").click()
    expect(page.locator("main")).to_contain_text("谢谢您")

    db.session.rollback()
    assert counting.stored() == +counting.recount()
    assert journal.verify().broken_at is None
    street.goto(live.url("/desk/dashboard"))
    expect(street.locator("main")).to_contain_text("办结 1 件")


def answer(agency: Page, live, number: str, photo: Path) -> None:
    act(agency, live, number, "reply")
    agency.get_by_label("已解决").check()
    agency.get_by_label("做了什么").fill(REPLY)
    agency.get_by_label("修前照片").set_input_files(photo)
    agency.get_by_label("修后照片").set_input_files(photo)
    agency.get_by_role("button", name="答复").click()
    expect(agency.get_by_role("status").or_(agency.get_by_role("alert")).first).to_contain_text("已答复")
