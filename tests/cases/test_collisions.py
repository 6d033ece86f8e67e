"""两位同时办: the second officer is told who changed the case and when, and nothing typed is lost; whatever the action."""

import pytest
from sqlalchemy import select

from portal.cases import merging, sealing, services, supervising
from portal.cases.order_models import SupervisionOrder
from portal.core.extensions import db
from portal.core.writing import writing
from portal.domain.roles import Role
from tests.builders.cases import in_hands, inbox

WORDS = "灯座和线路都换好了，请您晚上看看"
ACTIONS = [
    (Role.AGENCY, "contact", "首次联系", {"怎么联系的": "上门", "联系情况": WORDS}),
    (Role.AGENCY, "reply", "答复", {"结果": "部分解决", "做了什么": WORDS}),
    (Role.AGENCY, "ask", "请居民补充", {"要补充什么": WORDS}),
    (Role.AGENCY, "return", "退回", {"退回理由": "不属于本单位职责", "依据": WORDS}),
    (Role.AGENCY, "extend", "申请延期", {"新日期": "2024-06-26", "原因": "天气", "给居民的解释": WORDS}),
    (Role.AGENCY, "suspend", "挂账", {"原因": "季节不能施工", "计划": WORDS, "下次告知日期": "2024-08-01"}),
    (Role.DISTRICT, "transfer", "转办", {"转给": "供电公司", "理由": WORDS}),
    (Role.DISTRICT, "supervise", "督办", {"要求": WORDS, "办结期限": "2024-06-20"}),
    (Role.STREET, "seal", "转交纪检监察", {"理由": WORDS}),
]


@pytest.mark.databases("sqlite")
@pytest.mark.parametrize(("role", "slug", "word", "fields"), ACTIONS, ids=[row[1] for row in ACTIONS])
def test_the_second_is_told_and_keeps_every_word(world, desk, role, slug, word, fields):
    case = in_hands(world)
    desk(role).visit(f"/desk/cases/{case.number}/{slug}")
    with writing():
        services.work_report(world.actor(Role.CONTRACTOR), case, "今天下午去换")
    before = (case.status, case.revision, case.promise_due)
    page = desk(role).submit(word, fields)
    assert any("赵*" in alert and "09:00" in alert and "刷新" in alert for alert in page.alerts), page.alerts
    assert WORDS in page.html and "刷新，看现在的情况" in page.text
    db.session.refresh(case)
    assert (case.status, case.revision, case.promise_due) == before


def test_an_order_on_a_merged_case_stays_until_it_is_cleared(world):
    """督办 × 并案: merging an ordered case hides no order, and the main case can get one of its own."""
    main, other = in_hands(world), in_hands(world, phone="+8613800004321")
    above = world.actor(Role.DISTRICT)
    with writing():
        supervising.supervise(above, other, requirement="限期办结", due_on=other.promise_due.date())
        merging.merge(world.actor(Role.STREET), other, into=main.number)
    [order] = db.session.scalars(select(SupervisionOrder))
    assert (order.case_id, order.state) == (other.id, "open")
    with writing():
        merging.unmerge(world.actor(Role.STREET), other)
    with writing():
        supervising.answer(world.actor(Role.AGENCY), other, words="已换人办理")
        supervising.clear(above, other, words="核实无误")
    assert order.state == "cleared"


def test_a_sealed_case_takes_its_order_out_of_sight(world, desk):
    """督办 × 转为密件: neither the unit nor the office above sees the order any more, and nobody is told of it."""
    case = in_hands(world)
    with writing():
        supervising.supervise(world.actor(Role.DISTRICT), case, requirement="限期办结", due_on=case.promise_due.date())
    number = db.session.scalars(select(SupervisionOrder)).one().number
    with writing():
        sealing.seal(world.actor(Role.STREET), case, "涉及举报")
    for role in (Role.AGENCY, Role.DISTRICT, Role.STREET, Role.AUDITOR):
        assert number not in desk(role).visit("/desk/supervision").html, role
        with desk(role).no_lint():
            assert desk(role).get(f"/desk/supervision/{number}").status_code == 404
        assert "staff_supervise" not in inbox(world, role)
