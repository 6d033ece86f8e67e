"""One case from the report to its end through the services, with everything a deed leaves behind."""

import pytest
from sqlalchemy import select

from portal.audit import journal
from portal.cases import author, counting, queries, services
from portal.cases.models import CaseEvent, Satisfaction
from portal.core.extensions import db
from portal.core.writing import writing
from portal.domain.actors import Actor
from portal.domain.case_lifecycle import CaseOutcome, CaseStatus, ReplyResult
from portal.domain.errors import Conflict, NotAllowed, NotFound
from portal.domain.levels import Level
from portal.domain.roles import Role
from portal.messaging.models import OutboxMessage
from tests.builders.cases import make_case

REPLY = "二门三楼的灯已经换好，四楼的也一起换了，请您晚上看看亮不亮。"
AUTHOR = Actor.guest()


def accept(world, case, unit="FWZX"):
    with writing():
        services.accept(
            world.actor(Role.DISTRICT),
            case,
            category_code=case.category_code,
            level=Level.C,
            agency_id=world.units[unit].id,
            executor_id=world.units["SG"].id,
        )


def answer(world, case, result=ReplyResult.SOLVED):
    with writing():
        services.sign(world.actor(Role.AGENCY), case)
    with writing():
        services.reply(world.actor(Role.AGENCY), case, result=result, words=REPLY, why_no_photo="灯具本身看得见")


def texts():
    return [row.event for row in db.session.scalars(select(OutboxMessage).order_by(OutboxMessage.id))]


def counters_are_true():
    assert counting.stored() == +counting.recount()


def test_from_report_to_rating(world, at):
    case = make_case(world)
    assert case.number == "HD240617-00001"
    assert case.status is CaseStatus.SUBMITTED
    accept(world, case)
    assert (case.status, case.agency.code, case.executor.code) == (CaseStatus.ASSIGNED, "FWZX", "SG")
    at("2024-06-18 10:00")
    answer(world, case)
    with writing():
        author.dispute(AUTHOR, case, "还是不亮")
    assert case.status is CaseStatus.REOPENED
    at("2024-06-19 10:00")
    with writing():
        services.reply(world.actor(Role.AGENCY), case, result=ReplyResult.SOLVED, words=REPLY, why_no_photo="见上次")
    with writing():
        author.confirm(AUTHOR, case)
    assert (case.status, case.outcome) == (CaseStatus.CLOSED, CaseOutcome.RESOLVED)
    with writing():
        author.rate(AUTHOR, case, solved_halves=2, satisfaction=Satisfaction.FAIR)
    assert [event.deed for event in queries.events_of(case)] == [
        "submitted", "accept", "sign", "reply", "dispute", "reply", "confirm", "rate",
    ]  # fmt: skip
    assert texts() == ["case_received", "case_accepted", "case_replied", "case_reopened", "case_replied"]
    counters_are_true()
    assert journal.verify().broken_at is None


def test_the_old_clock_never_restarts(world, at):
    case = make_case(world)
    accept(world, case)
    due = case.reply_due
    at("2024-06-20 10:00")
    answer(world, case)
    with writing():
        author.dispute(AUTHOR, case, "还是不亮")
    assert case.reply_due == due
    assert case.promise_due > due


def test_second_officer_is_told_who_was_first(world):
    case = make_case(world)
    seen = case.revision
    accept(world, case)
    with pytest.raises(Conflict) as refused, writing():
        services.refuse(
            world.actor(Role.STREET), case, reason="not_ours", where="请找物业", phone="022-1", revision=seen
        )
    assert "孙*" in str(refused.value.params["who"])


def test_the_handler_may_not_close(world):
    case = make_case(world, phone=None)
    accept(world, case, unit="JD")
    with writing():
        services.sign(world.actor(Role.STREET), case)
    with writing():
        services.reply(world.actor(Role.STREET), case, result=ReplyResult.SOLVED, words=REPLY, why_no_photo="无需照片")
    with pytest.raises(NotAllowed), writing():
        services.call_back(world.actor(Role.STREET), case, answer="solved", words="电话里说好了")
    with writing():
        services.call_back(world.actor(Role.COMMUNITY), case, answer="solved", words="电话里说好了")
    assert case.status is CaseStatus.CLOSED
    counters_are_true()


@pytest.mark.parametrize(
    "role", [Role.COMMUNITY, Role.CONTRACTOR, Role.AGENCY, Role.STREET, Role.ADMIN, Role.DISCIPLINE]
)
def test_nobody_near_the_unit_learns_of_a_complaint_about_it(world, role):
    case = make_case(world, category="conduct", concerned_id=world.units["JD"].id)
    with pytest.raises(NotFound):
        queries.case_for(world.actor(role), case.number)
    assert not any(queries.desk_counts(world.actor(role)).values())
    assert queries.case_for(world.actor(Role.DISTRICT), case.number) is case
    assert not counting.recount()


def test_an_accusation_is_sealed(world):
    words = "项目经理收了我家两条烟"
    case = make_case(world, category="integrity", words=words)
    raw = db.session.execute(db.text("SELECT words, title, original, sealed FROM cases")).one()
    assert raw[:3] == ("", "", None)
    assert words not in raw[3]
    assert case.sealed.endswith(words)
    for role in Role:
        if role in {Role.RESIDENT, Role.DISCIPLINE}:
            continue
        with pytest.raises(NotFound):
            queries.case_for(world.actor(role), case.number)
    assert queries.case_for(world.actor(Role.DISCIPLINE), case.number) is case
    assert case.number.split("-")[1].isdigit() is False


def test_numbers_show_no_gap_where_an_accusation_lies(world):
    numbers = [make_case(world, category=kind).number for kind in ("lighting", "integrity", "conduct", "lighting")]
    assert [numbers[0][-5:], numbers[3][-5:]] == ["00001", "00002"]


def test_events_cannot_be_altered(world):
    make_case(world)
    with pytest.raises(Exception, match="append-only"), writing():
        db.session.execute(db.update(CaseEvent).values(deed="reply"))
