"""The menu of the staff pages: every page that exists and that this member of staff may enter. Later features just appear."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from flask import Flask, current_app, g, request, url_for
from flask_babel import gettext, lazy_gettext
from flask_babel.speaklater import LazyString
from sqlalchemy import select
from werkzeug.local import LocalProxy
from werkzeug.routing import BuildError

from portal.core import clock
from portal.core.access import access_of
from portal.core.extensions import db
from portal.domain.actors import Actor
from portal.identity import approvals, inbox
from portal.places.models import Agency, Community, Street

Count = Callable[[Actor], int]


@dataclass(frozen=True)
class Item:
    endpoint: str
    label: LazyString
    icon: str
    count: Count | None = None


GROUPS: tuple[tuple[LazyString, tuple[Item, ...]], ...] = (
    (
        lazy_gettext("Community"),
        (Item("community.index", lazy_gettext("Community workspace"), "home"),),
    ),
    (
        lazy_gettext("Cases"),
        (
            Item("cases_desk.index", lazy_gettext("Work desk"), "list"),
            Item("cases_today.index", lazy_gettext("My day"), "calendar"),
            Item("cases_rules.index", lazy_gettext("Rules for handing over"), "people"),
            Item("cases_callbacks.callbacks", lazy_gettext("Call-backs"), "phone"),
            Item("cases_callbacks.unread", lazy_gettext("Texts that did not arrive"), "chat"),
            Item("cases_supervision.index", lazy_gettext("Supervision orders"), "flag"),
            Item("cases_calls.index", lazy_gettext("Call list"), "phone"),
            Item("cases_handover.index", lazy_gettext("Handing over"), "arrow"),
            Item("cases_intake.new", lazy_gettext("Register for a resident"), "pencil"),
            Item("cases_templates.index", lazy_gettext("Usual answers"), "doc"),
            Item("dashboard_desk.index", lazy_gettext("Dashboard"), "chart"),
            Item("cases_exclusions.index", lazy_gettext("Left out of the figures"), "list"),
        ),
    ),
    (
        lazy_gettext("Residents"),
        (
            Item("forum_review.index", lazy_gettext("Moderation"), "chat"),
            Item("forum_topics.index", lazy_gettext("Topics"), "people"),
            Item("forum_log.index", lazy_gettext("Moderation log"), "doc"),
            Item("ballots_board.index", lazy_gettext("Managing votes"), "vote"),
            Item("assist.index", lazy_gettext("Act for a home"), "hand"),
            Item("membership_desk.verification", lazy_gettext("Household verification"), "people"),
        ),
    ),
    (
        lazy_gettext("For me"),
        (
            Item("identity_desk.waiting", lazy_gettext("Waiting for my approval"), "check", approvals.count_for),
            Item("identity_desk.messages", lazy_gettext("Messages"), "bell", inbox.unread),
            Item("deputies.index", lazy_gettext("Deputies"), "people"),
            Item("identity.account", lazy_gettext("My account"), "lock"),
        ),
    ),
    (
        lazy_gettext("Places"),
        (
            Item("roster_desk.index", lazy_gettext("Roster of homes"), "people"),
            Item("places_desk.posters", lazy_gettext("Building posters"), "print"),
            Item("places_admin.compounds", lazy_gettext("Compounds and buildings"), "building"),
            Item("places_admin.agencies", lazy_gettext("Units"), "home"),
            Item("duty.index", lazy_gettext("Duty roster"), "calendar"),
        ),
    ),
    (
        lazy_gettext("Settings"),
        (
            Item("identity_admin.users", lazy_gettext("Staff and rights"), "people"),
            Item("cases_admin.routes", lazy_gettext("Categories and responsible units"), "flag"),
            Item("ballots_admin.index", lazy_gettext("Voting rules"), "vote"),
            Item("forum_admin.index", lazy_gettext("Forum settings"), "chat"),
            Item("cases_deadlines.index", lazy_gettext("Time limits"), "clock"),
            Item("cases_admin.calendar", lazy_gettext("Working calendar"), "calendar"),
            Item("messaging_admin.record", lazy_gettext("SMS record"), "chat"),
            Item("groups_admin.index", lazy_gettext("Staff groups"), "people"),
            Item("audit_admin.journal", lazy_gettext("Operation log"), "doc"),
        ),
    ),
)


COUNTS: dict[str, Count] = {}  # what waits behind a page, by endpoint: features above add theirs


def counted(endpoint: str) -> Callable[[Count], Count]:
    """The number beside this page in the menu: what waits for the member of staff who looks. One statement, please."""

    def register(count: Count) -> Count:
        COUNTS[endpoint] = count
        return count

    return register


def may_open(actor: Actor, endpoint: str) -> bool:
    """Whether the page exists and its declaration lets this member of staff in."""
    if endpoint not in current_app.view_functions:
        return False
    found = access_of(current_app, endpoint)
    if found is None or not actor.is_staff:
        return False
    kind, roles = found
    return kind == "public" or (kind == "staff" and (not roles or actor.role in roles))


def address(endpoint: str) -> str | None:
    try:
        return url_for(endpoint)
    except BuildError:
        return None


def items_for(actor: Actor, items: tuple[Item, ...]) -> list[tuple[Item, str]]:
    open_to = ((item, address(item.endpoint)) for item in items if may_open(actor, item.endpoint))
    return [(item, url) for item, url in open_to if url is not None]


def home_of(actor: Actor) -> str:
    """The first page of the menu: where signing in leads."""
    return next((url for _label, items in GROUPS for _item, url in items_for(actor, items)), "/")


def menu(actor: Actor) -> list[dict[str, Any]]:
    found = [(label, items_for(actor, items)) for label, items in GROUPS]
    here = current(request.path, [url for _label, items in found for _item, url in items])
    return [
        {"label": str(label), "items": [_entry(actor, item, url, here) for item, url in items]}
        for label, items in found
        if items
    ]


def _entry(actor: Actor, item: Item, url: str, here: str | None) -> dict[str, Any]:
    counting = item.count or COUNTS.get(item.endpoint)
    count = counting(actor) if counting else 0
    return {"url": url, "label": str(item.label), "icon": item.icon, "count": count, "current": url == here}


def current(path: str, urls: list[str]) -> str | None:
    """The longest address that this page lies under."""
    return max((url for url in urls if path == url or path.startswith(url + "/")), key=len, default=None)


def scope_words(actor: Actor) -> str:
    """全区, or the places and the unit that limit what this member of staff sees."""
    if actor.scope.everywhere:
        return gettext("The whole district")
    if actor.scope.street_ids:
        return _names(select(Street.name).where(Street.id.in_(actor.scope.street_ids)).order_by(Street.id))
    if actor.scope.community_ids:
        return _names(select(Community.name).where(Community.id.in_(actor.scope.community_ids)).order_by(Community.id))
    return _names(select(Agency.name).where(Agency.id == actor.agency_id))


def _names(statement: Any) -> str:
    return "、".join(db.session.scalars(statement))


def once_per_request(name: str, make: Callable[[], Any]) -> Any:
    """Made when a template first looks at it, then kept: most pages never do."""

    def kept() -> Any:
        if name not in g:
            setattr(g, name, make())
        return getattr(g, name)

    return LocalProxy(kept)


def register(app: Flask) -> None:
    @app.context_processor
    def frame() -> dict[str, Any]:
        actor = g.get("actor")
        if actor is None or not actor.is_staff:
            return {}
        return {
            "desk_nav": once_per_request("desk_menu", lambda: menu(actor)),
            "seen_at": clock.now(),
            "scope_words": once_per_request("scope_words", lambda: scope_words(actor)),
        }
