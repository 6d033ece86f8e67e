"""Hostile words in every field of the forms people fill in: the form says what is wrong, never an error of ours."""

from secrets import token_urlsafe
from typing import Any

import pytest
from flask import Flask

from portal.core.writing import writing
from portal.domain.roles import Role
from portal.identity import sessions
from tests.builders.cases import make_case, make_world
from tests.visitor import Visitor
from tests.visitor.form import PaperForm

WORDS = ("nul\0here", "很" * 9000, "   ", "0001-01-01", "9" * 25)


@pytest.mark.parametrize("who", ["guest", Role.DISTRICT, Role.ADMIN])
def test_no_field_breaks_the_site(app: Flask, client: Visitor, at: Any, who: str) -> None:
    at("2024-06-17 09:00")
    with writing():
        world = make_world()
    number = make_case(world, is_public=True).number
    other = world.posts[Role.AGENCY].id
    pages = {
        "guest": ("/track", "/login", "/staff/login", "/report/what?b=DJZ03", "/report/where", f"/report/similar/{number}/join"),
        Role.DISTRICT: [f"/desk/cases/{number}/{slug}" for slug in ("ask", "title", "accept")] + ["/community/cases/new"],
        Role.ADMIN: ("/admin/calendar", "/admin/compounds/new", f"/admin/users/{other}/role", "/admin/entrances/1/rename"),
    }[who]  # fmt: skip
    if who == "guest":
        client.visit("/report/what?b=DJZ03")
        client.submit("下一步", {"说说": "二门三楼的楼道灯坏了好多天"})
    else:
        with writing():
            token = sessions.open_session(post=world.posts[Role(who)])
        client.set_cookie(sessions.cookie_name(), token)
    wrong = [found for page in pages for found in attack(client, page)]
    assert not wrong, "\n".join(wrong)


def attack(client: Visitor, address: str) -> list[str]:
    page = client.visit(address)
    own = [b for b in page.buttons if PaperForm(page, b).action.split("?")[0] == address.split("?")[0]]
    form, wrong = PaperForm(page, own[-1]), []
    names = dict.fromkeys(
        c["name"] for c in form.controls if c["name"] not in {"", "csrf_token"} and c["type"] not in {"file", "submit"}
    )
    for name in names:
        for word in WORDS:
            data = form.sent()
            data["once"] = token_urlsafe(8)
            data.setlist(name, [word])
            with client.no_lint():
                status = client.post(form.action, data=data).status_code
            if status >= 500:
                wrong.append(f"{form.action} {name} {word[:12]!r}: {status}")
    return wrong
