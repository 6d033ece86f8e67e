"""审核记录: every act for those who moderate and for the auditors, and the file of it."""

from datetime import timedelta
from typing import Any

from flask import Blueprint, Response, g, render_template, request, url_for

from portal.audit import journal
from portal.core import clock, limits
from portal.core.access import staff
from portal.core.exports import CSV_TYPE, csv_of
from portal.core.pages import page_of
from portal.core.writing import writing
from portal.domain.errors import LimitReached
from portal.domain.moderation import PostAction
from portal.domain.moderation_grounds import GROUNDS, Ground
from portal.domain.roles import Role
from portal.forum import log_rows, review_labels, tally
from portal.forum.log_rows import Wanted
from portal.forum.models import ModerationAct
from portal.identity.step_up import step_up

bp = Blueprint("forum_log", __name__)
READERS = (Role.COMMUNITY, Role.STREET, Role.DISTRICT, Role.AUDITOR)
MOST = 10_000
HOUR = timedelta(hours=1)


def _wanted() -> Wanted:
    return Wanted(
        action=next((each for each in PostAction if each == request.args.get("action")), None),
        ground=next((each for each in Ground if each == request.args.get("ground")), None),
    )


@bp.get("/community/moderation/log")
@staff(*READERS)
def index() -> str:
    wanted = _wanted()
    page = page_of(log_rows.acts(g.actor, wanted), [ModerationAct.id], request.args.get("at"))
    return render_template(
        "forum/desk/log.html",
        page=page,
        rows=[log_rows.row_of(act) for act in page.rows],
        switches=log_rows.switches(g.actor),
        weeks=tally.weeks_for(g.actor),
        grounds=GROUNDS,
        actions=[(str(action), word) for action, word in review_labels.ACTIONS.items()],
        ground_choices=review_labels.ground_choices(),
        wanted=wanted,
        address=_address,
        may_review=g.actor.role in {Role.COMMUNITY, Role.STREET},
    )


def _address(endpoint: str = "forum_log.index", **changes: Any) -> str:
    kept = {key: request.args[key] for key in ("action", "ground") if request.args.get(key)} | changes
    return url_for(endpoint, **{key: value for key, value in kept.items() if value})


@bp.get("/community/moderation/log.csv")
@staff(*READERS)
@step_up()
def export() -> Response:
    """The same rows as a file that spreadsheets open as text. Five an hour; each one is in the journal."""
    with writing():
        if not limits.hit(f"export:{g.actor.id}", 5, HOUR):
            raise LimitReached("Too many files. Please come back in an hour.", retry_after=HOUR)
        journal.record("forum:log_exported", g.actor, "forum:log")
    rows = log_rows.table(g.actor, _wanted(), MOST)
    answer = Response(csv_of(rows), content_type=CSV_TYPE)
    answer.headers["Content-Disposition"] = f'attachment; filename="moderation-{clock.today():%Y%m%d}.csv"'
    return answer
