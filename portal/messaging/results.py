"""What an answer of the provider makes of a row. Every change of state after claiming goes through here."""

import structlog

from portal.core import clock
from portal.core.dialects import upsert
from portal.core.extensions import db
from portal.core.settings import settings
from portal.domain.sms_lifecycle import NumberFlag, SmsState, Verdict, retry_delay, verdict
from portal.messaging.catalogue import Purpose
from portal.messaging.gateways.base import Outcome, Refused, Sent
from portal.messaging.models import OutboxMessage, SmsNumber

log = structlog.get_logger()


def settle(row: OutboxMessage, outcome: Outcome, provider: str) -> None:
    """The row is in `sending`, or `uncertain` because its lease ended before the answer came."""
    row.provider = provider
    if isinstance(outcome, Sent):
        accepted(row, outcome.sid)
    elif isinstance(outcome, Refused):
        refused(row, outcome.code)
    elif row.state is SmsState.SENDING:
        uncertain(row, outcome.why)


def accepted(row: OutboxMessage, sid: str) -> None:
    row.state, row.provider_sid, row.error_code = SmsState.SENT, sid, None
    row.sent_at = row.sent_at or clock.now()
    row.due_at = row.lease_until = None
    forget_code(row)


def refused(row: OutboxMessage, code: str) -> None:
    """Certainly not taken: again later where that can help, else the end."""
    found = learn(row, code)
    if row.purpose is not Purpose.CODE and row.attempts < found.tries:
        again(row, code, found)
    else:
        ended(row, SmsState.FAILED, code)


def again(row: OutboxMessage, code: str, found: Verdict) -> None:
    """The same message once more. Its old names are taken off, so that receipts of the old try find nothing."""
    row.state, row.error_code = SmsState.QUEUED, code
    row.due_at = clock.now() + retry_delay(row.attempts, found.pause)
    row.attempt = row.lease_until = row.provider_sid = None


def ended(row: OutboxMessage, state: SmsState, code: str | None) -> None:
    row.state, row.error_code = state, code
    row.final_at = clock.now()
    row.due_at = row.lease_until = None
    forget_code(row)


def uncertain(row: OutboxMessage, why: str) -> None:
    """The next look is at asking the provider, after it had time to list the message."""
    row.state, row.error_code = SmsState.UNCERTAIN, why[:40]
    row.lease_until, row.due_at = None, clock.now() + retry_delay(1)


def forget_code(row: OutboxMessage) -> None:
    """A sign-in code is blanked as soon as it is out of hands; the demo's telephone must still show it."""
    if row.purpose is Purpose.CODE and not settings().demo:
        row.text = None


def learn(row: OutboxMessage, code: str) -> Verdict:
    """What the code says about the number is kept, what it says about our settings is cried out."""
    found = verdict(code)
    if found.flag is not None:
        set_flag(row.number_index, found.flag)
    if found.alarm:
        log.error("sms_needs_operator", code=code)
    return found


def set_flag(number_index: str, flag: NumberFlag | None) -> None:
    """None takes it off: a message has arrived there."""
    values = {"flag": flag, "changed_at": clock.now()}
    insert = upsert(SmsNumber).values(number_index=number_index, **values)
    db.session.execute(insert.on_conflict_do_update(index_elements=["number_index"], set_=values))
