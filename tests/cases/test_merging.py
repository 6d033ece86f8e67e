"""并案 and 取消并案: one matter, one answer, everybody told; no clock moves, nothing is hidden."""

import pytest
from sqlalchemy import select

from portal.cases import author, counting, merging, queries, services
from portal.core.extensions import db
from portal.core.writing import writing
from portal.domain.actors import Actor
from portal.domain.case_lifecycle import CaseStatus, ReplyResult
from portal.domain.errors import DomainError
from portal.domain.levels import Level
from portal.domain.roles import Role
from portal.messaging.models import InboxMessage, OutboxMessage
from tests.builders.cases import make_case
from tests.builders.identity import sign_in_staff

OTHER = "+8613900005678"
GUEST = Actor.guest()


@pytest.fixture
def pair(world, at):
    """Two neighbours about one lamp, the second a day later; the unit has the first."""
    first = make_case(world)
    with writing():
        services.accept(
            world.actor(Role.DISTRICT),
            first,
            category_code=first.category_code,
            level=Level.C,
            agency_id=world.units["FWZX"].id,
        )
    at("2024-06-18 09:00")
    second = make_case(world, phone=OTHER, called="李叔", words="三楼楼道灯不亮，晚上摔过人")
    return first, second


def told(case) -> list[str]:
    statement = select(InboxMessage.event).where(InboxMessage.link == f"/case/{case.ref}").order_by(InboxMessage.id)
    return list(db.session.scalars(statement))


def dates(case):
    return case.accept_due, case.sign_due, case.contact_due, case.reply_due, case.promise_due, case.submitted_at


def answer(world, case, result=ReplyResult.SOLVED):
    with writing():
        services.sign(world.actor(Role.AGENCY), case)
        services.reply(
            world.actor(Role.AGENCY), case, result=result, words="楼道灯已经换成新的感应灯", why_no_photo="晚上拍"
        )


def open_case(client, case, phone):
    client.visit("/track")
    return client.submit("查进度", {"查询码": case.ref, "校验码": phone[-4:]})


def test_a_merged_pair_tells_both_reporters(world, pair, client, new_client):
    first, second = pair
    before = dates(second)
    sign_in_staff(client, world.posts[Role.STREET])
    client.visit(f"/desk/cases/{second.number}")
    page = client.follow("并案")
    assert first.number in page.text, "the likely one is offered"
    page = client.submit("并案", {"主件编号": "HD000000-00000"})
    assert page.alerts and page.path.endswith("/merge")
    page = client.submit("并案", {"主件编号": first.number})
    assert "已并案" in page.text and first.number in page.text
    db.session.refresh(second)
    assert (second.status, second.merged_into_id, dates(second)) == (CaseStatus.MERGED, first.id, before)
    assert told(first)[-1] == told(second)[-1] == "case_merged"
    assert counting.stored() == counting.recount()
    answer(world, first)
    assert told(first)[-1] == told(second)[-1] == "case_replied"
    texts = db.session.scalars(select(OutboxMessage).where(OutboxMessage.event == "case_replied")).all()
    assert sorted(text.number for text in texts) == sorted([first.phone, OTHER])
    assert all((second.ref in text.text) == (text.number == OTHER) for text in texts)

    neighbour = new_client()
    page = open_case(neighbour, second, OTHER)
    assert "合并办理" in page.text and "楼道灯已经换成新的感应灯" in page.text and "张阿姨" not in page.text
    assert "看不清台阶" not in page.text, "what the other one wrote stays theirs"
    page = neighbour.follow("没解决，重新办")
    neighbour.submit("重新办理", {"哪里没解决": "我家门口那盏还是不亮"})
    db.session.refresh(second)
    assert (second.status, second.agency_id) == (CaseStatus.REOPENED, world.units["FWZX"].id)
    assert second.reply_due == before[3] and first.status is CaseStatus.REPLIED
    assert counting.stored() == counting.recount()


def test_taken_apart_it_stands_where_it_stood(world, pair):
    first, second = pair
    with writing():
        services.accept(
            world.actor(Role.DISTRICT),
            second,
            category_code=second.category_code,
            level=Level.C,
            agency_id=world.units["DIAN"].id,
        )
    before = dates(second)
    with writing():
        merging.merge(world.actor(Role.STREET), second, into=first.number)
        merging.unmerge(world.actor(Role.STREET), second)
    assert (second.status, second.merged_into_id, second.agency_id) == (
        CaseStatus.ASSIGNED,
        None,
        world.units["DIAN"].id,
    )
    assert dates(second) == before and second.closed_at is None
    assert told(second)[-1] == "case_transferred"
    answer(world, first)
    assert "case_replied" not in told(second)


def test_when_the_main_one_is_withdrawn_the_other_goes_on(world, pair):
    first, second = pair
    with writing():
        merging.merge(world.actor(Role.STREET), second, into=first.number)
    with writing():
        author.withdraw(GUEST, first)
    db.session.refresh(second)
    assert (first.status, second.status) == (CaseStatus.WITHDRAWN, CaseStatus.SUBMITTED)
    assert counting.stored() == counting.recount()


def test_whoever_was_merged_may_still_withdraw(world, pair):
    first, second = pair
    with writing():
        merging.merge(world.actor(Role.STREET), second, into=first.number)
    with writing():
        author.withdraw(GUEST, second)
    assert (second.status, second.merged_into_id) == (CaseStatus.WITHDRAWN, None)


@pytest.mark.databases("sqlite")
def test_what_may_not_be_merged(world, pair, at):
    first, second = pair
    street = world.actor(Role.STREET)
    about = make_case(world, category="conduct", concerned_id=world.units["WY"].id)
    sealed = make_case(world, category="integrity", called="")
    elsewhere = make_case(world, building_id=world.other_building.id)
    with writing():
        merging.merge(street, elsewhere, into=first.number)

    def refused(case, into, match):
        with pytest.raises(DomainError) as error, writing():
            merging.merge(street, case, into=into)
        assert error.value.field == "into" and match in error.value.msgid, error.value.msgid

    refused(first, second.number, "taken on")  # its level is not settled yet
    with writing():
        services.accept(
            world.actor(Role.DISTRICT), second, category_code=second.category_code, level=Level.C,
            agency_id=world.units["DIAN"].id,
        )  # fmt: skip
    refused(first, second.number, "later")  # an earlier clock is never hidden behind a later one
    refused(second, second.number, "case itself")
    refused(second, sealed.number, "no such case")
    refused(second, about.number, "still being handled")
    answer(world, first)
    refused(second, first.number, "still being handled")
    with pytest.raises(DomainError), writing():
        merging.merge(street, about, into=first.number)


def test_the_community_proposes_and_the_street_decides(world, pair, client, new_client):
    first, second = pair
    sign_in_staff(client, world.posts[Role.COMMUNITY])
    client.visit(f"/desk/cases/{second.number}")
    client.follow("建议并案")
    page = client.submit("建议并案", {"主件编号": first.number, "为什么是同一件事": "同一盏灯，我去看过"})
    assert "已建议" in page.text
    db.session.refresh(second)
    assert second.status is CaseStatus.SUBMITTED and told(second) == ["case_received"]
    street = new_client()
    sign_in_staff(street, world.posts[Role.STREET])
    assert any(row.event == "staff_merge_asked" for row in db.session.scalars(select(InboxMessage)))
    page = street.visit(f"/desk/cases/{second.number}")
    assert "社区建议并案" in page.text and first.number in page.text
    page = street.follow("并案")
    assert first.number in page.html
    street.submit("并案")
    db.session.refresh(second)
    assert second.merged_into_id == first.id


def test_suggestions_never_name_what_the_officer_may_not_know(world, pair):
    """An unmerged conflict case about the same words is in no suggestion, for whomever (D12)."""
    first, second = pair
    make_case(world, category="conduct", concerned_id=world.units["WY"].id, words=second.words)
    for role in (Role.COMMUNITY, Role.STREET, Role.DISTRICT):
        assert {case.number for case in merging.offered(second, world.actor(role))} <= {first.number}
    assert merging.offered(second, world.actor(Role.AGENCY)) in ([], [first])
    assert queries.case_for(world.actor(Role.STREET), first.number)
