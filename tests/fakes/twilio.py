"""A stateful stand-in for Twilio's Messages API: it remembers, refuses, breaks, and reports like the real one.

fake_twilio.numbers["+8613800000001"] = Refuse(21610)        # always, for this number
fake_twilio.next(Break(after_accept=True), Refuse(20429))     # for the next two sends, whoever gets them
fake_twilio.sent_to("+8613800000001")[0].body
for callback in fake_twilio.reports(message, "sent", "delivered"): callback.post_to(client)
"""

import re
import secrets
import threading
from collections import deque
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import format_datetime
from typing import Any

from tests.fakes.twilio_behaviour import Accept, Behaviour
from tests.fakes.twilio_callbacks import Callback

SERVICE_SID = "MG" + "5e" * 16  # fixed, so that a test can name it in its settings
WORDS = {None: None, 30003: "Unreachable destination handset", 30005: "Unknown destination handset"}


def sid(prefix: str) -> str:
    return prefix + secrets.token_hex(16)


@dataclass
class Message:
    """One SMS in the provider's books. Times are real UTC."""

    to: str
    body: str
    sender: str | None
    service: str | None
    callback: str | None
    status: str
    sid: str = field(default_factory=lambda: sid("SM"))
    error_code: int | None = None
    created_at: datetime = field(default_factory=lambda: datetime.now(UTC))
    sent_at: datetime | None = None


class FakeTwilio:
    """The provider's state; `tests.fakes.twilio_server` gives it its addresses."""

    def __init__(self) -> None:
        self.account_sid = sid("AC")
        self.auth_token = secrets.token_hex(16)
        self.service_sid = SERVICE_SID
        self.sender = "+15005550006"
        self.base = ""  # set when it is served
        self.messages: list[Message] = []
        self.requests: list[tuple[str, str, dict[str, str]]] = []
        self.numbers: dict[str, Behaviour] = {}
        self.script: deque[Behaviour] = deque()
        self.unsubscribed: set[str] = set()
        self.verified: set[str] | None = None  # a set makes this a trial account
        self.regions = {"+86"}
        self.lock = threading.Lock()
        self.released = threading.Event()

    @property
    def settings(self) -> dict[str, str]:
        """The project's settings that lead to this fake, sending from a number."""
        return {
            "SMS_GATEWAY": "twilio",
            "TWILIO_ACCOUNT_SID": self.account_sid,
            "TWILIO_AUTH_TOKEN": self.auth_token,
            "TWILIO_FROM": self.sender,
            "TWILIO_API_BASE": self.base,
        }

    # -- scripting ---------------------------------------------------------------------------------------------------
    def next(self, *behaviours: Behaviour) -> None:
        self.script.extend(behaviours)

    def behaviour_for(self, number: str) -> Behaviour:
        with self.lock:
            return self.script.popleft() if self.script else self.numbers.get(number, Accept())

    def release(self) -> None:
        """Let hanging answers go."""
        self.released.set()

    # -- the books ---------------------------------------------------------------------------------------------------
    def accept(self, form: dict[str, str]) -> Message:
        service = form.get("MessagingServiceSid")
        message = Message(
            to=form["To"],
            body=form["Body"],
            sender=None if service else form["From"],
            service=service,
            callback=form.get("StatusCallback"),
            status="accepted" if service else "queued",
        )
        with self.lock:
            self.messages.append(message)
        return message

    def refusal_of(self, form: dict[str, str]) -> int | None:
        """The error code for a request that Twilio would not take."""
        to, sender, service = form.get("To", ""), form.get("From", ""), form.get("MessagingServiceSid", "")
        rules = (
            (21604, not to),
            (21603, not sender and not service),
            (21602, not form.get("Body")),
            (21617, len(form.get("Body", "")) > 1600),
            (21609, "StatusCallback" in form and not re.match(r"https?://[^/]+", form["StatusCallback"])),
            (21701, service and service != self.service_sid),
            (21606, sender and sender != self.sender),
            (21211, not re.fullmatch(r"\+[1-9]\d{7,14}", to)),
            (21408, not to.startswith(tuple(self.regions))),
            (21614, to.startswith("+86") and not re.fullmatch(r"\+861[3-9]\d{9}", to)),
            (21608, self.verified is not None and to not in self.verified),
            (21610, to in self.unsubscribed),
        )
        return next((code for code, broken in rules if broken), None)

    def find(self, key: str) -> Message | None:
        return next((message for message in self.messages if message.sid == key), None)

    def sent_to(self, number: str) -> list[Message]:
        """What was taken for this number, oldest first."""
        return [message for message in self.messages if message.to == number]

    # -- reports -----------------------------------------------------------------------------------------------------
    def report(self, message: Message, status: str, error_code: int | None = None) -> Callback:
        """The message moves on; the callback that tells so, not yet posted."""
        message.status, message.error_code = status, error_code
        if status in {"sent", "delivered", "undelivered"} and message.sent_at is None:
            message.sent_at = datetime.now(UTC)
        message.sender = message.sender or self.sender
        assert message.callback, "the sender gave no StatusCallback"
        return Callback.signed(message.callback, self._callback_fields(message), self.auth_token)

    def reports(self, message: Message, *statuses: str, error_code: int | None = None) -> list[Callback]:
        """Callbacks in order; the last one carries the error. Post them reversed, twice or late as the test needs."""
        last = len(statuses) - 1
        return [self.report(message, s, error_code if place == last else None) for place, s in enumerate(statuses)]

    def _callback_fields(self, message: Message) -> dict[str, str]:
        fields = {
            "AccountSid": self.account_sid,
            "ApiVersion": "2010-04-01",
            "From": message.sender or "",
            "MessageSid": message.sid,
            "MessageStatus": message.status,
            "SmsSid": message.sid,
            "SmsStatus": message.status,
            "To": message.to,
        }
        extra = {"ErrorCode": message.error_code, "MessagingServiceSid": message.service}
        return fields | {name: str(value) for name, value in extra.items() if value is not None}

    def as_json(self, message: Message) -> dict[str, Any]:
        """The message as the API shows it."""
        path = f"/2010-04-01/Accounts/{self.account_sid}/Messages/{message.sid}"
        return {
            "account_sid": self.account_sid,
            "api_version": "2010-04-01",
            "body": message.body,
            "date_created": rfc2822(message.created_at),
            "date_sent": rfc2822(message.sent_at),
            "date_updated": rfc2822(message.sent_at or message.created_at),
            "direction": "outbound-api",
            "error_code": message.error_code,
            "error_message": WORDS.get(message.error_code, "Unknown error") if message.error_code else None,
            "from": message.sender,
            "messaging_service_sid": message.service,
            "num_media": "0",
            "num_segments": "0" if message.service else str(segments(message.body)),
            "price": None,
            "price_unit": "USD",
            "sid": message.sid,
            "status": message.status,
            "subresource_uris": {"media": f"{path}/Media.json"},
            "to": message.to,
            "uri": f"{path}.json",
        }


def rfc2822(moment: datetime | None) -> str | None:
    return format_datetime(moment) if moment else None


def segments(body: str) -> int:
    """70 UTF-16 units in one, 67 in each of several."""
    units = len(body.encode("utf-16-le")) // 2
    return 1 if units <= 70 else -(-units // 67)
