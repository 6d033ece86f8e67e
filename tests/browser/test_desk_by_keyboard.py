"""The desk without a mouse: through the list, to the next step, into a case and its actions, and the help that says so."""

import re

import pytest
from playwright.sync_api import expect

from portal.domain.roles import Role
from tests.browser.test_desk import sign_in
from tests.builders.cases import give, make_case

pytestmark = [pytest.mark.browser, pytest.mark.databases("sqlite"), pytest.mark.desk_screen]


def test_a_morning_at_the_desk_by_keyboard(world, live, page, axe):
    first = give(world, make_case(world, words="单元门锁坏了，关不上"))
    second = give(world, make_case(world, words="楼道灯不亮，黑得很"))
    sign_in(page, live, world.posts[Role.AGENCY])
    keys = page.keyboard
    keys.press("j")
    expect(page.get_by_role("link", name=first.title)).to_be_focused()
    keys.press("j")
    keys.press("x")
    expect(page.get_by_label(f"选中 {second.title}")).to_be_checked()
    keys.press("k")
    keys.press("a")
    expect(page).to_have_url(re.compile(f"{first.number}/sign"))
    page.get_by_role("button", name="签收").click()
    expect(page).to_have_url(re.compile(f"{first.number}$"))
    keys.press("c")
    expect(page).to_have_url(re.compile(f"{first.number}/contact"))
    page.get_by_label("联系情况").fill("jj?ac")  # in a field the letters are letters
    expect(page).to_have_url(re.compile("contact"))
    page.go_back(wait_until="load")
    keys.press("Shift+?")
    help_ = page.get_by_role("dialog", name="用键盘办")
    expect(help_.get_by_role("link", name="答复")).to_be_visible()
    axe(page)
    keys.press("Escape")
    expect(help_).to_be_hidden()
    keys.press("/")
    expect(page).to_have_url(re.compile("/desk$"))
    keys.press("/")
    expect(page.get_by_label("搜索")).to_be_focused()
