"""The demo's telephone: every SMS of the outbox, readable. Exists only in the demo."""

from flask import Blueprint, Response, abort, jsonify, render_template, request, url_for
from sqlalchemy import Select, select

from portal.core import clock
from portal.core.access import public
from portal.core.pages import Page, page_of
from portal.core.settings import settings
from portal.domain.sms_lifecycle import SmsState
from portal.messaging import catalogue
from portal.messaging.labels import state_name
from portal.messaging.models import OutboxMessage

bp = Blueprint("demo_sms", __name__)
JSON_SIZE = 200


@bp.get("/demo/sms")
@public
def page() -> str:
    found = _page(size=30)
    words = {"signed": _signed, "labels": catalogue.EVENTS, "state_name": state_name}
    return render_template("messaging/demo_sms.html", page=found, **words)


@bp.get("/demo/sms.json")
@public
def listing() -> Response:
    """Newest first, 200 at a time; the header Link names the next ones."""
    found = _page(size=JSON_SIZE)
    answer = jsonify([_plain(message) for message in found.rows])
    if found.next:
        answer.headers["Link"] = f'<{url_for(".listing", cursor=found.next)}>; rel="next"'
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _page(size: int) -> Page[OutboxMessage]:
    if not settings().demo:
        abort(404)
    return page_of(_shown(), [OutboxMessage.id], request.args.get("cursor"), size=size)


def _shown() -> Select[OutboxMessage]:
    """What was sent or will be: a blocked one reaches no telephone."""
    return select(OutboxMessage).where(OutboxMessage.state != SmsState.BLOCKED)


def _signed(message: OutboxMessage) -> str:
    return catalogue.signed(message.text or "", settings().sms_signature)


def _plain(message: OutboxMessage) -> dict[str, str]:
    return {
        "to": message.number,
        "template": message.event,
        "text": _signed(message),
        "created_at": clock.local(message.created_at).isoformat(timespec="seconds"),
        "state": message.state.value,
    }
