"""每日汇总: one text in the morning of a working day, for whoever has something waiting."""

import pytest
from sqlalchemy import select

from portal.cases import services
from portal.cases.digest import send_digest
from portal.core.extensions import db
from portal.core.writing import writing
from portal.domain.levels import Level
from portal.domain.roles import Role
from portal.messaging.models import InboxMessage, OutboxMessage
from tests.builders.cases import World, make_case, make_world


@pytest.fixture
def world(app, at) -> World:
    at("2024-06-17 09:00")
    with writing():
        world = make_world()
        world.posts[Role.AGENCY].phone = "+8613700000001"
        return world


def test_who_has_something_waiting_hears_once(world, at):
    assert send_digest() == 0
    case = make_case(world)
    with writing():
        services.accept(
            world.actor(Role.DISTRICT), case, category_code=case.category_code, level=Level.C,
            agency_id=world.units["FWZX"].id,
        )  # fmt: skip
    sealed = make_case(world, category="integrity", called="")
    at("2024-06-18 08:00")
    told = send_digest()
    assert told and send_digest() == 0
    mine = select(InboxMessage).where(InboxMessage.recipient_key == f"staff:{world.posts[Role.AGENCY].id}")
    [digest] = [row for row in db.session.scalars(mine) if row.event == "staff_digest"]
    assert "待签收1件" in digest.text and case.number not in digest.text and sealed.number not in digest.text
    texts = db.session.scalars(select(OutboxMessage).where(OutboxMessage.event == "staff_digest")).all()
    assert [text.number for text in texts] == ["+8613700000001"]


@pytest.mark.databases("sqlite")
def test_nobody_is_written_to_on_a_day_off(world, at):
    make_case(world)
    at("2024-06-22 08:00")  # a Saturday
    assert send_digest() == 0
