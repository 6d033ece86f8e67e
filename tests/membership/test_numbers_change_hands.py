"""A number that changed hands never inherits a vote; one's own data can be taken along and deleted (ID12, ID13)."""

import json
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from portal.core import clock
from portal.core.extensions import db
from portal.core.writing import writing
from portal.domain.actors import Actor
from portal.identity.models import Account
from portal.membership.models import Membership
from portal.membership.queries import members_of, voting_homes
from portal.messaging.models import OutboxMessage
from portal.roster.models import Household
from tests.builders.cases import World, make_world
from tests.builders.identity import make_account, sign_in_resident
from tests.builders.roster import make_household, make_member
from tests.visitor import Visitor

pytestmark = pytest.mark.databases("sqlite")
OLD, NEW = "+8613800000136", "+8613700000001"


@pytest.fixture
def home(app: Flask, at: Any) -> Household:
    at("2024-06-17 09:00")
    with writing():
        world: World = make_world()
        home = make_household(world.building, room="301", phone=OLD)
        make_member(home, make_account(OLD))
        return home


def votes() -> bool:
    db.session.rollback()
    membership = db.session.scalars(select(Membership)).one()
    return bool(voting_homes(Actor("resident", membership.account_id)))


@pytest.mark.parametrize(("days", "inherits"), [(89, True), (90, False)])
def test_a_number_not_used_for_ninety_days_has_to_say_whose_home_it_is(
    client: Visitor, home: Household, at: Any, days: int, inherits: bool
) -> None:
    at((clock.local(clock.now()) + timedelta(days=days)).strftime("%Y-%m-%d %H:%M"))
    sign_in_resident(client, OLD)
    assert votes() is inherits
    assert bool(members_of([home.id])) is inherits, "nor do texts of the home reach a stranger"
    page = client.visit("/me/household")
    assert ("再确认一次" in page.text) is not inherits and ("301" in page.main) is inherits


def test_the_owner_says_it_and_everything_is_as_before(client: Visitor, home: Household, at: Any) -> None:
    at("2024-10-01 09:00")
    sign_in_resident(client, OLD)
    client.visit("/me/household")
    client.follow("再确认一次")
    assert "还可以试 2 次" in client.submit("是我本人", {"房主姓名": "李四"}).text and not votes()
    client.submit("是我本人", {"房主姓名": "张桂兰"})
    assert votes()


def test_a_new_number_needs_both_codes_and_the_old_one_is_told(client: Visitor, home: Household) -> None:
    sign_in_resident(client, OLD)
    client.visit("/me/privacy")
    client.follow("换手机号")
    client.submit("发送两个验证码", {"新手机号": NEW})
    codes = {
        each.number: "".join(filter(str.isdigit, (each.text or "").split("，")[0]))
        for each in db.session.scalars(select(OutboxMessage).order_by(OutboxMessage.id))
    }
    page = client.submit("确认换号", {"旧手机收到的验证码": codes[NEW], "新手机收到的验证码": codes[NEW]})
    assert page.status == 422 or codes[NEW] == codes[OLD]
    db.session.rollback()
    assert db.session.scalars(select(Account.phone)).one() == OLD


def test_the_number_changes(client: Visitor, home: Household) -> None:
    sign_in_resident(client, OLD)
    client.visit("/me/phone")
    client.submit("发送两个验证码", {"新手机号": NEW})
    db.session.rollback()
    codes = {
        each.number: "".join(filter(str.isdigit, (each.text or "").split("，")[0]))
        for each in db.session.scalars(select(OutboxMessage).order_by(OutboxMessage.id))
    }
    page = client.submit("确认换号", {"旧手机收到的验证码": codes[OLD], "新手机收到的验证码": codes[NEW]})
    assert "手机号换好了" in page.text and votes()
    [told] = db.session.scalars(select(OutboxMessage).where(OutboxMessage.event == "phone_changed"))
    assert told.number == OLD and "尾号0001" in (told.text or "")


def test_take_along_and_delete(client: Visitor, home: Household, new_client: Any, at: Any) -> None:
    sign_in_resident(client, OLD)
    data = json.loads(client.get("/me/privacy/export.json").text)
    assert data["account"]["phone"] == OLD and "301" in data["homes"][0]["home"]
    assert [each["kind"] for each in data["consents"]] == ["privacy_notice"]
    client.visit("/me/privacy")
    client.follow("注销账号")
    client.press("注销账号")
    db.session.rollback()
    account = db.session.scalars(select(Account)).one()
    assert account.phone == "" and account.deleted_at is not None and not members_of([home.id])
    assert client.visit("/me").h1 == "手机号登录"
    at("2024-06-17 09:05")
    again = new_client()
    sign_in_resident(again, OLD)
    assert "301" not in again.visit("/me/household").main
    assert len(db.session.scalars(select(Account)).all()) == 2
