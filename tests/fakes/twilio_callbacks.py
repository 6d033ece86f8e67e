"""Status callbacks, signed with Twilio's own algorithm, and ways to tamper with them."""

from dataclasses import dataclass, replace
from typing import Any

import requests
from flask.testing import FlaskClient
from twilio.request_validator import RequestValidator


@dataclass(frozen=True)
class Callback:
    """One POST to the address that the sender gave."""

    url: str
    fields: dict[str, str]
    signature: str

    @classmethod
    def signed(cls, url: str, fields: dict[str, str], token: str) -> "Callback":
        return cls(url, fields, RequestValidator(token).compute_signature(url, fields))

    def forged(self) -> "Callback":
        """The same words, signed by somebody who does not know the token."""
        return Callback.signed(self.url, self.fields, "not-the-token")

    def unsigned(self) -> "Callback":
        return replace(self, signature="")

    def altered(self, **fields: str) -> "Callback":
        """Other words under the old signature."""
        return replace(self, fields={**self.fields, **fields})

    @property
    def headers(self) -> dict[str, str]:
        return {"X-Twilio-Signature": self.signature} if self.signature else {}

    def post(self) -> int:
        """Over the network to a running application; the HTTP status."""
        return requests.post(self.url, data=self.fields, headers=self.headers, timeout=5).status_code

    def post_to(self, client: FlaskClient) -> int:
        """To an application in this process, at the address the sender gave; the HTTP status."""
        answer: Any = client.post(self.url, data=self.fields, headers=self.headers)
        return int(answer.status_code)
