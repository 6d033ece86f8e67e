"""Whatever people write appears as text: every page is opened by everybody while every text in the database is hostile,
and every field of every form comes back as it was typed.
"""

from collections.abc import Callable, Iterator, Mapping
from contextvars import Context
from functools import partial
from typing import Any

import pytest
from flask import Flask
from markupsafe import escape
from werkzeug.test import Client, TestResponse

from portal.core.writing import writing
from tests.browser.addresses import visits
from tests.browser.walkers import WALKERS, cookies_of
from tests.builders.busy import make_busy_world
from tests.builders.poison import PROBE, payload, poison
from tests.visitor.form import PaperForm
from tests.visitor.page import Page

pytestmark = pytest.mark.databases("sqlite")
TYPED = payload(f"{PROBE}typed")
NO_TOKEN = "ImZvcmVpZ24i.Zm9yZQ.aWdu"  # of another session: nothing is done, what was typed is shown again
UNTYPED = {"hidden", "submit", "button", "file", "checkbox", "radio", "password"}
MET = {
    "topics": "title background options works_item shown_name reason emergency_reason",
    "topic_answers": "words",
    "topic_meetings": "place agenda minutes",
    "topic_steps": "name",
    "topic_switches": "reason",
    "conclusions": "summary",
    "conclusion_points": "title reason done_words",
    "posts": "words shown_name",
    "post_drafts": "fields",
    "post_flags": "words",
    "post_appeals": "words reason",
    "moderation_act_texts": "words fragment reason to_author",
    "held_words": "word",
    "ballots": "title about paper_places convener basis",
    "ballot_items": "title scope_line explanation who_pays",
    "ballot_extensions": "reason",
    "ballot_objections": "words answer",
    "claims": "typed contact",
    "household_changes": "reason after",
    "approvals": "summary reason",
    "cases": "words title place",
    "supervision_orders": "requirement",
}
"""What this walk has to have met as text, by table."""


def test_words_stay_words(app: Flask, at: Callable) -> None:
    at("2024-06-17 09:00")
    busy = make_busy_world()
    cookies = {who: cookies_of(app, busy, who) for who in WALKERS}
    ways = visits(app, busy)
    with writing():
        hostile = poison()
    marks = {name: str(escape(words)) for name, words in hostile.items()}
    seen: set[str] = set()
    wrong: list[str] = []
    for who in WALKERS:
        client = browser(app, cookies[who])
        for visit in ways[who]:
            answer = asked(client.get, visit.address)
            seen |= {name for name in marks.keys() - seen if marks[name] in answer.text}
            found = [*faults(answer), *(comes_back(client, visit.address, answer) if visit.closely else ())]
            wrong += [f"{who} {visit.address}: {fault}" for fault in found]
    assert not wrong, "\n".join(wrong)
    assert {f"{table}.{name}" for table, names in MET.items() for name in names.split()} - seen == set()


def browser(app: Flask, cookies: Mapping[str, str]) -> Client:
    client = Client(app)
    for name, value in cookies.items():
        client.set_cookie(name, value)
    return client


def asked(method: Callable[..., TestResponse], address: str, **options: Any) -> TestResponse:
    """Outside the test's own context."""
    return Context().run(partial(method, address, **options))


def faults(answer: TestResponse) -> Iterator[str]:
    if answer.status_code >= 500:
        yield f"answers {answer.status_code}"
    at = answer.text.find(f"<{PROBE}")
    if at >= 0:
        yield f"words became an element: {answer.text[max(at - 120, 0) : at + 40]}"


def comes_back(client: Client, address: str, answer: TestResponse) -> Iterator[str]:
    page = Page(address, answer.status_code, answer.text)
    for button in page.buttons:
        form = PaperForm(page, button)
        typing = [c["name"] for c in form.controls if c["name"] and c["type"] not in UNTYPED and c.tag != "select"]
        data = {**form.sent().to_dict(), **dict.fromkeys(typing, TYPED), "csrf_token": NO_TOKEN}
        if typing and form.method == "GET":
            yield from faults(asked(client.get, form.action, query_string=data))
        elif typing:
            yield from faults(asked(client.post, form.action, data=data))
