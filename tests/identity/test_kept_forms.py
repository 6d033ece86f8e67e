"""A form pressed after the staff session ended is not lost, and the words say so only when it is true."""

from portal.domain.roles import Role
from tests.builders.identity import PASSWORD, make_post, sign_in_staff
from tests.visitor import Visitor

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
