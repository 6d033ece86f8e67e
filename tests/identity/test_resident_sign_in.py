"""A resident signs in with a number and the code that came by SMS."""

import pytest
from sqlalchemy import func, select

from portal.core import crypto
from portal.messaging.models import OutboxMessage
from portal.messaging.queries import wants_sms
from tests.builders.identity import last_code, make_post, sign_in_resident, sign_in_staff
from tests.visitor import Visitor


def test_number_then_code_then_back_where_one_came_from(client: Visitor) -> None:
    page = client.visit("/me/privacy")
    assert page.h1 == "手机号登录"
    page = client.submit("发送验证码", {"手机号": "１３８ 0000-1234"})
    assert page.h1 == "输入验证码"
    assert "138****" in page.text and "0000" not in page.main
    page = client.submit("登录", {"验证码": last_code(client.application)})
    assert page.path == "/me/privacy"
    assert "已登录" in page.text


def test_wrong_numbers_are_named(client: Visitor) -> None:
    for typed in ("", "1380000123", "12800001234", "+44 7700 900123"):
        client.visit("/login")
        page = client.submit("发送验证码", {"手机号": typed})
        assert page.status == 422
        assert any("请填 11 位手机号" in alert for alert in page.alerts)
        assert page.title.startswith("有错误：")


def test_errors_of_the_code(client: Visitor, at) -> None:
    at("2024-06-17 09:00")
    client.visit("/login")
    client.submit("发送验证码", {"手机号": "13800001234"})
    code = last_code(client.application)
    wrong = "000000" if code != "000000" else "111111"
    assert "验证码是 6 位数字，现在是 3 位" in client.submit("登录", {"验证码": "123"}).text
    for _ in range(4):
        assert "验证码不对，请再看一下短信" in client.submit("登录", {"验证码": wrong}).text
    assert "试了 5 次都不对，请 15 分钟后再试" in client.submit("登录", {"验证码": wrong}).text
    assert "试了 5 次都不对" in client.submit("登录", {"验证码": code}).text, "the right one comes too late"
    at("2024-06-17 09:03")
    assert "试了 5 次都不对" in client.submit("再发一次").text
    at("2024-06-17 09:16")
    client.submit("再发一次")
    assert "已登录" in client.submit("登录", {"验证码": last_code(client.application)}).text


def test_a_code_lives_ten_minutes(client: Visitor, at) -> None:
    at("2024-06-17 09:00")
    client.visit("/login")
    client.submit("发送验证码", {"手机号": "13800001234"})
    at("2024-06-17 09:10")
    page = client.submit("登录", {"验证码": last_code(client.application)})
    assert "过期了，请点‘再发一次’" in page.text


def test_sending_again_waits_60_then_120_seconds(client: Visitor, at) -> None:
    at("2024-06-17 09:00:00")
    client.visit("/login")
    client.submit("发送验证码", {"手机号": "13800001234"})
    first = last_code(client.application)
    at("2024-06-17 09:00:59")
    page = client.submit("再发一次")
    assert page.status == 429 and "刚发过，短信可能慢一点，请等 1 分钟再点" in page.text
    at("2024-06-17 09:01:00")
    assert "新的验证码已发出" in client.submit("再发一次").text
    second = last_code(client.application)
    at("2024-06-17 09:02:00")
    assert client.submit("再发一次").status == 429
    if first != second:
        assert "验证码不对" in client.submit("登录", {"验证码": first}).text, "a new code voids the old"
    assert "已登录" in client.submit("登录", {"验证码": second}).text


def test_known_and_unknown_numbers_look_the_same(client: Visitor, new_client) -> None:
    sign_in_resident(client, "13800001234")
    client.visit("/me")
    client.press("退出")
    answers = []
    for number in ("13900001234", "13700001234"):
        browser = new_client()
        browser.visit("/login")
        page = browser.submit("发送验证码", {"手机号": number})
        answers.append(page.main.replace(number[:3], "13x"))
    assert answers[0] == answers[1]


def test_signing_out_ends_the_session_itself(client: Visitor) -> None:
    sign_in_resident(client)
    stolen = client.get_cookie("portal-id")
    client.visit("/me")
    client.press("退出")
    assert client.visit("/me").h1 == "手机号登录"
    client.set_cookie("portal-id", stolen.value)
    assert client.visit("/me").h1 == "手机号登录", "a cookie kept from before opens nothing"


def test_a_cookie_planted_before_signing_in_is_worth_nothing_after(client: Visitor, new_client) -> None:
    client.set_cookie("portal-id", "planted")
    sign_in_resident(client)
    mine = client.get_cookie("portal-id").value
    assert mine != "planted"
    thief = new_client()
    thief.set_cookie("portal-id", "planted")
    assert thief.visit("/me").h1 == "手机号登录"


def test_residents_stay_thirty_days(client: Visitor, at) -> None:
    at("2024-06-17 09:00")
    sign_in_resident(client)
    at("2024-07-17 08:59")
    assert client.visit("/me").h1 == "我的"
    at("2024-07-17 09:00")
    assert client.visit("/me").h1 == "手机号登录"


def test_one_browser_is_one_person(client: Visitor, app) -> None:
    post = make_post()
    sign_in_resident(client)
    mine = client.get_cookie("portal-id").value
    sign_in_staff(client, post)
    assert client.visit("/me").h1 == "手机号登录"
    client.set_cookie("portal-id", mine)
    assert client.visit("/me").h1 == "手机号登录"


def test_a_link_signs_nobody_out(client: Visitor) -> None:
    sign_in_resident(client)
    assert client.visit("/logout").h1 == "退出"
    assert client.visit("/me").h1 == "我的"
    with client.no_lint():
        client.post("/logout", data={})
    assert client.visit("/me").h1 == "我的"


def test_a_page_with_an_old_token_keeps_what_was_typed(client: Visitor) -> None:
    client.visit("/login")
    client.delete_cookie("portal")
    page = client.submit("发送验证码", {"手机号": "13800001234"})
    assert page.h1 == "手机号登录"
    assert "13800001234" in page.html
    assert page.alerts
    assert client.submit("发送验证码").h1 == "输入验证码"


@pytest.mark.parametrize(
    "target", ["//evil.example/", "https://evil.example/", "/\\evil.example", "/nowhere", "/display"]
)
def test_nobody_is_led_astray(client: Visitor, target: str) -> None:
    client.get("/login", query_string={"next": target})
    client.submit("发送验证码", {"手机号": "13800001234"})
    assert client.submit("登录", {"验证码": last_code(client.application)}).path == "/me"


ABROAD = {
    "SMS_GATEWAY": "twilio",
    "TWILIO_ACCOUNT_SID": "AC" + "0" * 32,
    "TWILIO_AUTH_TOKEN": "0" * 32,
    "TWILIO_FROM": "+15005550006",
    "TWILIO_API_BASE": "http://127.0.0.1:9",
}


@pytest.mark.settings(**ABROAD)
def test_with_a_gateway_abroad_consent_is_asked_first(client: Visitor) -> None:
    client.visit("/login")
    page = client.submit("发送验证码", {"手机号": "13800001234"})
    assert page.status == 422 and "要收验证码，请先勾选；不同意可请社区帮您办" in page.text
    page = client.submit("发送验证码", {"同意通过境外服务商给我发短信": True})
    assert page.h1 == "输入验证码"


def test_without_one_nobody_is_asked(client: Visitor) -> None:
    assert "境外" not in client.visit("/login").text


def test_pressing_twice_sends_once(client: Visitor, db_session) -> None:
    client.visit("/login")
    first = client.page
    client.submit("发送验证码", {"手机号": "13800001234"})
    client.page = first
    assert client.submit("发送验证码", {"手机号": "13800001234"}).h1 == "输入验证码"
    assert db_session.scalar(select(func.count()).select_from(OutboxMessage)) == 1


def test_sms_can_be_switched_off(client: Visitor) -> None:
    sign_in_resident(client)
    client.visit("/me/privacy")
    assert "已保存" in client.submit("保存", {"我反映的事有进展，发短信告诉我": False}).text
    assert not wants_sms(f"phone:{crypto.blind_index('+8613800001234')}")
