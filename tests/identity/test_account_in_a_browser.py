"""The pages of the second factor on a phone in both sizes and on a desk's screen."""

import time

import pyotp
import pytest

from portal.core.writing import writing
from portal.domain.roles import Role
from portal.identity import approvals, resets
from portal.identity.sessions import staff_actor
from tests.builders.identity import PASSWORD, make_post

pytestmark = pytest.mark.browser


@pytest.fixture
def look(page, axe, no_horizontal_scroll, picture):
    def at(name: str) -> None:
        axe(page)
        no_horizontal_scroll(page)
        picture(page, f"account-{name}")

    return at


@pytest.mark.databases("sqlite")
@pytest.mark.settings(DEMO="0")
@pytest.mark.parametrize("size", ["standard", "large", "desk"])
def test_from_the_first_sign_in_to_a_reset(live, page, look, large_mode, size) -> None:
    if size == "large":
        large_mode()
    if size == "desk":
        page.set_viewport_size({"width": 1440, "height": 900})
    with writing():
        admin, second, lost = make_post(Role.ADMIN), make_post(Role.ADMIN), make_post(name="王丽")
        names, lost_id, second_id = admin.username, lost.id, second.id
    page.goto(live.url("/staff/login"))
    page.get_by_label("用户名").fill(names)
    page.get_by_label("密码").fill(PASSWORD)
    page.get_by_role("button", name="登录", exact=True).click()
    page.get_by_role("heading", name="设置动态码").wait_for()
    look(f"enrol-{size}")
    secret = page.locator(".secret-key").inner_text().replace(" ", "")
    page.get_by_label("动态码").fill("000000")
    page.get_by_role("button", name="确认启用").click()
    page.get_by_role("alert").first.wait_for()
    look(f"enrol-error-{size}")
    page.get_by_label("动态码").fill(pyotp.TOTP(secret).at(time.time()))
    page.get_by_role("button", name="确认启用").click()
    page.get_by_role("heading", name="您的恢复码").wait_for()
    look(f"codes-{size}")
    codes = [text.replace(" ", "") for text in page.locator(".secret-codes li").all_inner_texts()]
    page.get_by_role("link", name="已经存好").click()
    page.goto(live.url("/desk/account"))
    look(f"account-{size}")
    page.goto(live.url("/desk/account/password"))
    look(f"password-{size}")
    page.goto(live.url(f"/admin/users/{lost_id}/password"))
    look(f"ask-reset-{size}")
    page.get_by_label("忘记密码").check()
    page.get_by_label("理由").fill("本人到窗口说忘了")
    page.get_by_role("button", name="申请重置").click()
    page.get_by_role("heading", name="王丽").wait_for()
    look(f"asked-{size}")
    agreed(second_id)
    page.reload()
    page.get_by_role("link", name="一次性密码").click()
    look(f"one-time-{size}")
    page.get_by_role("button", name="显示一次性密码").click()
    page.locator(".secret-code").wait_for()
    look(f"one-time-shown-{size}")
    page.goto(live.url("/desk/confirm?next=/admin/users"))
    look(f"confirm-{size}")
    page.context.clear_cookies(name="portal-id")
    page.goto(live.url("/staff/login"))
    page.get_by_label("用户名").fill(names)
    page.get_by_label("密码").fill(PASSWORD)
    page.get_by_role("button", name="登录", exact=True).click()
    page.get_by_role("link", name="用恢复码").click()
    look(f"recovery-{size}")
    page.get_by_label("恢复码").fill(codes[0])
    page.get_by_role("button", name="登录", exact=True).click()
    page.get_by_text("已登录").first.wait_for()


def agreed(post_id: int) -> None:
    from portal.core.extensions import db
    from portal.identity import queries
    from portal.identity.models import Approval

    assert resets.KIND in approvals.HANDLERS
    with writing():
        asked = db.session.query(Approval).one()
        approvals.decide(asked.id, True, "", staff_actor(queries.post(post_id)))
