"""Family by invitation, one voter per home, hand-over by a code and told to all (product ID6)."""

from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from portal.core.extensions import db
from portal.core.writing import writing
from portal.domain.actors import Actor
from portal.domain.errors import DomainError
from portal.identity import sessions
from portal.identity.models import Account
from portal.membership import family
from portal.membership.models import Membership, MembershipRole, MembershipState
from portal.messaging.models import OutboxMessage
from portal.roster.models import Household
from tests.builders.cases import World, make_world
from tests.builders.identity import last_code, make_account
from tests.builders.roster import make_household, make_member
from tests.visitor import Visitor

pytestmark = pytest.mark.databases("sqlite")
OWNER, SON = "+8613800000136", "+8613700000001"


@pytest.fixture
def home(app: Flask, at: Any) -> Household:
    at("2024-06-17 09:00")
    with writing():
        world: World = make_world()
        return make_household(world.building, room="301", phone=OWNER)


@pytest.fixture
def owner(home: Household, client: Visitor) -> Visitor:
    with writing():
        membership = make_member(home, make_account(OWNER))
    return enter(client, membership.account)


def enter(client: Visitor, account: Account) -> Visitor:
    with writing():
        token = sessions.open_session(account=account)
    client.set_cookie(sessions.cookie_name(), token)
    return client


def voters() -> list[str]:
    db.session.rollback()
    return [each.account.phone for each in db.session.scalars(select(Membership).where(Membership.is_voter))]


def told(event: str) -> set[str]:
    db.session.rollback()
    return {each.number for each in db.session.scalars(select(OutboxMessage).where(OutboxMessage.event == event))}


def joined(owner: Visitor, new_client: Any, role: str = "家人") -> Visitor:
    owner.visit("/me/household/members")
    owner.follow("请家人加入")
    owner.submit("发出邀请", {"手机号": "137 0000 0001", "是这家的": role})
    with writing():
        son = make_account(SON)
    guest = enter(new_client(), son)
    page = guest.visit("/me/household")
    assert "请您加入" in page.text and "301" not in page.main
    guest.press("同意加入")
    return guest


def test_the_invited_one_agrees_and_everybody_hears(owner: Visitor, new_client: Any) -> None:
    son = joined(owner, new_client)
    assert "东局子小区 3 号楼 1 门 301" in son.visit("/me/household").text
    assert told("family_invited") == {SON} and told("verify_passed") == {SON} and told("member_joined") == {OWNER}
    assert voters() == [OWNER], "the vote stays where it is"


def test_the_vote_is_handed_over_with_a_code_and_taken_back(owner: Visitor, new_client: Any) -> None:
    joined(owner, new_client)
    owner.visit("/me/household/members")
    owner.follow("让家人代投")
    assert owner.submit("确认更换", {"验证码": ""}).status == 422
    owner.press("发送验证码")
    code = last_code(owner.application)
    [text] = db.session.scalars(select(OutboxMessage.text).where(OutboxMessage.event == "login_code"))
    assert "授权家人验证码" in str(text)
    wrong = "000000" if code != "000000" else "111111"
    assert "验证码不对" in owner.submit("确认更换", {"验证码": wrong}).text and voters() == [OWNER]
    page = owner.submit("确认更换", {"验证码": code})
    assert "投票人更换的通知" in page.text and voters() == [SON]
    assert told("voter_changed") == {OWNER, SON}
    assert "我来投票" in page.text, "the owner may take it back"


def test_a_code_for_signing_in_does_not_hand_over(owner: Visitor, new_client: Any) -> None:
    joined(owner, new_client)
    other = new_client()
    other.visit("/login")
    other.submit("发送验证码", {"手机号": OWNER})
    owner.visit("/me/household/members")
    owner.follow("让家人代投")
    owner.submit("确认更换", {"验证码": last_code(owner.application)})
    assert voters() == [OWNER]


def test_renters_neither_vote_nor_invite(owner: Visitor, new_client: Any) -> None:
    renter = joined(owner, new_client, "租房住")
    assert not [link for link in renter.visit("/me/household/members").links if "请家人加入" in link.text]
    tenant = db.session.scalars(select(Membership).where(Membership.role == MembershipRole.RENTER)).one()
    with pytest.raises(DomainError), writing():
        family.name_voter(Actor("resident", tenant.account_id), tenant.id)
    assert voters() == [OWNER]


def test_remove_and_leave(owner: Visitor, new_client: Any, home: Household) -> None:
    son = joined(owner, new_client)
    owner.visit("/me/household/members")
    owner.follow("移除")
    owner.press("移除")
    assert told("verify_revoked") == {SON}
    assert "您在这一户的登记撤销了" in son.visit("/me/household").text
    owner.visit("/me/household/members")
    owner.follow("我不住这里了")
    owner.press("退出这一户")
    assert voters() == []
    states = {each.state for each in db.session.scalars(select(Membership))}
    assert states == {MembershipState.REVOKED, MembershipState.LEFT}


def test_strangers_reach_nothing(owner: Visitor, new_client: Any, home: Household) -> None:
    with writing():
        stranger = make_account("+8613600000009")
        membership = db.session.scalars(select(Membership.id)).one()
    client = enter(new_client(), stranger)
    for path in ("invite", "voter", "remove", "leave"):
        with client.no_lint():
            assert client.get(f"/me/household/members/{membership}/{path}").status_code == 404
