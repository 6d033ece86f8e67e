"""Messages of an invented past: a demo's months of cases told people things that nobody will really send now."""

from datetime import datetime

from sqlalchemy import update

from portal.core.extensions import db
from portal.domain.sms_lifecycle import SmsState
from portal.messaging.models import OutboxMessage


def arrived_before(moment: datetime) -> int:
    """Everything that was due before `moment` counts as delivered when it was due; how many. Inside `writing()`."""
    past = (OutboxMessage.state == SmsState.QUEUED, OutboxMessage.due_at < moment)
    arrived = {
        "state": SmsState.DELIVERED,
        "provider": "demo",
        "attempts": 1,
        "attempted_at": OutboxMessage.due_at,
        "sent_at": OutboxMessage.due_at,
        "final_at": OutboxMessage.due_at,
        "due_at": None,
    }
    statement = update(OutboxMessage).where(*past).values(**arrived).execution_options(synchronize_session=False)
    return int(db.session.execute(statement).rowcount)  # type: ignore[attr-defined]
