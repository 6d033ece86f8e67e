"""Residents' side of places: which building am I at?"""

from flask import Blueprint, Flask, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from portal.core.access import public
from portal.places import here, queries

bp = Blueprint("places", __name__)


@bp.get("/buildings")
@public
def index() -> str | Response:
    """换一栋楼. A complete 楼栋码 leads there at once; part of a name lists what it fits."""
    search = request.args.get("q", "").strip()[:40]
    if search and (found := queries.look_up(search)):
        return redirect(
            url_for("home.landing", code=found.poster.token if found.poster else found.building.code.lower())
        )
    compounds = queries.active_compounds(search)
    return render_template("places/buildings.html", compounds=compounds, search=search, matching=queries.matching)


def register(app: Flask) -> None:
    here.register(app)
