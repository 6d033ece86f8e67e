"""Deeds that need a second person."""

import pytest
from sqlalchemy import text, update
from sqlalchemy.exc import IntegrityError

from portal.audit import journal
from portal.core.extensions import db
from portal.core.writing import writing
from portal.domain.errors import Conflict, NotAllowed, NotFound
from portal.domain.roles import Role
from portal.identity import approvals
from portal.identity.models import Approval, ApprovalState
from portal.identity.sessions import staff_actor
from tests.builders.identity import make_post, sign_in_staff

DONE: list[int] = []


@pytest.fixture(autouse=True)
def kind(monkeypatch) -> None:
    DONE.clear()
    monkeypatch.setattr(approvals, "HANDLERS", dict(approvals.HANDLERS))

    @approvals.handler("test:deed", may=lambda actor: actor.role is Role.DISTRICT)
    def run(approval: Approval, actor) -> None:
        DONE.append(approvals.payload_of(approval)["case_id"])


def asked(actor) -> Approval:
    with writing():
        return approvals.ask("test:deed", "case:7", "延期：漏水，东局子小区 3 号楼", {"case_id": 7}, actor, "等材料")


@pytest.fixture
def people(app):
    with writing():
        posts = [make_post(Role.DISTRICT), make_post(Role.DISTRICT), make_post(Role.STREET)]
    return [staff_actor(post) for post in posts]


def test_a_second_person_says_yes_and_the_deed_is_done(people) -> None:
    asker, second, _street = people
    approval = asked(asker)
    assert [found.id for found in approvals.waiting_for(second)] == [approval.id]
    with writing():
        approvals.decide(approval.id, True, "", second)
    assert DONE == [7]
    assert approval.state is ApprovalState.APPROVED and approval.decided_by == second.id
    assert not approvals.waiting_for(second)
    assert journal.verify().broken_at is None


def test_the_asker_never_decides_and_not_even_the_database_lets_them(people) -> None:
    asker = people[0]
    approval = asked(asker)
    assert approvals.waiting_for(asker) == []
    with pytest.raises(NotAllowed), writing():
        approvals.decide(approval.id, True, "", asker)
    forged = update(Approval).values(state="approved", decided_by=asker.id, decided_at=text("asked_at"))
    with pytest.raises(IntegrityError), writing():
        db.session.execute(forged)
    assert DONE == []


def test_other_roles_learn_nothing_of_it(people) -> None:
    asker, _second, street = people
    approval = asked(asker)
    assert approvals.waiting_for(street) == [] and approvals.count_for(street) == 0
    with pytest.raises(NotFound), writing():
        approvals.decide(approval.id, True, "", street)


def test_it_is_decided_once(people) -> None:
    asker, second, _street = people
    approval = asked(asker)
    with writing():
        approvals.decide(approval.id, False, "材料不全", second)
    with pytest.raises(Conflict), writing():
        approvals.decide(approval.id, True, "", second)
    assert DONE == [] and approval.decision_reason == "材料不全"


def test_the_page(people, client) -> None:
    asker, second, street = people
    asked(asker)
    from portal.identity import queries

    sign_in_staff(client, queries.post(second.id))
    page = client.visit("/desk/approvals")
    assert "延期：漏水，东局子小区 3 号楼" in page.text
    client.follow("延期：漏水")
    page = client.press("不同意")
    assert page.status == 422 and "不同意请写明理由" in page.text
    page = client.press("同意")
    assert page.h1 == "待我批准" and "已同意" in page.text and DONE == [7]
    client.press("退出")
    sign_in_staff(client, queries.post(street.id))
    assert client.visit("/desk/approvals").text.count("延期") == 0
