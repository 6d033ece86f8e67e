"""How the states of an SMS are called on pages."""

from flask_babel import lazy_gettext
from flask_babel.speaklater import LazyString

from portal.domain.sms_lifecycle import SmsState

STATES: dict[SmsState, LazyString] = {
    SmsState.QUEUED: lazy_gettext("Waiting to be sent"),
    SmsState.SENDING: lazy_gettext("Being sent"),
    SmsState.SENT: lazy_gettext("Sent"),
    SmsState.DELIVERED: lazy_gettext("Delivered"),
    SmsState.UNDELIVERED: lazy_gettext("Did not arrive"),
    SmsState.FAILED: lazy_gettext("Could not be sent"),
    SmsState.UNCERTAIN: lazy_gettext("Unclear whether it arrived"),
    SmsState.BLOCKED: lazy_gettext("Not sent, in the inbox only"),
}


def state_name(state: SmsState) -> str:
    return str(STATES[state])
