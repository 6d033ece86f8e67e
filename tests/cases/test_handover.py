"""交接: a leaver's cases go to a colleague in one go; nothing remains with a closed account."""

import pytest

from portal.audit import journal
from portal.cases import counting
from portal.core.extensions import db
from portal.core.writing import writing
from portal.domain.actors import Actor
from portal.domain.errors import DomainError
from portal.domain.roles import Role
from portal.identity import staffing
from portal.identity.models import StaffPost
from tests.builders.cases import answered, in_hands, make_case
from tests.builders.identity import make_post, sign_in_staff


@pytest.fixture
def colleague(world):
    with writing():
        return make_post(Role.AGENCY, "agency9", "陈志远", agency=world.units["FWZX"])


def test_the_unit_hands_over_what_lies_with_somebody(world, colleague, desk):
    one, other, done = in_hands(world), in_hands(world), answered(world, in_hands(world))
    owed = one.promise_due, one.reply_due
    unit = desk(Role.AGENCY)
    page = unit.visit(f"/desk/handover?whose={world.posts[Role.AGENCY].id}")
    page = unit.submit("交接", {"交给": "陈志远"})
    assert any("请填写原因" in alert or "理由" in alert for alert in page.alerts), page.alerts
    page = unit.submit("交接", {"理由": "王立新休长假"})
    assert "已交接 3 件" in page.text and "没有没办完的件" in page.text
    for case in (one, other, done):
        db.session.refresh(case)
        assert case.handler_id == colleague.id
    assert (one.promise_due, one.reply_due) == owed
    assert "王立新休长假" in unit.visit(f"/desk/cases/{one.number}").text
    street = desk(Role.STREET)
    assert one.title not in street.visit(f"/desk/handover?whose={colleague.id}").text
    assert counting.stored() == +counting.recount() and journal.verify().broken_at is None


def test_nothing_remains_with_a_closed_account(world, colleague, client):
    case, done = in_hands(world), answered(world, in_hands(world))
    leaver = world.posts[Role.AGENCY]
    sign_in_staff(client, world.posts[Role.ADMIN])
    page = client.visit(f"/admin/users/{leaver.id}/retire")
    assert "手上还有 2 件" in page.text and case.number not in page.text and case.title not in page.text
    page = client.submit("停用", {"理由": "调离", "手上的事交给": "陈志远"})
    assert "陈志远" not in page.text and page.status == 200, page.alerts
    db.session.expire_all()
    assert {case.handler_id, done.handler_id} == {colleague.id}
    with writing():
        staffing.retire(db.session.get_one(StaffPost, colleague.id), reason="退休", actor=world.actor(Role.ADMIN))
    db.session.expire_all()
    assert case.handler_id is None and done.handler_id is None


@pytest.mark.databases("sqlite")
def test_the_successor_is_of_the_same_unit_and_a_change_of_unit_leaves_the_work_behind(world, colleague):
    case = in_hands(world)
    leaver, admin = world.posts[Role.AGENCY], world.actor(Role.ADMIN)
    with pytest.raises(DomainError), writing():
        staffing.retire(leaver, reason="调离", successor=world.posts[Role.STREET], actor=admin)
    with writing():
        staffing.change_role(
            db.session.get_one(StaffPost, leaver.id), Role.AGENCY, world.units["DIAN"].id, staffing.Places(),
            reason="调动", actor=admin,
        )  # fmt: skip
    db.session.refresh(case)
    assert case.handler_id is None and case.agency_id == world.units["FWZX"].id


@pytest.mark.databases("sqlite")
def test_of_an_accusation_the_administrator_learns_no_number(world, client):
    sealed = make_case(world, category="integrity", called="")
    with writing():
        sealed.handler_id = world.posts[Role.DISCIPLINE].id
    sign_in_staff(client, world.posts[Role.ADMIN])
    assert "手上还有" not in client.visit(f"/admin/users/{world.posts[Role.DISCIPLINE].id}/retire").text
    with writing():
        staffing.retire(
            db.session.get_one(StaffPost, world.posts[Role.DISCIPLINE].id), reason="调离", actor=Actor.system()
        )
    db.session.refresh(sealed)
    assert sealed.handler_id is None
