"""督办: opened by hand and by itself, answered with photos, cleared above; no clock moves and no stranger hears of it."""

from datetime import date

import pytest
from sqlalchemy import select

from portal.audit import journal
from portal.cases import author, counting, services, supervising, urging
from portal.cases.order_models import SupervisionOrder
from portal.core.extensions import db
from portal.core.writing import writing
from portal.domain.actors import Actor
from portal.domain.case_supervision import SupervisionOrigin, SupervisionState
from portal.domain.errors import DomainError, NotAllowed
from portal.domain.roles import Role
from tests.builders.cases import answered, in_hands, inbox, make_case, resident_page, texts
from tests.media.pictures import jpeg

GUEST = Actor.guest()


def orders():
    return db.session.scalars(select(SupervisionOrder).order_by(SupervisionOrder.id)).all()


def test_an_overdue_case_is_supervised_answered_asked_again_and_cleared(world, desk, client, at):
    case = in_hands(world)
    promised, owed = case.promise_due, case.reply_due
    at("2024-06-25 00:01")
    assert "督办" not in resident_page(client, case).text, "it is named only when it exists"
    assert supervising.run_overdue() == 1
    assert supervising.run_overdue() == 0, "once for a promise"
    [order] = orders()
    assert (order.number, order.origin) == ("D24-0001", SupervisionOrigin.OVERDUE)
    assert (order.agency_id, order.by_id) == (world.units["FWZX"].id, world.units["ZJW"].id)
    assert (case.promise_due, case.reply_due, order.due_on) == (promised, owed, date(2024, 6, 28))
    assert texts()[-1] == "case_supervised"
    assert inbox(world, Role.AGENCY)[-1] == "staff_supervise"
    page = resident_page(client, case)
    assert "上级已督办区房产服务中心，最晚 6 月 28 日" in page.text and "请查明原因" not in page.text

    unit = desk(Role.AGENCY)
    page = unit.visit("/desk/supervision")
    assert "超期自动督办" in page.text and "D24-0001" in page.text
    page = unit.follow("D24-0001")
    assert "请查明原因" in page.text and "核销" not in page.text
    assert "1234" not in unit.visit("/desk/supervision/D24-0001/print").text and "张阿姨" not in page.text
    unit.visit("/desk/supervision/D24-0001")
    page = unit.follow("填整改情况")
    page = unit.submit("填整改情况", {})
    assert any("请写明整改情况" in alert for alert in page.alerts)
    page = unit.submit("填整改情况", {"整改情况": "已换人，今天下午装灯", "照片": (jpeg(64, 48), "after.jpg")})
    assert page.path == "/desk/supervision/D24-0001" and "待核销" in page.text

    above = desk(Role.DISTRICT)
    above.visit("/desk/supervision/D24-0001")
    above.follow("再督办")
    page = above.submit("再督办", {"要求": "照片看不出灯亮，请补拍", "办结期限": "2024-06-27"})
    assert "待整改" in page.text and "照片看不出灯亮" in page.text
    with writing():
        supervising.answer(world.actor(Role.AGENCY), case, words="补拍了")
    above.visit("/desk/supervision/D24-0001")
    above.follow("核销")
    page = above.submit("核销", {"核销意见": "灯已亮"})
    assert "已核销" in above.visit("/desk/supervision?group=cleared").text
    db.session.refresh(order)
    assert (order.state, order.rounds) == (SupervisionState.CLEARED, 2)
    assert supervising.run_overdue() == 0, "cleared, this promise is not supervised a second time"
    assert counting.stored() == +counting.recount() and journal.verify().broken_at is None


def test_by_hand_from_above_only(world, desk):
    case = in_hands(world)
    for role in (Role.STREET, Role.AGENCY, Role.COMMUNITY, Role.HOTLINE):
        with pytest.raises(NotAllowed), writing():
            supervising.supervise(world.actor(role), case, requirement="请快办", due_on=date(2024, 6, 20))
    inspection = desk(Role.AUDITOR)
    inspection.visit(f"/desk/cases/{case.number}")
    page = inspection.follow("督办")
    page = inspection.submit("督办", {"要求": "", "办结期限": "2024-06-16"})
    assert any("请写明要求" in alert for alert in page.alerts), page.alerts
    page = inspection.submit("督办", {"要求": "请主要负责人到现场", "办结期限": "2024-06-16"})
    assert any("日期已经过了" in alert for alert in page.alerts), page.alerts
    page = inspection.submit("督办", {"办结期限": "2024-06-19", "抄送": "河东区住房建设委"})
    assert page.path == "/desk/supervision/D24-0001" and "请主要负责人到现场" in page.text
    assert "case_supervised" not in texts(), "the answer is not late"
    assert inbox(world, Role.DISTRICT)[-1] == inbox(world, Role.AGENCY)[-1] == "staff_supervise"
    assert "领导交办" in desk(Role.DISTRICT).visit("/desk/supervision").text
    assert "staff_supervise" not in inbox(world, Role.CONTRACTOR) + inbox(world, Role.STREET)
    with pytest.raises(DomainError), writing():
        supervising.supervise(world.actor(Role.DISTRICT), case, requirement="再来", due_on=date(2024, 6, 20))


@pytest.mark.databases("sqlite")
def test_the_second_urge_opens_one_and_an_overdue_one_at_once(world, at):
    case, late = in_hands(world), in_hands(world, building_id=world.other_building.id)
    with writing():
        urging.urge(GUEST, case)
    assert orders() == []
    at("2024-06-18 09:00")
    with writing():
        urging.urge(GUEST, case)
    at("2024-06-25 00:01")
    with writing():
        urging.urge(GUEST, late)
    assert [(order.case_id, order.origin) for order in orders()] == [
        (case.id, SupervisionOrigin.URGED),
        (late.id, SupervisionOrigin.URGED),
    ]


@pytest.mark.databases("sqlite")
def test_the_second_no_opens_one(world):
    case = answered(world, in_hands(world))
    with writing():
        author.dispute(GUEST, case, "还是不亮")
    assert orders() == []
    with writing():
        services.sign(world.actor(Role.AGENCY), case)
    answered(world, case)
    with writing():
        author.dispute(GUEST, case, "又不亮了")
    [order] = orders()
    assert order.origin == SupervisionOrigin.UNSATISFIED


@pytest.mark.databases("sqlite")
def test_nobody_supervises_a_sealed_case_and_the_unit_concerned_sees_no_order(world, desk, at):
    sealed = make_case(world, category="integrity")
    conflict = make_case(world, category="conduct", concerned_id=world.units["JW"].id, words="居委会的人态度很差")
    at("2024-07-25 00:01")
    supervising.run_overdue()
    assert [order.case_id for order in orders()] == [conflict.id]
    number = orders()[0].number
    assert orders()[0].agency_id == world.units["JD"].id
    assert number not in desk(Role.COMMUNITY).visit("/desk/supervision").text
    assert desk(Role.COMMUNITY).visit(f"/desk/supervision/{number}").status == 404
    assert "staff_supervise" not in inbox(world, Role.COMMUNITY)
    with pytest.raises(DomainError), writing():
        supervising.supervise(world.actor(Role.AUDITOR), sealed, requirement="请快办", due_on=date(2024, 7, 26))
