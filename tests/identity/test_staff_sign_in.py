"""Staff sign in with name and password, and with a one-time code where one is set."""

import time

import pyotp

from portal.core.writing import writing
from portal.domain.roles import Role
from portal.identity import staffing
from tests.builders.identity import PASSWORD, make_community, make_post, make_street, sign_in_staff
from tests.visitor import Visitor


def test_name_and_password(client: Visitor, app) -> None:
    post = make_post(Role.STREET, "street1", streets=(make_street(),))
    page = client.visit("/desk/messages?cursor=")
    assert page.h1 == "工作人员登录"
    page = client.submit("登录", {"用户名": " Street1 ", "密码": PASSWORD})
    assert page.h1 == "消息"
    assert post.name in page.text and "东新街道" in page.text


def test_unknown_names_and_wrong_passwords_look_the_same(client: Visitor, new_client, app) -> None:
    make_post(Role.STREET, "street1")
    answers = []
    for browser, name in ((client, "street1"), (new_client(), "nobody")):
        browser.visit("/staff/login")
        page = browser.submit("登录", {"用户名": name, "密码": "not-the-password"})
        assert page.status == 422
        answers.append(page.main)
    assert answers[0] == answers[1]
    assert "用户名或密码不对" in answers[0]


def test_wrong_tries_wait_longer_and_longer_but_never_for_good(client: Visitor, app, at) -> None:
    post = make_post(Role.STREET, "street1")
    at("2024-06-17 09:00:00")
    client.visit("/staff/login")
    for _ in range(4):
        assert client.submit("登录", {"用户名": "street1", "密码": "wrong"}).status == 422
    page = client.submit("登录", {"用户名": "street1", "密码": PASSWORD})
    assert page.status == 429 and "请等 1 秒再试" in page.text
    at("2024-06-17 09:00:01")
    assert client.submit("登录", {"用户名": "street1", "密码": "wrong"}).status == 422
    assert client.submit("登录", {"用户名": "street1", "密码": "wrong"}).status == 429
    at("2024-06-17 09:05:01")
    sign_in_staff(client, post)
    assert client.visit("/desk/messages").h1 == "消息"


def test_thirty_minutes_without_a_page_end_it(client: Visitor, app, at) -> None:
    at("2024-06-17 09:00")
    sign_in_staff(client, make_post())
    for moment in ("09:20", "09:45", "10:10"):
        at(f"2024-06-17 {moment}")
        assert client.visit("/desk/messages").h1 == "消息"
    at("2024-06-17 10:40")
    page = client.visit("/desk/messages")
    assert page.h1 == "工作人员登录" and "已自动退出" in page.text and "刚才填的" not in page.text


def test_eight_hours_end_it_however_busy(client: Visitor, app, at) -> None:
    at("2024-06-17 09:00")
    sign_in_staff(client, make_post())
    for hour in range(9, 17):
        for minute in ("05", "25", "45"):
            at(f"2024-06-17 {hour:02}:{minute}")
            assert client.visit("/desk/messages").h1 == "消息"
    at("2024-06-17 17:00")
    assert client.visit("/desk/messages").h1 == "工作人员登录"


def test_a_changed_role_holds_at_once(client: Visitor, app) -> None:
    post, admin = make_post(Role.ADMIN), make_post(Role.ADMIN)
    sign_in_staff(client, post)
    assert client.visit("/admin/users").status == 200
    with writing():
        staffing.change_role(post, Role.STREET, post.agency_id, staffing.Places(), reason="换岗")
    assert client.visit("/admin/users").h1 == "工作人员登录"
    sign_in_staff(client, post)
    assert client.visit("/admin/users").status == 403
    assert admin.retired_at is None


def test_who_left_signs_in_no_more(client: Visitor, app) -> None:
    post = make_post()
    sign_in_staff(client, post)
    with writing():
        staffing.retire(post, reason="调离")
    assert client.visit("/desk/messages").h1 == "工作人员登录"
    sign_in_staff(client, post)
    assert client.visit("/desk/messages").h1 == "工作人员登录"


def test_the_one_time_code_counts_once(client: Visitor, new_client, app) -> None:
    secret = pyotp.random_base32()
    post = make_post(Role.DISTRICT, "district1", totp_secret=secret)
    code = pyotp.TOTP(secret).at(time.time())
    sign_in_staff(client, post)
    assert client.here.h1 == "工作人员登录：动态码"
    assert client.visit("/desk/messages").h1 == "工作人员登录", "the password alone opens nothing"
    client.visit("/staff/login/code")
    assert "已登录" in client.submit("登录", {"动态码": code}).text
    second = new_client()
    sign_in_staff(second, post)
    page = second.submit("登录", {"动态码": code})
    assert page.status == 422 and "已经用过" in page.text


def test_a_street_sees_its_communities(client: Visitor, app) -> None:
    from portal.identity.sessions import staff_actor

    street = make_street()
    inside, outside = make_community("东局子社区", street), make_community("万东社区")
    actor = staff_actor(make_post(Role.STREET, streets=(street,)))
    assert actor.scope.street_ids == {street.id}
    assert actor.scope.community_ids == {inside.id}
    assert outside.id not in actor.scope.community_ids
    assert staff_actor(make_post(Role.DISTRICT)).scope.everywhere


def test_who_is_there_costs_two_statements(client: Visitor, app, sql_count) -> None:
    sign_in_staff(client, make_post(Role.STREET, streets=(make_street(),)))
    with sql_count() as seen:
        client.get("/login")
    statements = [text for text in seen if text.startswith("SELECT") and "clock_shifts" not in text]
    assert len(statements) <= 2, statements
