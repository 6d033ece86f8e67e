"""The one place that commits.

`writing()` ends the read transaction, begins a write (IMMEDIATE on SQLite), commits once. Commands and the worker use it.
`perform(deed)` is the same for doors: it retries once on a deadlock and when somebody else was first (the second look
says so in words), honours the form's `once` field and answers 303.
Order inside: the deed, its event, its messages, counters (sorted by key), the journal's head last.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

from flask import g, has_request_context, redirect, request
from sqlalchemy import String, delete, select, update
from sqlalchemy.exc import IntegrityError, OperationalError
from sqlalchemy.orm import Mapped, mapped_column
from werkzeug.wrappers import Response

from portal.core import clock, crypto
from portal.core.base import Base
from portal.core.dialects import insert_ignore
from portal.core.extensions import db
from portal.domain.errors import DomainError

KEEP_ONCE = timedelta(days=7)
RETRY_STATES = {"40001", "40P01"}  # serialization failure, deadlock


class OnceKey(Base):
    """A form that was sent: pressing again shows the first result. The key is stored hashed."""

    __tablename__ = "once_keys"
    key: Mapped[str] = mapped_column(String(64), primary_key=True)
    target: Mapped[str | None]
    created_at: Mapped[datetime] = mapped_column(index=True)


class CsrfFailed(DomainError):
    """The page's token did not match; nothing may be written."""


@contextmanager
def writing() -> Iterator[None]:
    if has_request_context() and g.get("csrf_failed"):
        raise CsrfFailed("This page was open for a long time. Please press the button again.")
    db.session.rollback()
    db.session.connection(execution_options={"writing": True})
    try:
        yield
        db.session.commit()
    except BaseException:
        db.session.rollback()
        raise


def perform(deed: Callable[[], str], *, keyed: bool = True) -> Response:
    """Run `deed` (it returns the address that shows its result) in one transaction; 303 to that address.

    `keyed=False`: the deed itself refuses its repetition, so the form's key is not written down.
    """
    try:
        return redirect(_once(deed, keyed), 303)
    except (OperationalError, IntegrityError) as error:
        if isinstance(error, OperationalError) and getattr(error.orig, "sqlstate", None) not in RETRY_STATES:
            raise
        return redirect(_once(deed, keyed), 303)


def _once(deed: Callable[[], str], keyed: bool) -> str:
    key = request.form.get("once", "") if keyed else ""
    with writing():
        if key and (first := _first_result(key)) is not None:
            return first
        target = deed()
        if key:
            db.session.execute(update(OnceKey).where(OnceKey.key == _hash(key)).values(target=target))
        return target


def _first_result(key: str) -> str | None:
    """None for a fresh key (now claimed); the stored address for a key that was used."""
    row = {"key": _hash(key), "target": None, "created_at": clock.now()}
    if db.session.execute(insert_ignore(OnceKey).values(**row)).rowcount == 1:  # type: ignore[attr-defined]
        return None
    return db.session.scalar(select(OnceKey.target).where(OnceKey.key == _hash(key))) or request.path


def _hash(key: str) -> str:
    return crypto.hmac_code(key[:200], f"once:{request.endpoint}")


def forget_old_keys() -> None:
    db.session.execute(delete(OnceKey).where(OnceKey.created_at < clock.now() - KEEP_ONCE))
