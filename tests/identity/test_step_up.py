"""A code not older than five minutes before changes of rights and reveals; what was typed is not lost."""

import time
from datetime import timedelta

import pyotp
import pytest
from sqlalchemy import update

from portal.core import clock
from portal.core.extensions import db
from portal.core.writing import writing
from portal.domain.roles import Role
from portal.identity import queries, second_factor, sessions
from portal.identity.models import SignedIn, StaffPost
from tests.builders.cases import make_case, make_world
from tests.builders.identity import make_post, sign_in_staff
from tests.visitor import Visitor

ASKED = "请核对是您本人"


def age(client: Visitor, minutes: float) -> None:
    """The last code of everybody was typed so long ago, in real time."""
    db.session.commit()
    with writing():
        db.session.execute(update(SignedIn).values(code_at=clock.real_now() - timedelta(minutes=minutes)))


@pytest.fixture
def admin(client: Visitor, app) -> StaffPost:
    """Signed in with both, the code of this half minute used."""
    post = make_post(Role.ADMIN, "admin", totp_secret=pyotp.random_base32())
    sign_in_staff(client, post)
    client.submit("登录", {"动态码": pyotp.TOTP(post.totp_secret).at(time.time())})
    return post


def next_code(post: StaffPost) -> str:
    return pyotp.TOTP(post.totp_secret).at(time.time() + 30)


def test_a_fresh_sign_in_is_proof_enough(client: Visitor, admin) -> None:
    other = make_post()
    assert client.visit(f"/admin/users/{other.id}/retire").h1 != ASKED
    age(client, 4.9)
    assert client.visit(f"/admin/users/{other.id}/retire").h1 != ASKED


def test_after_five_minutes_a_code_is_asked_and_the_page_follows(client: Visitor, admin) -> None:
    other = make_post()
    for page in ("retire", "role", "password"):
        age(client, 5.1)
        assert client.visit(f"/admin/users/{other.id}/{page}").h1 == ASKED, page
    assert client.submit("确定", {"动态码": "000000"}).status == 422
    assert client.submit("确定", {"动态码": next_code(admin)}).path == f"/admin/users/{other.id}/password"
    assert client.visit(f"/admin/users/{other.id}/retire").h1 == "停用"


def test_what_was_typed_waits_behind_the_code(client: Visitor, admin) -> None:
    other = make_post()
    client.visit(f"/admin/users/{other.id}/retire")
    age(client, 6)
    page = client.submit("停用", {"理由": "调到区里"})
    assert page.h1 == ASKED and queries.post(other.id).retired_at is None
    page = client.submit("确定", {"动态码": next_code(admin)})
    assert page.path == f"/admin/users/{other.id}/retire"
    assert "您刚才填的内容还在" in page.text and "调到区里" in page.html
    assert "不能再登录" in client.submit("停用").text


def test_a_recovery_code_will_do(client: Visitor, admin) -> None:
    with writing():
        codes = second_factor.new_codes(admin.id)
    other = make_post()
    age(client, 6)
    client.visit(f"/admin/users/{other.id}/retire")
    client.follow("用恢复码")
    assert client.submit("确定", {"恢复码": codes[0]}).path == f"/admin/users/{other.id}/retire"


def test_a_posted_form_without_its_token_changes_nothing(client: Visitor, admin) -> None:
    other = make_post()
    age(client, 6)
    answer = client.post(f"/admin/users/{other.id}/retire", data={"reason": "x"})
    assert answer.status_code == 303 and "/desk/confirm" in answer.headers["Location"]
    assert queries.post(other.id).retired_at is None


def test_the_session_gets_a_new_id_and_keeps_its_end(client: Visitor, admin) -> None:
    before = client.get_cookie(sessions.cookie_name()).value
    ends = db.session.get(SignedIn, sessions.hashed(before)).expires_at
    age(client, 6)
    client.visit("/admin/users/new")
    client.submit("确定", {"动态码": next_code(admin)})
    after = client.get_cookie(sessions.cookie_name()).value
    assert after != before
    assert db.session.get(SignedIn, sessions.hashed(before)) is None
    assert db.session.get(SignedIn, sessions.hashed(after)).expires_at == ends


def test_a_demo_post_without_codes_is_not_asked(client: Visitor, app) -> None:
    sign_in_staff(client, make_post(Role.ADMIN))
    assert client.visit("/admin/users/new").h1 != ASKED
    assert client.visit("/desk/confirm?next=/desk/messages").h1 == "消息"


def test_the_code_page_leads_to_no_foreign_address(client: Visitor, admin) -> None:
    age(client, 6)
    client.visit("/desk/confirm?next=//elsewhere.example/")
    answer = client.submit("确定", {"动态码": next_code(admin)})
    assert answer.path.startswith("/desk")


def test_a_demo_clock_moved_on_does_not_age_a_code(client: Visitor, admin, at) -> None:
    at((clock.local(clock.now()) + timedelta(minutes=20)).strftime("%Y-%m-%d %H:%M"))
    assert client.visit("/admin/users/new").h1 != ASKED


def test_the_phone_number_of_a_case(client: Visitor, app, at) -> None:
    at("2024-06-17 09:00")
    with writing():
        world = make_world()
        post = world.posts[Role.STREET]
        post.totp_secret = pyotp.random_base32()
    case = make_case(world)
    sign_in_staff(client, post)
    client.submit("登录", {"动态码": pyotp.TOTP(post.totp_secret).at(time.time())})
    reveal = f"/desk/cases/{case.number}/phone"
    assert client.visit(reveal).h1 == "查看电话"
    age(client, 6)
    assert client.visit(reveal).h1 == ASKED
    assert client.submit("确定", {"动态码": next_code(post)}).path == reveal


@pytest.mark.databases("sqlite")
def test_the_file_of_the_moderation_log(client: Visitor, app, at) -> None:
    at("2024-06-17 09:00")
    with writing():
        post = make_world().posts[Role.STREET]
        post.totp_secret = pyotp.random_base32()
    sign_in_staff(client, post)
    client.submit("登录", {"动态码": pyotp.TOTP(post.totp_secret).at(time.time())})
    assert client.get("/community/moderation/log.csv").mimetype == "text/csv"
    age(client, 6)
    assert client.visit("/community/moderation/log.csv").h1 == ASKED
