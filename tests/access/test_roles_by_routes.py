"""Every address × everybody who may knock, made from the URL map: a new view is walked from its first day.

What is expected comes from the view's own declaration. Addresses with parts get dummy values, so 404 is a good answer
for those who may enter; a surprise is an entry that was not declared, a refusal that was not, or any 5xx.
"""

import pytest
from flask import Flask, url_for
from werkzeug.routing import AnyConverter, BaseConverter, IntegerConverter, Rule

from portal.core.access import access_of, public, refuse_undeclared
from portal.core.writing import writing
from portal.domain.roles import STAFF_ROLES, Role
from portal.identity import sessions
from tests.builders.identity import make_account, make_community, make_post, make_street
from tests.visitor import Visitor

pytestmark = pytest.mark.slow

EVERYBODY = ("guest", "resident", *sorted(STAFF_ROLES))
MAY_BE_AWAY = {"/readyz"}  # says 503 on purpose while no worker was seen


@pytest.mark.parametrize("who", EVERYBODY)
def test_doors_open_as_declared(app: Flask, client: Visitor, who: str) -> None:
    sign_in(client, who)
    surprises = [
        f"{method} {address} ({rule.endpoint}): {found}"
        for rule, address in addresses(app)
        for method in sorted((rule.methods or set()) & {"GET", "POST"})
        if (found := surprise(app, client, who, method, rule, address))
    ]
    assert not surprises, f"{who}:\n  " + "\n  ".join(surprises)


def sign_in(client: Visitor, who: str) -> None:
    """A session of this kind, opened without the pages."""
    if who == "guest":
        return
    with writing():
        if who == "resident":
            token = sessions.open_session(account=make_account())
        else:
            street = make_street()
            places = {"streets": (street,)} if who == Role.STREET else {"communities": (make_community(street=street),)}
            token = sessions.open_session(post=make_post(Role(who), **places))
    client.set_cookie(sessions.cookie_name(), token)


def addresses(app: Flask) -> list[tuple[Rule, str]]:
    rules = [rule for rule in app.url_map.iter_rules() if rule.endpoint != "static"]
    with app.test_request_context():
        return [
            (rule, url_for(rule.endpoint, **{name: dummy(rule, name) for name in rule._converters})) for rule in rules
        ]


def dummy(rule: Rule, name: str) -> int | str:
    converter: BaseConverter = rule._converters[name]
    if isinstance(converter, AnyConverter):
        return min(converter.items)
    return 987654 if isinstance(converter, IntegerConverter) else "XXXX2222"


def surprise(app: Flask, client: Visitor, who: str, method: str, rule: Rule, address: str) -> str:
    """Empty when the answer is the declared one."""
    declared = access_of(app, rule.endpoint)
    if declared is None:
        return "does not say who may enter"
    try:
        with client.no_lint():
            response = client.open(address, method=method)
    except Exception as bug:
        return f"{type(bug).__name__}: {bug}"
    if response.status_code >= 500 and rule.rule not in MAY_BE_AWAY:
        return f"{response.status_code}"
    got, wanted = answer(response), expected(who, *declared)
    if declared[0] == "public" and got == "refused":
        return ""  # a provider's receipt without its signature
    return "" if got == wanted else f"{got} instead of {wanted}"


def answer(response) -> str:
    target = response.headers.get("Location", "")
    if response.status_code == 303 and target.startswith("/staff/login?"):
        return "staff sign-in"
    if response.status_code == 303 and target.startswith("/login?"):
        return "resident sign-in"
    return "refused" if response.status_code == 403 else "entered"


def expected(who: str, kind: str, roles: frozenset[Role]) -> str:
    if kind == "resident":
        return "entered" if who == "resident" else "resident sign-in"
    if kind == "staff" and who in {"guest", "resident"}:
        return "staff sign-in"
    if kind == "staff" and roles and who not in roles:
        return "refused"
    return "entered"


@pytest.mark.databases("sqlite")
def test_a_view_that_does_not_say_who_may_enter_stops_the_start(app: Flask) -> None:
    careless = Flask("careless")
    careless.view_functions["static"] = public(careless.view_functions["static"])
    refuse_undeclared(careless)
    careless.add_url_rule("/secret", "secret", lambda: "open to everybody")
    with pytest.raises(RuntimeError, match="secret"):
        refuse_undeclared(careless)


@pytest.mark.databases("sqlite")
def test_the_walk_notices_a_door_left_open(app: Flask, client: Visitor) -> None:
    """The control: the same walk on a view that lets everybody in although it declares otherwise."""
    from portal.core.access import ACCESS

    def ajar() -> str:
        return "come in"

    setattr(ajar, ACCESS, ("staff", frozenset({Role.ADMIN})))
    app._got_first_request = False
    app.add_url_rule("/ajar", "ajar", ajar)
    [(rule, address)] = [(rule, address) for rule, address in addresses(app) if rule.endpoint == "ajar"]
    assert surprise(app, client, "guest", "GET", rule, address) == "entered instead of staff sign-in"
