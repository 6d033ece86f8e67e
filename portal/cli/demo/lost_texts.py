"""没送到的短信 of the demo: texts of the last days that did not arrive, and what came of the calls about them."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from random import Random

from sqlalchemy import func, select

from portal.cases import calling
from portal.cases.models import Case, CaseEvent
from portal.cli.demo import moments
from portal.cli.demo.staff import officer
from portal.core import clock
from portal.core.extensions import db
from portal.core.writing import writing
from portal.domain.actors import Actor
from portal.domain.case_closing import CallOutcome
from portal.domain.case_statuses import OPEN_STATUSES, CaseTrack
from portal.domain.sms_lifecycle import SmsState
from portal.messaging.models import OutboxMessage

LATELY = timedelta(days=10)
CALLER = "hotline1"  # sees the whole district
# Why it did not arrive (a provider's code, or our own rule), and the calls about it, one a day.
FATES: tuple[tuple[str, tuple[tuple[CallOutcome, str], ...]], ...] = (
    ("30003", ()),
    ("30003", ((CallOutcome.NO_ANSWER, ""), (CallOutcome.TOLD, "接通了，说的是办理单位和答复日期，居民知道了。"))),
    ("30005", ((CallOutcome.WRONG_NUMBER, "接电话的人说打错了，请社区上门时再问一下号码。"),)),
    ("cap", ()),
    ("30003", ((CallOutcome.NO_ANSWER, "上午打的，没人接，晚上再打。"),)),
    ("30008", ((CallOutcome.TOLD, ""),)),
    ("cap", ()),
    ("30008", ()),
)


def lose(end: datetime, seed: int) -> None:
    """The newest texts of that many open cases; always the same. Nothing where the demo has no cases."""
    random = Random(f"{seed}:lost")
    with writing():
        for message, (code, calls) in zip(_newest(end), FATES, strict=False):
            _did_not_arrive(message, code)
            _call(message, calls, end, random)


def _newest(end: datetime) -> Sequence[OutboxMessage]:
    """By case the last text to its author, where nothing has happened since and somebody had time to call."""
    found: dict[str, OutboxMessage] = {}
    statement = select(OutboxMessage).where(OutboxMessage.subject.startswith("case:"))
    for message in db.session.scalars(
        statement.where(OutboxMessage.created_at > end - LATELY).order_by(OutboxMessage.id)
    ):
        if message.recipient_key.startswith("phone:"):
            found[message.subject] = message
    return [each for each in found.values() if each.created_at < end - timedelta(days=2) and _is_open(each)]


def _is_open(message: OutboxMessage) -> bool:
    case = _case_of(message)
    is_author = message.recipient_key == f"phone:{case.phone_index}"
    last = db.session.scalar(select(func.max(CaseEvent.at)).where(CaseEvent.case_id == case.id))
    is_quiet = last is not None and last <= message.created_at
    return is_author and is_quiet and case.track is CaseTrack.ORDINARY and case.status in OPEN_STATUSES


def _case_of(message: OutboxMessage) -> Case:
    return db.session.get_one(Case, int(message.subject.removeprefix("case:")))


def _did_not_arrive(message: OutboxMessage, code: str) -> None:
    message.error_code = code
    if code == "cap":
        message.state, message.attempts, message.final_at = SmsState.BLOCKED, 0, message.created_at
        message.provider = message.sent_at = message.attempted_at = None
    else:
        message.state = SmsState.UNDELIVERED


def _call(message: OutboxMessage, calls: Sequence[tuple[CallOutcome, str]], end: datetime, random: Random) -> None:
    """In office hours, a day apart, the last of them before the present."""
    actor: Actor = officer(CALLER)
    for days, (outcome, words) in enumerate(calls):
        at = moments.office(message.created_at + timedelta(days=days, hours=2), random)
        clock.travel(min(at, end - timedelta(minutes=30)))
        calling.note_call(actor, _case_of(message), outcome, words)
