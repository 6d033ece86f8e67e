"""Builders and readers shared by the tests of this folder."""

from collections.abc import Sequence

from sqlalchemy import select

from portal.core.extensions import db
from portal.core.writing import writing
from portal.messaging.models import InboxMessage, OutboxMessage
from portal.messaging.notify import Recipient, notify

LI = "+8613800000001"


def tell(event: str = "case_closed_rate", number: str = LI, *, case: int = 1, sms: bool = True, **values: str) -> None:
    """One deed that tells one resident something."""
    filled = {"code": f"{case:08}", "unit": "区房产服务中心", "date": "6月21日", "act": "联系您", **values}
    with writing():
        notify(Recipient.phone(number), event, filled, subject=f"case:{case}", link=f"/case/{case}", sms=sms)


def send_code(number: str = LI, otp: str = "482913") -> None:
    with writing():
        notify(Recipient.phone(number), "login_code", {"purpose": "登录", "otp": otp}, subject="sign_in")


def outbox() -> Sequence[OutboxMessage]:
    """Every row in the order of writing, fresh from the database."""
    db.session.rollback()
    return db.session.scalars(select(OutboxMessage).order_by(OutboxMessage.id)).all()


def states() -> list[str]:
    return [message.state.value for message in outbox()]


def reasons() -> list[str | None]:
    return [message.error_code for message in outbox()]


def inbox() -> Sequence[InboxMessage]:
    return db.session.scalars(select(InboxMessage).order_by(InboxMessage.id)).all()
