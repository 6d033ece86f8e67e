"""派件规则: kept by the unit, applied when it gets a case, offered when it hands one over, written down."""

import pytest
from sqlalchemy import select

from portal.audit.models import JournalEntry
from portal.cases import counting, hand_rules, services
from portal.cases.models import CaseEvent
from portal.core.extensions import db
from portal.core.writing import writing
from portal.domain.errors import DomainError, NotAllowed, NotFound
from portal.domain.roles import Role
from portal.identity.sessions import staff_actor
from tests.builders.cases import give, make_case
from tests.builders.identity import make_post


@pytest.fixture
def electrician(world):
    with writing():
        return make_post(Role.AGENCY, "agency9", "钱小燕", agency=world.units["FWZX"])


def rule(world, who, **changes):
    values = {"category": None, "compound_id": None, "building_id": None, "automatic": True} | changes
    with writing():
        return hand_rules.add(world.actor(Role.AGENCY), post_id=who.id, **values)


def test_written_down_on_the_page_applied_and_logged(world, desk, electrician):
    unit = desk(Role.AGENCY)
    assert "还没有规则" in unit.visit("/desk/rules").main
    page = unit.submit("保存规则", {"类别": "lighting_dark", "地点": f"b{world.building.id}"})
    assert any("请选承办人" in alert for alert in page.alerts), page.alerts
    page = unit.submit("保存规则", {"承办人": str(electrician.id)})
    assert "规则已保存" in page.text and "东局子小区 3 号楼" in page.main and "自动指派" in page.main
    here = give(world, make_case(world))
    elsewhere = give(world, make_case(world, building_id=world.other_building.id))
    assert (here.handler_id, elsewhere.handler_id) == (electrician.id, None)
    page = unit.visit(f"/desk/cases/{here.number}")
    assert "按本单位规则指派承办人" in page.text and "钱*" in page.text
    event = db.session.scalars(select(CaseEvent).where(CaseEvent.case_id == here.id, CaseEvent.deed == "accept")).one()
    assert event.facts["handler"] == electrician.id and event.facts["rule"]
    assert db.session.scalar(select(JournalEntry.action).where(JournalEntry.action == "hand_rule:set"))
    assert counting.stored() == +counting.recount()
    unit.visit("/desk/rules")
    assert "还没有规则" in unit.press("删除").main


def test_whoever_signs_does_not_take_it_from_the_person_named(world, electrician):
    rule(world, electrician)
    case = give(world, make_case(world))
    with writing():
        services.sign(world.actor(Role.AGENCY), case)
    assert case.handler_id == electrician.id


def test_a_suggestion_only_stands_on_the_page_of_handing_over(world, desk, electrician):
    rule(world, electrician, category="lighting_dark", automatic=False)
    case = give(world, make_case(world))
    assert case.handler_id is None
    unit = desk(Role.AGENCY)
    unit.visit(f"/desk/cases/{case.number}/hand")
    assert "按本单位的派件规则：钱*" in unit.here.text
    unit.press("指派")
    db.session.refresh(case)
    assert case.handler_id == electrician.id


@pytest.mark.databases("sqlite")
def test_nobody_gets_by_rule_what_they_may_not_have(world, electrician):
    rule(world, electrician)
    with writing():
        electrician.retired_at = world.posts[Role.AGENCY].created_at
    assert give(world, make_case(world)).handler_id is None
    with writing():
        mine = staff_actor(world.posts[Role.DISTRICT])
        hand_rules.add(
            mine, post_id=int(mine.id or 0), category=None, compound_id=None, building_id=None, automatic=True
        )
    about = make_case(world, category="conduct", concerned_id=world.units["FWZX"].id, words="维修的人骂人，态度差")
    give(world, about, "ZJW")
    assert about.handler_id is None, "a complaint about a unit is given out by hand"


@pytest.mark.databases("sqlite")
def test_only_for_ones_own_unit(world, electrician):
    found = rule(world, electrician)
    for who in (Role.STREET, Role.COMMUNITY):
        with pytest.raises(NotFound), writing():
            hand_rules.remove(world.actor(who), found.id)
    with pytest.raises(NotAllowed), writing():
        hand_rules.remove(world.actor(Role.CONTRACTOR), found.id)
    with pytest.raises(DomainError, match="somebody of your unit"), writing():
        rule(world, world.posts[Role.STREET])
    again = rule(world, world.posts[Role.AGENCY])
    assert again.id == found.id and len(hand_rules.of(world.units["FWZX"].id)) == 1
