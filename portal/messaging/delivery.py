"""The worker's side: take what is due, give it to the gateway, write down what came of it.

The row is claimed by one committed UPDATE, the provider is called outside any transaction, the result is committed. A
worker killed in between leaves a lease behind; when it ends the row is `uncertain` and `reconcile` asks the provider
before anything is sent again. So nothing is lost silently and a sign-in code never goes out twice.
"""

import secrets
from collections.abc import Iterable
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from datetime import datetime, timedelta

import structlog
from sqlalchemy import ColumnElement, Select, String, case, cast, literal, or_, select, update

from portal.core import clock
from portal.core.extensions import db
from portal.core.jobs import periodic
from portal.core.settings import settings
from portal.core.writing import writing
from portal.domain.sms_lifecycle import SmsState, sending_time
from portal.messaging import catalogue, guard, results
from portal.messaging.catalogue import Purpose
from portal.messaging.gateways import gateway
from portal.messaging.gateways.base import Gateway, Letter, Outcome
from portal.messaging.models import OutboxMessage

log = structlog.get_logger()

HANDS = 8  # letters in flight at once per worker: also the most that one kill makes uncertain
LEASE = timedelta(minutes=1)  # longer than the gateway's timeout
CODE_LIVES = timedelta(minutes=10)  # D5: a later code is of no use
NOTICE_LIVES = timedelta(days=3)

Flight = Future[tuple[Letter, Outcome]]


@periodic("sms:deliver", timedelta(seconds=1), every_worker=True)
def deliver() -> None:
    deliver_once()


def deliver_once(limit: int = 1000) -> int:
    """Send what is due, at most `limit`; how many were tried."""
    if not _has_work():
        return 0
    sweep()
    via = gateway()
    tried, flying = 0, set[Flight]()
    with ThreadPoolExecutor(HANDS, "sms") as hands:
        while True:
            letters = claim(min(HANDS - len(flying), limit - tried))
            tried += len(letters)
            flying |= {hands.submit(_send, via, letter) for letter in letters}
            if not flying:
                return tried
            landed, flying = wait(flying, return_when=FIRST_COMPLETED)
            record((flight.result() for flight in landed), via.name)


def _send(via: Gateway, letter: Letter) -> tuple[Letter, Outcome]:
    return letter, via.send(letter)


def claim(count: int) -> list[Letter]:
    """Up to `count` due letters, leased to this worker; sign-in codes first."""
    if count <= 0:
        return []
    at = clock.now()
    batch = secrets.token_hex(8)
    lease = {
        "state": SmsState.SENDING,
        "attempts": OutboxMessage.attempts + 1,
        "attempt": literal(f"{batch}-") + cast(OutboxMessage.id, String),
        "attempted_at": at,
        "lease_until": at + LEASE,
        "due_at": None,
        "error_code": None,
    }
    with writing():
        chosen = list(db.session.scalars(_due(at, count)))
        taken = update(OutboxMessage).where(OutboxMessage.id.in_(chosen), _is_queued()).values(**lease)
        rows = db.session.scalars(taken.returning(OutboxMessage), execution_options={"populate_existing": True}).all()
        return [_letter(row) for row in rows]


def _is_queued() -> ColumnElement[bool]:
    return OutboxMessage.state == SmsState.QUEUED


def _due(at: datetime, count: int) -> Select[int]:
    code_first = case((OutboxMessage.purpose == Purpose.CODE, 0), else_=1)
    due = select(OutboxMessage.id).where(_is_queued(), OutboxMessage.due_at <= at)
    if guard.is_reached():
        due = due.where(guard.may_go())
    order = (code_first, OutboxMessage.due_at, OutboxMessage.id)
    return due.order_by(*order).limit(count).with_for_update(skip_locked=True)


def _letter(row: OutboxMessage) -> Letter:
    text = catalogue.signed(row.text or "", settings().sms_signature)
    return Letter(row.id, row.attempt or "", row.number, text, row.event, row.purpose.value)


def record(landed: Iterable[tuple[Letter, Outcome]], provider: str) -> None:
    """Write down outcomes. A row that has moved on (a receipt overtook the answer) is left as it is."""
    with writing():
        for letter, outcome in landed:
            row = db.session.scalar(_of_attempt(letter.attempt))
            if row is not None:
                results.settle(row, outcome, provider)
                log.info("sms", id=row.id, kind=row.event, state=row.state.value, code=row.error_code)


def _of_attempt(attempt: str) -> Select[OutboxMessage]:
    open_states = (SmsState.SENDING, SmsState.UNCERTAIN)
    statement = select(OutboxMessage).where(OutboxMessage.attempt == attempt, OutboxMessage.state.in_(open_states))
    return statement.with_for_update().execution_options(populate_existing=True)


def _has_work() -> bool:
    """One read, so that an idle worker never takes the write lock."""
    at = clock.now()
    work = or_(_is_queued() & (OutboxMessage.due_at <= at), OutboxMessage.lease_until < at)
    return db.session.scalar(select(OutboxMessage.id).where(work).limit(1)) is not None


def sweep() -> None:
    """Ended leases, messages that come too late, and the quiet hours (a worker may have been away in between)."""
    at = clock.now()
    with writing():
        db.session.execute(update(OutboxMessage).where(OutboxMessage.lease_until < at).values(**_uncertain(at)))
        db.session.execute(update(OutboxMessage).where(_is_queued(), _too_late(at)).values(**_ended(at)))
        if (opening := sending_time(at)) > at:
            waiting = (_is_queued(), OutboxMessage.due_at <= at, OutboxMessage.event.not_in(catalogue.ANYTIME))
            db.session.execute(update(OutboxMessage).where(*waiting).values(due_at=opening))


def _uncertain(at: datetime) -> dict[str, object]:
    return {"state": SmsState.UNCERTAIN, "lease_until": None, "due_at": at, "error_code": "worker_lost"}


def _too_late(at: datetime) -> ColumnElement[bool]:
    is_code = OutboxMessage.purpose == Purpose.CODE
    return or_(is_code & (OutboxMessage.created_at < at - CODE_LIVES), OutboxMessage.created_at < at - NOTICE_LIVES)


def _ended(at: datetime) -> dict[str, object]:
    """A code is blanked at once, outside the demo."""
    text = case((OutboxMessage.purpose == Purpose.CODE, None), else_=OutboxMessage.text)
    kept = {} if settings().demo else {"text": text}
    return kept | {"state": SmsState.FAILED, "due_at": None, "final_at": at, "error_code": "too_late"}
