"""议事厅: the list of topics, and the rules by which people talk and by which texts are looked at."""

from collections.abc import Sequence
from typing import Any

from flask import g, render_template, request, url_for
from flask_babel import gettext

from portal.core import clock
from portal.core.access import public
from portal.domain.moderation_grounds import GROUNDS
from portal.forum import listing, rules, tally
from portal.forum.blueprint import bp
from portal.forum.listing import Tab
from portal.membership.queries import homes_of
from portal.places.here import here
from portal.places.models import Compound
from portal.places.queries import active_compounds


@bp.get("/forum")
@public
def index() -> str:
    tab = next((each for each in Tab if each == request.args.get("tab")), Tab.NOW)
    compounds = active_compounds()
    chosen = _chosen(compounds)
    page = listing.topics(tab, chosen, request.args.get("at"))
    return render_template(
        "forum/index.html",
        tab=tab,
        tabs=_tabs(tab),
        places=_places(compounds, chosen, tab),
        topics=page.rows,
        people=listing.people_in([topic.id for topic in page.rows]),
        now=clock.now(),
        week=tally.this_week(chosen.community_id if chosen else None),
        community_id=chosen.community_id if chosen else None,
        verified=bool(homes_of(g.actor)),
        previous_url=_turn(page.previous),
        next_url=_turn(page.next),
    )


def _chosen(compounds: Sequence[Compound]) -> Compound | None:
    """The compound asked for, else the visitor's own; `all` for every one."""
    asked = request.args.get("compound")
    building = here().building if asked is None else None
    code = (building.compound.code if building else asked or "").upper()
    return next((each for each in compounds if each.code == code), None)


def _tabs(tab: Tab) -> list[dict[str, Any]]:
    words = {
        Tab.NOW: gettext("Under discussion"),
        Tab.ANSWERED: gettext("With an answer"),
        Tab.OVER: gettext("Ended"),
    }
    kept: dict[str, Any] = {"compound": request.args["compound"]} if "compound" in request.args else {}
    return [
        {
            "url": url_for(".index", tab=each if each is not Tab.NOW else None, **kept),
            "label": word,
            "current": each is tab,
        }
        for each, word in words.items()
    ]


def _places(compounds: Sequence[Compound], chosen: Compound | None, tab: Tab) -> list[dict[str, Any]]:
    kept: dict[str, Any] = {"tab": tab} if tab is not Tab.NOW else {}
    rows = [{"url": url_for(".index", compound="all", **kept), "label": gettext("All"), "current": chosen is None}]
    for each in compounds:
        url = url_for(".index", compound=each.code.lower(), **kept)
        rows.append({"url": url, "label": each.name, "current": each is chosen})
    return rows


def _turn(cursor: str | None) -> str:
    kept: dict[str, Any] = {name: request.args[name] for name in ("tab", "compound") if name in request.args}
    return url_for(".index", at=cursor, **kept) if cursor else ""


@bp.get("/forum/rules")
@public
def rules_page() -> str:
    return render_template("forum/rules.html", grounds=GROUNDS.values(), hours=rules.current().promise_hours)
