"""What time it is. Everything but TOTP and per-address windows follows this clock.

A demo runs shifted: the shift is a row, so that web and worker follow a move within two seconds and a restart goes on.
Tests freeze and move it with `travel`.
"""

import threading
import time
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from flask import current_app, has_app_context
from sqlalchemy import BigInteger, CheckConstraint, select
from sqlalchemy.orm import Mapped, mapped_column

from portal.core.base import Base, pk

ZONE = ZoneInfo("Asia/Shanghai")
FOLLOW = 1.0  # seconds between two looks at the stored shift


class ClockShift(Base):
    """The demo's distance from real time, in microseconds; one row."""

    __tablename__ = "clock_shifts"
    __table_args__ = (CheckConstraint("id = 1", name="one_row"),)
    id: Mapped[int] = pk()
    microseconds: Mapped[int] = mapped_column(BigInteger)


class Clock:
    """Real time plus a shift; `frozen` for tests."""

    def __init__(self, follows_database: bool) -> None:
        self.follows_database = follows_database
        self.shift = timedelta()
        self.frozen: datetime | None = None
        self._looked = 0.0
        self._lock = threading.Lock()

    def now(self) -> datetime:
        if self.frozen is not None:
            return self.frozen
        if self.follows_database and time.monotonic() - self._looked > FOLLOW:
            self.look()
        return datetime.now(UTC) + self.shift

    def look(self) -> None:
        """Read the stored shift on a connection of its own, so that no caller's transaction is touched."""
        from portal.core.extensions import db

        with self._lock:
            self._looked = time.monotonic()
            try:
                with db.engine.connect() as connection:
                    stored = connection.execute(select(ClockShift.microseconds)).scalar()
            except Exception:  # before the first migration there is no table
                return
            if stored is not None:
                self.shift = timedelta(microseconds=stored)


def _clock() -> Clock:
    found: Clock = current_app.extensions["clock"]
    return found


def now() -> datetime:
    """Aware UTC."""
    return _clock().now() if has_app_context() else datetime.now(UTC)


def real_now() -> datetime:
    return datetime.now(UTC)


def local(moment: datetime) -> datetime:
    return moment.astimezone(ZONE)


def as_typed(moment: datetime) -> datetime:
    """What somebody typed without a zone is Tianjin's time."""
    return moment if moment.tzinfo else moment.replace(tzinfo=ZONE)


def today() -> date:
    return local(now()).date()


def travel(to: datetime | None) -> None:
    """Tests: freeze the clock at `to` (aware); None lets it run again."""
    _clock().frozen = to


def set_shift(shift: timedelta) -> None:
    """Store the demo's shift (inside `writing()`); refuses to go back."""
    from portal.core.extensions import db

    stored = db.session.get(ClockShift, 1)
    if stored is None:
        db.session.add(ClockShift(id=1, microseconds=shift // timedelta(microseconds=1)))
    elif timedelta(microseconds=stored.microseconds) > shift:
        raise ValueError("the demo's clock never goes back")
    else:
        stored.microseconds = shift // timedelta(microseconds=1)
    db.session.flush()
    _clock().shift = shift
