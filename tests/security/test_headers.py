"""What every answer carries, errors too; and the empty site, which breaks nowhere."""

from typing import Any

import pytest
from flask import Flask
from werkzeug.exceptions import Forbidden

from portal.core.access import access_of
from portal.core.writing import writing
from portal.domain.roles import STAFF_ROLES, Role
from portal.identity import sessions
from tests.builders.cases import make_world
from tests.builders.identity import make_account, make_post
from tests.visitor import Visitor

ALWAYS = ("Content-Security-Policy", "X-Content-Type-Options", "X-Frame-Options", "Referrer-Policy", "Cache-Control")


def missing(response: Any) -> list[str]:
    static = response.request.path.startswith("/static/")
    found = [name for name in ALWAYS if name not in response.headers and not (static and name == "Cache-Control")]
    policy = response.headers.get("Content-Security-Policy", "")
    if "unsafe" in policy or "frame-ancestors 'none'" not in policy:
        found.append(f"policy {policy!r}")
    return found


def answers(client: Visitor) -> dict[str, Any]:
    with client.no_lint():
        return {
            "page": client.get("/report/what"),
            "404": client.get("/nothing/here"),
            "405": client.get("/display"),
            "403 or sign-in": client.get("/desk"),
            "400": client.post("/display", data={"next": "//evil.example"}),
            "413": client.post("/report/what", data={"album": "x"}, headers={"Content-Length": str(81 * 1024 * 1024)}),
            "json": client.get("/demo/index.json"),
            "readyz": client.get("/readyz"),
            "static": client.get("/static/css/base.css"),
            "lost static": client.get("/static/css/nothing.css"),
            "webhook": client.post("/webhooks/twilio/status"),
        }


def test_every_answer_is_guarded(app: Flask, client: Visitor) -> None:
    wrong = {name: found for name, response in answers(client).items() if (found := missing(response))}
    assert not wrong


@pytest.mark.databases("sqlite")
def test_a_bug_is_guarded_too_and_says_nothing(app: Flask, client: Visitor) -> None:
    app.testing = False
    app.config["PROPAGATE_EXCEPTIONS"] = False
    for endpoint, problem in (("home.help_page", RuntimeError("13800001234")), ("home.privacy", Forbidden())):

        def fail(problem: Exception = problem) -> None:
            raise problem

        app.view_functions[endpoint] = fail
    for address, status in (("/help", 500), ("/privacy", 403)):
        response = client.get(address)
        assert response.status_code == status
        assert not missing(response)
        assert "13800001234" not in response.text


@pytest.mark.databases("sqlite")
def test_plain_http_promises_nothing_about_https(app: Flask, client: Visitor) -> None:
    response = client.get("/track")
    assert "Strict-Transport-Security" not in response.headers
    assert not any("Secure" in cookie for cookie in response.headers.getlist("Set-Cookie"))


@pytest.mark.databases("sqlite")
@pytest.mark.settings(BASE_URL="https://jiugai.example")
def test_https_binds_cookies_to_this_host(app: Flask, client: Visitor) -> None:
    with writing():
        make_world()
    home = {"base_url": "https://jiugai.example"}
    first = client.get("/b/djz03", **home)
    assert "max-age" in first.headers["Strict-Transport-Security"]
    client.get("/login", **home)
    page = client.page
    token = page.root.with_attribute("name", "csrf_token")[0]["value"]
    sent = client.post(
        "/login",
        data={"phone": "13800001234", "csrf_token": token},
        headers={"Referer": "https://jiugai.example/login"},
        **home,
    )
    large = client.post("/display", data={"display": "large", "csrf_token": token}, **home)
    cookies = [cookie for response in (first, sent, large) for cookie in response.headers.getlist("Set-Cookie")]
    assert cookies
    assert all("Secure" in cookie and "HttpOnly" in cookie and "SameSite=Lax" in cookie for cookie in cookies), cookies
    assert [cookie for cookie in cookies if cookie.startswith("__Host-portal=")]
    assert sessions.cookie_name() == "__Host-portal-id"


def test_personal_pages_are_stored_nowhere(app: Flask, client: Visitor) -> None:
    with writing():
        token = sessions.open_session(account=make_account())
    client.set_cookie(sessions.cookie_name(), token)
    for address in ("/me", "/me/cases", "/me/messages", "/me/privacy", "/report/contact", "/track"):
        assert client.get(address).headers["Cache-Control"] == "no-store", address


@pytest.mark.parametrize("host", ["evil.example", "evil.example:99", "a b"])
def test_a_foreign_host_name_reaches_no_address(app: Flask, client: Visitor, host: str) -> None:
    for address in ("/", "/report/what", "/desk", "/report//what"):
        with client.no_lint():
            response = client.get(address, headers={"Host": host})
        assert response.status_code < 500
        assert "evil.example" not in response.headers.get("Location", "").partition("?")[0]
        assert "//evil.example" not in response.text


@pytest.mark.parametrize(
    "next_",
    ["//evil.example", "/\\evil.example", "https://evil.example", "/\t/evil.example", "/\r\nX-Evil: 1", "javascript:1"],
)
def test_no_way_back_leaves_the_site(app: Flask, client: Visitor, next_: str) -> None:
    with writing():
        post = make_post(Role.STREET)
    username = post.username
    page = client.visit("/staff/login")
    token = page.root.with_attribute("name", "csrf_token")[0]["value"]
    fields = {"username": username, "password": "demo-hedong-2023", "next": next_, "csrf_token": token}
    for response in (
        client.post("/display", data={"next": next_, "csrf_token": token}),
        client.post("/language", data={"next": next_, "csrf_token": token}),
        client.post("/staff/login", data=fields),
    ):
        assert response.status_code == 303
        assert "evil" not in response.headers["Location"]
        assert "X-Evil" not in response.headers


@pytest.mark.parametrize("who", ["guest", "resident", *sorted(STAFF_ROLES)])
def test_every_page_of_an_empty_site_opens(app: Flask, client: Visitor, who: str) -> None:
    if who != "guest":
        with writing():
            person = {"account": make_account()} if who == "resident" else {"post": make_post(Role(who))}
            token = sessions.open_session(**person)
        client.set_cookie(sessions.cookie_name(), token)
    for rule in app.url_map.iter_rules():
        kind, roles = access_of(app, rule.endpoint) or ("", frozenset())
        mine = {"guest": kind == "public", "resident": kind == "resident"}.get(
            who, kind == "staff" and (not roles or who in roles)
        )
        if mine and not rule.arguments and "GET" in (rule.methods or set()) and rule.rule != "/readyz":
            assert client.get(rule.rule).status_code < 500, rule.rule
