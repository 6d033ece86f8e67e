"""挂账: asked by the unit, approved by the district, told with its plan; the gross clock stays, the case comes back."""

from datetime import date

import pytest

from portal.audit import journal
from portal.cases import counting, queries, services, suspending
from portal.core.extensions import db
from portal.core.writing import writing
from portal.domain.case_figures import Measure
from portal.domain.case_lifecycle import CaseStatus
from portal.domain.case_suspension import SuspensionReason
from portal.domain.deadlines import due_day
from portal.domain.errors import DomainError, NotAllowed, NotFound
from portal.domain.roles import Role
from portal.identity import approvals
from tests.builders.cases import in_hands, inbox, make_case, resident_page, texts

PLAN = "已列入下半年维修计划，八月底前施工"


def ask(world, case, *, review_on=date(2024, 8, 30), worker=Role.AGENCY):
    with writing():
        suspending.ask(world.actor(worker), case, reason=SuspensionReason.FUNDS, plan=PLAN, review_on=review_on)


def decide(world, case, approve, role=Role.DISTRICT):
    with writing():
        approvals.decide(case.suspension.approval_id, approve, "看过现场", world.actor(role))


def in_due(case):
    counted = counting.contributions_of(case)
    return any(key[-1] == Measure.DUE for key in counted)


def test_asked_approved_told_and_back_before_its_day(world, desk, client, at):
    case = in_hands(world)
    owed, promised = case.reply_due, case.promise_due
    unit = desk(Role.AGENCY)
    unit.visit(f"/desk/cases/{case.number}")
    unit.follow("挂账")
    page = unit.submit("挂账", {"原因": "资金要列计划", "计划": PLAN})
    assert any("请填下次告知日期" in alert for alert in page.alerts), page.alerts
    page = unit.submit("挂账", {"下次告知日期": "2025-06-17"})
    assert any("最长 180 天" in alert for alert in page.alerts), page.alerts
    unit.submit("挂账", {"下次告知日期": "2024-08-30"})
    db.session.refresh(case)
    assert (case.status, case.promise_due) == (CaseStatus.IN_PROGRESS, promised), "nothing moves before it is approved"
    assert PLAN not in resident_page(client, case).text

    district = desk(Role.DISTRICT)
    district.visit(f"/desk/cases/{case.number}")
    page = district.follow("批准挂账")
    assert PLAN in page.text
    district.submit("同意")
    db.session.refresh(case)
    assert case.status is CaseStatus.SUSPENDED and case.reply_due == owed
    assert due_day(case.promise_due) == date(2024, 8, 30) and not in_due(case)
    assert texts()[-1] == "case_suspended" and inbox(world, Role.AGENCY)[-1] == "staff_suspended"
    page = resident_page(client, case)
    assert "现在办不了，已列入计划" in page.text and PLAN in page.text
    assert "8月30日前再告诉您" in page.text.replace(" ", "")
    assert case.title in district.visit("/desk?show=suspended").text

    at("2024-08-26 23:00")
    assert suspending.run_reviews() == 0
    at("2024-08-27 08:00")
    assert suspending.run_reviews() == 1 and suspending.run_reviews() == 0
    db.session.refresh(case)
    assert case.status is CaseStatus.IN_PROGRESS and due_day(case.promise_due) == date(2024, 8, 30)
    assert in_due(case), "it counts again, and by the gross clock it is late"
    assert inbox(world, Role.AGENCY)[-1] == "staff_resumed"
    at("2024-08-31 00:01")
    assert queries.is_overdue(case)
    assert counting.stored() == +counting.recount() and journal.verify().broken_at is None


@pytest.mark.databases("sqlite")
def test_a_no_reaches_the_unit_only_and_only_the_district_decides(world, client):
    case = in_hands(world)
    ask(world, case)
    for role in (Role.STREET, Role.HOTLINE, Role.AUDITOR, Role.AGENCY):
        with pytest.raises((NotFound, NotAllowed)):
            decide(world, case, True, role)
    with pytest.raises(DomainError):
        ask(world, case)
    sent = texts()
    decide(world, case, False)
    assert texts() == sent and case.status is CaseStatus.IN_PROGRESS
    assert inbox(world, Role.AGENCY)[-1] == "staff_not_suspended"
    assert "计划" not in resident_page(client, case).text
    ask(world, case)


@pytest.mark.databases("sqlite")
def test_ended_by_hand_the_promise_is_never_later_than_what_was_told(world):
    case = in_hands(world)
    ask(world, case)
    decide(world, case, True)
    with writing():
        suspending.resume(world.actor(Role.AGENCY), case, words="资金提前到位")
    assert case.status is CaseStatus.IN_PROGRESS and due_day(case.promise_due) == date(2024, 6, 24)
    assert case.suspension is None


@pytest.mark.databases("sqlite")
def test_a_request_of_a_unit_that_lost_the_case_waits_for_nobody(world):
    case = in_hands(world)
    ask(world, case)
    with writing():
        services.assign(world.actor(Role.DISTRICT), case, agency_id=world.units["DIAN"].id)
    assert approvals.waiting_for(world.actor(Role.DISTRICT)) == []
    with pytest.raises(NotFound):
        decide(world, case, True)


@pytest.mark.databases("sqlite")
def test_the_day_is_not_too_near_and_a_complaint_about_people_is_never_suspended(world):
    case = in_hands(world)
    for day in (date(2024, 6, 16), date(2024, 6, 20)):
        with pytest.raises(DomainError, match="later day"):
            ask(world, case, review_on=day)
    conflict = make_case(world, category="conduct", concerned_id=world.units["WY"].id, words="物业的人态度很差")
    with pytest.raises(DomainError):
        ask(world, conflict, worker=Role.STREET)
