"""An ordinary case at the worst time of the year: sent back, passed on twice, decided above, extended once, overdue, supervised,
answered, disputed, reopened and closed with evidence, and every clock right at every step.

Working days around Spring Festival 2024 (国办发明电〔2023〕7号): free from 10 to 17 February; Sundays 4 and 18 are worked.
"""

from datetime import date

import pytest
from sqlalchemy import select

from portal.audit import journal
from portal.cases import counting, supervising
from portal.cases.models import Case, CaseEvent
from portal.cases.order_models import SupervisionOrder
from portal.core.extensions import db
from portal.core.writing import writing
from portal.domain.case_lifecycle import CaseStatus
from portal.domain.deadlines import due_day
from portal.domain.roles import Role
from portal.messaging.delivery import deliver_once
from portal.messaging.models import OutboxMessage
from tests.builders.cases import World, make_case, make_world
from tests.builders.identity import make_post, sign_in_staff
from tests.media.pictures import jpeg
from tests.visitor import Visitor

pytestmark = [pytest.mark.story, pytest.mark.databases("sqlite")]
NEIGHBOUR = "+8613900005678"
ANSWER = "三楼的灯已经换成新的感应灯，请您晚上看看亮不亮。"
STREET, COMMUNITY, DISTRICT, AGENCY = Role.STREET, Role.COMMUNITY, Role.DISTRICT, Role.AGENCY


def feb(day: int) -> date:
    return date(2024, 2, day)


class Town:
    """The world, its clock, and everybody in it; each officer signs in anew for each deed, as the days pass."""

    def __init__(self, world: World, at, new_client) -> None:
        self.world, self.at, self.new_client = world, at, new_client
        self.people = dict(world.posts)

    def officer(self, who) -> Visitor:
        browser = self.new_client()
        sign_in_staff(browser, self.people[who])
        return browser

    def act(self, who, case: Case, link: str, fields=None, button: str = ""):
        """Through the case page and the page of the action."""
        browser = self.officer(who)
        browser.visit(f"/desk/cases/{case.number}")
        browser.follow(link)
        page = browser.submit(button or link, fields or {})
        db.session.refresh(case)
        return page

    def resident(self, case: Case, phone: str = "1234") -> Visitor:
        browser = self.new_client()
        browser.visit("/track")
        browser.submit("查进度", {"查询码": case.ref, "校验码": phone})
        return browser


@pytest.fixture
def town(app, at, new_client) -> Town:
    at("2024-02-06 09:00")
    with writing():
        world = make_world()
        town = Town(world, at, new_client)
        town.people["property"] = make_post(AGENCY, "property1", "陈物业", agency=world.units["WY"])
        town.people["colleague"] = make_post(AGENCY, "agency2", "钱小燕", agency=world.units["FWZX"])
    return town


def day_of(moment) -> date | None:
    return due_day(moment) if moment else None


def clocks(case: Case) -> dict[str, date | None]:
    """The last day of each clock; the answer's own never moves (D10)."""
    names = ("accept_due", "sign_due", "return_due", "contact_due", "reply_due", "promise_due")
    found = {name: day_of(getattr(case, name)) for name in names}
    assert found.pop("reply_due") == feb(19), "7, 8, 9, 18 and 19 February are the five working days"
    return found


def told(case: Case) -> list[str]:
    """Every SMS to the reporter of this case, by the worker's hand."""
    deliver_once()
    mine = OutboxMessage.number_index == case.phone_index
    return list(db.session.scalars(select(OutboxMessage.event).where(mine).order_by(OutboxMessage.id)))


def test_around_spring_festival(town: Town) -> None:
    case = make_case(town.world)
    neighbour = passed_around(town, case)
    decided_above(town, case)
    extended_once(town, case)
    overdue_and_supervised(town, case)
    answered_and_disputed(town, case)
    closed_and_reopened(town, case)
    closed_with_evidence(town, case)
    both_reporters_heard(town, case, neighbour)
    assert counting.stored() == +counting.recount()
    assert journal.verify().broken_at is None


def passed_around(town: Town, case: Case) -> Case:
    """The street gives it to the property office, which sends it back, to the community and to the property office again."""
    town.at("2024-02-06 10:00")
    assert clocks(case)["accept_due"] == feb(7)
    town.act(STREET, case, "受理", {"承办单位": "物业"})
    assert case.status is CaseStatus.ASSIGNED
    assert (clocks(case)["sign_due"], clocks(case)["return_due"]) == (feb(7), feb(7))

    town.at("2024-02-07 09:00")
    page = town.act("property", case, "退回", {"退回理由": "不属于本单位职责", "依据": "楼道灯不在物业合同范围"})
    assert page.path == "/desk" and case.status is CaseStatus.RETURNED
    assert "正在重新安排" in town.resident(case).here.text

    neighbour = make_case(town.world, phone=NEIGHBOUR, called="李叔", words="三楼楼道灯不亮，晚上摔过人")
    assert day_of(neighbour.reply_due) == feb(20), "one day later than the first"
    town.act(STREET, neighbour, "并案", {"主件编号": case.number})
    assert neighbour.status is CaseStatus.MERGED

    town.at("2024-02-07 11:00")
    town.act(STREET, case, "转办", {"转给": "东局子社区"})
    assert clocks(case)["sign_due"] == feb(8)
    town.at("2024-02-08 10:00")
    town.act(STREET, case, "转办", {"转给": "物业", "理由": "先由物业看现场"})
    assert (clocks(case)["sign_due"], case.times_assigned) == (feb(9), 3)
    town.at("2024-02-09 16:00")
    town.act("property", case, "退回", {"退回理由": "不属于本单位职责", "依据": "现场看过，是线路的事"})
    assert clocks(case)["promise_due"] == feb(19), "no hand that passed it on moved the promise"
    return neighbour


def decided_above(town: Town, case: Case) -> None:
    """After the holidays the street may not pass it on a fourth time; the district names the unit, which keeps it."""
    town.at("2024-02-18 09:00")
    page = town.act(STREET, case, "转办", {"转给": "东局子社区"})
    assert any("这个件已转过 3 次，请由上一级指定承办单位" in alert for alert in page.alerts), page.alerts
    town.act(DISTRICT, case, "转办", {"转给": "区房产服务中心"})
    assert (clocks(case)["sign_due"], case.times_assigned) == (feb(19), 4)
    town.act(AGENCY, case, "签收")
    assert clocks(case)["contact_due"] == feb(19)
    assert "/return" not in town.officer(AGENCY).visit(f"/desk/cases/{case.number}").html, (
        "what the district names stays"
    )
    assert "区房产服务中心" in town.resident(case).here.text


def extended_once(town: Town, case: Case) -> None:
    town.at("2024-02-19 10:00")
    town.act(AGENCY, case, "首次联系", {"怎么联系的": "电话", "联系情况": "已约好看现场，灯座要订货。"})
    late = {"新日期": "2024-02-27", "原因": "等配件", "给居民的解释": "灯座要从厂家订，货到当天就换"}
    page = town.act(AGENCY, case, "申请延期", late)
    assert any("最多延长 5 个工作日，到 2 月 26 日" in alert for alert in page.alerts), page.alerts
    town.act(AGENCY, case, "申请延期", late | {"新日期": "2024-02-26"})
    assert clocks(case)["promise_due"] == feb(19), "asked is not granted"
    town.act(DISTRICT, case, "批准延期", button="同意")
    assert clocks(case)["promise_due"] == feb(26)
    assert "最晚 2 月 26 日" in town.resident(case).here.text and told(case)[-1] == "case_extended"
    assert "/extend" not in town.officer(AGENCY).visit(f"/desk/cases/{case.number}").html


def overdue_and_supervised(town: Town, case: Case) -> None:
    town.at("2024-02-26 23:59")
    assert supervising.run_overdue() == 0
    town.at("2024-02-27 00:01")
    assert supervising.run_overdue() == 1
    db.session.refresh(case, ["order"])
    assert (case.order.number, case.order.due_on) == ("D24-0001", date(2024, 3, 1))
    assert clocks(case)["promise_due"] == feb(26)
    town.at("2024-02-27 09:00")
    assert "超 1 天" in town.officer(AGENCY).visit("/desk").main
    assert "已督办，最晚 3 月 1 日" in town.resident(case).here.text


def answered_and_disputed(town: Town, case: Case) -> None:
    page = town.act(AGENCY, case, "答复", {"结果": "已解决", "做了什么": ANSWER})
    assert any("请至少传一张修后照片" in alert for alert in page.alerts), page.alerts
    answer(town, AGENCY, case)
    assert (case.status, told(case)[-1]) == (CaseStatus.REPLIED, "case_replied")
    page = town.act(AGENCY, case, "填整改情况", {"整改情况": "已换人，当天装灯。"})
    assert "待核销" in page.text

    town.at("2024-02-28 10:00")
    dispute(town, case, "只亮了一晚上，又不亮了")
    assert clocks(case)["promise_due"] == date(2024, 3, 6), "five working days from the dispute; the gross clock stays"
    assert case.handler_id == town.people[AGENCY].id


def answer(town: Town, who, case: Case) -> None:
    photos = {"修前照片": (jpeg(64, 48), "before.jpg"), "修后照片": (jpeg(64, 48), "after.jpg")}
    town.act(who, case, "答复", {"结果": "已解决", "做了什么": ANSWER, **photos})


def closed_and_reopened(town: Town, case: Case) -> None:
    """A week after the close it is dark again: a second no is a second order, and a different person's work."""
    town.at("2024-03-01 09:00")
    answer(town, AGENCY, case)
    town.act(DISTRICT, case, "核销", {"核销意见": "两次照片都看过，灯亮了"})
    confirm(town, case)
    town.at("2024-03-11 09:00")
    dispute(town, case, "又黑了三天了")
    assert clocks(case)["promise_due"] == date(2024, 3, 18)
    assert case.handler_id == town.people["colleague"].id, "whoever closed it badly does not get it again"
    db.session.refresh(case, ["order"])
    assert (case.order.number, case.order.origin, case.order.due_on) == ("D24-0002", "unsatisfied", date(2024, 3, 14))


def closed_with_evidence(town: Town, case: Case) -> None:
    town.at("2024-03-12 09:00")
    assert "同事" in town.officer(AGENCY).visit(f"/desk/cases/{case.number}/reply").text
    answer(town, "colleague", case)
    confirm(town, case)
    page = town.officer(DISTRICT).visit(f"/desk/cases/{case.number}")
    assert page.html.count("修后") >= 3
    assert "应在 2 月 19 日" in page.text, "the case page still says that the answer came late"
    town.act(DISTRICT, case, "核销", {"核销意见": "电话问过，灯亮了"})
    assert [order.number for order in db.session.scalars(select(SupervisionOrder)) if order.cleared_at is None] == []


def dispute(town: Town, case: Case, words: str) -> None:
    resident = town.resident(case)
    resident.follow("没解决，重新办")
    resident.submit("重新办理", {"哪里没解决": words})
    db.session.refresh(case)
    assert (case.status, case.closed_at) == (CaseStatus.REOPENED, None)


def confirm(town: Town, case: Case) -> None:
    town.resident(case).press("解决了")
    db.session.refresh(case)
    assert case.status is CaseStatus.CLOSED


def both_reporters_heard(town: Town, case: Case, neighbour: Case) -> None:
    db.session.refresh(neighbour)
    assert "case_merged" in told(neighbour) and "case_merged" not in told(case)
    page = town.resident(neighbour, "5678").here
    assert ANSWER in page.text
    assert told(neighbour).count("case_replied") == told(case).count("case_replied") == 3
    deeds = list(db.session.scalars(select(CaseEvent.deed).where(CaseEvent.case_id == case.id).order_by(CaseEvent.id)))
    assert deeds.count("return") == 2 and deeds.count("assign") == 3 and deeds.count("extend_granted") == 1
