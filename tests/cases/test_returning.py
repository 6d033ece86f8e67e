"""退回, through the pages and with everything it moves: who hears of it, who loses sight of it, what stays as it was."""

import pytest
from sqlalchemy import select

from portal.audit import journal
from portal.cases import counting, queries, returning, services, targets
from portal.core.extensions import db
from portal.core.writing import writing
from portal.domain.case_lifecycle import CaseStatus, TooLate
from portal.domain.case_returns import RETURN_SOURCE, ReturnReason
from portal.domain.case_targets import CaseClock
from portal.domain.errors import NotAllowed, NotFound
from portal.domain.levels import Level, Span, SpanUnit
from portal.domain.roles import Role
from portal.messaging.models import InboxMessage
from tests.builders.cases import World, give, make_case, make_world
from tests.builders.identity import make_post

BASIS = "按职责文件，路灯由供电公司管"


@pytest.fixture
def world(app, at) -> World:
    at("2024-06-17 09:00")
    with writing():
        world = make_world()
        make_post(Role.AGENCY, "power1", "冯亮", agency=world.units["DIAN"])
        make_post(Role.AGENCY, "property1", "陈物业", agency=world.units["WY"])
        return world


def inbox(world, role):
    statement = select(InboxMessage).where(InboxMessage.recipient_key == f"staff:{world.posts[role].id}")
    return [row for row in db.session.scalars(statement.order_by(InboxMessage.id)) if row.event == "staff_returned"]


def test_a_unit_sends_it_back_and_another_gets_it(world, desk, at, client):
    case = give(world, make_case(world))
    promised, owed = case.promise_due, case.reply_due
    at("2024-06-18 10:00")
    unit = desk(Role.AGENCY)
    unit.visit(f"/desk/cases/{case.number}")
    page = unit.follow("退回")
    assert "6 月 18 日" in page.text and RETURN_SOURCE in page.text
    page = unit.submit("退回", {"退回理由": "不属于本单位职责"})
    assert any("请写明依据，例如职责文件或合同范围" in alert for alert in page.alerts)
    page = unit.submit("退回", {"依据": BASIS})
    assert page.path == "/desk" and "已退回" in page.text
    db.session.refresh(case)
    assert (case.status, case.agency_id, case.handler_id) == (CaseStatus.RETURNED, None, None)
    assert (case.promise_due, case.reply_due) == (promised, owed)
    assert unit.get(f"/desk/cases/{case.number}").status_code == 404

    district = desk(Role.DISTRICT)
    page = district.visit("/desk?show=returned")
    assert "退回重派" in page.text and case.number in page.html
    page = district.visit(f"/desk/cases/{case.number}")
    assert "退回：不属于本单位职责" in page.text and BASIS in page.text
    district.follow("转办")
    page = district.submit("转办", {"转给": "供电公司"})
    assert "待签收" in page.text
    db.session.refresh(case)
    assert (case.agency.code, case.times_assigned, case.promise_due) == ("DIAN", 2, promised)
    assert counting.stored() == +counting.recount()
    assert journal.verify().broken_at is None


def test_the_resident_reads_that_another_unit_is_looked_for(world, client):
    case = give(world, make_case(world))
    with writing():
        returning.send_back(world.actor(Role.AGENCY), case, reason=ReturnReason.NOT_OURS, basis=BASIS)
    client.visit("/track")
    page = client.submit("查进度", {"查询码": case.ref, "校验码": "1234"})
    assert "正在重新安排" in page.text
    assert "刚才转的单位说不归它管，我们正在另找单位，不用您再跑" in page.text
    assert "最晚 6 月 24 日" in page.text
    assert BASIS not in page.text and "不属于" not in page.text


def test_whoever_assigned_it_hears_why(world):
    case = give(world, make_case(world))
    with writing():
        returning.send_back(world.actor(Role.AGENCY), case, reason=ReturnReason.UNCLEAR_PLACE, basis=BASIS)
    [message] = inbox(world, Role.DISTRICT)
    assert message.text == f"您转办的{case.number}被退回，理由：地点不清。请6月18日24:00前重新确定承办单位。"
    assert inbox(world, Role.STREET) == []


def test_too_late_is_said_on_the_page_and_refused(world, desk, at):
    case = give(world, make_case(world))
    at("2024-06-19 00:01")
    unit = desk(Role.AGENCY)
    page = unit.visit(f"/desk/cases/{case.number}")
    assert "收到已超过 1 个工作日，不能退回，请申请上一级协调" in page.text
    assert "/return" not in page.html
    assert "收到已超过 1 个工作日" in unit.visit(f"/desk/cases/{case.number}/return").text
    with pytest.raises(TooLate), writing():
        returning.send_back(world.actor(Role.AGENCY), case, reason=ReturnReason.OTHER, basis=BASIS)


@pytest.mark.databases("sqlite")
def test_a_complex_case_has_two_days(world, at):
    case = give(world, make_case(world), level=Level.D)
    at("2024-06-19 23:59")
    with writing():
        returning.send_back(world.actor(Role.AGENCY), case, reason=ReturnReason.NOT_OURS, basis=BASIS)
    assert case.status is CaseStatus.RETURNED


@pytest.mark.databases("sqlite")
def test_after_three_dispatches_of_the_street_the_district_decides_for_good(world):
    case = give(world, make_case(world), "WY", by=Role.STREET)
    property_office = _actor("property1")
    for unit in ("JW", "WY"):
        _send_back(case, property_office if case.agency_id == world.units["WY"].id else world.actor(Role.COMMUNITY))
        _assign(world, Role.STREET, case, unit)
    assert case.times_assigned == 3
    _send_back(case, property_office)
    assert [len(inbox(world, role)) for role in (Role.STREET, Role.DISTRICT)] == [2, 1]
    with pytest.raises(NotAllowed, match="superior has to name"), writing():
        services.assign(world.actor(Role.STREET), case, agency_id=world.units["JW"].id)
    _assign(world, Role.DISTRICT, case, "WY")
    with pytest.raises(TooLate, match="superior has named"):
        _send_back(case, property_office)


@pytest.mark.databases("sqlite")
def test_how_often_a_street_passes_a_case_on_is_a_figure_of_the_operator(world, at):
    with writing():
        wanted = Span(2, SpanUnit.TIMES)
        targets.change(world.actor(Role.ADMIN), Level.C, CaseClock.DISPATCHES, wanted, "街道办事处会议纪要", "少绕一圈")
    at("2024-06-17 09:01")
    case = give(world, make_case(world), "WY", by=Role.STREET)
    _send_back(case, _actor("property1"))
    _assign(world, Role.STREET, case, "JW")
    with pytest.raises(NotAllowed, match="superior has to name"), writing():
        services.assign(world.actor(Role.STREET), case, agency_id=world.units["WY"].id)
    _send_back(case, world.actor(Role.COMMUNITY))
    assert len(inbox(world, Role.DISTRICT)) == 1


@pytest.mark.databases("sqlite")
def test_a_complaint_about_a_unit_goes_back_to_who_may_see_it(world):
    case = make_case(world, category="conduct", concerned_id=world.units["FWZX"].id)
    assert case.agency_id == world.units["ZJW"].id
    with writing():
        services.accept(
            world.actor(Role.DISTRICT),
            case,
            category_code=case.category_code,
            level=Level.C,
            agency_id=world.units["ZJW"].id,
        )
    _send_back(case, world.actor(Role.DISTRICT))
    assert (case.status, case.agency_id) == (CaseStatus.RETURNED, world.units["ZJW"].id)
    for role in (Role.AGENCY, Role.CONTRACTOR, Role.COMMUNITY):
        with pytest.raises(NotFound):
            queries.case_for(world.actor(role), case.number)
        assert inbox(world, role) == []


@pytest.mark.databases("sqlite")
def test_an_open_question_ends_with_the_return(world):
    case = give(world, make_case(world))
    with writing():
        services.sign(world.actor(Role.AGENCY), case)
    with writing():
        services.ask(world.actor(Role.AGENCY), case, question="几楼的灯？", answer_by=case.promise_due.date())
    _send_back(case, world.actor(Role.AGENCY))
    assert (case.status, case.asked_in, case.answer_by) == (CaseStatus.RETURNED, None, None)


def _actor(username):
    from portal.identity.models import StaffPost
    from portal.identity.sessions import staff_actor

    return staff_actor(db.session.scalar(select(StaffPost).where(StaffPost.username == username)))


def _send_back(case, actor):
    with writing():
        returning.send_back(actor, case, reason=ReturnReason.NOT_OURS, basis=BASIS)


def _assign(world, role, case, unit):
    with writing():
        services.assign(world.actor(role), case, agency_id=world.units[unit].id)
