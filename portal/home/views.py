"""The doors that everybody comes through: home, the page behind a building's QR code, and the general pages."""

from typing import Any

from flask import Blueprint, make_response, redirect, render_template, request, session, url_for
from werkzeug.wrappers import Response

from portal.cases.queries import recent_public
from portal.core.access import public
from portal.home import cards, stages
from portal.places import here, posters, queries, scans
from portal.places.models import Building, Community

bp = Blueprint("home", __name__)
REPLACED = "poster_replaced"


@bp.get("/")
@public
def index() -> str:
    """With a known building the same page as behind its code; else the question which one."""
    building = here.here().building
    if building is not None:
        return _building_page(building, scanned=False)
    return render_template("home/home.html", tiles=cards.tiles(None))


@bp.get("/b/<code>")
@public
def landing(code: str) -> Response | tuple[str, int]:
    found = queries.look_up(code)
    if found is None:
        compounds = queries.active_compounds()
        page = render_template("home/unknown_code.html", code=code[:20], compounds=compounds, matching=queries.matching)
        return page, 404
    if found.is_revoked:
        return _counted(make_response(render_template("home/revoked.html", building=found.building)), found)
    if found.is_superseded:
        return _counted(_to_the_current(found), found)
    here.be_at(found.building)
    replaced = session.pop(REPLACED, None) is not None
    response = make_response(_building_page(found.building, scanned=found.poster is not None, replaced=replaced))
    here.remember(response, found.building)
    return response if replaced else _counted(response, found)


def _counted(response: Response, found: queries.Found) -> Response:
    """One scan is one scan: a replaced poster counts where it hangs, not again where it leads."""
    if found.poster is not None and request.method == "GET":
        scans.count_after(response, found.poster.id)
    return response


def _to_the_current(found: queries.Found) -> Response:
    assert found.poster is not None
    newer = posters.successor(found.poster)
    session[REPLACED] = True
    return redirect(url_for(".landing", code=newer.token if newer else found.building.code.lower()))


def _building_page(building: Building, *, scanned: bool, replaced: bool = False) -> str:
    here.be_at(building)
    return render_template(
        "home/landing.html",
        building=building,
        scanned=scanned,
        replaced=replaced,
        notices=cards.shown(cards.NOTICES, building),
        cards=cards.shown(cards.CARDS, building),
        tiles=cards.tiles(building),
        stage=_stage(building),
        recent=recent_public(building.id, limit=3),
    )


def _stage(building: Building) -> dict[str, Any]:
    note = building.compound.stage_note if building.stage in (None, building.compound.stage) else ""
    return {"now": stages.now(queries.stage_of(building)), "note": note, "steps": stages.steps(building)}


@bp.get("/help")
@public
def help_page() -> str:
    found = _communities()
    phones = [(community.name, community.phone) for community in found if community.phone]
    offices = [(c.name, f"{c.address}　{c.office_hours}".strip()) for c in found]
    return render_template("home/help.html", phones=phones, offices=offices)


@bp.get("/privacy")
@public
def privacy() -> str:
    return render_template("home/privacy.html")


@bp.get("/accessibility")
@public
def accessibility() -> str:
    return render_template("home/accessibility.html")


def _communities() -> list[Community]:
    """Whom to call: one's own community when the building is known, else the first dozen."""
    building = here.here().building
    return [building.compound.community] if building else list(queries.communities())[:12]
