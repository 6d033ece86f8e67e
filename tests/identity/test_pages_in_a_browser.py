"""The sign-in pages and what stands behind them, on a phone in both sizes."""

import pytest

from portal.core.writing import writing
from portal.domain.roles import Role
from portal.identity import approvals
from portal.identity.sessions import staff_actor
from portal.messaging import notify
from portal.messaging.notify import Recipient
from tests.builders.identity import PASSWORD, last_code, make_community, make_post, make_street

pytestmark = pytest.mark.browser


@pytest.fixture
def look(page, axe, no_horizontal_scroll, picture, large_mode):
    """Each page is held to the same in the standard size and in 大字版."""

    def at(name: str) -> None:
        axe(page)
        no_horizontal_scroll(page)
        picture(page, f"identity-{name}")

    return at


@pytest.mark.parametrize("size", ["standard", "large"])
def test_a_resident(live, page, look, large_mode, size) -> None:
    if size == "large":
        large_mode()
    page.goto(live.url("/login"))
    look(f"login-{size}")
    page.get_by_label("手机号").fill("138")
    page.get_by_role("button", name="发送验证码").click()
    look(f"login-error-{size}")
    page.get_by_label("手机号").fill("13800001234")
    page.get_by_role("button", name="发送验证码").click()
    look(f"code-{size}")
    page.get_by_text("没收到？").click()
    page.get_by_role("button", name="再发一次").click()
    look(f"code-again-{size}")
    page.get_by_label("验证码").fill(last_code(live.app))
    page.get_by_role("button", name="登录", exact=True).click()
    page.get_by_role("heading", name="我的").wait_for()
    look(f"me-{size}")
    page.goto(live.url("/me/privacy"))
    look(f"privacy-{size}")
    page.goto(live.url("/me/messages"))
    look(f"messages-{size}")


@pytest.mark.parametrize("size", ["standard", "large", "desk"])
def test_staff(live, page, look, large_mode, size) -> None:
    if size == "large":
        large_mode()
    if size == "desk":
        page.set_viewport_size({"width": 1440, "height": 900})
    admin, second = people_with_work(size)
    page.goto(live.url("/staff/login"))
    look(f"staff-login-{size}")
    sign_in(page, second)
    page.goto(live.url("/desk/messages"))
    page.get_by_text("新件").first.wait_for()
    look(f"desk-messages-{size}")
    page.goto(live.url("/desk/approvals"))
    look(f"desk-approvals-{size}")
    page.get_by_role("link", name="延期").click()
    page.get_by_role("button", name="不同意").click()
    look(f"desk-approval-{size}")
    page.goto(live.url("/staff/login"))
    page.context.clear_cookies(name="portal-id")
    page.goto(live.url("/admin/users"))
    sign_in(page, admin)
    page.get_by_role("heading", name="人员与权限").wait_for()
    look(f"admin-users-{size}")
    page.goto(live.url("/admin/users/new"))
    look(f"admin-new-{size}")


def sign_in(page, username: str) -> None:
    page.get_by_label("用户名").fill(username)
    page.get_by_label("密码").fill(PASSWORD)
    page.get_by_role("button", name="登录", exact=True).click()


def people_with_work(size: str) -> tuple[str, str]:
    """An admin, and a street officer with a message and a request waiting."""

    @approvals.handler("test:page", may=lambda actor: actor.role is Role.STREET)
    def nothing(approval, actor) -> None: ...

    with writing():
        street = make_street()
        make_community("东局子社区", street)
        admin, asker = make_post(Role.ADMIN), make_post(Role.STREET, streets=(street,), name="王丽")
        second = make_post(Role.STREET, streets=(street,))
        approvals.ask(
            "test:page", "case:7", "延期：漏水，东局子小区 3 号楼", {}, staff_actor(asker), "等材料，6 月 25 日到货"
        )
        values = {"code": "HD240617-00123", "bldg": "东局子小区3号楼", "cat": "漏水", "time": "6月17日17:30"}
        notify.notify(Recipient.staff(second.id), "staff_new", values, subject="case:7", link="/desk")
        return admin.username, second.username
