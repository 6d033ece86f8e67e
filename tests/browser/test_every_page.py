"""Every page there is, seen by everybody who may see it, in both displays: one world, one server, one browser.

The walk is made from the URL map, so that a new page is walked from its first day (see addresses.py).
"""

import re
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from flask import Flask
from playwright.sync_api import Browser, Page
from werkzeug.routing import Rule
from werkzeug.serving import make_server

from portal.core import clock
from portal.core.extensions import db
from portal.domain.roles import STAFF_ROLES
from portal.identity import approvals
from tests.browser.addresses import Unknown, Visit, addresses_of, visits
from tests.browser.walkers import FLEETING, WALKERS, cookies_of
from tests.builders.busy import Busy, make_busy_world
from tests.fixtures.app import make_app
from tests.fixtures.browser import DESK, WIDEST
from tests.fixtures.browser import PHONE as SCREEN
from tests.fixtures.databases import sqlite_copy
from tests.visitor.lint import chinese_part, problems
from tests.visitor.page import Page as Paper

pytestmark = pytest.mark.browser

AXE = Axe()
VIOLATIONS = """async () => (await axe.run(document, {resultTypes: ["violations"]})).violations
  .map(rule => `${innerWidth} px, ${rule.id}: ` + rule.nodes.map(node => node.html.slice(0, 120)).join(" | "))"""
ENGLISH_WORD = re.compile(r"(?<![\w@./:-])[A-Za-z]?[a-z]{2,}(?![\w@.:/-])")
NARROW = {"width": 320, "height": 844}
NAMES = {"admin", "fangchan", "Webhook"}  # of an account, of a unit's code; the word on the robots' own pages
GROUPS_ON = {"GROUP_MESSAGES": "1", "GROUP_API_BASE": "http://127.0.0.1:9"}
MONDAY_MORNING = datetime(2024, 6, 17, 1, tzinfo=UTC)


@dataclass
class Site:
    app: Flask
    base: str
    busy: Busy
    visits: dict[str, list[Visit]]
    cookies: dict[str, dict[str, str]]


@dataclass(frozen=True)
class Fit:
    """How a page is looked at. `closely`: on a wide screen too, by the first role that has it. `again`: axe has been
    here with another role in this display, and with this one in the other."""

    is_staff: bool
    closely: bool
    again: bool


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    folder = tmp_path_factory.mktemp("every-page")
    handlers = dict(approvals.HANDLERS)
    server = make_server("127.0.0.1", 0, Flask("not yet"), threaded=True)
    base = f"http://127.0.0.1:{server.port}"
    app = make_app(sqlite_copy(folder / "portal.db"), folder, BASE_URL=base, **GROUPS_ON)
    server.app = app
    serving = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    serving.start()
    with app.app_context():
        clock.travel(MONDAY_MORNING)
        yield _furnished(app, base)
        db.session.rollback()
        db.engine.dispose()
    server.shutdown()
    server.server_close()
    approvals.HANDLERS.clear()
    approvals.HANDLERS.update(handlers)


def _furnished(app: Flask, base: str) -> Site:
    busy = make_busy_world()
    cookies = {who: cookies_of(app, busy, who) for who in WALKERS}
    return Site(app, base, busy, visits(app, busy), cookies)


@pytest.fixture(params=["standard", "large"])
def display(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.mark.parametrize("who", WALKERS)
def test_every_page(site: Site, browser: Browser, display: str, who: str) -> None:
    context = browser.new_context(viewport=SCREEN, locale="zh-CN", timezone_id="Asia/Shanghai")
    held = cookies_of(site.app, site.busy, who) if who in FLEETING else site.cookies[who]
    cookies = held | {"display": display}
    context.add_cookies([{"name": name, "value": value, "url": site.base} for name, value in cookies.items()])
    page = context.new_page()
    heard: list[str] = []
    page.on("console", lambda said: heard.append(said.text) if said.type == "error" else None)
    page.on("pageerror", lambda error: heard.append(str(error)))
    page.on("request", lambda asked: None if asked.url.startswith(site.base) else heard.append(f"asks {asked.url}"))
    found = []
    for visit in site.visits[who]:
        heard.clear()
        fit = Fit(is_staff=who in STAFF_ROLES, closely=visit.closely, again=not visit.closely and display == "large")
        found += [f"{visit.address}: {fault}" for fault in faults(page, site.base, visit.address, fit)]
        found += [f"{visit.address}: says {words!r}" for words in heard]
    context.close()
    assert not found, f"{who}, {display}:\n  " + "\n  ".join(found)


def faults(page: Page, base: str, address: str, fit: Fit) -> Iterator[str]:
    answer = page.goto(base + address)
    assert answer is not None
    if answer.status != 200:
        yield f"answers {answer.status}"
    elif page.url != base + address:
        yield f"leads to {page.url.removeprefix(base)}"
    else:
        yield from on_paper(Paper(address, answer.status, answer.text()))
        yield from on_screen(page, fit)


def on_paper(paper: Paper) -> Iterator[str]:
    """What does not depend on the screen: one h1, labels, nothing inline, nothing untranslated."""
    yield from problems(paper)
    html = paper.root.first("html")
    assert html is not None
    words = set(ENGLISH_WORD.findall(chinese_part(html))) - NAMES
    if words and paper.path != "/styleguide":
        yield f"English on a Chinese page: {sorted(words)}"


def on_screen(page: Page, fit: Fit) -> Iterator[str]:
    if not fit.again:
        yield from axe(page)
    yield from at_size(page, SCREEN if fit.is_staff else NARROW)
    if fit.is_staff and fit.closely:
        yield from at_size(page, DESK)
        yield from axe(page)
    page.set_viewport_size(SCREEN)


def at_size(page: Page, screen: Any) -> Iterator[str]:
    page.set_viewport_size(screen)
    width = page.evaluate("document.documentElement.scrollWidth")
    if width > screen["width"]:
        yield f"{width} px wide at {screen['width']} px: {page.evaluate(WIDEST)}"


def axe(page: Page) -> Iterator[str]:
    """Its script is read once per page: that is half of the time."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE.axe_script)
    yield from page.evaluate(VIOLATIONS)


def test_an_address_that_nobody_gave_a_value_for_is_named(site: Site) -> None:
    with pytest.raises(Unknown, match=r"/votes/<int:vote_id>: say in .* what stands for its parts"):
        addresses_of(Rule("/votes/<int:vote_id>"), site.busy, "guest")


def test_the_walk_notices_what_is_wrong(browser: Browser) -> None:
    """The control: a page that breaks the rules."""
    page = browser.new_page()
    page.set_content('<!doctype html><html><title>x</title><h1>x</h1><img src="data:,"><p style="width: 900px">wide')
    assert any("image-alt" in fault for fault in axe(page))
    assert "wide at 320 px" in next(at_size(page, NARROW))
    page.close()
