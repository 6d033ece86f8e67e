"""The small district at work in real browsers: officers at their desks, residents on their phones, the worker at its round."""

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

import pypdfium2
from playwright.sync_api import Locator, Page, expect
from sqlalchemy import select

from portal.cases.models import Case
from portal.core import clock, crypto
from portal.core.extensions import db
from portal.messaging.delivery import deliver_once
from portal.messaging.models import OutboxMessage, SmsState
from tests.builders.cases import World
from tests.fixtures.browser import DESK, PHONE
from tests.stories.people import People, main, worker_round

Fields = Mapping[str, str | Path]


@dataclass
class Town:
    """Each person keeps one browser: officers by username, residents by their query code.

    With PICTURES=directory every page that somebody opens is kept there as they saw it, numbered.
    """

    people: People
    world: World
    screens: dict[str, Page] = field(default_factory=dict)
    seen: int = 0

    def on(self, moment: str) -> None:
        """Time stands at this moment of Tianjin, the worker has made its round, and what it wrote is sent."""
        db.session.rollback()
        worker_round(datetime.fromisoformat(moment).replace(tzinfo=clock.ZONE))
        deliver_once()

    def fresh(self, case: Case) -> Case:
        """As it stands in the database now."""
        db.session.rollback()
        db.session.refresh(case)
        return case

    # --- officers ---

    def officer(self, username: str, screen: Mapping[str, int] = DESK) -> Page:
        """At the desk, or on a phone when `screen` says so; their session of yesterday has ended."""
        if username not in self.screens:
            self.screens[username] = self.people.opened(dict(screen))
        self.people.sign_in_again(self.screens[username], username)
        return self.screens[username]

    def opened(self, username: str, address: str) -> Locator:
        """What this officer reads there."""
        page = self.officer(username)
        page.goto(address)
        self.keep_picture(page, username)
        return main(page)

    def case_page(self, username: str, case: Case) -> Locator:
        return self.opened(username, f"/desk/cases/{case.number}")

    def act(self, username: str, case: Case, link: str, fields: Fields | None = None, button: str = "") -> Page:
        """From the case's page to the page of the action, through its button."""
        self.case_page(username, case)
        page = self.screens[username]
        follow(page, link)
        fill(page, fields or {})
        self.keep_picture(page, f"{username}-{link}")
        press(page, button or link)
        return page

    def refused(self, username: str, case: Case, link: str, fields: Fields | None = None) -> str:
        """The same, where the platform says no: its words."""
        page = self.act(username, case, link, fields)
        self.keep_picture(page, f"{username}-{link}-refused")
        return words(page.get_by_role("alert").first)

    def dates(self, username: str, case: Case) -> dict[str, str]:
        """The deadline card of the case's page: the promise under "", then each clock."""
        page = self.case_page(username, case)
        rows = [words(row).partition(" ") for row in page.locator(".clocks li").all()]
        return {"": words(page.locator(".due-head")), **{label: said for label, _, said in rows}}

    def now(self, username: str, case: Case) -> str:
        """The head of the case's page: what to do, until when, how it came to this."""
        return words(self.case_page(username, case).locator(".case-now"))

    def paper(self, username: str, address: str, directory: Path) -> str:
        """Printed on A4: the words of the PDF without blanks; it has one page."""
        self.opened(username, address)
        file = directory / "paper.pdf"
        self.screens[username].pdf(path=file, prefer_css_page_size=True, print_background=True)
        document = pypdfium2.PdfDocument(file)
        if pictures := os.environ.get("PICTURES"):
            document[0].render(scale=1.4).to_pil().save(Path(pictures) / f"{self.seen:03}-paper.png")
        assert [(round(page.get_width()), round(page.get_height())) for page in document] == [(595, 842)], address
        said = document[0].get_textpage().get_text_bounded()
        document.close()
        return re.sub(r"\s", "", said)

    # --- residents ---

    def resident(self, case: Case, *, large: bool = False) -> Page:
        """The case's page on the author's phone, opened with the last four digits."""
        ref = case.ref
        if ref not in self.screens:
            self.screens[ref] = self.people.opened(PHONE, large=large)
        page = self.screens[ref]
        page.goto(f"/case/{ref}")
        if "/track" in page.url:
            page.get_by_label("校验码").fill((case.phone or "")[-4:])
            press(page, "查进度")
            expect(page).to_have_url(re.compile(f"/case/{ref}"))
        self.keep_picture(page, "resident")
        return page

    def promised(self, case: Case) -> str:
        """The promise box of the resident's page."""
        return words(self.resident(case).locator(".promise"))

    def texts(self, number: str) -> list[str]:
        """What arrived on this number (11 digits), oldest first."""
        db.session.rollback()  # what was read before is an old picture of the database
        deliver_once()
        mine = OutboxMessage.number_index.in_(crypto.blind_indexes(f"+86{number}"))
        sent = OutboxMessage.state.in_((SmsState.SENT, SmsState.DELIVERED))
        rows = db.session.scalars(select(OutboxMessage).where(mine, sent).order_by(OutboxMessage.id))
        return [row.text or "" for row in rows]

    def keep_picture(self, page: Page, name: str) -> None:
        if directory := os.environ.get("PICTURES"):
            self.seen += 1
            page.screenshot(path=Path(directory) / f"{self.seen:03}-{name}.png", full_page=True)


def words(place: Locator) -> str:
    """What it says, in one line."""
    return " ".join(place.inner_text().split())


def follow(page: Page, link: str) -> None:
    """A button that leads to another page; those under 更多 are unfolded first."""
    found = page.locator("main").get_by_role("link", name=link, exact=True)
    if not found.count():
        page.locator("main summary").filter(has_text="更多").click()
    with page.expect_navigation():
        found.first.click()


def press(page: Page, button: str) -> None:
    with page.expect_navigation():
        page.locator("main").get_by_role("button", name=button, exact=True).click()


def fill(page: Page, fields: Fields) -> None:
    """By the words at the fields: one of a group, a choice, a file, or what is typed."""
    for label, value in fields.items():
        group = page.get_by_role("group", name=label)
        if group.count():
            group.get_by_label(str(value), exact=True).check()
            continue
        control = page.locator("main").get_by_label(label).first
        match control.evaluate("e => e.type"):
            case "select-one":
                control.select_option(label=str(value))
            case "file":
                control.set_input_files(value)
            case _:
                control.fill(str(value))
