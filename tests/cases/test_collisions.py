"""两位同时办: the second officer is told who changed the case and when, and nothing typed is lost; whatever the action."""

import pytest
from sqlalchemy import select

from portal.cases import excluding, labels, merging, sealing, services, submitting, supervising
from portal.cases.desk_actions import TABLE
from portal.cases.models import Case, CaseEvent
from portal.cases.order_models import SupervisionOrder
from portal.core.extensions import db
from portal.core.writing import writing
from portal.domain.actors import Actor
from portal.domain.case_exclusion import ExclusionKind
from portal.domain.case_lifecycle import CaseAction
from portal.domain.roles import Role
from portal.identity import approvals
from portal.identity.models import Approval, StaffScope
from tests.builders import busy
from tests.builders.cases import answered, in_hands, inbox, make_case, report
from tests.builders.identity import make_post, sign_in_staff

WORDS = "灯座和线路都换好了，请您晚上看看"
MAIN = "HD240617-00001"
LEGAL = ExclusionKind.LEGAL
HANDS = (busy.accept, busy.sign)
ANSWERED = (*HANDS, lambda world, case: answered(world, case))
ORDER = (*HANDS, busy.supervise)
PUT_RIGHT = (*ORDER, lambda world, case: supervising.answer(world.actor(Role.AGENCY), case, words="已换"))
SUSPENDED = (*HANDS, busy.ask_to_suspend, busy.suspend)
EXCLUDED = (
    lambda world, case: excluding.ask(world.actor(Role.STREET), case, kind=LEGAL, reason="已立案"),
    lambda world, case: approvals.decide(case.exclusion.approval_id, True, "", world.actor(Role.DISTRICT)),
)

# Of every action of the table: how a case comes to where it can be done, who does it, and what they fill in.
DEEDS: dict[str, tuple[tuple, Role, dict[str, object]]] = {
    "accept": ((), Role.STREET, {"紧急程度": "D 复杂"}),
    "solve": ((), Role.COMMUNITY, {"做了什么": WORDS, "为什么没有照片": "看得见"}),
    "sign": ((busy.accept,), Role.AGENCY, {}),
    "acknowledge": ((), Role.DISTRICT, {}),
    "return": (HANDS, Role.AGENCY, {"退回理由": "不属于本单位职责", "依据": WORDS}),
    "extend": (HANDS, Role.AGENCY, {"新日期": "2024-06-26", "原因": "天气", "给居民的解释": WORDS}),
    "contact": (HANDS, Role.AGENCY, {"怎么联系的": "上门", "联系情况": WORDS}),
    "reply": (HANDS, Role.AGENCY, {"结果": "部分解决", "做了什么": WORDS}),
    "ask": (HANDS, Role.AGENCY, {"要补充什么": WORDS}),
    "hand": (HANDS, Role.AGENCY, {"承办人": "陈*"}),
    "transfer": (HANDS, Role.DISTRICT, {"转给": "供电公司", "理由": WORDS}),
    "reject": ((), Role.STREET, {"理由": "归别的部门管", "告诉居民该找谁": WORDS, "那里的电话": "022-00000000"}),
    "close": (ANSWERED, Role.STREET, {"居民怎么说": "解决", "通话情况": WORDS}),
    "release": ((), Role.STREET, {}),
    "invalidate": ((), Role.STREET, {"理由": "广告"}),
    "call": (HANDS, Role.STREET, {"通话结果": "已告诉居民", "通话情况": WORDS}),
    "note": (HANDS, Role.STREET, {"内部备注": WORDS}),
    "work-report": (HANDS, Role.CONTRACTOR, {"现场做了什么": WORDS}),
    "propose-merge": (HANDS, Role.COMMUNITY, {"主件编号": MAIN, "为什么是同一件事": WORDS}),
    "merge": (HANDS, Role.STREET, {"主件编号": MAIN}),
    "unmerge": ((*HANDS, busy.merge), Role.STREET, {}),
    "seal": (HANDS, Role.STREET, {"理由": WORDS}),
    "phone": (HANDS, Role.STREET, {"用途": "约上门时间"}),
    "title": (HANDS, Role.STREET, {"公开标题": WORDS}),
    "suspend": (HANDS, Role.AGENCY, {"原因": "季节不能施工", "计划": WORDS, "下次告知日期": "2024-08-01"}),
    "resume": (SUSPENDED, Role.AGENCY, {"说明": WORDS}),
    "supervise": (HANDS, Role.DISTRICT, {"要求": WORDS, "办结期限": "2024-06-20"}),
    "supervision-answer": (ORDER, Role.AGENCY, {"整改情况": WORDS}),
    "supervision-clear": (PUT_RIGHT, Role.DISTRICT, {"核销意见": WORDS}),
    "supervise-again": (PUT_RIGHT, Role.DISTRICT, {"要求": WORDS, "办结期限": "2024-06-20"}),
    "photos": (HANDS, Role.STREET, {}),
    "exclude": (HANDS, Role.STREET, {"剔除类型": "涉法涉诉", "理由和依据": WORDS}),
    "count-again": (EXCLUDED, Role.DISTRICT, {"恢复统计的理由": WORDS}),
}
REPORTED: dict[str, dict[str, object]] = {
    "acknowledge": {"category": "safety", "danger": True},
    "release": {"held": True},
    "invalidate": {"held": True},
}


@pytest.mark.databases("sqlite")
@pytest.mark.parametrize("found", TABLE, ids=lambda found: found.slug)
def test_two_open_the_same_form_and_one_is_faster(world, desk, new_client, found):
    """The second hears who was faster and when, keeps every word, and nothing is done twice."""
    steps, role, fields = DEEDS[found.slug]
    case = ready(world, steps, {"is_public": True, **REPORTED.get(found.slug, {})})
    word, address = str(labels.ACTIONS[found.action]), f"/desk/cases/{case.number}/{found.slug}"
    slower = colleague(world, role, new_client())
    slower.visit(address)
    desk(role).visit(address)
    first = desk(role).submit(word, fields)
    assert not first.alerts, first.alerts
    before = state_of(case)
    page = slower.submit(word, fields)
    times = len(db.session.scalars(select(CaseEvent).filter_by(case_id=case.id, deed=str(found.action))).all())
    if found.beside or found.action is CaseAction.CALL:
        assert (times, page.alerts) == (2, []), "each did it: both stand"
        return
    assert (times, state_of(case)) == (1, before)
    assert all(str(typed) in page.html for typed in fields.values() if typed == WORDS)
    if found.action is CaseAction.SEAL:
        assert page.status == 404 and case.number not in page.main, "nobody is told of what was sealed (D12)"
        return
    assert any(f"{world.posts[role].name[0]}*" in alert and "09:00" in alert for alert in page.alerts), page.alerts
    assert page.status == 404 or "刷新，看现在的情况" in page.text


def ready(world, steps, changes):
    """Beside it the case that others are merged into."""
    with writing():
        submitting.submit(Actor.guest(), report(world))
    main = db.session.scalars(select(Case).filter_by(number=MAIN)).one()
    for case, road in ((main, HANDS), (make_case(world, phone="+8613800004321", **changes), steps)):
        for step in road:
            with writing():
                step(world, case)
    return case


def colleague(world, role, browser):
    own = world.posts[role]
    with writing():
        post = make_post(role, "second", "陈静", agency=own.agency)
        post.scopes = [StaffScope(community_id=each.community_id, street_id=each.street_id) for each in own.scopes]
        make_post(role, "third", "马文静", agency=own.agency)
    sign_in_staff(browser, post)
    return browser


def state_of(case):
    db.session.refresh(case)
    return case.status, case.revision, case.promise_due, case.handler_id, case.title


def test_no_action_of_the_table_is_forgotten():
    assert set(DEEDS) == {found.slug for found in TABLE}


@pytest.mark.databases("sqlite")
def test_words_for_a_case_that_went_elsewhere_are_given_back(world, desk):
    """The district gives it to another unit while an answer is written: nothing is told, nothing typed is lost."""
    case = in_hands(world)
    desk(Role.AGENCY).visit(f"/desk/cases/{case.number}/reply")
    with writing():
        services.assign(world.actor(Role.DISTRICT), case, agency_id=world.units["DIAN"].id, reason="属于供电")
    page = desk(Role.AGENCY).submit("答复", {"结果": "部分解决", "做了什么": WORDS})
    assert page.status == 404 and WORDS in page.main and case.number not in page.main and "供电" not in page.main
    assert db.session.scalars(select(CaseEvent).filter_by(case_id=case.id, deed="reply")).all() == []


@pytest.mark.databases("sqlite")
def test_two_decide_the_same_request(world, desk, new_client):
    """The second hears who decided and when; their reason stays."""
    case = ready(world, (*HANDS, busy.ask_to_suspend), {})
    [waiting] = db.session.scalars(select(Approval))
    slower = colleague(world, Role.DISTRICT, new_client())
    for browser in (slower, desk(Role.DISTRICT)):
        browser.visit(f"/desk/approvals/{waiting.id}")
    desk(Role.DISTRICT).submit("同意", {"理由": ""})
    page = slower.submit("不同意", {"理由": WORDS})
    db.session.refresh(case)
    assert case.status == "suspended"
    assert any("孙悦" in alert and "09:00" in alert for alert in page.alerts), page.alerts
    assert WORDS in page.html


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
