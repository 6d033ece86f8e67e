"""回访 and 没送到的短信: who is called, by whom, and what each answer does."""

from datetime import timedelta

import pytest
from sqlalchemy import select, update

from portal.cases import author, calling, clocks, queries, services
from portal.core import clock
from portal.core.extensions import db
from portal.core.writing import writing
from portal.domain.actors import Actor
from portal.domain.case_closing import CallbackAnswer, CallOutcome
from portal.domain.case_lifecycle import CaseOutcome, CaseStatus
from portal.domain.errors import NotAllowed
from portal.domain.roles import Role
from portal.messaging.models import OutboxMessage
from tests.builders.cases import answered, in_hands, make_case


def lose_texts(case, state="undelivered"):
    lost = {"state": state, "error_code": "30003", "final_at": clock.now(), "sent_at": clock.now(), "due_at": None}
    with writing():
        db.session.execute(update(OutboxMessage).where(OutboxMessage.subject == case.subject).values(**lost))


def call(world, case, answer, role=Role.COMMUNITY):
    with writing():
        services.call_back(world.actor(role), case, answer=CallbackAnswer(answer), words="打了家里的电话")


def test_who_cannot_be_reached_is_called_on_three_days_before_it_ends(world, at, desk):
    case = answered(world, in_hands(world, sms=False))
    for day in (18, 18, 25):
        at(f"2024-06-{day} 10:00")
        call(world, case, "unreachable")
        assert case.status is CaseStatus.REPLIED
    page = desk(Role.COMMUNITY).visit("/desk/callbacks")
    assert "已打 2 天，上次" in page.text and "不收短信" in page.text
    at("2024-06-26 10:00")
    call(world, case, "unreachable")
    assert (case.status, case.outcome, case.solved_halves) == (CaseStatus.CLOSED, CaseOutcome.NO_ANSWER, None)


def test_each_answer_on_the_phone_does_its_own(world, desk):
    cases = [answered(world, in_hands(world, phone=None, called=f"{n}大爷")) for n in range(3)]
    page = desk(Role.COMMUNITY).visit("/desk/callbacks?how=visit")
    assert page.text.count("没留电话") >= 3
    assert "没有要回访的件" in desk(Role.COMMUNITY).visit("/desk/callbacks?how=phone").text
    for case, answer in zip(cases, ("solved", "partly", "not_solved"), strict=True):
        call(world, case, answer)
    assert [(case.status, case.outcome, case.solved_halves) for case in cases] == [
        (CaseStatus.CLOSED, CaseOutcome.RESOLVED, 2),
        (CaseStatus.CLOSED, CaseOutcome.EXPLAINED, 1),
        (CaseStatus.REOPENED, None, 0),
    ]
    assert cases[2].closed_at is None and cases[2].replied_at is None, "it counts as open, and its clock runs"


@pytest.mark.databases("sqlite")
def test_the_handler_neither_sees_it_on_the_list_nor_may_call(world, desk):
    with writing():
        case = make_case(world, sms=False)
        services.solve(world.actor(Role.COMMUNITY), case, words="灯已经换好了，请您晚上看看", why_no_photo="看得见")
    assert case.number not in desk(Role.COMMUNITY).visit("/desk/callbacks").html
    with pytest.raises(NotAllowed), writing():
        services.call_back(world.actor(Role.COMMUNITY), case, answer="solved", words="好了")
    db.session.rollback()
    assert case.number in desk(Role.STREET).visit("/desk/callbacks").html
    sheet = desk(Role.STREET).visit("/desk/callbacks/print")
    assert case.number in sheet.text and "联系不上" in sheet.text and "13800001234" not in sheet.html


def test_a_lost_answer_is_never_closed_by_silence_but_called(world, at, desk):
    case = answered(world, in_hands(world))
    lose_texts(case)
    at("2024-06-27 09:00")
    clocks.run_silence()
    db.session.refresh(case)
    assert case.status is CaseStatus.REPLIED
    assert "短信没送到" in desk(Role.COMMUNITY).visit("/desk/callbacks").text


def test_a_lost_text_is_told_by_phone_and_leaves_the_list(world, desk, at):
    case = in_hands(world)
    lose_texts(case)
    community = desk(Role.COMMUNITY)
    page = community.visit("/desk/unread-texts")
    assert case.number in page.html and "查看电话" in page.text
    community.visit(f"/desk/cases/{case.number}/call")
    page = community.submit("记下通话", {"通话情况": "响了很久"})
    assert "请选通话结果" in page.text and "响了很久" in page.html
    community.submit("记下通话", {"通话结果": "没人接"})
    assert "打过 1 次" in community.visit("/desk/unread-texts").text
    at("2024-06-17 09:20")
    community.visit(f"/desk/cases/{case.number}/call")
    assert "通话情况已记下" in community.submit("记下通话", {"通话结果": "已告诉居民"}).text
    assert case.number not in community.visit("/desk/unread-texts").html
    made = community.visit("/desk/unread-texts?show=made")
    assert "已告诉居民" in made.text and "没人接" in made.text and "响了很久" in made.text and "张*" in made.text
    assert [event.deed for event in queries.events_of(case, public_only=True)][-1] != "call"


@pytest.mark.databases("sqlite")
def test_only_what_still_needs_telling_stands_on_the_list(world, at):
    actor = world.actor(Role.COMMUNITY)

    def listed():
        return list(db.session.scalars(calling.unread(actor)))

    case = in_hands(world)
    lose_texts(case)
    assert len(listed()) == 1, "one line for a case, however many texts were lost"
    answered(world, case)
    assert listed() == [], "a newer text is under way"
    lose_texts(case, "failed")
    with writing():
        calling.note_call(actor, case, CallOutcome.WRONG_NUMBER)
    assert len(listed()) == 1
    at("2024-07-30 09:00")
    assert listed() == []
    sealed = make_case(world, category="integrity", phone="+8613800009999", sms=True)
    lose_texts(sealed)
    for role in (Role.COMMUNITY, Role.STREET, Role.DISTRICT, Role.HOTLINE):
        assert sealed.number not in [row.subject for row in db.session.scalars(calling.unread(world.actor(role)))]


def test_reopened_after_the_close_it_goes_to_somebody_else_and_counts_as_open(world, at):
    from tests.builders.identity import make_post

    with writing():
        colleague = make_post(Role.AGENCY, "agency2", "刘芳", agency=world.units["FWZX"])
    case = answered(world, in_hands(world))
    with writing():
        author.confirm(Actor.guest(), case)
    at("2024-07-16 09:00")
    with writing():
        author.dispute(Actor.guest(), case, "又不亮了")
    assert (case.status, case.handler_id, case.former_handler_id) == (
        CaseStatus.REOPENED,
        colleague.id,
        world.posts[Role.AGENCY].id,
    )
    assert clocks.overdue_time(case) > timedelta(days=20)
    assert db.session.scalar(select(queries.overdue())) is not None
