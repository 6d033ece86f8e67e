"""New Year's Eve, twenty past eleven: a scaffold shakes, in real browsers.

Nobody signs; after each quarter of an hour the next contact on duty is called, each once; the list of calls is printed;
whoever has the district's duty sees it on a phone, takes the case on and gives it away; the unit's own duty signs for it,
and nobody is called any more. The resident reads all along where it stands.
"""

from datetime import time
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect
from sqlalchemy import select

from portal.audit import journal
from portal.cases import counting
from portal.cases.models import Case, CaseEvent
from portal.core.extensions import db
from portal.core.writing import writing
from portal.domain.levels import Level
from portal.domain.roles import Role
from portal.identity import shifts
from portal.identity.shifts import Line
from tests.builders.cases import make_case, make_world
from tests.fixtures.browser import PHONE
from tests.stories.people import People
from tests.stories.town import Town, follow, press

pytestmark = [pytest.mark.browser, pytest.mark.story, pytest.mark.databases("sqlite")]
# Called in this order. The street's second contact has an office telephone only, which no text can reach.
RESIDENT = "13800001234"
STREET, OFFICE, DISTRICT, CENTRE = "13700000011", "022-24312345", "13700000013", "13700000014"
WORDS = "3 号楼南面的脚手架一直在晃，怕掉下来砸到人"


def put_on_night_duty(town: Town) -> None:
    posts = town.world.posts
    rows = (
        ("JD", "夜班甲", STREET, 1, None),
        ("JD", "夜班乙", OFFICE, 2, None),
        ("ZJW", "孙悦", DISTRICT, 1, posts[Role.DISTRICT]),
        ("FWZX", "王立新", CENTRE, 1, posts[Role.AGENCY]),
    )
    for unit, name, phone, rank, post in rows:
        night = {"begins": time(17, 30), "ends": time(8, 30), "weekdays": (1, 2, 3, 4, 5, 6, 7)}
        line = Line(name, phone, rank=rank, post_id=post.id if post else None, **night)
        shifts.add(town.world.actor(Role.ADMIN), town.world.units[unit], line)


@pytest.fixture
def town(live, browser: Browser, at) -> Town:
    at("2024-02-09 23:20")
    with writing():
        town = Town(People(browser, live), make_world())
        put_on_night_duty(town)
    return town


def called(town: Town, case: Case) -> set[str]:
    """Which of the night's mobile numbers were texted about this case; none of them twice."""
    urgent = f"紧急件{case.number}：东局子小区3号楼，安全隐患。请15分钟内签收，马上派人到现场。"
    counts = {number: town.texts(number).count(urgent) for number in (STREET, DISTRICT, CENTRE)}
    assert max(counts.values()) <= 1, counts
    return {number for number, count in counts.items() if count}


def test_it_climbs_until_somebody_sees_to_it(town: Town, tmp_path: Path, axe, no_horizontal_scroll) -> None:
    case = make_case(town.world, category="safety", words=WORDS, danger=True, phone_shared=True)
    assert case.level is Level.A
    clocks = case.accept_due, case.reply_due, case.promise_due
    climbs(town, case)
    the_list_is_printed(town, tmp_path)
    the_district_takes_it_on(town, case)
    the_unit_signs(town, case)
    nobody_is_called_any_more(town, case)
    resident_knows(town, case)
    for screen in (town.screens["district1"], town.screens["agency1"]):
        axe(screen)
        no_horizontal_scroll(screen)
    town.fresh(case)
    assert (case.accept_due, case.reply_due, case.promise_due) == clocks, "climbing moves no clock"
    assert counting.stored() == +counting.recount()
    assert journal.verify().broken_at is None


def climbs(town: Town, case: Case) -> None:
    """A quarter of an hour for each."""
    assert town.promised(case) == "最晚 2 月 9 日（星期五）告诉您由谁办 最晚 2 月 10 日答复"
    for moment, numbers in (
        ("2024-02-09 23:20", {STREET}),
        ("2024-02-09 23:34", {STREET}),
        ("2024-02-09 23:35", {STREET}),  # the second contact: a telephone
        ("2024-02-09 23:49", {STREET}),
        ("2024-02-09 23:50", {STREET, DISTRICT}),
        ("2024-02-09 23:51", {STREET, DISTRICT}),
    ):
        town.on(moment)
        assert called(town, case) == numbers, moment
    assert town.dates("street1", case) == {
        "": "2 月 10 日（星期六）23:20前答复 还剩 23 小时",
        "受理": "应在 2 月 9 日（星期五）23:35前，还没做",
        "答复": "2 月 10 日（星期六）23:20前",
    }


def the_list_is_printed(town: Town, directory: Path) -> None:
    page = town.opened("street1", "/desk/calls")
    expect(page).to_contain_text("还没有人接")
    printed = town.paper("street1", "/desk/calls/print", directory)
    for line in (
        "02-0923:20东新街道办事处夜班甲13700000011短信",
        "02-0923:35东新街道办事处夜班乙022-24312345请打电话",
        "02-0923:50河东区住房建设委孙悦13700000013短信",
    ):
        assert line in printed, printed


def the_district_takes_it_on(town: Town, case: Case) -> None:
    """On a phone. Whoever says so stops the calls; taking it on ends them for this office."""
    town.on("2024-02-09 23:56")
    page = town.officer("district1", PHONE)
    expect(town.opened("district1", "/desk/today")).to_contain_text("23:35")
    page.get_by_role("link", name=case.title).click()
    follow(page, "我知道了，去处理")
    press(page, "我知道了，去处理")
    town.on("2024-02-10 00:10")
    town.act("district1", case, "受理", {"承办单位": "区房产服务中心"})
    town.on("2024-02-10 00:11")
    assert called(town, case) == {STREET, DISTRICT, CENTRE}


def the_unit_signs(town: Town, case: Case) -> None:
    """On a phone too, within the quarter of an hour that it has."""
    town.on("2024-02-10 00:14")
    town.officer("agency1", PHONE)
    assert town.dates("agency1", case)["签收"] == "2 月 10 日（星期六）00:25前"
    town.act("agency1", case, "签收")
    dates = town.dates("agency1", case)
    assert (dates["签收"], dates["首次联系"]) == ("2 月 10 日（星期六）00:14", "2 月 10 日（星期六）01:14前")


def nobody_is_called_any_more(town: Town, case: Case) -> None:
    for moment in ("2024-02-10 00:25", "2024-02-10 00:40", "2024-02-10 01:10"):
        town.on(moment)
    assert called(town, case) == {STREET, DISTRICT, CENTRE}
    expect(town.opened("street1", "/desk/calls")).to_contain_text("我知道了，去处理")
    steps = select(CaseEvent.facts).where(CaseEvent.case_id == case.id, CaseEvent.deed == "escalate")
    assert [facts["step"] for facts in db.session.scalars(steps.order_by(CaseEvent.id))] == [0, 1, 2, 0]


def resident_knows(town: Town, case: Case) -> None:
    """What was written in the night is sent in the morning, and names no day that is over."""
    assert town.promised(case) == "最晚 2 月 10 日（星期六）答复您 现在由 区房产服务中心 在办"
    assert town.texts(RESIDENT) == []
    town.on("2024-02-10 08:00")
    assert [text.replace(case.ref, "…") for text in town.texts(RESIDENT)] == [
        "已收到您反映的问题，查询码…，请保存。2月10日前告诉您由谁办。查进度请扫楼门二维码。",
        "您反映的问题(…)已受理，由区房产服务中心办理，2月10日前答复您。",
    ]
