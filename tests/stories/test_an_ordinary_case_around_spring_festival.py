"""An ordinary case at the worst time of the year, in real browsers: sent back, passed on twice, decided above, extended once,
overdue, supervised, answered, disputed, reopened with another person, closed with evidence, rated.

Every date was counted by hand on the calendar of 2024 (国办发明电〔2023〕7号), free days in brackets:

    February   Su 4 (worked)  Mo 5  Tu 6  We 7  Th 8  Fr 9  [Sa 10 … Sa 17]
               Su 18 (worked)  Mo 19  Tu 20  We 21  Th 22  Fr 23  [Sa 24  Su 25]
               Mo 26  Tu 27  We 28  Th 29
    March      Fr 1  [Sa 2  Su 3]  Mo 4  Tu 5  We 6  Th 7  Fr 8  [Sa 9  Su 10]
               Mo 11  Tu 12  We 13  Th 14  Fr 15  [Sa 16  Su 17]  Mo 18
"""

from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect
from sqlalchemy import select

from portal.audit import journal
from portal.cases import counting
from portal.cases.models import Case, CaseEvent
from portal.core.extensions import db
from portal.core.writing import writing
from portal.domain.roles import Role
from tests.builders.cases import make_case, make_world
from tests.builders.identity import make_post
from tests.media.pictures import phone_jpeg
from tests.stories.people import People, main
from tests.stories.town import Town, fill, follow, press, words

pytestmark = [pytest.mark.browser, pytest.mark.story, pytest.mark.databases("sqlite")]
RESIDENT = "13800001234"
STREET, COMMUNITY, DISTRICT, CENTRE = "street1", "community1", "district1", "agency1"
PROPERTY, COLLEAGUE = "property1", "agency2"
ANSWER = "三楼的灯已经换成新的感应灯，请您晚上看看亮不亮。"
NOT_OURS = "不属于本单位职责"


@pytest.fixture
def town(live, browser: Browser, at) -> Town:
    at("2024-02-06 09:00")
    with writing():
        world = make_world()
        make_post(Role.AGENCY, PROPERTY, "陈物业", agency=world.units["WY"])
        make_post(Role.AGENCY, COLLEAGUE, "钱小燕", agency=world.units["FWZX"])
    return Town(People(browser, live), world)


@pytest.fixture
def photo(tmp_path: Path) -> Path:
    path = tmp_path / "灯.jpg"
    path.write_bytes(phone_jpeg())
    return path


def test_around_spring_festival(town: Town, photo: Path, tmp_path: Path, axe, no_horizontal_scroll) -> None:
    case = make_case(town.world)
    reported(town, case)
    passed_around(town, case)
    decided_above(town, case)
    extended_once(town, case)
    papers_to_take_home(town, case, tmp_path)
    overdue_and_supervised(town, case, tmp_path)
    answered_and_disputed(town, case, photo)
    closed_and_reopened(town, case, photo)
    for screen in (town.screens[COLLEAGUE], town.screens[case.ref]):
        axe(screen)
        no_horizontal_scroll(screen)
    closed_with_evidence(town, case, photo)
    told = [text for text in town.texts(RESIDENT) if text]  # a month later the words are blanked
    assert len(told) == len(set(told)), "never the same text twice"
    deeds = list(db.session.scalars(select(CaseEvent.deed).where(CaseEvent.case_id == case.id)))
    assert [deeds.count(deed) for deed in ("return", "assign", "extend_granted", "supervise")] == [2, 3, 1, 2]
    assert counting.stored() == +counting.recount()
    assert journal.verify().broken_at is None


def last_text(town: Town, case: Case) -> str:
    """The newest, its query code left out."""
    return town.texts(RESIDENT)[-1].replace(case.ref, "…")


# --- from hand to hand -----------------------------------------------------------------------------------------------


def reported(town: Town, case: Case) -> None:
    """Five working days for the answer: 7, 8, 9, 18 and 19 February."""
    town.on("2024-02-06 10:00")
    town.resident(case, large=True)
    assert town.promised(case) == "最晚 2 月 7 日（星期三）告诉您由谁办 最晚 2 月 19 日答复"
    assert last_text(town, case) == "已收到您反映的问题，查询码…，请保存。2月7日前告诉您由谁办。查进度请扫楼门二维码。"
    assert town.dates(STREET, case) == {
        "": "2 月 19 日（星期一）前答复 还剩 5 个工作日",
        "受理": "2 月 7 日（星期三）前",
        "答复": "2 月 19 日（星期一）前",
    }


def passed_around(town: Town, case: Case) -> None:
    """The street gives it to the property office, which sends it back; to the community; to the property office again."""
    town.act(STREET, case, "受理", {"承办单位": "物业"})
    assert last_text(town, case) == "您反映的问题(…)已受理，由物业办理，2月19日前答复您。"
    assert town.promised(case) == "最晚 2 月 19 日（星期一）答复您 现在由 物业 在办"
    assert town.dates(PROPERTY, case)["签收"] == "2 月 7 日（星期三）前"

    town.on("2024-02-07 09:00")
    town.act(PROPERTY, case, "退回", {"退回理由": NOT_OURS, "依据": "楼道灯不在物业合同范围"})
    promise = town.promised(case)
    assert "最晚 2 月 19 日（星期一）答复您" in promise and "我们正在另找单位，不用您再跑" in promise
    assert town.dates(STREET, case)[""] == "2 月 19 日（星期一）前答复 还剩 4 个工作日"

    town.on("2024-02-07 11:00")
    town.act(STREET, case, "转办", {"转给": "东局子社区"})
    assert town.dates(COMMUNITY, case)["签收"] == "2 月 8 日（星期四）前"
    town.on("2024-02-08 10:00")
    town.act(STREET, case, "转办", {"转给": "物业", "理由": "先由物业看现场"})
    assert last_text(town, case) == "您反映的问题(…)已转给物业办理，2月19日前答复您。"
    assert town.dates(PROPERTY, case)["签收"] == "2 月 9 日（星期五）前"
    town.on("2024-02-09 16:00")
    town.act(PROPERTY, case, "退回", {"退回理由": NOT_OURS, "依据": "现场看过，是线路的事"})


def decided_above(town: Town, case: Case) -> None:
    """The holidays are no working days. The street may not pass it on once more; what the district names stays."""
    town.on("2024-02-18 09:00")
    assert town.dates(DISTRICT, case)[""] == "2 月 19 日（星期一）前答复 还剩 1 个工作日"
    assert town.now(STREET, case) == "等河东区住房建设委定承办单位 到目前：派单 3 次、退回 2 次"
    page = main(town.screens[STREET])
    expect(page).to_contain_text("这个件已转过 3 次，请由上一级指定承办单位")
    expect(page.get_by_role("link", name="转办")).to_have_count(0)
    assert town.now(DISTRICT, case).startswith("现在要做：转办 2 月 18 日（星期日）前")
    town.act(DISTRICT, case, "转办", {"转给": "区房产服务中心"})
    assert last_text(town, case) == "您反映的问题(…)已转给区房产服务中心办理，2月19日前答复您。"
    assert town.dates(CENTRE, case)["签收"] == "2 月 19 日（星期一）前"
    assert town.now(CENTRE, case) == "现在要做：签收 2 月 19 日（星期一）前 到目前：派单 4 次、退回 2 次 签收"
    town.act(CENTRE, case, "签收")
    assert town.dates(CENTRE, case) == {
        "": "2 月 19 日（星期一）前答复 还剩 1 个工作日",
        "受理": "2 月 6 日（星期二）10:00",
        "签收": "2 月 18 日（星期日）09:00",
        "首次联系": "2 月 19 日（星期一）前",
        "答复": "2 月 19 日（星期一）前",
    }
    page = main(town.screens[CENTRE])
    expect(page.get_by_role("link", name="退回")).to_have_count(0)
    expect(page).to_contain_text("不能再退回")


# --- the answer comes late -------------------------------------------------------------------------------------------


def extended_once(town: Town, case: Case) -> None:
    """At most five working days more: 20, 21, 22, 23 and 26 February."""
    town.on("2024-02-19 10:00")
    town.act(CENTRE, case, "首次联系", {"怎么联系的": "电话", "联系情况": "已约好看现场，灯座要订货。"})
    assert last_text(town, case) == "您反映的问题(…)有进展：区房产服务中心已打电话联系。详情请扫楼门二维码。"
    wish = {"新日期": "2024-02-27", "原因": "等配件", "给居民的解释": "灯座要从厂家订，货到当天就换"}
    assert "最多延长 5 个工作日，到 2 月 26 日" in town.refused(CENTRE, case, "申请延期", wish)
    town.act(CENTRE, case, "申请延期", wish | {"新日期": "2024-02-26"})
    assert town.dates(CENTRE, case)[""].startswith("2 月 19 日（星期一）前答复"), "asked is not granted"
    assert town.promised(case).startswith("最晚 2 月 19 日（星期一）答复您")
    town.act(DISTRICT, case, "批准延期", button="同意")
    assert town.promised(case).startswith("最晚 2 月 26 日（星期一）答复您 要晚些答复，原因：等配件。")
    expect(main(town.screens[case.ref])).to_contain_text("灯座要从厂家订，货到当天就换")
    assert last_text(town, case) == "您反映的问题(…)要晚些答复，很抱歉。原因：等配件。最晚2月26日答复您。"
    assert town.dates(CENTRE, case)[""] == "2 月 26 日（星期一）前答复 还剩 5 个工作日"
    expect(main(town.screens[CENTRE]).get_by_role("link", name="申请延期")).to_have_count(0)


def papers_to_take_home(town: Town, case: Case, directory: Path) -> None:
    """A4, with the year, and with both dates."""
    address = f"/desk/cases/{case.number}/documents"
    for kind, title in (("receipt", "登记回执"), ("acceptance", "受理告知书")):
        said = town.paper(STREET, f"{address}/{kind}", directory)
        assert title in said and "2024年2月19日（现改为2024年2月26日）" in said, said
    said = town.paper(STREET, f"{address}/extension", directory)
    for words_on_it in (
        f"编号：{case.number}张阿姨：",
        "等配件。灯座要从厂家订，货到当天就换",
        "原定答复2024年2月19日",
        "新的答复日期2024年2月26日",
        "社区电话：022-00000101",
        "东新街道办事处（盖章）2024年2月19日",
    ):
        assert words_on_it in said, said


def overdue_and_supervised(town: Town, case: Case, directory: Path) -> None:
    """The day ends at midnight; three working days for the order: 28 and 29 February, 1 March."""
    town.on("2024-02-26 23:59")
    assert "督办单" not in words(town.case_page(CENTRE, case))
    town.on("2024-02-27 00:01")
    assert "要晚些答复" in last_text(town, case), "nobody is woken for it"
    town.on("2024-02-27 09:00")
    assert last_text(town, case) == ("您反映的问题(…)没按时答复，很抱歉。上级已督促区房产服务中心，最晚3月1日答复您。")
    assert "上级已督办区房产服务中心，最晚 3 月 1 日（星期五）答复您" in town.promised(case)
    dates = town.dates(CENTRE, case)
    assert dates[""] == "2 月 26 日（星期一）前答复 超 1 个工作日"
    assert "2 月 19 日（星期一）" in dates["原定答复"] and "超 7 天" in dates["原定答复"], "no extension makes it less"
    assert "督办单 D24-0001" in words(main(town.screens[CENTRE]))
    assert "超 1 天" in words(town.opened(CENTRE, "/desk"))
    assert "D24-0001" in words(town.opened(CENTRE, "/desk/today"))
    order = town.paper(CENTRE, "/desk/supervision/D24-0001/print", directory)
    assert "责任单位区房产服务中心" in order and "办结期限2024年3月1日" in order, order
    assert "张阿姨" not in order, "the unit's paper names nobody"


# --- the answer is not good enough -----------------------------------------------------------------------------------


def answered_and_disputed(town: Town, case: Case, photo: Path) -> None:
    """Five working days once more from the no: 29 February, 1, 4, 5 and 6 March."""
    refusal = town.refused(CENTRE, case, "答复", {"结果": "已解决", "做了什么": ANSWER})
    assert "请至少传一张修后照片" in refusal
    answer(town, CENTRE, case, photo)
    assert last_text(town, case) == (
        "您反映的问题(…)有答复了，请扫楼门二维码看看。没解决的话，3月5日前可以要求重新办理。"
    )
    assert "请在 3 月 5 日前说一声" in town.promised(case)
    page = town.act(CENTRE, case, "填整改情况", {"整改情况": "已换人，当天装灯。", "照片": photo})
    expect(main(page)).to_contain_text("待核销")

    town.on("2024-02-28 10:00")
    dispute(town, case, "只亮了一晚上，又不亮了")
    assert last_text(town, case) == "您反映的问题(…)已重新办理，由区房产服务中心负责，3月6日前再答复您。"
    assert town.promised(case).startswith("最晚 3 月 6 日（星期三）答复您")
    assert town.dates(CENTRE, case)[""] == "3 月 6 日（星期三）前答复 还剩 5 个工作日"
    assert "重办" in words(town.opened(CENTRE, "/desk?show=unsatisfied")), "it counts as open again"


def closed_and_reopened(town: Town, case: Case, photo: Path) -> None:
    """Ten days after the close it is dark again: 12, 13, 14, 15 and 18 March, an order for the 14th, a different person."""
    town.on("2024-03-01 09:00")
    answer(town, CENTRE, case, photo)
    town.act(DISTRICT, case, "核销", {"核销意见": "两次照片都看过，灯亮了"})
    press(town.resident(case), "解决了")
    assert town.promised(case).startswith("已解决")
    town.on("2024-03-11 09:00")
    dispute(town, case, "又黑了三天了")
    assert last_text(town, case) == "您反映的问题(…)已重新办理，由区房产服务中心负责，3月18日前再答复您。"
    assert town.promised(case).startswith("最晚 3 月 18 日（星期一）答复您")
    assert "同事" in words(town.opened(CENTRE, f"/desk/cases/{case.number}/reply")), (
        "whoever closed it badly has it no more"
    )
    assert town.dates(COLLEAGUE, case)[""] == "3 月 18 日（星期一）前答复 还剩 5 个工作日"
    order = words(town.opened(COLLEAGUE, "/desk/supervision/D24-0002"))
    assert "3 月 14 日（星期四）前办结" in order and "两次不满意" in order
    assert town.now(COLLEAGUE, case) == (
        "现在要做：签收 3 月 18 日（星期一）前答复 督办单 D24-0002 要求 3 月 14 日（星期四）前办结"
        " 到目前：派单 4 次、退回 2 次、延期 1 次、督办 2 次、居民 2 次说没解决 签收"
    )
    expect(main(town.screens[case.ref])).to_contain_text("您说没解决，换人重新办理")


def closed_with_evidence(town: Town, case: Case, photo: Path) -> None:
    town.on("2024-03-12 09:00")
    answer(town, COLLEAGUE, case, photo)
    page = town.resident(case)
    press(page, "解决了")
    fill(page, {"问题解决了吗": "解决了", "您满意吗": "满意"})
    press(page, "交上评价")
    expect(main(page)).to_contain_text("谢谢您")
    town.act(DISTRICT, case, "核销", {"核销意见": "电话问过，灯亮了"})
    dates = town.dates(DISTRICT, case)
    assert "2 月 19 日（星期一）" in dates["原定答复"], "it still says that the first answer came late"
    whole = main(town.screens[DISTRICT])
    expect(whole.get_by_text("修后", exact=True)).to_have_count(3)
    expect(whole).to_contain_text("已办结")


def answer(town: Town, who: str, case: Case, photo: Path) -> None:
    town.act(who, case, "答复", {"结果": "已解决", "做了什么": ANSWER, "修前照片": photo, "修后照片": photo})


def dispute(town: Town, case: Case, said: str) -> None:
    page = town.resident(case)
    follow(page, "没解决，重新办")
    fill(page, {"哪里没解决": said})
    press(page, "重新办理")
