"""The landing page and the staff pages of places in a real browser."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page

from portal.core.writing import writing
from portal.domain.roles import Role
from portal.places import posters
from tests.builders.identity import make_post
from tests.builders.places import SYSTEM, make_building
from tests.fixtures.browser import Live

pytestmark = [pytest.mark.browser, pytest.mark.databases("sqlite")]
PUBLIC = ("/", "/b/djz03", "/b/nix", "/b/{revoked}", "/buildings", "/help", "/privacy", "/accessibility")
STAFF = (
    "/community/posters?doors=1", "/community/posters/{poster}/supersede", "/community/posters/{poster}/revoke",
    "/community/posters/print?compound=DJZ", "/admin/compounds", "/admin/compounds/new", "/admin/compounds/DJZ",
    "/admin/compounds/DJZ/retire", "/admin/buildings/DJZ03", "/admin/communities/1", "/admin/agencies", "/admin/agencies/1",
    "/admin/agencies/new",
)  # fmt: skip


@pytest.fixture
def words(live: Live) -> dict[str, str]:
    """What the addresses need, and an administrator."""
    with writing():
        building = make_building()
        revoked = posters.issue(SYSTEM, building, building.entrances[0])
        posters.revoke(SYSTEM, revoked, "被撕走")
        poster = posters.issue(SYSTEM, building)
        post = make_post(Role.ADMIN)
        return {"revoked": revoked.token, "poster": str(poster.id), "username": post.username}


@pytest.mark.parametrize("large", [False, True])
def test_public_pages_pass_axe_and_fit_a_narrow_phone(
    live: Live,
    page: Page,
    words: dict[str, str],
    large_mode: Callable[[], None],
    axe: Callable[[Page], None],
    no_horizontal_scroll: Callable[..., None],
    large: bool,
) -> None:
    if large:
        large_mode()
    for address in PUBLIC:
        page.goto(live.url(address.format(**words)))
        axe(page)
        no_horizontal_scroll(page)


@pytest.mark.parametrize("large", [False, True])
def test_staff_pages_pass_axe_on_phone_and_desk(
    live: Live,
    page: Page,
    words: dict[str, str],
    large_mode: Callable[[], None],
    axe: Callable[[Page], None],
    no_horizontal_scroll: Callable[..., None],
    large: bool,
) -> None:
    if large:
        large_mode()
    page.goto(live.url("/staff/login"))
    page.get_by_label("用户名").fill(words["username"])
    page.get_by_label("密码").fill("demo-hedong-2023")
    page.get_by_role("button", name="登录").click()
    for address in STAFF:
        page.goto(live.url(address.format(**words)))
        axe(page)
        if "/print" not in address:
            no_horizontal_scroll(page, (320, 390, 1440))
        page.set_viewport_size({"width": 1440, "height": 900})
        axe(page)
        page.set_viewport_size({"width": 390, "height": 844})


def test_the_red_card_is_seen_without_scrolling(live: Live, page: Page, words: dict[str, str]) -> None:
    page.goto(live.url("/b/djz03"))
    box = page.locator(".action").bounding_box()
    assert box
    assert box["y"] + box["height"] < 600
    assert box["height"] >= 92
