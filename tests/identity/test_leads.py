"""负责人: named by the administrator with a reason; keeps the unit's roster, deputies and rules, which all of it read."""

from datetime import date, time

import pytest
from sqlalchemy import select

from portal.audit.models import JournalEntry
from portal.cases import hand_rules
from portal.core.extensions import db
from portal.core.writing import writing
from portal.domain.errors import Conflict, DomainError, NotAllowed
from portal.domain.roles import Role
from portal.identity import deputies, leads, shifts, staffing
from portal.identity.models import StaffPost
from portal.identity.sessions import staff_actor
from portal.identity.shifts import Line
from tests.builders.identity import make_post, sign_in_staff

LINE = Line("值班员", "13700000011", time(0), time(0), weekdays=(1, 2, 3, 4, 5, 6, 7))
PAGES = ("/desk/duty", "/desk/deputies", "/desk/rules")


@pytest.fixture
def colleague(world):
    with writing():
        return make_post(Role.AGENCY, "agency9", "陈志远", agency=world.units["FWZX"])


def name_lead(world, is_lead=True, role=Role.AGENCY):
    with writing():
        staffing.set_lead(world.posts[role], is_lead, reason="单位来函", actor=world.actor(Role.ADMIN))


def test_named_with_a_reason_and_from_then_on_the_others_read(world, colleague, desk, client):
    """On the pages: who may change what is said where it may be changed, and no button leads to a refusal."""
    sign_in_staff(client, colleague)
    for address in PAGES:
        page = client.visit(address)
        assert "还没有负责人，谁都可以改" in page.text, address
    with writing():
        shifts.add(staff_actor(colleague), world.units["FWZX"], LINE)

    post, admin = world.posts[Role.AGENCY], desk(Role.ADMIN)
    admin.visit(f"/admin/users/{post.id}")
    admin.follow("设为单位负责人")
    assert "请写明理由" in admin.submit("保存").text
    page = admin.submit("保存", {"理由": "单位来函"})
    assert "不再是单位负责人" in page.text and "单位来函" in page.text
    assert "负责人" in admin.visit("/admin/users").text
    entries = db.session.scalars(select(JournalEntry.action).where(JournalEntry.subject == f"staff:{post.id}"))
    assert entries.all()[-1] == "staff:lead_set"

    for address in PAGES[::2]:
        page = client.visit(address)
        assert "由负责人 王立新 维护，您可以查看" in page.text, address
        assert not page.has_link("加一行") and not page.has_link("修改") and not page.has_button("保存")
    assert "值班员" in client.visit("/desk/duty").text, "everybody reads the roster"
    page = client.visit("/desk/deputies")
    assert "自己不在时由谁代，自己填；同事的由负责人 王立新 填" in page.text
    page = client.visit("/desk/duty/new")
    assert page.status == 403 and "由负责人 王立新 维护" in page.text

    lead = desk(Role.AGENCY)
    for address in PAGES:
        assert "您维护这里" in lead.visit(address).text, address


@pytest.mark.databases("sqlite")
def test_what_the_pages_do_not_offer_the_services_refuse(world, colleague):
    name_lead(world)
    actor, lead, unit = staff_actor(colleague), world.actor(Role.AGENCY), world.units["FWZX"]
    rule = {"category": "lighting_dark", "compound_id": None, "building_id": None, "automatic": True}
    away = date(2024, 6, 17), date(2024, 6, 21), "年假"
    with writing():
        row, kept = shifts.add(lead, unit, LINE), hand_rules.add(lead, post_id=colleague.id, **rule)
    for attempt in (
        lambda: shifts.add(actor, unit, LINE),
        lambda: shifts.change(actor, row, LINE),
        lambda: shifts.retire(actor, row),
        lambda: hand_rules.add(actor, post_id=colleague.id, **rule),
        lambda: hand_rules.remove(actor, kept.id),
        lambda: deputies.name(actor, lead.id, colleague.id, *away),
    ):
        with pytest.raises(NotAllowed, match="keeps this"), writing():
            attempt()
    with writing():
        own = deputies.name(actor, colleague.id, lead.id, *away)
        deputies.end(actor, own.id)
    with writing():
        shifts.retire(world.actor(Role.DISTRICT), row)  # the office above, which has no lead itself
    name_lead(world, role=Role.DISTRICT)
    with writing():
        second = make_post(Role.DISTRICT, "district9", "何婷", agency=world.units["ZJW"])
    with pytest.raises(NotAllowed), writing():
        shifts.add(staff_actor(second), unit, LINE)


@pytest.mark.databases("sqlite")
def test_whoever_stands_in_for_the_lead_keeps_it_and_who_leaves_is_none(world, colleague, at):
    name_lead(world)
    actor = staff_actor(colleague)
    with writing():
        deputies.name(
            world.actor(Role.AGENCY),
            world.posts[Role.AGENCY].id,
            colleague.id,
            date(2024, 6, 18),
            date(2024, 6, 19),
            "年假",
        )
    assert not leads.keeps(actor)
    at("2024-06-18 09:00")
    assert leads.keeps(actor)
    at("2024-06-20 00:01")
    assert not leads.keeps(actor)
    with pytest.raises(Conflict):
        name_lead(world)
    with writing():
        staffing.retire(world.posts[Role.AGENCY], reason="退休", actor=world.actor(Role.ADMIN))
    assert leads.keeps(actor) and not any(db.session.scalars(select(StaffPost.is_lead))), "back to everybody"


@pytest.mark.databases("sqlite")
def test_nobody_makes_themselves_lead_and_an_administrator_is_none(world, colleague):
    for post, actor in ((colleague, staff_actor(colleague)), (world.posts[Role.ADMIN], None)):
        with pytest.raises(DomainError), writing():
            staffing.set_lead(post, True, reason="自己来", actor=actor)
    name_lead(world)
    post = world.posts[Role.AGENCY]
    with writing():
        staffing.change_role(
            post, Role.AGENCY, world.units["DIAN"].id, staffing.Places(), reason="调动", actor=world.actor(Role.ADMIN)
        )
    assert not post.is_lead, "lead of one unit, not of the next"
