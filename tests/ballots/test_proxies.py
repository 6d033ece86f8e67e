"""Written proxies: with a photo, agreed to by two people, at most three per holder, never to staff; then cast by the holder."""

from collections.abc import Callable

import pytest
from flask import Flask

from portal.ballots import proxies, queries, sheets, voting
from portal.ballots.models import Ballot, RollEntry
from portal.core.extensions import db
from portal.core.writing import writing
from portal.domain.actors import Actor
from portal.domain.errors import DomainError, NotAllowed
from portal.domain.roles import Role
from portal.identity import approvals
from portal.identity.services import account_of
from portal.messaging.models import OutboxMessage
from tests.builders.ballots import make_open
from tests.builders.cases import World, make_world
from tests.builders.identity import sign_in_staff
from tests.builders.roster import make_household, make_member
from tests.builders.votes import answers, worker_tells
from tests.media import pictures
from tests.visitor import Visitor

HOLDER = "+8613912340000"


@pytest.fixture
def world(app: Flask) -> World:
    with writing():
        world = make_world()
        for number in range(5):
            make_member(make_household(world.building, room=str(101 + number)))
        make_open(world.building.compound)
        return world


def give(world: World, entry_id: int, phone: str = HOLDER) -> int:
    """Registered, and waiting for the second person: the id of the request."""
    with writing():
        entry = db.session.get_one(RollEntry, entry_id)
        about = sheets.Found(entry, entry.roll_homes[0].household)
        proxies.register(world.actor(Role.COMMUNITY), db.session.get_one(Ballot, 1), about, name="赵敏", phone=phone)
    return max(one.id for one in approvals.waiting_for(world.actor(Role.STREET)))


def agree(world: World, request: int) -> None:
    with writing():
        approvals.decide(request, True, "看过委托书", world.actor(Role.STREET))


def holder() -> Actor:
    with writing():
        account = account_of(HOLDER)
        return Actor("resident", account.id, phone_index=account.phone_index)


def test_the_holder_votes_for_the_home_and_the_home_is_told(world: World) -> None:
    request, actor = give(world, 1), holder()
    assert list(queries.entries_of(actor, 1)) == [], "not before the second person"
    agree(world, request)
    (entry,) = queries.entries_of(actor, 1)
    with writing():
        voting.keep(actor, db.session.get_one(Ballot, 1), entry, answers("+-"))
    with writing():
        voting.hand_in(actor, 1, entry.id, 0)
    assert db.session.get_one(RollEntry, 1, populate_existing=True).revision == 1
    worker_tells()
    assert "vote_received" in {message.event for message in db.session.query(OutboxMessage)}
    with writing():
        proxies.revoke(world.actor(Role.COMMUNITY), db.session.get_one(Ballot, 1), 1)
        voting.keep(actor, db.session.get_one(Ballot, 1), entry, answers("--"))
    with pytest.raises(NotAllowed), writing():
        voting.hand_in(actor, 1, 1, 1)


def test_three_per_holder_and_never_staff(world: World) -> None:
    for entry_id in (1, 2, 3):
        give(world, entry_id)
    with pytest.raises(DomainError, match="three"):
        give(world, 4)
    with writing():
        world.posts[Role.AGENCY].phone = "+8613700000001"
    with pytest.raises(DomainError, match="Staff"):
        give(world, 4, "+8613700000001")
    with pytest.raises(DomainError, match="already"):
        give(world, 1, "+8613700000002")


@pytest.mark.databases("sqlite")
def test_on_the_pages_a_photo_and_the_declaration_are_needed(world: World, new_client: Callable[[], Visitor]) -> None:
    desk = new_client()
    sign_in_staff(desk, world.posts[Role.COMMUNITY])
    desk.visit("/community/votes/1/proxies")
    page = desk.submit("登记委托", {"户": "3-1-101", "受托人": "赵敏", "手机号": "139 1234 0000"})
    assert "请先问清楚，再勾选" in page.text
    words = {"户": "3-1-101", "受托人": "赵敏", "手机号": "139 1234 0000", "受托人不是工作人员": True}
    assert "请附上委托书的照片" in desk.submit("登记委托", words).text
    photo = (pictures.jpeg(200, 150), "proxy.jpg")
    page = desk.submit("登记委托", {**words, "委托书照片": [photo]})
    assert "等另一人同意" in page.text and "3-1-101" in page.text
