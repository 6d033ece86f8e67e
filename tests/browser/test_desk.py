"""The desk in a real browser: nothing sticks out, nothing is unreadable to assistive technology, the preview follows the typing."""

import re

import pytest

from portal.cases import services
from portal.core.writing import writing
from portal.domain.roles import Role
from tests.builders.cases import make_case
from tests.builders.identity import PASSWORD

pytestmark = [pytest.mark.browser, pytest.mark.databases("sqlite")]


@pytest.fixture
def case(world):
    case = make_case(world)
    with writing():
        services.accept(
            world.actor(Role.DISTRICT),
            case,
            category_code=case.category_code,
            level=case.level,
            agency_id=world.units["FWZX"].id,
        )
    with writing():
        services.sign(world.actor(Role.AGENCY), case)
    return case


def sign_in(page, live, post):
    page.goto(live.url("/staff/login"))
    page.get_by_label("用户名").fill(post.username)
    page.get_by_label("密码").fill(PASSWORD)
    page.get_by_role("button", name="登录").click()
    page.wait_for_url(re.compile("/desk"))


@pytest.mark.desk_screen
def test_the_preview_follows_the_typing(world, case, live, page, axe):
    sign_in(page, live, world.posts[Role.AGENCY])
    page.goto(live.url(f"/desk/cases/{case.number}/reply"))
    page.get_by_label("部分解决").check(force=True)
    page.get_by_label("做了什么").press_sequentially("灯换好了，有事打 13912345678", delay=5)
    seen = page.locator("#seen")
    seen.get_by_text("139****").wait_for()
    assert "部分解决" in seen.inner_text()
    axe(page)


@pytest.mark.parametrize("large", [False, True])
def test_list_case_and_action_fit_a_phone(world, case, live, page, axe, no_horizontal_scroll, large_mode, large):
    sign_in(page, live, world.posts[Role.AGENCY])
    if large:
        large_mode()
    for path in ("/desk", f"/desk/cases/{case.number}", f"/desk/cases/{case.number}/reply"):
        page.goto(live.url(path))
        no_horizontal_scroll(page)
        axe(page)
