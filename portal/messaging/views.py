"""The providers' door: receipts. Signed by Twilio over the public address and every field; anything else is 403."""

from flask import Blueprint, Flask, Response, request
from twilio.request_validator import RequestValidator

from portal.core.access import public
from portal.core.extensions import csrf
from portal.core.settings import settings
from portal.core.writing import writing
from portal.messaging import catalogue, delivery, housekeeping, receipts, reconcile
from portal.messaging.gateways import RECEIPTS

bp = Blueprint("messaging", __name__)
JOBS = (delivery.deliver, reconcile.reconcile, housekeeping.tidy)  # loaded here, so that every application knows them


@bp.post(RECEIPTS)
@public
def twilio_status() -> Response:
    """Answers 204 whether or not it changed anything: a repeated or late receipt is no error."""
    if not _is_from_twilio():
        return Response(status=403, mimetype="text/plain")
    form = request.form
    with writing():
        receipts.apply(
            sid=form.get("MessageSid", "")[:64],
            status=form.get("MessageStatus", ""),
            error_code=form.get("ErrorCode") or None,
            attempt=request.args.get("attempt"),
        )
    return Response(status=204, mimetype="text/plain")


def _is_from_twilio() -> bool:
    """The address is the configured one: behind a proxy the request does not know what Twilio called."""
    token = settings().twilio_auth_token
    query = request.query_string.decode("utf-8", "replace")
    address = settings().base_url + request.path + (f"?{query}" if query else "")
    given = request.headers.get("X-Twilio-Signature", "")
    return bool(token) and bool(RequestValidator(token).validate(address, request.form, given))


def register(app: Flask) -> None:
    """Twilio knows no form token: its signature stands instead. A name that breaks a text is refused at the start."""
    csrf.exempt(bp)
    with app.app_context():
        if found := catalogue.problems(settings().sms_signature):
            raise RuntimeError("; ".join(found))
