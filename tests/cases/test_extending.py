"""延期, asked → approved → told, through the pages: once, before the day, decided above, and the gross clock stays."""

from datetime import date

import pytest

from portal.audit import journal
from portal.cases import counting, extending, queries, services
from portal.core.extensions import db
from portal.core.writing import writing
from portal.domain.case_extensions import ExtensionReason, ExtensionState
from portal.domain.deadlines import due_day
from portal.domain.errors import DomainError, NotAllowed, NotFound
from portal.domain.roles import Role
from portal.identity import approvals
from tests.builders.cases import in_hands, inbox, resident_page, texts

WORDS = "灯座要从厂家订，货到当天就换"


def ask(world, case, until=date(2024, 7, 1), worker=Role.AGENCY):
    with writing():
        extending.ask(world.actor(worker), case, until=until, reason=ExtensionReason.PARTS, words=WORDS)


def decide(world, case, approve, role=Role.DISTRICT, reason="配件已到"):
    with writing():
        approvals.decide(case.extension.approval_id, approve, reason, world.actor(role))


def test_asked_approved_told(world, desk, client):
    case = in_hands(world)
    owed = case.reply_due
    unit = desk(Role.AGENCY)
    unit.visit(f"/desk/cases/{case.number}")
    page = unit.follow("申请延期")
    assert "最多延长 5 个工作日，到 7 月 1 日" in page.text and "平台默认值" in page.text
    page = unit.submit("申请延期", {"新日期": "2024-07-02", "原因": "等配件", "给居民的解释": WORDS})
    assert any("最多延长 5 个工作日，到 7 月 1 日" in alert for alert in page.alerts), page.alerts
    page = unit.submit("申请延期", {"新日期": "2024-07-01"})
    assert "延期待批" in page.text and "申请延期到 7 月 1 日" in page.text
    assert "/extend" not in page.html, "it is asked once"
    before = resident_page(client, case)
    assert "延期" not in before.text and "最晚 6 月 24 日" in before.text

    district = desk(Role.DISTRICT)
    assert case.number in district.visit("/desk/approvals").text
    district.visit(f"/desk/cases/{case.number}")
    page = district.follow("批准延期")
    assert WORDS in page.text and "到 7 月 1 日" in page.text
    district.submit("同意")
    page = district.visit(f"/desk/cases/{case.number}")
    assert "已延期" in page.text and "批准延期" not in page.text
    assert "已延期" in district.visit("/desk").text
    db.session.refresh(case)
    assert due_day(case.promise_due) == date(2024, 7, 1) and case.reply_due == owed

    after = resident_page(client, case)
    assert "办理中（已延期）" in after.text and WORDS in after.text
    assert "要晚些答复，原因：等配件。最晚 7 月 1 日" in after.text
    assert texts()[-1] == "case_extended"
    assert inbox(world, Role.AGENCY)[-1] == "staff_extended"
    assert counting.stored() == +counting.recount()
    assert journal.verify().broken_at is None


def test_a_no_reaches_the_unit_only(world, client):
    case = in_hands(world)
    promised, sent = case.promise_due, texts()
    ask(world, case)
    decide(world, case, approve=False)
    assert (case.promise_due, case.extension.state) == (promised, ExtensionState.REFUSED)
    assert inbox(world, Role.AGENCY)[-1] == "staff_not_extended"
    assert texts() == sent
    page = resident_page(client, case)
    assert "延期" not in page.text and "配件已到" not in page.text
    with pytest.raises(NotAllowed):
        ask(world, case)
    assert counting.stored() == +counting.recount()


@pytest.mark.databases("sqlite")
def test_the_street_decides_for_its_units_and_the_district_for_its_own(world):
    case = in_hands(world, unit="JW", worker=Role.COMMUNITY, by=Role.STREET)
    ask(world, case, worker=Role.COMMUNITY)
    for role in (Role.DISTRICT, Role.HOTLINE, Role.AUDITOR, Role.AGENCY, Role.COMMUNITY):
        assert approvals.waiting_for(world.actor(role)) == [], role
        with pytest.raises((NotFound, NotAllowed)):
            decide(world, case, approve=True, role=role)
    [waiting] = approvals.waiting_for(world.actor(Role.STREET))
    decide(world, case, approve=True, role=Role.STREET)
    assert waiting.state == "approved"


@pytest.mark.databases("sqlite")
def test_overdue_is_never_extended(world, desk, at):
    case = in_hands(world)
    other = in_hands(world, building_id=world.other_building.id)
    ask(world, case)
    at("2024-06-25 00:01")
    with pytest.raises(DomainError, match="overdue and cannot be extended"):
        decide(world, case, approve=True)
    with pytest.raises(DomainError, match="overdue and cannot be extended"):
        ask(world, other)
    assert queries.is_overdue(case)
    page = desk(Role.AGENCY).visit(f"/desk/cases/{other.number}")
    assert "已超期，不能再延期，请先答复进展" in page.text
    page = desk(Role.DISTRICT).visit(f"/desk/approvals/{case.extension.approval_id}")
    page = desk(Role.DISTRICT).submit("同意")
    assert any("已超期，不能再延期" in alert for alert in page.alerts), page.alerts
    decide(world, case, approve=False)


@pytest.mark.databases("sqlite")
def test_a_request_that_the_case_has_outrun_waits_for_nobody(world):
    answered, moved = in_hands(world), in_hands(world, building_id=world.other_building.id)
    for case in (answered, moved):
        ask(world, case)
    with writing():
        services.reply(
            world.actor(Role.AGENCY), answered, result="solved", words="灯已经换好了，请您看看", why_no_photo="看得见"
        )
    with writing():
        services.assign(world.actor(Role.DISTRICT), moved, agency_id=world.units["DIAN"].id)
    assert approvals.waiting_for(world.actor(Role.DISTRICT)) == []
    with pytest.raises(NotFound):
        decide(world, moved, approve=True)


@pytest.mark.databases("sqlite")
def test_the_contractor_reads_nothing_of_it(world, desk):
    case = in_hands(world)
    ask(world, case)
    assert "延期" not in desk(Role.CONTRACTOR).visit(f"/desk/cases/{case.number}").text
    decide(world, case, approve=True)
    page = desk(Role.CONTRACTOR).visit(f"/desk/cases/{case.number}").text
    assert WORDS not in page and "同意延期" not in page
    assert "staff_extended" not in inbox(world, Role.CONTRACTOR)


@pytest.mark.databases("sqlite")
@pytest.mark.parametrize("until", [date(2024, 6, 24), date(2024, 6, 20)])
def test_the_new_day_is_later_than_the_promise(world, until):
    case = in_hands(world)
    with pytest.raises(DomainError, match="must be later") as refused:
        ask(world, case, until=until)
    assert refused.value.field == "until" and case.extension is None
