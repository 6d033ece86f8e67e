"""What no page sends and attackers do: NUL bytes, endless texts, numbers too large, days at the ends of time.

Every address is called with every hostile word in its path, its query and its fields; the answer may be anything but 5xx.
"""

from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask
from werkzeug.routing import Rule

from portal.cases.models import Case
from portal.core.access import access_of
from portal.core.writing import writing
from portal.domain.roles import Role
from portal.identity import sessions
from tests.builders.cases import World, make_case
from tests.builders.identity import make_account
from tests.visitor import Visitor

NUL, ENDLESS, HUGE = "nul\0here", "很长" * 3000, "99999999999999999999"
WORDS = (NUL, HUGE, "²", "-1", "0001-01-01", "W10", "WzAsICI5OTk5LTEyLTMxIiwgOTk5OTk5OTk5OTk5OTk5OTk5OTld")
IN_PATHS = ("a%00b", HUGE, "%C2%B2")
QUERIES = (
    "q", "at", "cursor", "b", "compound", "building", "agency", "show", "category", "source", "year", "poster", "next",
    "ref", "days", "period", "community", "size", "doors", "retired", "street", "from", "to", "copies", "paper", "print",
)  # fmt: skip
MAY_BE_AWAY = {"/readyz"}  # says 503 on purpose while no worker was seen
WHO = ("guest", "resident", Role.STREET, Role.ADMIN)


@pytest.fixture
def case(world: World) -> Case:
    return make_case(world, is_public=True)


def enter(client: Visitor, world: World, who: str) -> None:
    if who == "guest":
        return
    with writing():
        token = (
            sessions.open_session(account=make_account())
            if who == "resident"
            else sessions.open_session(post=world.posts[Role(who)])
        )
    client.set_cookie(sessions.cookie_name(), token)


def rules(app: Flask, who: str) -> Iterator[Rule]:
    """The addresses whose door opens to this visitor: the others answer before they read anything."""
    for rule in app.url_map.iter_rules():
        kind, roles = access_of(app, rule.endpoint) or ("", frozenset())
        mine = {"guest": kind == "public", "resident": kind == "resident"}.get(
            who, kind == "staff" and (not roles or who in roles)
        )
        if mine and rule.rule not in MAY_BE_AWAY:
            yield rule


def ask(client: Visitor, address: str, **options: Any) -> str:
    """Empty, or what went wrong."""
    try:
        with client.no_lint():
            status = client.open(address, **options).status_code
    except Exception as bug:
        return f"{type(bug).__name__} {bug} at {address[:80]}"
    return f"{status} at {address[:120]}" if status >= 500 else ""


@pytest.mark.parametrize("who", WHO)
def test_in_addresses(app: Flask, client: Visitor, world: World, case: Case, who: str) -> None:
    enter(client, world, who)
    wrong = []
    for rule in rules(app, who):
        for word in IN_PATHS if rule.arguments else ():
            address = rule.rule
            for name in rule.arguments:
                for opening in ("<int:", "<path:", "<"):
                    address = address.replace(f"{opening}{name}>", word)
            method = "GET" if "GET" in rule.methods else "POST"
            wrong.append(ask(client, address, method=method))
    assert not any(wrong), "\n".join(filter(None, wrong))


@pytest.mark.parametrize("who", WHO)
def test_in_queries(app: Flask, client: Visitor, world: World, case: Case, who: str) -> None:
    enter(client, world, who)
    addresses = [rule.rule for rule in rules(app, who) if not rule.arguments and "GET" in rule.methods]
    addresses += {"guest": ["/b/djz03"], Role.STREET: [f"/desk/cases/{case.number}/note"]}.get(who, [])
    wrong = [ask(client, address, query_string=dict.fromkeys(QUERIES, word)) for address in addresses for word in WORDS]
    assert not any(wrong), "\n".join(filter(None, wrong))
