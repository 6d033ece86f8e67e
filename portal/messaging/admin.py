"""短信模板与发送记录: what was sent to which masked number and how it stands, and the texts for filing. No text of a message."""

from flask import Blueprint, Response, render_template, request, url_for

from portal.core import clock
from portal.core.access import staff
from portal.core.pages import page_of
from portal.core.settings import settings
from portal.domain.roles import Role
from portal.domain.sms_lifecycle import SmsState
from portal.messaging import filing, guard, labels
from portal.messaging.catalogue import EVENTS
from portal.messaging.models import OutboxMessage
from portal.messaging.queries import recorded

bp = Blueprint("messaging_admin", __name__)


@bp.get("/admin/sms")
@staff(Role.ADMIN)
def record() -> str:
    state, event = request.args.get("state", ""), request.args.get("event", "")
    statement = recorded()
    if state in {str(key) for key in SmsState}:
        statement = statement.where(OutboxMessage.state == SmsState(state))
    if event in EVENTS:
        statement = statement.where(OutboxMessage.event == event)
    page = page_of(statement, [OutboxMessage.id], request.args.get("at"), size=50)
    return render_template(
        "messaging/record.html",
        page=page,
        rows=[_row(message) for message in page.rows],
        state=state,
        event=event,
        states=[(str(key), word) for key, word in labels.STATES.items()],
        events=[(key, found.label) for key, found in EVENTS.items() if found.sms],
        sent=guard.sent_in_a_day(clock.now()),
        limit=settings().sms_daily_limit,
        reached=guard.is_reached(),
        address=lambda at: url_for(".record", state=state or None, event=event or None, at=at),
    )


def _row(message: OutboxMessage) -> dict[str, object]:
    return {
        "at": message.created_at,
        "label": EVENTS[message.event].label if message.event in EVENTS else message.event,
        "number": message.number_masked,
        "state": labels.state_name(message.state),
        "good": message.state in {SmsState.SENT, SmsState.DELIVERED},
        "why": labels.reason(message.error_code),
        "attempts": message.attempts,
    }


@bp.get("/admin/sms/templates")
@staff(Role.ADMIN)
def templates() -> str:
    return render_template("messaging/templates.html", rows=filing.all_filed())


@bp.get("/admin/sms/templates.csv")
@staff(Role.ADMIN)
def templates_csv() -> Response:
    named = {"Content-Disposition": "attachment; filename=sms-templates.csv"}
    return Response(filing.as_csv(), mimetype="text/csv", headers=named)
