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


# Our own words for why a message stands as it does; a provider's number is shown as it is.
REASONS: dict[str, LazyString] = {
    "cap": lazy_gettext("Over the daily limit of this number"),
    "same_text": lazy_gettext("The same text within a day"),
    "superseded": lazy_gettext("Outrun by a newer one"),
    "undone": lazy_gettext("What it told was undone"),
    "wording": lazy_gettext("The wording would be refused"),
    "number_invalid": lazy_gettext("The number is invalid"),
    "number_unsubscribed": lazy_gettext("Unsubscribed"),
    "number_unsupported": lazy_gettext("The number takes no texts"),
    "perhaps_twice": lazy_gettext("The provider lists it more than once"),
    "not_taken": lazy_gettext("The provider had not taken it"),
}


def reason(code: str | None) -> str:
    return str(REASONS.get(code or "", code or ""))
