"""指派 and 领办 within a unit; a disputed close goes to a different person."""

import pytest

from portal.cases import author, handing, services
from portal.cases.deeds import deed
from portal.core.extensions import db
from portal.core.writing import writing
from portal.domain.actors import Actor
from portal.domain.case_lifecycle import CaseAction, CaseStatus, ReplyResult
from portal.domain.errors import DomainError, NotAllowed
from portal.domain.levels import Level
from portal.domain.roles import Role
from portal.identity.sessions import staff_actor
from tests.builders.cases import make_case
from tests.builders.identity import make_post, sign_in_staff


@pytest.fixture
def case(world):
    case = make_case(world)
    with writing():
        services.accept(
            world.actor(Role.DISTRICT),
            case,
            category_code=case.category_code,
            level=Level.C,
            agency_id=world.units["FWZX"].id,
        )
    return case


def colleague(world, username="agency9", name="钱小燕"):
    with writing():
        return make_post(Role.AGENCY, username, name, agency=world.units["FWZX"])


def test_a_case_is_handed_to_a_colleague_through_the_page(world, case, client):
    other = colleague(world)
    sign_in_staff(client, world.posts[Role.AGENCY])
    due = case.sign_due, case.reply_due
    client.visit(f"/desk/cases/{case.number}")
    client.follow("指派")
    page = client.submit("指派", {"承办人": str(other.id)})
    assert "已指派" in page.text and "钱*" in page.text
    db.session.refresh(case)
    assert (case.handler_id, case.status) == (other.id, CaseStatus.ASSIGNED)
    assert (case.sign_due, case.reply_due) == due


def test_only_people_of_the_unit(world, case):
    for wrong in (world.posts[Role.STREET], world.posts[Role.ADMIN], world.posts[Role.CONTRACTOR]):
        with pytest.raises(DomainError, match="somebody of your unit"), writing():
            handing.hand(world.actor(Role.AGENCY), case, wrong.id)
    with pytest.raises(NotAllowed), writing():
        handing.hand(world.actor(Role.COMMUNITY), case, world.posts[Role.COMMUNITY].id)


def test_several_are_claimed_at_once(world, case, client):
    with writing():
        services.sign(world.actor(Role.AGENCY), case)
        case.handler_id = None
    me = colleague(world)
    sign_in_staff(client, me)
    page = client.visit("/desk")
    assert "选中的我来办" in page.text
    client.submit("选中的我来办", {f"选中 {case.title}": True})
    db.session.refresh(case)
    assert case.handler_id == me.id


def close(world, case):
    with writing():
        services.sign(world.actor(Role.AGENCY), case)
        services.reply(
            world.actor(Role.AGENCY),
            case,
            result=ReplyResult.SOLVED,
            words="楼道灯已经换成新的感应灯",
            why_no_photo="晚上拍",
        )
        author.confirm(Actor.guest(), case)


def test_a_disputed_close_goes_to_somebody_else(world, case, at):
    first, second = world.posts[Role.AGENCY], colleague(world)
    close(world, case)
    owed = case.reply_due
    at("2024-07-16 09:00")
    with writing():
        author.dispute(Actor.guest(), case, "又不亮了")
    assert (case.status, case.handler_id, case.reply_due) == (CaseStatus.REOPENED, second.id, owed)
    with pytest.raises(NotAllowed, match="A colleague"), writing():
        services.sign(staff_actor(first), case)
    with pytest.raises(DomainError), writing():
        handing.hand(staff_actor(second), case, first.id)
    with writing():
        services.sign(staff_actor(second), case)
    assert case.handler_id == second.id


def test_where_nobody_else_is_there_it_stays(world, case, at):
    close(world, case)
    with writing():
        author.dispute(Actor.guest(), case, "又不亮了")
    with writing(), deed(world.actor(Role.AGENCY), case, CaseAction.CONTACT):
        pass
    assert case.handler_id == world.posts[Role.AGENCY].id
