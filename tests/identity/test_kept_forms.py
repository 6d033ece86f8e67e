"""A form pressed after the session ended is not lost, and the words say so only when it is true."""

import time

import pyotp

from portal.core.writing import writing
from portal.domain.roles import Role
from portal.identity import sessions
from tests.builders import forum
from tests.builders.identity import PASSWORD, last_code, make_post, sign_in_resident, sign_in_staff
from tests.visitor import Visitor
from tests.visitor.page import Page

KEPT = "您刚才填的内容还在"


def test_what_was_typed_is_there_after_signing_in_again(client: Visitor, app, at) -> None:
    admin, other = make_post(Role.ADMIN, "admin"), make_post()
    at("2024-06-17 09:00")
    sign_in_staff(client, admin)
    client.visit(f"/admin/users/{other.id}/retire")
    at("2024-06-17 10:00")
    page = client.submit("停用", {"理由": "调到区里"})
    assert page.h1 == "工作人员登录" and KEPT in page.text
    page = client.submit("登录", {"用户名": "admin", "密码": PASSWORD})
    assert page.path == f"/admin/users/{other.id}/retire"
    assert KEPT in page.text and "调到区里" in page.html
    assert "停用" in client.submit("停用").text
    assert "调到区里" not in client.visit(f"/admin/users/{other.id}/role").html


def test_the_second_step_of_signing_in_takes_nothing_away(client: Visitor, app, at) -> None:
    secret = pyotp.random_base32()
    admin, other = make_post(Role.ADMIN, "admin", totp_secret=secret), make_post()
    at("2024-06-17 09:00")
    sign_in_staff(client, admin)
    client.submit("登录", {"动态码": pyotp.TOTP(secret).at(time.time() - 30)})
    client.visit(f"/admin/users/{other.id}/retire")
    at("2024-06-17 10:00")
    client.submit("停用", {"理由": "调到区里"})
    client.submit("登录", {"用户名": "admin", "密码": PASSWORD})
    page = client.submit("登录", {"动态码": pyotp.TOTP(secret).at(time.time())})
    assert KEPT in page.text and "调到区里" in page.html


def test_only_the_same_person_sees_it(client: Visitor, app, at) -> None:
    admin, second, other = make_post(Role.ADMIN, "admin"), make_post(Role.ADMIN, "admin2"), make_post()
    at("2024-06-17 09:00")
    sign_in_staff(client, admin)
    client.visit(f"/admin/users/{other.id}/retire")
    at("2024-06-17 10:00")
    client.submit("停用", {"理由": "调到区里"})
    page = client.submit("登录", {"用户名": second.username, "密码": PASSWORD})
    assert page.path == f"/admin/users/{other.id}/retire"
    assert KEPT not in page.text and "调到区里" not in page.html


def test_an_empty_form_promises_nothing_and_a_password_is_never_kept(client: Visitor, app, at) -> None:
    admin = make_post(Role.ADMIN, "admin")
    at("2024-06-17 09:00")
    sign_in_staff(client, admin)
    client.visit("/desk/account/password")
    at("2024-06-17 10:00")
    page = client.submit("保存新密码", {"新密码": "a-long-new-password-1"})
    assert page.h1 == "工作人员登录" and KEPT not in page.text
    page = client.submit("登录", {"用户名": "admin", "密码": PASSWORD})
    assert KEPT not in page.text and "a-long-new-password-1" not in page.html


def test_a_residents_post_waits_for_its_author_and_nobody_else(client: Visitor, world, at) -> None:
    with writing():
        author, other = forum.make_neighbour(world.building), forum.make_neighbour(world.building, "13900003333")
        topic = forum.make_topic(world, closes_at=None)
        here = f"/forum/{topic.id}/reply?to={forum.make_post(author, topic).id}"
    sign_in_resident(client, author.number)
    client.visit(here)
    at("2024-07-17 09:05")  # thirty days on
    page = client.submit("提交发言", {"我想说": "装灯的钱从哪里来？😀"})
    assert page.h1 == "手机号登录" and "填的内容已经留着" in page.text
    page = go_on_as(client, other.number)
    assert page.path == here and "装灯的钱" not in page.html
    client.delete_cookie(sessions.cookie_name())
    client.visit(here)
    page = go_on_as(client, author.number)
    assert page.path == here and KEPT in page.text and "装灯的钱从哪里来？😀" in page.html
    assert client.submit("提交发言").path == "/me/posts"
    assert "装灯的钱从哪里来？😀" in client.here.main


def go_on_as(client: Visitor, number: str) -> Page:
    client.submit("发送验证码", {"手机号": number})
    return client.submit("登录", {"验证码": last_code(client.application)})
