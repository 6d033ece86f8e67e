"""Three neighbours report one lamp, in real browsers: the street merges, everybody hears, one turns out to be another matter.

The first is due on Tuesday 27 February 2024 (21, 22, 23, 26 and 27 are its five working days), the others a day later.
"""

from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from portal.audit import journal
from portal.cases import counting
from portal.cases.models import Case
from portal.core.writing import writing
from tests.builders.cases import make_case, make_world
from tests.media.pictures import phone_jpeg
from tests.stories.people import People, main
from tests.stories.town import Town, fill, follow, press

pytestmark = [pytest.mark.browser, pytest.mark.story, pytest.mark.databases("sqlite")]
FIRST, SECOND, THIRD = "13800001234", "13900005678", "13700004321"
ANSWER = "三楼的灯已经换成新的感应灯，请您晚上看看亮不亮。"
MERGED = "您反映的问题(…)和邻居反映的是同一件事，已合在一起办，有进展照样告诉您。"


@pytest.fixture
def town(live, browser: Browser, at) -> Town:
    at("2024-02-20 09:00")
    with writing():
        return Town(People(browser, live), make_world())


@pytest.fixture
def photo(tmp_path: Path) -> Path:
    path = tmp_path / "灯.jpg"
    path.write_bytes(phone_jpeg())
    return path


def last_text(town: Town, number: str, case: Case) -> str:
    return town.texts(number)[-1].replace(case.ref, "…")


def test_everybody_who_reported_it_hears(town: Town, photo: Path, axe, no_horizontal_scroll) -> None:
    first = make_case(town.world)
    town.act("district1", first, "受理", {"承办单位": "区房产服务中心"})
    town.on("2024-02-21 09:00")
    second = make_case(town.world, phone=f"+86{SECOND}", called="李叔", words="三楼楼道灯不亮，晚上摔过人")
    third = make_case(town.world, phone=f"+86{THIRD}", called="王姐", words="楼道灯不亮，是 1 门的，还有电线露着")
    merged(town, first, second, third)
    for screen in (town.screens[first.ref], town.screens[second.ref]):
        axe(screen)
        no_horizontal_scroll(screen)
    one_is_taken_apart(town, first, third)
    the_answer_reaches_both(town, first, second, third, photo)
    each_judges_alone(town, first, second)
    assert counting.stored() == +counting.recount()
    assert journal.verify().broken_at is None


def merged(town: Town, first: Case, second: Case, third: Case) -> None:
    town.resident(second, large=True)
    assert town.promised(second) == "最晚 2 月 22 日（星期四）告诉您由谁办 最晚 2 月 28 日答复"
    for case in (second, third):
        town.act("street1", case, "并案", {"主件编号": first.number})
    for number, case in ((FIRST, first), (SECOND, second), (THIRD, third)):
        assert last_text(town, number, case) == MERGED
    assert len(town.texts(FIRST)) == 3, "received, taken on, merged: not once for each neighbour"
    for case in (second, third):
        assert town.promised(case) == "最晚 2 月 27 日（星期二）答复您 现在由 区房产服务中心 在办"
        expect(main(town.screens[case.ref])).to_contain_text(first.number)
        expect(main(town.screens[case.ref])).not_to_contain_text("看不清台阶")
    expect(main(town.resident(first))).to_contain_text("还有 2 位邻居反映了同一件事")
    expect(town.case_page("street1", first)).to_contain_text(second.number)
    unit = town.case_page("agency1", first)
    expect(unit).to_contain_text("还有 2 位邻居反映了同一件事")
    expect(unit).not_to_contain_text(second.number)


def one_is_taken_apart(town: Town, first: Case, third: Case) -> None:
    """It goes on where it stood, with its own date: 22, 23, 26, 27 and 28 February."""
    town.on("2024-02-22 09:00")
    town.act("street1", third, "取消并案")
    assert town.promised(third) == "最晚 2 月 22 日（星期四）告诉您由谁办 最晚 2 月 28 日答复"
    expect(main(town.screens[third.ref])).to_contain_text("改为单独办理")
    town.act("street1", third, "受理", {"承办单位": "物业"})
    assert last_text(town, THIRD, third) == "您反映的问题(…)已受理，由物业办理，2月28日前答复您。"
    assert town.promised(third) == "最晚 2 月 28 日（星期三）答复您 现在由 物业 在办"
    expect(main(town.resident(first))).to_contain_text("还有 1 位邻居反映了同一件事")


def the_answer_reaches_both(town: Town, first: Case, second: Case, third: Case, photo: Path) -> None:
    town.on("2024-02-26 09:00")
    town.act("agency1", first, "签收")
    town.act("agency1", first, "答复", {"结果": "已解决", "做了什么": ANSWER, "修前照片": photo, "修后照片": photo})
    for number, case in ((FIRST, first), (SECOND, second)):
        assert last_text(town, number, case).startswith("您反映的问题(…)有答复了")
        page = main(town.resident(case))
        expect(page).to_contain_text(ANSWER)
        expect(page.get_by_text("修后", exact=True)).to_have_count(1)
    assert "有答复了" not in last_text(town, THIRD, third)


def each_judges_alone(town: Town, first: Case, second: Case) -> None:
    """The one is content; for the other it is dark: theirs goes on alone, 28 and 29 February, 1, 4 and 5 March."""
    page = town.resident(first)
    press(page, "解决了")
    fill(page, {"问题解决了吗": "解决了", "您满意吗": "满意"})
    press(page, "交上评价")
    expect(main(page)).to_contain_text("谢谢您")

    town.on("2024-02-27 09:00")
    page = town.resident(second)
    follow(page, "评价")
    fill(page, {"问题解决了吗": "没解决", "您满意吗": "不满意"})
    press(page, "交上评价")
    page = town.resident(second)
    expect(main(page)).to_contain_text("您评的是：不满意")
    follow(page, "没解决，重新办")
    fill(page, {"哪里没解决": "我家门口那盏还是不亮"})
    press(page, "重新办理")
    assert last_text(town, SECOND, second) == "您反映的问题(…)已重新办理，由区房产服务中心负责，3月5日前再答复您。"
    assert town.promised(second) == "最晚 3 月 5 日（星期二）答复您 现在由 区房产服务中心 在办"
    assert town.promised(first).startswith("已解决")
