"""The spend guard: so many SMS in rolling 24 hours, then only what cannot wait goes out and the rest stays queued.

A mistake or a flood must not empty the account over a night. Sign-in codes and urgent staff texts always go (ux.md §6).
"""

from datetime import datetime

from sqlalchemy import ColumnElement, func, or_, select

from portal.core import clock
from portal.core.extensions import db
from portal.core.settings import settings
from portal.domain.sms_lifecycle import DAY
from portal.messaging.catalogue import ANYTIME, Purpose
from portal.messaging.models import OutboxMessage


def sent_in_a_day(at: datetime) -> int:
    """Messages handed to the provider in the 24 hours before `at`, among the newest: that is all the limit can ask for."""
    newest = select(OutboxMessage.attempted_at).order_by(OutboxMessage.id.desc()).limit(4 * settings().sms_daily_limit)
    tried = newest.subquery()
    return int(db.session.scalar(select(func.count()).where(tried.c.attempted_at > at - DAY)) or 0)


def is_reached() -> bool:
    return sent_in_a_day(clock.now()) >= settings().sms_daily_limit


def may_go() -> ColumnElement[bool]:
    """What is sent also beyond the limit."""
    return or_(OutboxMessage.purpose == Purpose.CODE, OutboxMessage.event.in_(ANYTIME))
