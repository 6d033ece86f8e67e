"""逐级上报: an A-level case at night climbs from contact to contact, an ordinary one in working time from unit to unit."""

from datetime import time

import pytest
from sqlalchemy import select

from portal.audit import journal
from portal.cases import counting, escalating, services, targets
from portal.cases.escalation_models import CaseEscalation, EscalationCall
from portal.cases.models import CaseEvent
from portal.core.extensions import db
from portal.core.writing import writing
from portal.domain.actors import Actor
from portal.domain.case_escalation import Ladder
from portal.domain.case_targets import CaseClock
from portal.domain.errors import DomainError
from portal.domain.levels import Level, minutes
from portal.domain.roles import Role
from portal.identity import shifts
from portal.identity.shifts import Line
from portal.messaging.models import OutboxMessage
from tests.builders.cases import give, in_hands, inbox, make_case

EVERY_DAY = (1, 2, 3, 4, 5, 6, 7)
NIGHT = {"begins": time(17, 30), "ends": time(8, 30), "weekdays": EVERY_DAY}


def put_on_duty(world, unit, name, phone, *, rank=1, post=None):
    with writing():
        line = Line(name=name, phone=phone, rank=rank, post_id=post.id if post else None, **NIGHT)
        shifts.add(Actor.system() if post is None else world.actor(Role.ADMIN), world.units[unit], line)


@pytest.fixture
def on_duty(world):
    """At night the street has two contacts, the district one; the inspection has none."""
    admin = world.actor(Role.ADMIN)
    rows = (
        ("JD", "夜班甲", "13700000011", 1, world.posts[Role.STREET].id),
        ("JD", "夜班乙", "022-24312345", 2, None),
        ("ZJW", "区里夜班", "13700000013", 1, None),
    )
    with writing():
        for unit, name, phone, rank, post_id in rows:
            shifts.add(admin, world.units[unit], Line(name, phone, rank=rank, post_id=post_id, **NIGHT))


def urgent_texts():
    wanted = select(OutboxMessage).where(OutboxMessage.event == "staff_urgent")
    return [row.number for row in db.session.scalars(wanted.order_by(OutboxMessage.id))]


def steps(case, ladder):
    wanted = select(CaseEscalation).where(CaseEscalation.case_id == case.id, CaseEscalation.ladder == ladder)
    return list(db.session.scalars(wanted.order_by(CaseEscalation.id)))


def test_an_urgent_case_at_night_climbs_every_quarter_of_an_hour(world, on_duty, at):
    at("2024-06-22 23:50")  # a Saturday
    case = make_case(world, danger=True)
    clocks = case.accept_due, case.reply_due, case.promise_due
    assert escalating.run_takings() == 1 and escalating.run_takings() == 0
    assert urgent_texts() == ["+8613700000011"]
    at("2024-06-23 00:04")
    assert escalating.run_takings() == 0, "a quarter of an hour has not passed"
    at("2024-06-23 00:05")
    assert escalating.run_takings() == 1
    at("2024-06-23 00:20")
    assert escalating.run_takings() == 1
    assert urgent_texts() == ["+8613700000011", "+8613700000013"], "a telephone of the office gets no text"
    assert inbox(world, Role.DISTRICT)[-1] == "staff_untaken"
    at("2024-06-23 03:00")
    assert escalating.run_takings() == 1, "the inspection's office, and there the ladder ends"
    assert escalating.run_takings() == 0
    calls = [(row.name, row.way) for row in db.session.scalars(select(EscalationCall).order_by(EscalationCall.id))]
    assert calls == [("夜班甲", "sms"), ("夜班乙", "call"), ("区里夜班", "sms"), ("河东区督查室", "call")]
    db.session.refresh(case)
    assert (case.accept_due, case.reply_due, case.promise_due) == clocks
    assert "contractor" not in str(inbox(world, Role.CONTRACTOR)) and inbox(world, Role.ADMIN) == []
    assert counting.stored() == +counting.recount() and journal.verify().broken_at is None


def test_the_text_names_the_minutes_that_are_left_until_the_next_one_is_called(world, on_duty, at):
    at("2024-06-22 23:50")
    case = give(world, make_case(world), "JD", level=Level.B)
    assert escalating.run_takings() == 1
    at("2024-06-23 00:19")
    assert escalating.run_takings() == 0
    at("2024-06-23 00:20")
    assert escalating.run_takings() == 1
    said = db.session.scalars(select(OutboxMessage.text).where(OutboxMessage.event == "staff_urgent")).one()
    assert said == f"紧急件{case.number}：东局子小区3号楼，{case.category.short_name}。请30分钟内签收，马上派人到现场。"
    with writing():
        targets.change(world.actor(Role.ADMIN), Level.B, CaseClock.ALARM, minutes(120), "区里通知", "夜里人手少")
    at("2024-06-23 00:30")
    give(world, make_case(world), "JD", level=Level.B)
    escalating.run_takings()
    last = select(OutboxMessage.text).where(OutboxMessage.event == "staff_urgent").order_by(OutboxMessage.id.desc())
    assert "请2小时内签收" in db.session.scalars(last.limit(1)).one()


def test_whoever_says_that_they_see_to_it_stops_the_calls_for_as_long_as_a_first_contact_may_take(
    world, on_duty, desk, at
):
    at("2024-06-22 23:50")
    case = make_case(world, danger=True)
    escalating.run_takings()
    street = desk(Role.STREET)
    page = street.visit(f"/desk/cases/{case.number}")
    assert "夜班" not in page.text, "names of colleagues stand on the call list"
    street.follow("我知道了，去处理")
    page = street.submit("我知道了，去处理")
    assert page.path == f"/desk/cases/{case.number}" and "我知道了" in page.text
    at("2024-06-23 00:49")
    assert escalating.run_takings() == 0
    with pytest.raises(DomainError), writing():
        escalating.acknowledge(world.actor(Role.DISTRICT), case)
    at("2024-06-23 00:50")
    assert escalating.run_takings() > 0, "an hour later nothing has happened"
    with writing():
        services.accept(
            world.actor(Role.STREET), case, category_code=case.category_code, level=Level.A,
            agency_id=world.units["JW"].id,
        )  # fmt: skip
    escalating.run_takings()
    assert steps(case, Ladder.TAKING)[-1].holder_id == world.units["JW"].id, "its new unit has a ladder of its own"


def test_an_ordinary_case_is_told_in_working_time_and_each_step_once(world, at):
    case = in_hands(world)
    assert case.promise_due.isoformat().startswith("2024-06-24T16:00")
    at("2024-06-21 08:29")
    assert escalating.run_promises() == 0
    at("2024-06-21 08:30")
    assert escalating.run_promises() == 1 and escalating.run_promises() == 0
    assert inbox(world, Role.AGENCY)[-1] == "staff_due"
    at("2024-06-25 00:05")
    assert escalating.run_promises() == 0, "nobody is told at night"
    at("2024-06-25 08:30")
    assert escalating.run_promises() == 1
    assert inbox(world, Role.AGENCY)[-1] == "staff_overdue" and inbox(world, Role.DISTRICT)[-1] == "staff_overdue_above"
    assert inbox(world, Role.AUDITOR) == []
    at("2024-06-27 09:00")
    assert escalating.run_promises() == 1
    assert inbox(world, Role.AUDITOR) == ["staff_overdue_above"]
    at("2024-07-20 09:00")
    assert escalating.run_promises() == 0, "nobody stands above the inspection"
    assert [(row.step, row.agency_id) for row in steps(case, Ladder.PROMISE)] == [
        (0, world.units["FWZX"].id), (1, world.units["ZJW"].id), (2, world.units["DC"].id),
    ]  # fmt: skip
    told = db.session.scalars(select(CaseEvent).where(CaseEvent.case_id == case.id, CaseEvent.deed == "escalate")).all()
    assert len(told) == 3 and not any(event.public for event in told)
    assert inbox(world, Role.STREET).count("staff_overdue_above") == 0, "the ladder is that of the unit that holds it"
    assert journal.verify().broken_at is None


@pytest.mark.databases("sqlite")
def test_what_nobody_signs_for_is_reported_above_the_unit(world, at):
    case = give(world, make_case(world), "WY")
    at("2024-06-19 08:30")
    assert escalating.run_takings() == 1
    assert inbox(world, Role.STREET)[-1] == "staff_untaken"
    assert steps(case, Ladder.TAKING)[0].agency_id == world.units["JD"].id


@pytest.mark.databases("sqlite")
def test_a_complaint_about_a_unit_climbs_past_it_and_an_accusation_not_at_all(world, at):
    conflict = make_case(world, category="conduct", concerned_id=world.units["JW"].id, words="居委会的人态度很差")
    sealed = make_case(world, category="integrity", called="")
    at("2024-07-25 09:00")
    escalating.run_promises()
    escalating.run_takings()
    assert {row.agency_id for row in steps(conflict, Ladder.PROMISE)} == {world.units["ZJW"].id, world.units["DC"].id}
    assert {row.agency_id for row in steps(sealed, Ladder.PROMISE)} == {world.units["JJ"].id}
    assert steps(sealed, Ladder.TAKING) == [] and inbox(world, Role.COMMUNITY) == []
    assert "staff_overdue" in inbox(world, Role.DISCIPLINE)
