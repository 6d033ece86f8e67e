"""One small class per provider; `gateway()` gives the one the settings name."""

from flask import current_app

from portal.core.settings import Settings, settings
from portal.messaging.gateways.base import Gateway
from portal.messaging.gateways.console import ConsoleGateway
from portal.messaging.gateways.http import HttpGateway

RECEIPTS = "/webhooks/twilio/status"


def gateway() -> Gateway:
    """The application's gateway, built at first use and kept: it holds the connections."""
    kept: Gateway | None = current_app.extensions.get("sms_gateway")
    if kept is None:
        kept = current_app.extensions["sms_gateway"] = build(settings())
    return kept


def build(found: Settings) -> Gateway:
    if found.sms_gateway == "twilio":
        from portal.messaging.gateways.twilio import TwilioGateway  # its client is large: only where it is used

        service = found.twilio_messaging_service_sid
        return TwilioGateway(
            (found.twilio_account_sid, found.twilio_auth_token),
            origin={"messaging_service_sid": service} if service else {"from_": found.twilio_from},
            callback=found.base_url + RECEIPTS,
            base=found.twilio_api_base,
        )
    if found.sms_gateway == "http":
        return HttpGateway(found.sms_http_url, found.sms_http_key)
    return ConsoleGateway()
