"""The people of the stories, each with a browser of their own: residents hold a phone, officers sit at a desk; and the worker."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime

from playwright.sync_api import Browser, Locator, Page, expect
from sqlalchemy import select

from portal.core import clock, jobs
from portal.core.extensions import db
from portal.core.writing import writing
from portal.identity import sessions
from portal.identity.models import StaffPost
from tests.builders.identity import PASSWORD, last_code
from tests.fixtures.browser import DESK, PHONE, Live


@dataclass(frozen=True)
class People:
    browser: Browser
    live: Live

    def officer(self, username: str) -> Page:
        """By name and password."""
        page = self.opened(DESK)
        page.goto("/staff/login")
        page.get_by_label("用户名").fill(username)
        page.get_by_label("密码").fill(PASSWORD)
        page.get_by_role("button", name="登录").click()
        expect(page).not_to_have_url(re.compile("login"))
        return page

    def resident(self, number: str, large: bool = False) -> Page:
        """By the code sent to this number; `large` presses 大字版 first."""
        page = self.opened(PHONE)
        page.goto("/login")
        if large:
            page.get_by_role("button", name="大字版").click()
            expect(page.locator("html")).to_have_attribute("data-size", "large")
        page.get_by_label("手机号").fill(number)
        page.get_by_role("button", name="发送验证码").click()
        page.get_by_label("验证码").fill(last_code(self.live.app))
        page.get_by_role("button", name="登录").click()
        expect(page).not_to_have_url(re.compile("/login"))
        return page

    def sign_in_again(self, page: Page, username: str) -> None:
        """Officers, the next morning: their sessions end with the day."""
        with writing():
            post = db.session.scalars(select(StaffPost).where(StaffPost.username == username)).one()
            token = sessions.open_session(post=post)
        page.context.add_cookies([{"name": sessions.cookie_name(), "value": token, "url": self.live.base}])

    def opened(self, screen: dict[str, int], large: bool = False) -> Page:
        """A browser of their own; `large`: it has been reading in 大字版."""
        context = self.browser.new_context(viewport=screen, locale="zh-CN", base_url=self.live.base)
        context.set_default_timeout(10_000)
        if large:
            context.add_cookies([{"name": "display", "value": "large", "url": self.live.base}])
        return context.new_page()


def main(page: Page, address: str = "") -> Locator:
    """What the page says, at `address` when one is given."""
    if address:
        page.goto(address)
    return page.locator("main")


def worker_round(moment: datetime) -> None:
    """One round of the worker: whatever is due at that moment; there the clock then stands."""
    clock.travel(moment.astimezone(UTC))
    jobs.run_due({})
    jobs.finish()
    db.session.rollback()
