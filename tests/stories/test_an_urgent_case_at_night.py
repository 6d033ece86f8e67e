"""A Saturday, ten to midnight: a scaffold shakes. The case climbs from one contact to the next until somebody sees to it."""

from datetime import time

import pytest
from sqlalchemy import select

from portal.audit import journal
from portal.cases import counting, escalating
from portal.cases.models import Case
from portal.core.extensions import db
from portal.core.writing import writing
from portal.domain.case_lifecycle import CaseStatus
from portal.domain.levels import Level
from portal.domain.roles import Role
from portal.identity import shifts
from portal.identity.shifts import Line
from portal.messaging.delivery import deliver_once
from portal.messaging.models import OutboxMessage
from tests.builders.cases import make_case
from tests.builders.identity import sign_in_staff

pytestmark = [pytest.mark.story, pytest.mark.databases("sqlite")]
FIRST, ABOVE = "+8613700000011", "+8613700000013"


def put_on_night_duty(world) -> None:
    """Two people at the street, one of them with an office telephone only; one above, at the district."""
    lines = (("JD", "夜班甲", FIRST[3:], 1), ("JD", "夜班乙", "022-24312345", 2), ("ZJW", "区里夜班", ABOVE[3:], 1))
    with writing():
        for unit, name, phone, rank in lines:
            night = {"begins": time(17, 30), "ends": time(8, 30), "weekdays": (1, 2, 3, 4, 5, 6, 7)}
            shifts.add(world.actor(Role.ADMIN), world.units[unit], Line(name, phone, rank=rank, **night))


def called_by_text() -> list[str]:
    deliver_once()
    wanted = select(OutboxMessage.number).where(OutboxMessage.event == "staff_urgent").order_by(OutboxMessage.id)
    return list(db.session.scalars(wanted))


def test_it_climbs_to_the_duty_officer_who_sees_to_it(world, desk, at) -> None:
    put_on_night_duty(world)
    at("2024-06-22 23:50")
    case = make_case(world, category="safety", words="脚手架晃，怕掉下来砸到人", danger=True)
    assert case.level is Level.A
    clocks = case.accept_due, case.reply_due, case.promise_due
    climbs_through_the_night(at)
    the_list_names_whom_to_ring(desk)
    the_district_sees_to_it(world, desk, at, case)
    db.session.refresh(case)
    assert (case.accept_due, case.reply_due, case.promise_due) == clocks, "climbing moves no clock"
    assert counting.stored() == +counting.recount()
    assert journal.verify().broken_at is None


def climbs_through_the_night(at) -> None:
    escalating.run_takings()
    assert called_by_text() == [FIRST], "the quiet hours do not hold for danger"
    for minute in ("2024-06-23 00:05", "2024-06-23 00:20"):
        at(minute)
        escalating.run_takings()
    assert called_by_text() == [FIRST, ABOVE], "a quarter of an hour for each; a telephone gets no text"


def the_list_names_whom_to_ring(desk) -> None:
    page = desk(Role.DISTRICT).visit("/desk/calls")
    assert "夜班乙" in page.main and "022-2431 2345 请打电话" in page.main


def the_district_sees_to_it(world, desk, at, case: Case) -> None:
    """Whoever says so stops the calls; taking it on ends them."""
    officer = desk(Role.DISTRICT)
    assert case.title in officer.visit("/desk/today").main
    officer.follow(case.title)
    officer.follow("我知道了，去处理")
    officer.submit("我知道了，去处理")
    at("2024-06-23 01:00")
    assert escalating.run_takings() == 0
    sign_in_staff(officer, world.posts[Role.DISTRICT])  # half an hour without a touch ends a session
    officer.visit(f"/desk/cases/{case.number}")
    officer.follow("受理")
    officer.submit("受理", {"承办单位": "区房产服务中心"})
    db.session.refresh(case)
    assert case.status is CaseStatus.ASSIGNED and case.agency_id == world.units["FWZX"].id
    assert called_by_text() == [FIRST, ABOVE]
