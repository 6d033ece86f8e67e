"""Setting up one-time codes: outside a demo before anything else, in a demo from 我的账号."""

import re
import time

import pyotp
import pytest
from sqlalchemy import select

from portal.audit.models import JournalEntry
from portal.core.extensions import db
from portal.domain.roles import Role
from portal.identity import queries, second_factor
from portal.identity.models import RecoveryCode
from tests.builders.identity import PASSWORD, make_post, sign_in_staff
from tests.visitor import Visitor

REAL = pytest.mark.settings(DEMO="0")
SET_UP = "设置动态码"


def shown_secret(client: Visitor) -> str:
    """Read off the page in its groups of four."""
    found = re.search(r"(?:[A-Z2-7]{4} ){7}[A-Z2-7]{4}", client.here.text)
    assert found, client.here.text
    return found.group().replace(" ", "")


def code_for(secret: str, steps: int = 0) -> str:
    return pyotp.TOTP(secret).at(time.time() + 30 * steps)


def shown_codes(client: Visitor) -> list[str]:
    return [found.replace(" ", "") for found in re.findall(r"\b[0-9A-Z]{4} [0-9A-Z]{4}\b", client.here.main)]


def enrol(client: Visitor) -> tuple[str, list[str]]:
    secret = shown_secret(client)
    client.submit("确认启用", {"动态码": code_for(secret)})
    return secret, shown_codes(client)


@REAL
@pytest.mark.parametrize("role", [Role.COMMUNITY, Role.ADMIN])
def test_nothing_opens_before_the_second_factor_is_set_up(client: Visitor, app, role) -> None:
    sign_in_staff(client, make_post(role))
    assert client.here.h1 == SET_UP
    for address in ("/desk", "/desk/messages", "/admin/users", "/desk/account", "/", "/desk/approvals"):
        assert client.visit(address).h1 == SET_UP, address
    assert client.post("/desk/account/other-sessions", data={}).headers["Location"] == "/desk/account/totp"
    secret, codes = enrol(client)
    assert client.here.h1 == "您的恢复码" and len(set(codes)) == 10
    assert client.visit("/desk/messages").h1 == "消息"
    assert secret not in client.visit("/desk/account").html


@REAL
def test_signing_out_and_the_switches_work_meanwhile(client: Visitor, app) -> None:
    sign_in_staff(client, make_post())
    assert client.press("大字版").h1 == SET_UP
    client.press("退出")
    assert client.visit("/desk/messages").h1 == "工作人员登录"


@REAL
def test_from_then_on_the_password_alone_is_not_enough(client: Visitor, new_client, app) -> None:
    post = make_post()
    sign_in_staff(client, post)
    secret, _codes = enrol(client)
    second = new_client()
    sign_in_staff(second, post)
    assert second.here.h1 == "工作人员登录：动态码"
    assert second.visit("/desk/messages").h1 == "工作人员登录"
    second.visit("/staff/login/code")
    assert second.submit("登录", {"动态码": code_for(secret)}).status == 422, "the code of the enrolment is used up"
    second.submit("登录", {"动态码": code_for(secret, 1)})
    assert second.visit("/desk/messages").h1 == "消息"


def test_in_a_demo_nobody_has_to(client: Visitor, app) -> None:
    post = make_post()
    sign_in_staff(client, post)
    assert client.visit("/desk/messages").h1 == "消息"
    client.visit("/desk/account")
    client.follow(SET_UP)
    enrol(client)
    client.follow("已经存好，继续")
    assert "已启用" in client.visit("/desk/account").main
    actions = select(JournalEntry.action).where(JournalEntry.subject == f"staff:{post.id}")
    assert db.session.scalars(actions.order_by(JournalEntry.id.desc())).first() == "staff:totp_on"


def test_a_wrong_first_code_switches_nothing_on(client: Visitor, app) -> None:
    post = make_post()
    sign_in_staff(client, post)
    before = client.visit("/desk/account/totp")
    secret = shown_secret(client)
    foreign = code_for(pyotp.random_base32())
    page = client.submit("确认启用", {"动态码": foreign})
    assert page.status == 422 and "动态码对不上" in page.text
    assert shown_secret(client) == secret, "what was scanned still fits"
    assert before.path == "/desk/account/totp" and queries.post(post.id).totp_secret is None
    client.submit("确认启用", {"动态码": code_for(secret)})
    assert queries.post(post.id).totp_secret == secret


def test_sessions_from_before_end(client: Visitor, new_client, app) -> None:
    post, elsewhere = make_post(), new_client()
    sign_in_staff(elsewhere, post)
    sign_in_staff(client, post)
    client.visit("/desk/account/totp")
    enrol(client)
    assert elsewhere.visit("/desk/messages").h1 == "工作人员登录"
    assert client.visit("/desk/messages").h1 == "消息"


def test_a_new_one_replaces_the_old_only_when_confirmed(client: Visitor, app) -> None:
    post = make_post(totp_secret=pyotp.random_base32())
    old = post.totp_secret
    sign_in_staff(client, post)
    client.submit("登录", {"动态码": code_for(old)})
    client.visit("/desk/account/totp")
    assert client.here.h1 == "重新设置动态码"
    new = shown_secret(client)
    assert queries.post(post.id).totp_secret == old != new
    client.submit("确认启用", {"动态码": code_for(new)})
    assert queries.post(post.id).totp_secret == new


def test_codes_are_kept_as_hashes_and_shown_once(client: Visitor, app) -> None:
    post = make_post()
    sign_in_staff(client, post)
    client.visit("/desk/account/totp")
    _secret, codes = enrol(client)
    stored = db.session.scalars(select(RecoveryCode.code_hmac).where(RecoveryCode.post_id == post.id)).all()
    assert len(stored) == 10 and not set(stored) & set(codes)
    for address in ("/desk/account", "/desk/account/recovery-codes"):
        html = client.visit(address).html.replace(" ", "")
        assert not [code for code in codes if code in html]


def test_a_new_set_replaces_the_old(client: Visitor, app) -> None:
    post = make_post()
    sign_in_staff(client, post)
    client.visit("/desk/account/totp")
    _secret, old = enrol(client)
    client.visit("/desk/account")
    client.follow("换一套恢复码")
    client.press("生成新的恢复码")
    new = shown_codes(client)
    assert len(new) == 10 and not set(new) & set(old)
    assert not second_factor.proves(post.id, old[0], recovery=True)
    assert second_factor.proves(post.id, new[0], recovery=True)


def test_my_account_says_who_i_am_and_ends_other_devices(client: Visitor, new_client, app) -> None:
    post, elsewhere = make_post(Role.DISTRICT, name="王丽"), new_client()
    sign_in_staff(elsewhere, post)
    sign_in_staff(client, post)
    page = client.visit("/desk/account")
    for words in ("王丽", post.username, "区住建委", "全区", "最近登录", "这台设备"):
        assert words in page.main, words
    assert "已退出" in client.press("退出其他设备").text
    assert elsewhere.visit("/desk/messages").h1 == "工作人员登录"
    assert client.visit("/desk/messages").h1 == "消息"
    assert "退出其他设备" not in client.visit("/desk/account").main


def test_the_own_password(client: Visitor, new_client, app) -> None:
    post, elsewhere = make_post(), new_client()
    sign_in_staff(elsewhere, post)
    sign_in_staff(client, post)
    client.visit("/desk/account/password")
    fresh = {"现在的密码": PASSWORD, "新密码": "lilacs-in-june-7", "再输一次新密码": "lilacs-in-june-7"}
    refused = (
        ({"现在的密码": "not-the-password"}, "现在的密码不对"),
        ({"再输一次新密码": "lilacs-in-june-8"}, "两次输入的新密码不一样"),
        ({"新密码": "password2024", "再输一次新密码": "password2024"}, "太容易被猜到"),
        ({"新密码": PASSWORD, "再输一次新密码": PASSWORD}, "不能和现在的一样"),
    )
    for change, words in refused:
        assert words in client.submit("保存新密码", {**fresh, **change}).text, words
    assert "新密码已生效" in client.submit("保存新密码", fresh).text
    assert elsewhere.visit("/desk/messages").h1 == "工作人员登录"
    third = new_client()
    sign_in_staff(third, post, "lilacs-in-june-7")
    assert third.visit("/desk/messages").h1 == "消息"
