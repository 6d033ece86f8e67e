"""The provider's later word on a message it took. Receipts come twice, late, in any order, or before our own answer."""

from sqlalchemy import or_, select

from portal.core.extensions import db
from portal.domain.sms_lifecycle import SmsState, receipt_state
from portal.messaging import results
from portal.messaging.catalogue import Purpose
from portal.messaging.models import OutboxMessage

ON_THE_WAY = (SmsState.SENDING, SmsState.UNCERTAIN, SmsState.SENT)


def apply(*, sid: str, status: str, error_code: str | None = None, attempt: str | None = None) -> bool:
    """Whether it changed anything; a state never goes back, and a receipt of an earlier try finds no row."""
    said = receipt_state(status)
    row = _row_of(sid, attempt) if sid and said else None
    if row is None or row.state not in ON_THE_WAY or row.provider_sid not in (None, sid):
        return False
    if row.state is not SmsState.SENT:
        results.accepted(row, sid)
    if said is SmsState.DELIVERED:
        results.ended(row, said, None)
        results.set_flag(row.number_index, None)
    elif said in (SmsState.UNDELIVERED, SmsState.FAILED):
        _did_not_arrive(row, said, error_code or "unknown")
    db.session.flush()
    return True


def _row_of(sid: str, attempt: str | None) -> OutboxMessage | None:
    """By our own name of the try, which the receipt's address carries, or by the provider's id."""
    ours = [OutboxMessage.provider_sid == sid]
    if attempt:
        ours.append(OutboxMessage.attempt == attempt)
    statement = select(OutboxMessage).where(or_(*ours)).order_by(OutboxMessage.id).limit(1)
    return db.session.scalar(statement.with_for_update())


def _did_not_arrive(row: OutboxMessage, said: SmsState, code: str) -> None:
    """A telephone that was off is tried again as the same message (domain.md §8.2)."""
    found = results.learn(row, code)
    if row.purpose is not Purpose.CODE and row.attempts < found.tries:
        results.again(row, code, found)
    else:
        results.ended(row, said, code)
