"""Hostile words in every field of the forms people fill in: the form says what is wrong, never an error of ours."""

from secrets import token_urlsafe
from typing import Any

import pytest
from flask import Flask

from portal.core.writing import writing
from portal.domain.actors import Actor
from portal.domain.roles import Role
from portal.identity import sessions
from portal.membership import claims
from portal.membership.claim_models import NUMBER, Typed
from portal.membership.models import MembershipRole
from tests.builders.cases import make_case, make_world
from tests.builders.identity import make_account
from tests.builders.roster import make_household
from tests.visitor import Visitor
from tests.visitor.form import PaperForm

WORDS = ("nul\0here", "😀", "１２３４５６７８９０", "很" * 9000, "   ", "0001-01-01", "9" * 25)


@pytest.mark.parametrize("who", ["guest", Role.RESIDENT, Role.COMMUNITY, Role.DISTRICT, Role.ADMIN])
def test_no_field_breaks_the_site(app: Flask, client: Visitor, at: Any, who: str) -> None:
    at("2024-06-17 09:00")
    with writing():
        world = make_world()
        lost = make_account("+8613700000001")
        home, newcomer = make_household(world.building, room="301").id, Actor("resident", lost.id)
        typed = Typed("3 号楼", "1", "301", wish=NUMBER)
        asked = claims.by_visit(newcomer, world.building, typed, MembershipRole.OWNER, "电话", ["evening"])
        claim = asked.id
    number = make_case(world, is_public=True).number
    other = world.posts[Role.AGENCY].id
    pages = {
        "guest": ("/track", "/login", "/staff/login", "/report/what?b=DJZ03", "/report/where", f"/report/similar/{number}/join"),
        Role.RESIDENT: [f"/me/household/{page}" for page in ("roster", "invite-code", "visit", "lost-number")] + ["/me/phone"],
        Role.COMMUNITY: [
            f"/community/verification/{claim}", f"/community/rosters/homes/{home}/correct",
            "/community/invite-codes", "/community/assist",
        ],
        Role.DISTRICT: [f"/desk/cases/{number}/{slug}" for slug in ("ask", "title", "accept")] + ["/community/cases/new"],
        Role.ADMIN: ("/admin/calendar", "/admin/compounds/new", f"/admin/users/{other}/role", "/admin/entrances/1/rename"),
    }[who]  # fmt: skip
    if who == "guest":
        client.visit("/report/what?b=DJZ03")
        client.submit("下一步", {"说说": "二门三楼的楼道灯坏了好多天"})
    else:
        with writing():
            is_staff = who != Role.RESIDENT
            token = sessions.open_session(
                post=world.posts[Role(who)] if is_staff else None, account=None if is_staff else make_account()
            )
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
