"""A fresh code before a deed on one's own account, with its own purpose: it opens nothing else (D5)."""

from enum import StrEnum

from portal.core import crypto
from portal.identity import codes
from portal.identity.codes import Verdict
from portal.identity.services import Visitor
from portal.messaging.notify import Recipient, notify


class Deed(StrEnum):
    HAND_OVER = "hand_over"
    OLD_PHONE = "old_phone"
    NEW_PHONE = "new_phone"


WORDS = {Deed.HAND_OVER: "授权家人", Deed.OLD_PHONE: "换号码", Deed.NEW_PHONE: "换号码"}


def send(e164: str, deed: Deed, visitor: Visitor) -> None:
    """LimitReached when it is too soon or too often. Call it inside `writing()`."""
    index = crypto.blind_index(e164)
    code = codes.issue(index, deed, device=visitor.device, address=visitor.address, knows_us=visitor.is_known)
    notify(Recipient.phone(e164), "login_code", {"purpose": WORDS[deed], "otp": code}, subject=f"{deed}:{index[:16]}")


def prove(e164: str, deed: Deed, typed: str) -> Verdict:
    """Counts the try, then looks. Commit whatever comes out."""
    return codes.compare(crypto.blind_index(e164), deed, typed)
