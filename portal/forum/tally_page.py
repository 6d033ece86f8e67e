"""审核公开: the weekly tally for everybody, by community, with how it is counted."""

from flask import Blueprint, render_template, request

from portal.core.access import public
from portal.core.numbers import whole
from portal.domain.moderation_grounds import GROUNDS
from portal.forum import rules, tally
from portal.places.queries import communities

bp = Blueprint("forum_tally", __name__)


@bp.get("/forum/tally")
@public
def index() -> str:
    found = communities()
    asked = whole(request.args.get("community"))
    chosen = next((community for community in found if community.id == asked), None)
    return render_template(
        "forum/tally_page.html",
        weeks=tally.weeks(chosen.id if chosen else None),
        chosen=chosen,
        communities=found,
        grounds=GROUNDS,
        hours=rules.current().promise_hours,
    )
