"""The life of one SMS, what the provider's words and codes make of it, and the rules for the sender.

Sources: domain.md §8.1–8.2, product D3, ux.md §6.
"""

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from enum import StrEnum

from portal.domain.local_time import SHANGHAI, local
from portal.domain.sms_text import SEGMENT_UNITS, check_text, utf16_units

__all__ = [
    "DAILY_CAP",
    "DAY",
    "SEGMENT_UNITS",
    "NumberFlag",
    "SmsState",
    "Verdict",
    "check_text",
    "receipt_state",
    "retry_delay",
    "sending_time",
    "utf16_units",
    "verdict",
]

DAILY_CAP = 4  # residents' notices per number in rolling 24 h (D3); sign-in codes and staff texts are not counted
DAY = timedelta(days=1)
MORNING, EVENING = time(8), time(20)


class SmsState(StrEnum):
    QUEUED = "queued"
    SENDING = "sending"
    SENT = "sent"  # the provider has it
    DELIVERED = "delivered"
    UNDELIVERED = "undelivered"
    FAILED = "failed"
    UNCERTAIN = "uncertain"  # nobody knows whether the provider took it
    BLOCKED = "blocked"  # by our own rules; the inbox has it


class NumberFlag(StrEnum):
    """Why a number gets no SMS any more."""

    INVALID = "invalid"  # 号码无效, 空号
    UNSUBSCRIBED = "unsubscribed"  # 已退订
    UNSUPPORTED = "unsupported"  # 不支持短信, a landline


# The 13 statuses of a Twilio message. None: an incoming one, nothing of ours.
_RECEIPTS: dict[str, SmsState | None] = {
    "accepted": SmsState.SENT,
    "scheduled": SmsState.SENT,
    "queued": SmsState.SENT,
    "sending": SmsState.SENT,
    "sent": SmsState.SENT,
    "partially_delivered": SmsState.SENT,  # a text is one segment, so no last word
    "delivered": SmsState.DELIVERED,
    "read": SmsState.DELIVERED,
    "undelivered": SmsState.UNDELIVERED,
    "failed": SmsState.FAILED,
    "canceled": SmsState.FAILED,
    "receiving": None,
    "received": None,
}


def receipt_state(status: str) -> SmsState | None:
    """What a receipt's status means for our row; None for words that say nothing about it."""
    return _RECEIPTS.get(status)


AT_ONCE, LATER = timedelta(seconds=30), timedelta(minutes=10)
LONGEST_PAUSE = timedelta(hours=2)


@dataclass(frozen=True)
class Verdict:
    """What a provider's code asks for.

    `tries`: how often the message may be handed over in all (1: not again). Sign-in codes are never resent, whatever
    stands here. `pause`: before the second try, doubled each time. `flag`: what is now known of the number.
    `alarm`: the operator has to act, no message will get through.
    """

    tries: int = 1
    pause: timedelta = LATER
    flag: NumberFlag | None = None
    alarm: bool = False


_CONFIGURATION = Verdict(alarm=True)
_PROVIDER_BUSY = Verdict(tries=9, pause=AT_ONCE)

# Provider code → verdict (domain.md §8.2). What is not listed is not tried again.
_VERDICTS: dict[str, Verdict] = {
    "21211": Verdict(flag=NumberFlag.INVALID),
    "21408": _CONFIGURATION,  # region not enabled
    "21606": _CONFIGURATION,  # sender cannot send SMS
    "21608": _CONFIGURATION,  # trial account
    "21610": Verdict(flag=NumberFlag.UNSUBSCRIBED),
    "21612": _CONFIGURATION,  # no route for this sender
    "21614": Verdict(flag=NumberFlag.UNSUPPORTED),
    "21635": Verdict(flag=NumberFlag.UNSUPPORTED),
    "20003": Verdict(tries=9, alarm=True),  # credentials refused: goes out once they are put right
    "20429": _PROVIDER_BUSY,
    "30002": _CONFIGURATION,  # account suspended
    "30003": Verdict(tries=4),  # handset off or out of reach
    "30004": Verdict(),  # blocked
    "30005": Verdict(flag=NumberFlag.INVALID),  # 空号
    "30006": Verdict(flag=NumberFlag.UNSUPPORTED),  # landline or unreachable carrier
    "30007": _CONFIGURATION,  # filtered for its content: the template has to be looked at
    "30008": Verdict(tries=2),
    "30410": Verdict(tries=4),  # provider timed out
    "60220": _CONFIGURATION,  # template not registered for China
    "connect": _PROVIDER_BUSY,  # our own word: the provider was not reached
    "not_taken": _PROVIDER_BUSY,  # our own word: asked, and it does not know the message
}


def verdict(code: str) -> Verdict:
    return _VERDICTS.get(code, Verdict())


def retry_delay(attempts: int, pause: timedelta = AT_ONCE) -> timedelta:
    """How long to wait after the `attempts`-th try: `pause`, then doubled, at most two hours."""
    doublings = min(max(attempts, 1) - 1, 10)
    return min(pause * (1 << doublings), LONGEST_PAUSE)


def sending_time(at: datetime, anytime: bool = False) -> datetime:
    """`at` itself, or the next 08:00 in Tianjin when it falls into the quiet hours 20:00–08:00 (ux.md §6, rule 3)."""
    there = local(at)
    if anytime or MORNING <= there.time() < EVENING:
        return at
    day = there.date() + (DAY if there.time() >= EVENING else timedelta())
    return datetime.combine(day, MORNING, SHANGHAI)
