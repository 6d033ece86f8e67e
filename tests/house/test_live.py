"""The ground of the browser tests: a real Chromium on the served application."""

import pytest
from playwright.sync_api import Page

from tests.fixtures.browser import Live

pytestmark = pytest.mark.browser


@pytest.mark.databases("sqlite")
def test_the_browser_reads_the_served_application(
    live: Live, page: Page, axe, no_horizontal_scroll, large_mode
) -> None:
    answer = page.goto(live.url("/no-such-page"))

    assert answer is not None and answer.status == 404
    assert page.viewport_size == {"width": 390, "height": 844}
    assert page.locator("h1").count() == 1
    no_horizontal_scroll(page)
    axe(page)

    large_mode()
    page.reload()
    assert page.locator("html").get_attribute("data-size") == "large"


@pytest.mark.databases("sqlite")
@pytest.mark.desk_screen
def test_officials_have_a_wide_screen(live: Live, page: Page) -> None:
    page.goto(live.url("/no-such-page"))

    assert page.viewport_size == {"width": 1440, "height": 900}
