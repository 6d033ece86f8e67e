"""Counted limits as rows: one conditional UPDATE, never read-then-add (security.md §1.3).

Windows are fixed slots of real time for addresses and of the portal's clock for people's numbers, as the caller chooses.
"""

from datetime import datetime, timedelta

from sqlalchemy import CheckConstraint, String, case, delete, select
from sqlalchemy.orm import Mapped, mapped_column

from portal.core import clock, crypto
from portal.core.base import Base
from portal.core.dialects import upsert
from portal.core.extensions import db
from portal.core.settings import settings


class LimitCount(Base):
    """How often something happened since `started_at`. The bucket is hashed: it may hold a number or an address."""

    __tablename__ = "limit_counts"
    __table_args__ = (CheckConstraint("hits >= 0", name="hits"),)
    bucket: Mapped[str] = mapped_column(String(64), primary_key=True)
    hits: Mapped[int]
    started_at: Mapped[datetime]
    ends_at: Mapped[datetime] = mapped_column(index=True)


def hit(bucket: str, limit: int, window: timedelta, *, by_address: bool = False) -> bool:
    """Count one and say whether it is still within `limit`. Flushes; the caller's transaction commits.

    `by_address` marks the coarse limits that a demo may switch off; those per number and per code always hold.
    """
    if by_address and not settings().rate_limits:
        return True
    return count(bucket, window) <= limit


def count(bucket: str, window: timedelta) -> int:
    """Add one to the bucket, starting over when its window has ended; the new count."""
    at = clock.now()
    key = crypto.hmac_code(bucket, "limit")
    insert = upsert(LimitCount).values(bucket=key, hits=1, started_at=at, ends_at=at + window)
    over = LimitCount.ends_at <= at
    statement = insert.on_conflict_do_update(
        index_elements=[LimitCount.bucket],
        set_={
            "hits": case((over, 1), else_=LimitCount.hits + 1),
            "started_at": case((over, at), else_=LimitCount.started_at),
            "ends_at": case((over, at + window), else_=LimitCount.ends_at),
        },
    ).returning(LimitCount.hits)
    return int(db.session.execute(statement).scalar_one())


def standing(bucket: str) -> tuple[int, datetime | None]:
    """(hits so far, when the window ends) without counting; (0, None) when it is over."""
    row = db.session.execute(
        select(LimitCount.hits, LimitCount.ends_at).where(LimitCount.bucket == crypto.hmac_code(bucket, "limit"))
    ).first()
    if row is None or row.ends_at <= clock.now():
        return 0, None
    return row.hits, row.ends_at


def reset(bucket: str) -> None:
    db.session.execute(delete(LimitCount).where(LimitCount.bucket == crypto.hmac_code(bucket, "limit")))


def forget_ended() -> None:
    db.session.execute(delete(LimitCount).where(LimitCount.ends_at < clock.now()))
