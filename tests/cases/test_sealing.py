"""转交纪检监察: whoever seals a case sees it no more, and neither does anybody but the inspection (D12)."""

import pytest
from sqlalchemy import select

from portal.cases import counting, merging, queries, sealing, services, submitting
from portal.cases.models import Case, CaseFollower, CaseText
from portal.core.extensions import db
from portal.core.search import SearchGram
from portal.core.writing import writing
from portal.domain.actors import Actor
from portal.domain.case_lifecycle import CaseStatus, CaseTrack, ReplyResult
from portal.domain.errors import NotFound
from portal.domain.levels import Level
from portal.domain.roles import Role
from portal.messaging.models import InboxMessage, OutboxMessage
from tests.builders.cases import PHONE, make_case
from tests.builders.identity import sign_in_staff

WORDS = "施工队长收了两千块才肯修我家的窗"


@pytest.fixture
def case(world):
    """With everything a case may have gathered: a unit, an answer, a neighbour, one merged into it, a public page."""
    case = make_case(world, words=WORDS, is_public=True)
    district, agency = world.actor(Role.DISTRICT), world.actor(Role.AGENCY)
    with writing():
        services.accept(
            district, case, category_code=case.category_code, level=Level.C, agency_id=world.units["FWZX"].id,
            executor_id=world.units["SG"].id,
        )  # fmt: skip
        services.sign(agency, case)
        services.note(agency, case, "先问问施工队长")
        submitting.join(Actor.guest(), case, phone="+8613911112222", device="d")
    return case


def test_it_is_gone_for_everybody_but_the_inspection(world, case, client, new_client):
    other = make_case(world, phone="+8613933334444")
    with writing():
        merging.merge(world.actor(Role.STREET), other, into=case.number)
    owed = case.reply_due, case.submitted_at, case.promise_due
    sign_in_staff(client, world.posts[Role.AGENCY])
    client.visit(f"/desk/cases/{case.number}")
    client.follow("转交纪检监察")
    page = client.submit("转交纪检监察", {"理由": "涉及收钱"})
    assert page.path == "/desk" and "已转交" in page.text and case.number not in page.html
    db.session.expire_all()
    case = db.session.get_one(Case, case.id)
    assert (case.track, case.status, case.agency_id, case.executor_id) == (
        CaseTrack.SEALED,
        CaseStatus.ACCEPTED,
        None,
        None,
    )
    assert (case.reply_due, case.submitted_at, case.promise_due) == owed
    assert (case.words, case.title, case.place, case.original, case.is_public) == ("", "", "", None, False)
    for role, post in world.posts.items():
        browser = new_client()
        sign_in_staff(browser, post)
        if role in (Role.ADMIN, Role.DISCIPLINE):
            continue
        assert browser.get(f"/desk/cases/{case.number}").status_code == 404, role
        assert case.number not in browser.visit("/desk?show=all").html
        found = browser.visit(f"/desk?q={case.number}").html
        assert f"/desk/cases/{case.number}" not in found, role
    told = select(InboxMessage).where(InboxMessage.subject == case.subject, InboxMessage.recipient_key.like("staff:%"))
    inspectors = f"staff:{world.posts[Role.DISCIPLINE].id}"
    assert {row.recipient_key for row in db.session.scalars(told)} == {inspectors}
    assert not db.session.scalars(select(SearchGram).where(SearchGram.subject_id == case.id)).all()
    assert counting.stored() == counting.recount()
    assert db.session.scalars(select(CaseFollower)).all() == []
    texts = db.session.scalars(select(CaseText).join(CaseText.event).where(CaseText.event.has(case_id=case.id))).all()
    assert texts and all(text.words == "" and text.original is None and text.sealed for text in texts)
    db.session.refresh(other)
    assert other.status is CaseStatus.SUBMITTED, "what was merged into it goes on by itself"


def test_the_inspection_works_it_and_the_author_follows_it(world, case, client, new_client):
    with writing():
        sealing.seal(world.actor(Role.STREET), case, "涉及收钱")
    inspection = new_client()
    sign_in_staff(inspection, world.posts[Role.DISCIPLINE])
    page = inspection.visit(f"/desk/cases/{case.number}")
    assert WORDS in page.text and "先问问施工队长" in page.text and "涉及收钱" in page.text
    before = len(db.session.scalars(select(OutboxMessage)).all())
    with writing():
        services.sign(world.actor(Role.DISCIPLINE), case)
        services.reply(world.actor(Role.DISCIPLINE), case, result=ReplyResult.PARTLY, words="已经立案核查，请您放心")
    assert len(db.session.scalars(select(OutboxMessage)).all()) == before, "a sealed case sends no texts"
    client.visit("/track")
    page = client.submit("查进度", {"查询码": case.ref, "校验码": PHONE[-4:]})
    assert WORDS in page.text and "已经立案核查" in page.text and "先问问施工队长" not in page.text


def test_sealing_twice_or_without_sight_finds_nothing(world, case):
    with writing():
        sealing.seal(world.actor(Role.STREET), case, "涉及收钱")
    with pytest.raises(NotFound):
        queries.case_for(world.actor(Role.STREET), case.number)
