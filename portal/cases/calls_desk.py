"""电话清单: whom the platform told of urgent cases that nobody took on, who still has to be telephoned, who saw to it."""

from typing import Any

from flask import Blueprint, g, render_template, request
from flask_babel import lazy_gettext as _l

from portal.cases import labels
from portal.cases.call_list import call_cases
from portal.core import clock
from portal.core.access import staff
from portal.core.numbers import whole
from portal.domain.roles import Role

bp = Blueprint("cases_calls", __name__)
READERS = (Role.COMMUNITY, Role.STREET, Role.AGENCY, Role.DISTRICT, Role.HOTLINE, Role.AUDITOR)
PERIODS = {1: _l("Last 24 hours"), 7: _l("Last 7 days"), 30: _l("Last 30 days")}
WAYS = {
    "sms": _l("By text"),
    "lost": _l("The text did not arrive: please telephone"),
    "call": _l("Please telephone"),
    "inbox": _l("In the inbox"),
}


def _context() -> dict[str, Any]:
    days = whole(request.args.get("days")) or 7
    days = days if days in PERIODS else 7
    return {
        "found": call_cases(g.actor, days),
        "days": days,
        "periods": PERIODS,
        "ways": WAYS,
        "deeds": labels.CALL_DEEDS,
        "levels": labels.LEVELS,
        "now": clock.now(),
    }


@bp.get("/desk/calls")
@staff(*READERS)
def index() -> str:
    return render_template("cases/desk/calls.html", **_context())


@bp.get("/desk/calls/print")
@staff(*READERS)
def sheet() -> str:
    """On A4, with room to write who was reached."""
    return render_template("cases/desk/calls_sheet.html", **_context())
