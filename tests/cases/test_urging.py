"""催一催, through the pages: what the author reads, who hears of it, what the desk shows."""

import pytest
from sqlalchemy import select

from portal.audit import journal
from portal.cases import counting, services, urging
from portal.core.extensions import db
from portal.core.writing import writing
from portal.domain.actors import Actor
from portal.domain.errors import NotAllowed
from portal.domain.roles import Role
from portal.messaging.models import InboxMessage, OutboxMessage
from tests.builders.cases import in_hands, make_case, resident_page
from tests.builders.identity import sign_in_staff


def inbox(world, role):
    key = f"staff:{world.posts[role].id}"
    return [row.text for row in db.session.scalars(select(InboxMessage).where(InboxMessage.recipient_key == key))]


def test_the_author_urges_once_a_working_day(world, client, new_client, at):
    case = in_hands(world)
    seen, clocks = case.revision, (case.promise_due, case.reply_due)
    resident_page(client, case)
    page = client.press("催一催")
    told = "已替您催办，区房产服务中心会在 6 月 18 日前给您回音"
    assert page.path == f"/case/{case.ref}" and page.text.count(told) == 2  # in the button's place, in the timeline
    assert "/urge" not in page.html
    db.session.refresh(case)
    assert (case.urges, case.revision, (case.promise_due, case.reply_due)) == (1, seen, clocks)
    assert inbox(world, Role.AGENCY)[-1] == f"居民催办{case.number}，请6月18日前给居民回音。"
    assert db.session.scalars(select(OutboxMessage.event).order_by(OutboxMessage.id.desc())).first() == "case_urged"

    desk = new_client()
    sign_in_staff(desk, world.posts[Role.AGENCY])
    page = desk.visit("/desk")
    assert "催 1" in page.text and "tag-bad" not in page.html
    at("2024-06-18 08:00")
    client.visit(f"/case/{case.ref}")
    client.press("催一催")
    sign_in_staff(desk, world.posts[Role.AGENCY])
    page = desk.visit("/desk")
    assert "催 2" in page.text and "tag-bad" in page.html, "a second time stands out"
    page = desk.visit(f"/desk/cases/{case.number}")
    assert "催 2" in page.text and "督办单 D24-0001" in page.text, "a second one opens an order"
    assert counting.stored() == +counting.recount()
    assert journal.verify().broken_at is None


@pytest.mark.databases("sqlite")
def test_an_answer_ends_the_count_and_overdue_stands_out_at_once(world, at):
    case = in_hands(world)
    at("2024-06-25 09:00")
    with writing():
        urging.urge(Actor.guest(), case)
    assert urging.is_pressing(case)
    with pytest.raises(NotAllowed, match="urged today"), writing():
        urging.urge(Actor.guest(), case)
    with writing():
        services.reply(
            world.actor(Role.AGENCY), case, result="solved", words="灯已经换好了，请您看看", why_no_photo="看得见"
        )
    assert (case.urges, urging.standing(case)) == (0, "")


@pytest.mark.databases("sqlite")
def test_before_a_unit_is_named_the_street_hears_it(world, client):
    case = make_case(world)
    resident_page(client, case)
    assert "已替您催办，6 月 18 日前给您回音" in client.press("催一催").text
    assert inbox(world, Role.STREET)[-1].startswith("居民催办")


@pytest.mark.databases("sqlite")
def test_only_the_author_urges_and_the_contractor_hears_nothing(world, new_client):
    case = in_hands(world)
    browser = new_client()
    sign_in_staff(browser, world.posts[Role.CONTRACTOR])
    with writing():
        urging.urge(Actor.guest(), case)
    assert "催" not in browser.visit(f"/desk/cases/{case.number}").text
    assert not [text for text in inbox(world, Role.CONTRACTOR) if "催办" in text]
