"""Wrong passwords: each makes the next try wait longer, none locks anybody out (security.md §4).

A try is claimed by one conditional upsert before anything is compared, so parallel guesses wait like those in a row.
"""

from datetime import timedelta

from sqlalchemy import case, delete, select

from portal.core import clock, crypto
from portal.core.dialects import upsert
from portal.core.extensions import db
from portal.domain.errors import LimitReached
from portal.identity.models import SignInDelay

FREE = 4  # tries without waiting
LONGEST = timedelta(minutes=5)
FORGET = timedelta(hours=24)


def wait_before(fails: int) -> timedelta:
    """How long after the `fails`-th wrong try the next one waits: 0 … 0, 1, 2, 4 … 300 seconds."""
    return timedelta() if fails < FREE else min(timedelta(seconds=2 ** min(fails - FREE, 20)), LONGEST)


def claim(name: str) -> None:
    """Count one try of `name` in advance; LimitReached while the last one still weighs."""
    at, bucket = clock.now(), _bucket(name)
    over = SignInDelay.ends_at <= at
    growing = case(
        *((SignInDelay.fails == fails, at + wait_before(fails + 1)) for fails in range(1, FREE + 9)), else_=at + LONGEST
    )
    statement = upsert(SignInDelay).values(bucket=bucket, fails=1, free_at=at, ends_at=at + FORGET)
    statement = statement.on_conflict_do_update(
        index_elements=[SignInDelay.bucket],
        set_={
            "fails": case((over, 1), else_=SignInDelay.fails + 1),
            "free_at": case((over, at), else_=growing),
            "ends_at": at + FORGET,
        },
        where=SignInDelay.free_at <= at,
    ).returning(SignInDelay.fails)
    if db.session.execute(statement).first() is None:
        raise _wait(bucket)


def _wait(bucket: str) -> LimitReached:
    free_at = db.session.scalar(select(SignInDelay.free_at).where(SignInDelay.bucket == bucket))
    left = max((free_at or clock.now()) - clock.now(), timedelta(seconds=1))
    seconds = -(-left // timedelta(seconds=1))
    return LimitReached(
        "Several tries were wrong. Please wait %(seconds)s seconds before the next one.",
        retry_after=left,
        seconds=seconds,
    )


def forgive(name: str) -> None:
    """The right password came."""
    db.session.execute(delete(SignInDelay).where(SignInDelay.bucket == _bucket(name)))


def forget_ended() -> None:
    db.session.execute(delete(SignInDelay).where(SignInDelay.ends_at < clock.now()))


def _bucket(name: str) -> str:
    return crypto.hmac_code(name, "delay")
