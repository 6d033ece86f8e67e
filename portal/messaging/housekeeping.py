"""What the messages leave behind: texts are blanked, old rows go (security.md §4)."""

from datetime import datetime, timedelta

from sqlalchemy import delete, or_, update

from portal.core import clock
from portal.core.extensions import db
from portal.core.jobs import periodic
from portal.core.settings import settings
from portal.core.writing import writing
from portal.domain.sms_lifecycle import SmsState
from portal.messaging.catalogue import Purpose
from portal.messaging.models import InboxMessage, OutboxMessage

TEXT_LIVES = timedelta(days=30)
CODE_ROW_LIVES = timedelta(days=30)
ROW_LIVES = timedelta(days=730)  # as long as the identity stays with a case
OPEN = (SmsState.QUEUED, SmsState.SENDING)


@periodic("sms:tidy", timedelta(hours=1))
def tidy() -> None:
    with writing():
        blank_texts(clock.now())
        forget_old(clock.now())


def blank_texts(at: datetime) -> None:
    """Codes that are out of hands at once (outside the demo), everything else after 30 days."""
    over = OutboxMessage.created_at < at - TEXT_LIVES
    if not settings().demo:
        over |= (OutboxMessage.purpose == Purpose.CODE) & (OutboxMessage.state != SmsState.UNCERTAIN)
    statement = update(OutboxMessage).where(OutboxMessage.state.not_in(OPEN), over, OutboxMessage.text.is_not(None))
    db.session.execute(statement.values(text=None).execution_options(synchronize_session=False))


def forget_old(at: datetime) -> None:
    code = (OutboxMessage.purpose == Purpose.CODE) & (OutboxMessage.created_at < at - CODE_ROW_LIVES)
    gone = or_(code, OutboxMessage.created_at < at - ROW_LIVES)
    db.session.execute(delete(OutboxMessage).where(OutboxMessage.state.not_in(OPEN), gone))
    db.session.execute(delete(InboxMessage).where(InboxMessage.created_at < at - ROW_LIVES))
