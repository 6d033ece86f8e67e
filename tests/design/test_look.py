"""The page of all components in a real browser: phones, large print, desk."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page

from tests.fixtures.browser import Live

pytestmark = [pytest.mark.browser, pytest.mark.databases("sqlite")]


@pytest.mark.parametrize("path", ["/styleguide", "/styleguide?frame=desk"])
@pytest.mark.parametrize("large", [False, True])
def test_all_components_pass_axe_and_fit_a_narrow_phone(
    live: Live,
    page: Page,
    large_mode: Callable[[], None],
    axe: Callable[[Page], None],
    no_horizontal_scroll: Callable[..., None],
    path: str,
    large: bool,
) -> None:
    if large:
        large_mode()
    page.goto(live.url(path))
    axe(page)
    no_horizontal_scroll(page, (320, 390, 1440))


def test_large_print_is_large(live: Live, page: Page, large_mode: Callable[[], None]) -> None:
    """大字版: body text 24 px, main buttons 64 px, nothing beneath 18 px."""
    large_mode()
    page.goto(live.url("/styleguide"))
    assert page.evaluate("getComputedStyle(document.body).fontSize") == "24px"
    assert page.evaluate("document.querySelector('main .btn-block').getBoundingClientRect().height") >= 64
    sizes = page.evaluate(
        "[...document.querySelectorAll('body *:not(svg, svg *)')].map(e => parseFloat(getComputedStyle(e).fontSize))"
    )
    assert min(sizes) >= 18


def test_after_a_mistake_the_summary_has_the_focus(live: Live, page: Page) -> None:
    page.goto(live.url("/styleguide"))
    assert page.evaluate("document.activeElement.id") == "errors"
    page.locator("#errors a").first.click()
    page.wait_for_function("document.activeElement.id === 'wrong-phone'")


def test_the_counter_counts_as_the_server_does(live: Live, page: Page) -> None:
    page.goto(live.url("/styleguide"))
    page.locator("#text").fill("楼道灯😀坏了\n两盏")
    assert page.locator("#text-left").inner_text() == "还能写 491 字"
    page.locator("#text").fill("灯" * 503)
    assert page.locator("#text-left").inner_text() == "多了 3 字"
