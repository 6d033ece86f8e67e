"""Twilio through its own client, at a base address from the settings.

The client has no option for another host, so its HTTP client is told to rewrite the address. It also logs whole
requests, numbers and texts included: its logger and urllib3's are silenced.
"""

import logging
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import SplitResult, urlsplit, urlunsplit

from twilio.base.exceptions import TwilioRestException
from twilio.http.http_client import TwilioHttpClient
from twilio.http.response import Response
from twilio.rest import Client

from portal.messaging.gateways.base import Absent, Letter, Outcome, Refused, Sent, Trace, Uncertain
from portal.messaging.gateways.connecting import never_connected

TIMEOUT = 10.0  # seconds; below the lease of delivery.py
CLOCKS_APART = timedelta(minutes=5)
NOT_SENT = {"failed", "undelivered", "canceled"}
BY_STATUS = {401: "20003", 403: "20003", 429: "20429"}  # when the answer carries no code of its own


def _silent() -> logging.Logger:
    logging.getLogger("urllib3.connectionpool").setLevel(logging.INFO)
    logger = logging.getLogger("portal.twilio")
    logger.disabled = True
    return logger


class RebasedHttpClient(TwilioHttpClient):
    """Sends every request to `base` instead of api.twilio.com; never repeats one by itself."""

    def __init__(self, base: str, timeout: float = TIMEOUT) -> None:
        super().__init__(timeout=timeout, max_retries=0, logger=_silent())
        self.base = urlsplit(base) if base else None

    def request(self, method: str, url: str, *args: Any, **kwargs: Any) -> Response:
        return super().request(method, self._rebased(url), *args, **kwargs)

    def _rebased(self, url: str) -> str:
        if self.base is None:
            return url
        asked: SplitResult = urlsplit(url)
        return urlunsplit(asked._replace(scheme=self.base.scheme, netloc=self.base.netloc))


class TwilioGateway:
    """Sends from a messaging service where one is configured, else from a number."""

    name = "twilio"

    def __init__(
        self,
        account: tuple[str, str],
        *,
        origin: dict[str, str],
        callback: str,
        base: str = "",
        timeout: float = TIMEOUT,
    ) -> None:
        """`account` is (sid, token); `origin` is {"from_": number} or {"messaging_service_sid": sid}."""
        self.client = Client(*account, http_client=RebasedHttpClient(base, timeout))
        self.origin = origin
        self.callback = callback

    def send(self, letter: Letter) -> Outcome:
        """The receipt's address carries the attempt, so that a receipt that overtakes the answer finds its row."""
        try:
            receipts = f"{self.callback}?attempt={letter.attempt}"
            message = self.client.messages.create(
                to=letter.to, body=letter.text, status_callback=receipts, **self.origin
            )
        except TwilioRestException as error:
            return _refusal(error)
        except Exception as error:  # requests' and urllib3's errors, an answer that is no JSON
            return Refused("connect") if never_connected(error) else Uncertain(type(error).__name__)
        if message.status in NOT_SENT:
            return Refused(str(message.error_code or message.status))
        return Sent(str(message.sid))

    def trace(self, letter: Letter, since: datetime, known: frozenset[str]) -> Trace:
        try:
            listed = self.client.messages.list(to=letter.to, limit=200, page_size=200)
        except Exception as error:
            return Uncertain(type(error).__name__)
        return _own(letter, listed, since - CLOCKS_APART, known)


def _own(letter: Letter, listed: Iterable[Any], since: datetime, known: frozenset[str]) -> Trace:
    """More than one that fits is kept as sent and said: a person may have got it twice (security.md §1.4)."""
    found = [
        str(message.sid)
        for message in listed
        if (message.date_created is None or message.date_created >= since)
        and message.body == letter.text
        and message.sid not in known
    ]
    return Sent(found[0], perhaps_twice=len(found) > 1) if found else Absent()


def _refusal(error: TwilioRestException) -> Outcome:
    """4xx with or without a code is a refusal; a 5xx may hide an accepted message (security.md §1.4)."""
    if error.status >= 500 or error.status == 408:
        return Uncertain(f"http {error.status}")
    return Refused(str(error.code or BY_STATUS.get(error.status) or error.status))
