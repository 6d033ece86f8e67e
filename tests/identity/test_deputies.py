"""代理: what lies with somebody who is away is seen by whoever stands in; urgent calls reach them; it ends with its days."""

import threading
from datetime import date, time

import pytest
from sqlalchemy import select
from sqlalchemy.exc import DatabaseError

from portal.cases import escalating, handing
from portal.cases.escalation_models import EscalationCall
from portal.core.extensions import db
from portal.core.writing import writing
from portal.domain.errors import Conflict, DomainError
from portal.domain.roles import Role
from portal.identity import deputies, shifts, staffing
from portal.identity.deputy_models import Deputy
from portal.identity.sessions import staff_actor
from portal.identity.shifts import Line
from portal.messaging.models import InboxMessage
from tests.builders.cases import in_hands, make_case
from tests.builders.identity import make_post, sign_in_staff


@pytest.fixture
def colleague(world):
    with writing():
        return make_post(Role.AGENCY, "agency9", "陈志远", agency=world.units["FWZX"])


def stand_in(world, deputy, first=date(2024, 6, 17), last=date(2024, 6, 21), role=Role.AGENCY):
    with writing():
        return deputies.name(world.actor(role), world.posts[role].id, deputy.id, first, last, "年假")


def test_on_its_page_and_on_the_deputys_list(world, colleague, desk, client, at):
    case = in_hands(world)
    unit = desk(Role.AGENCY)
    unit.visit("/desk/deputies")
    page = unit.submit("保存", {"由谁代": "王立新", "从哪天": "2024-06-17", "到哪天": "2024-06-16"})
    assert page.alerts
    page = unit.submit("保存", {"由谁代": "陈志远", "理由": "年假"})
    assert any("早于开始日期" in alert for alert in page.alerts), page.alerts
    page = unit.submit("保存", {"到哪天": "2024-06-21"})
    assert "陈志远代王立新" in page.text
    sign_in_staff(client, colleague)
    page = client.visit("/desk?show=mine")
    assert case.title in page.text and "王*（陈*代）" in page.text
    assert "王*（陈*代）" in client.visit(f"/desk/cases/{case.number}").text
    assert "由您代" in client.visit("/desk/messages").text
    with writing():
        handing.hand(staff_actor(colleague), case, world.posts[Role.AGENCY].id)
    assert "代王立新" in client.visit("/desk/messages").text
    at("2024-06-22 09:00")
    sign_in_staff(client, colleague)
    page = client.visit("/desk?show=mine")
    assert case.title not in page.text and "代）" not in page.text
    assert "陈志远代王立新" not in client.visit("/desk/deputies").text


def test_an_urgent_call_reaches_the_deputy(world, at):
    with writing():
        deputy = make_post(Role.STREET, "street9", "马文静", agency=world.units["JD"])
        deputy.phone = "+8613700000099"
        line = Line(
            "", "13700000011", time(0), time(0), weekdays=(1, 2, 3, 4, 5, 6, 7), post_id=world.posts[Role.STREET].id
        )
        shifts.add(world.actor(Role.ADMIN), world.units["JD"], line)
    stand_in(world, deputy, role=Role.STREET)
    make_case(world, danger=True)
    escalating.run_takings()
    [call] = db.session.scalars(select(EscalationCall))
    assert (call.name, call.phone, call.post_id) == ("马文静（代）", "+8613700000099", deputy.id)


@pytest.mark.databases("sqlite")
def test_what_makes_no_sense_is_refused_and_a_leaver_stands_in_for_nobody(world, colleague):
    row = stand_in(world, colleague)
    for deputy in (colleague, world.posts[Role.AGENCY], world.posts[Role.STREET]):
        with pytest.raises(DomainError):
            stand_in(world, deputy, date(2024, 6, 20), date(2024, 6, 25))
    with pytest.raises(DomainError), writing():
        deputies.name(
            staff_actor(colleague),
            colleague.id,
            world.posts[Role.AGENCY].id,
            date(2024, 6, 19),
            date(2024, 6, 19),
            "病假",
        )
    with writing():
        staffing.retire(colleague, reason="调离", actor=world.actor(Role.ADMIN))
    assert db.session.get_one(Deputy, row.id).ended_at is not None
    assert deputies.deputy_of(world.posts[Role.AGENCY].id) is None
    told = db.session.scalars(select(InboxMessage.event).where(InboxMessage.recipient_key == f"staff:{colleague.id}"))
    assert list(told) == ["staff_deputy"]


def test_the_table_itself_keeps_the_days_of_two_deputies_apart(world, colleague):
    """Also where somebody forgets the check: what ends by hand frees its days."""
    row = stand_in(world, colleague)
    later = {"post_id": row.post_id, "deputy_id": row.deputy_id, "reason": "年假", "made_at": row.made_at}
    with pytest.raises(DatabaseError, match="one_deputy"), writing():
        db.session.add(Deputy(first_day=date(2024, 6, 21), last_day=date(2024, 6, 28), **later))
    with writing():
        db.session.add(Deputy(first_day=date(2024, 6, 22), last_day=date(2024, 6, 28), **later))
    with pytest.raises(DatabaseError, match="one_deputy_still"), writing():
        db.session.get_one(Deputy, row.id).last_day = date(2024, 6, 22)
    with writing():
        deputies.end(world.actor(Role.AGENCY), row.id)
    stand_in(world, colleague)


@pytest.mark.databases("postgresql")
def test_of_two_who_name_a_deputy_at_the_same_moment_one_is_told(app, world, colleague):
    """The second begins while the first has not committed: it waits, and then sees the first."""
    with writing():
        third = make_post(Role.AGENCY, "agency8", "何芳", agency=world.units["FWZX"])
    actor, ids = world.actor(Role.AGENCY), (colleague.id, third.id)
    named, tried, outcomes = threading.Event(), threading.Event(), []

    def first():
        with app.app_context(), writing():
            deputies.name(actor, actor.id, ids[0], date(2024, 6, 17), date(2024, 6, 21), "年假")
            named.set()
            tried.wait(0.5)

    def second():
        named.wait()
        with app.app_context():
            try:
                with writing():
                    deputies.name(actor, actor.id, ids[1], date(2024, 6, 20), date(2024, 6, 25), "年假")
                outcomes.append("named")
            except Conflict:
                outcomes.append("told")
        tried.set()

    threads = [threading.Thread(target=each) for each in (first, second)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert outcomes == ["told"]
    assert db.session.scalars(select(Deputy.deputy_id)).all() == [ids[0]]
