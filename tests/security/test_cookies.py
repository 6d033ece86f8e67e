"""Cookies that somebody bent: they open nothing, and the site does not stumble over them."""

from typing import Any

import pytest
from flask import Flask
from flask.sessions import SecureCookieSessionInterface

from portal.core.writing import writing
from portal.domain.roles import Role
from portal.identity import sessions
from tests.builders.cases import World, make_case, make_world
from tests.visitor import Visitor

PAGES = (
    "/",
    "/report/what",
    "/report/where",
    "/report/contact",
    "/login/code",
    "/staff/login/code",
    "/track",
    "/desk",
    "/me",
)


@pytest.fixture
def world(app: Flask) -> World:
    with writing():
        return make_world()


@pytest.mark.parametrize(
    "value", ["", "x", "é".encode().decode("latin-1"), "eyJvcGVuZWQiOnt9fQ.Zm9v.YmFy", "a" * 3000, '"', "%00"]
)
def test_bent_cookies_are_no_cookies(world: World, client: Visitor, value: str) -> None:
    for name in ("portal", "portal-id", "building", "display", "lang"):
        client.set_cookie(name, value)
    for page in PAGES:
        with client.no_lint():
            assert client.get(page).status_code < 500, page


def test_a_cookie_signed_by_another_site_opens_no_case(app: Flask, world: World, client: Visitor) -> None:
    ref = make_case(world).ref
    forger = Flask("forger")
    forger.secret_key = "x" * 40
    signer: Any = SecureCookieSessionInterface().get_signing_serializer(forger)
    client.set_cookie("portal", signer.dumps({"opened": {ref: 9999999999}, "second_step": {"post": 1}}))
    assert client.get(f"/case/{ref}").status_code == 303
    assert client.get("/staff/login/code").status_code == 303


def test_a_session_id_that_was_replaced_or_ended_is_worth_nothing(
    world: World, client: Visitor, new_client: Any
) -> None:
    with writing():
        old = sessions.open_session(post=world.posts[Role.STREET])
    client.set_cookie(sessions.cookie_name(), old)
    assert client.get("/desk").status_code == 200
    client.visit("/logout")
    client.press("退出", within="确定") if client.here.h1 and "确定" in client.here.main else client.post(
        "/logout", data={"csrf_token": client.here.root.with_attribute("name", "csrf_token")[0]["value"]}
    )
    thief = new_client()
    thief.set_cookie(sessions.cookie_name(), old)
    assert thief.get("/desk").status_code == 303


def test_a_draft_and_its_photos_belong_to_one_browser(world: World, client: Visitor, new_client: Any) -> None:
    from tests.media.pictures import jpeg

    client.visit("/report/what?b=DJZ03")
    page = client.submit("再加", {"说说": "二门三楼的楼道灯坏了", "从相册选": (jpeg(64, 48), "a.jpg")})
    [photo] = [image["src"] for image in page.root.all("img") if "/report/photo/" in image["src"]]
    assert client.get(photo).status_code == 200
    stranger = new_client()
    assert stranger.get(photo).status_code == 404
    stranger.visit("/report/what?b=DJZ03")
    stranger.submit("下一步", {"说说": "我的另外一件事情"})
    assert stranger.get(photo).status_code == 404
