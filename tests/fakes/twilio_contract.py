"""What the project relies on in Twilio's Messages API: names, types, statuses and the shape of errors.

Written down from the public documentation, so that the fake, the gateway's tests and Twilio's own description can be
held against one table.
"""

CREATE = "/2010-04-01/Accounts/{AccountSid}/Messages.json"
ONE = "/2010-04-01/Accounts/{AccountSid}/Messages/{Sid}.json"

STATUSES = frozenset(
    {
        "queued",
        "sending",
        "sent",
        "failed",
        "delivered",
        "undelivered",
        "receiving",
        "received",
        "accepted",
        "scheduled",
        "read",
        "partially_delivered",
        "canceled",
    }
)
DIRECTIONS = frozenset({"inbound", "outbound-api", "outbound-call", "outbound-reply"})

ACCOUNT_SID = "^AC[0-9a-fA-F]{32}$"
SERVICE_SID = "^MG[0-9a-fA-F]{32}$"
MESSAGE_SID = "^(SM|MM)[0-9a-fA-F]{32}$"

# Form fields of POST Messages.json that the gateway may send.
SENT_FIELDS = frozenset({"To", "From", "MessagingServiceSid", "Body", "StatusCallback"})
# Query fields of GET Messages.json.
LIST_FIELDS = frozenset({"To", "From", "DateSent", "DateSent<", "DateSent>", "PageSize", "Page", "PageToken"})

# One message as it is answered: type in JSON, None where it may be null; numbers travel as strings, dates as RFC 2822.
MESSAGE = {
    "body": (str, None),
    "num_segments": (str, None),
    "direction": (str,),
    "from": (str, None),
    "to": (str, None),
    "date_updated": (str, None),
    "price": (str, None),
    "error_message": (str, None),
    "uri": (str, None),
    "account_sid": (str, None),
    "num_media": (str, None),
    "status": (str,),
    "messaging_service_sid": (str, None),
    "sid": (str, None),
    "date_sent": (str, None),
    "date_created": (str, None),
    "error_code": (int, None),
    "price_unit": (str, None),
    "api_version": (str, None),
    "subresource_uris": (dict, None),
}

# A page of a list, beside its "messages".
LIST = {
    "page": (int,),
    "page_size": (int,),
    "start": (int,),
    "end": (int,),
    "uri": (str,),
    "first_page_uri": (str,),
    "next_page_uri": (str, None),
    "previous_page_uri": (str, None),
}

ERROR = {"code": (int,), "message": (str,), "more_info": (str,), "status": (int,)}

# What a status callback always carries, form-encoded; ErrorCode only with failed and undelivered.
CALLBACK = frozenset({"AccountSid", "ApiVersion", "From", "MessageSid", "MessageStatus", "SmsSid", "SmsStatus", "To"})
CALLBACK_SOMETIMES = frozenset({"ErrorCode", "MessagingServiceSid"})

# code → HTTP status and wording; {to} and {sender} are the request's.
REFUSALS = {
    20003: (401, "Authenticate"),
    20404: (404, "The requested resource {path} was not found"),
    20429: (429, "Too Many Requests"),
    20500: (500, "An internal server error has occurred"),
    21211: (400, "The 'To' number {to} is not a valid phone number."),
    21408: (400, "Permission to send an SMS has not been enabled for the region indicated by the 'To' number: {to}."),
    21602: (400, "Message body is required."),
    21603: (400, "A 'From' phone number is required."),
    21604: (400, "A 'To' phone number is required."),
    21606: (
        400,
        "The 'From' phone number provided ({sender}) is not a valid message-capable Twilio phone number "
        "for this destination.",
    ),
    21608: (
        400,
        "The number {to} is unverified. Trial accounts cannot send messages to unverified numbers; verify {to} at "
        "twilio.com/user/account/phone-numbers/verified, or purchase a Twilio number to send messages to unverified "
        "numbers.",
    ),
    21609: (400, "The 'StatusCallback' URL {callback} is not a valid URL."),
    21610: (400, "Attempt to send to unsubscribed recipient"),
    21612: (
        400,
        "The 'To' phone number: {to}, is not currently reachable using the 'From' phone number: {sender} via SMS.",
    ),
    21614: (400, "'To' number is not a valid mobile number"),
    21617: (400, "The concatenated message body exceeds the 1600 character limit."),
    21635: (400, "'To' number cannot be a landline"),
    21701: (404, "The Messaging Service {service} does not exist."),
    60220: (403, "China requires use case vetting and template registration."),
}


def misfits(answer: dict[str, object], shape: dict[str, tuple[type | None, ...]]) -> list[str]:
    """What is missing, too much or of another type in a JSON object."""
    wrong = [f"{name} is missing" for name in shape.keys() - answer.keys()]
    wrong += [f"{name} is not known" for name in answer.keys() - shape.keys()]
    for name in shape.keys() & answer.keys():
        if not any(answer[name] is None if kind is None else type(answer[name]) is kind for kind in shape[name]):
            wrong.append(f"{name} is {answer[name]!r}")
    return sorted(wrong)
