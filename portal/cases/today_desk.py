"""今天要办, as a page."""

from flask import Blueprint, g, render_template

from portal.cases import today
from portal.cases.visibility import WORKERS
from portal.core import clock
from portal.core.access import staff

bp = Blueprint("cases_today", __name__)


@bp.get("/desk/today")
@staff(*WORKERS)
def index() -> str:
    return render_template(
        "cases/desk/today.html", groups=today.groups(g.actor), besides=today.counts(g.actor), today=clock.today()
    )
