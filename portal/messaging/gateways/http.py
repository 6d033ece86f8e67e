"""A domestic SMS platform behind one signed POST.

The platform (or a small adapter in front of it) gets `POST <SMS_HTTP_URL>` with the JSON body

    {"id": "<attempt>", "to": "+8613…", "text": "【签名】…", "template": "<event>", "type": "code" | "notice" | "staff"}

and the headers `X-Portal-Timestamp` (Unix seconds) and `X-Portal-Signature: sha256=<hex>`, the HMAC-SHA256 with
SMS_HTTP_KEY over `<timestamp>.<body>`. A 2xx answer `{"id": "<its own id>"}` means taken; a 4xx answer
`{"code": "<reason>"}` means refused; anything else leaves it uncertain.
"""

import hashlib
import hmac
import json
import time
from datetime import datetime

import requests

from portal.messaging.gateways.base import Letter, Outcome, Refused, Sent, Trace, Uncertain
from portal.messaging.gateways.connecting import never_connected

TIMEOUT = (3.05, 10.0)  # seconds to connect, to answer


def signature(key: str, timestamp: str, body: bytes) -> str:
    mac = hmac.new(key.encode(), timestamp.encode() + b"." + body, hashlib.sha256)
    return f"sha256={mac.hexdigest()}"


class HttpGateway:
    name = "http"

    def __init__(self, url: str, key: str) -> None:
        self.url = url
        self.key = key

    def send(self, letter: Letter) -> Outcome:
        try:
            answer = self._post(letter)
        except requests.RequestException as error:
            return Refused("connect") if never_connected(error) else Uncertain(type(error).__name__)
        return self._read(answer)

    def _post(self, letter: Letter) -> requests.Response:
        who = {"id": letter.attempt, "to": letter.to}
        fields = who | {"text": letter.text, "template": letter.event, "type": letter.purpose}
        body = json.dumps(fields, ensure_ascii=False).encode()
        timestamp = str(int(time.time()))
        headers = {
            "Content-Type": "application/json",
            "X-Portal-Timestamp": timestamp,
            "X-Portal-Signature": signature(self.key, timestamp, body),
        }
        return requests.post(self.url, data=body, headers=headers, timeout=TIMEOUT, allow_redirects=False)

    def _read(self, answer: requests.Response) -> Outcome:
        try:
            said = answer.json()
        except ValueError:
            said = {}
        if answer.ok and isinstance(said, dict) and said.get("id"):
            return Sent(str(said["id"])[:64])
        if 400 <= answer.status_code < 500 and answer.status_code != 408:
            code = said.get("code") if isinstance(said, dict) else None
            return Refused(str(code or answer.status_code)[:40])
        return Uncertain(f"http {answer.status_code}")

    def trace(self, letter: Letter, since: datetime, known: frozenset[str]) -> Trace:
        """This protocol has no look-up."""
        return Uncertain("no look-up")
