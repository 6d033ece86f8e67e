"""Sign-in codes (product decision D5, security.md §4): one live code per number and purpose, five tries, ten minutes.

Every limit is one conditional statement: one that reads first and adds later let 17–200 of 200 parallel guesses
through.
"""

import hmac
import secrets
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import ColumnElement, and_, case, or_, select, update

from portal.core import clock, crypto, limits
from portal.core.dialects import upsert
from portal.core.extensions import db
from portal.domain.errors import LimitReached
from portal.identity.models import SignInCode

DIGITS = 6
LIVES = timedelta(minutes=10)
TRIES = 5
LOCKED = timedelta(minutes=15)
WAITS = (timedelta(seconds=60), timedelta(seconds=120), timedelta(seconds=300))
PER_NUMBER, PER_DEVICE = 3, 5  # an hour
SOFT_PER_ADDRESS, HARD_PER_ADDRESS = 60, 600  # an hour: carriers share addresses, a building votes in one evening
WRONG_PER_DAY = 10
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


class Verdict(StrEnum):
    RIGHT = "right"
    WRONG = "wrong"
    SPENT = "spent"  # five wrong tries
    OVER = "over"  # too old, used, or replaced
    DAY_OVER = "day_over"  # ten wrong today


def new_code() -> str:
    return f"{secrets.randbelow(10**DIGITS):0{DIGITS}}"


def wait_after(sent: int) -> timedelta:
    return WAITS[min(sent, len(WAITS)) - 1]


def issue(index: str, purpose: str, *, device: str, address: str, knows_us: bool) -> str:
    """Store a fresh code in place of the old one and give it. LimitReached otherwise; nothing is counted then."""
    _respect_address(address, knows_us)
    code = new_code()
    if not _store(index, purpose, code):
        raise _too_soon(index, purpose)
    if not limits.hit(f"code:number:{index}", PER_NUMBER, HOUR):
        raise _too_many(f"code:number:{index}")
    if not limits.hit(f"code:device:{device}", PER_DEVICE, HOUR):
        raise _too_many(f"code:device:{device}")
    return code


def _respect_address(address: str, knows_us: bool) -> None:
    """Beyond the soft limit only browsers that keep our cookie get through; beyond the hard one nobody."""
    bucket = f"code:address:{address}"
    if not limits.hit(bucket, HARD_PER_ADDRESS, HOUR, by_address=True):
        raise _too_many(bucket)
    if not knows_us and not limits.hit(f"{bucket}:soft", SOFT_PER_ADDRESS, HOUR, by_address=True):
        raise LimitReached(
            "Too many requests right now. Please press the button again in a minute.", retry_after=WAITS[0]
        )


def _store(index: str, purpose: str, code: str) -> bool:
    """False when the last one was sent too short a time ago, or five wrong tries still weigh."""
    at = clock.now()
    fresh = {
        "code_hmac": _hmac(code, index, purpose),
        "tries": 0,
        "created_at": at,
        "expires_at": at + LIVES,
        "used_at": None,
        "locked_until": None,
    }
    statement = upsert(SignInCode).values(phone_index=index, purpose=purpose, sent=1, **fresh)
    statement = statement.on_conflict_do_update(
        index_elements=[SignInCode.phone_index, SignInCode.purpose],
        set_={**fresh, "sent": case((SignInCode.created_at <= at - HOUR, 1), else_=SignInCode.sent + 1)},
        where=and_(_waited(at), or_(SignInCode.locked_until.is_(None), SignInCode.locked_until <= at)),
    ).returning(SignInCode.sent)
    return db.session.execute(statement).first() is not None


def _waited(at: datetime) -> ColumnElement[bool]:
    first, second, third = WAITS
    return or_(
        and_(SignInCode.sent == 1, SignInCode.created_at <= at - first),
        and_(SignInCode.sent == 2, SignInCode.created_at <= at - second),
        SignInCode.created_at <= at - third,
    )


def _too_soon(index: str, purpose: str) -> LimitReached:
    row = _row(index, purpose)
    at = clock.now()
    if row.locked_until and row.locked_until > at:
        return spent(row.locked_until - at)
    left = max(row.created_at + wait_after(row.sent) - at, timedelta(seconds=1))
    return LimitReached(
        "Just sent. The SMS may be slow; please wait %(minutes)s min before pressing again.",
        retry_after=left,
        minutes=minutes(left),
    )


def _too_many(bucket: str) -> LimitReached:
    _hits, ends = limits.standing(bucket)
    left = (ends - clock.now()) if ends else HOUR
    return LimitReached(
        "Many codes were sent already. Please try again in %(minutes)s min, or call %(phone)s.",
        retry_after=left,
        minutes=minutes(left),
        phone="12345",
    )


def spent(left: timedelta = LOCKED) -> LimitReached:
    return LimitReached(
        "Five tries were wrong. Please try again in %(minutes)s min, or call %(phone)s.",
        retry_after=left,
        minutes=minutes(left),
        phone="12345",
    )


def minutes(left: timedelta) -> int:
    return max(1, -(-int(left.total_seconds()) // 60))


def compare(index: str, purpose: str, typed: str) -> Verdict:
    """Count the try first, by one UPDATE, then look; commit whatever comes out. A right code is used up."""
    at = clock.now()
    stored = db.session.scalar(
        update(SignInCode)
        .where(_of(index, purpose), SignInCode.tries < TRIES, SignInCode.used_at.is_(None), SignInCode.expires_at > at)
        .values(
            tries=SignInCode.tries + 1,
            locked_until=case((SignInCode.tries + 1 >= TRIES, at + LOCKED), else_=None),
        )
        .returning(SignInCode.code_hmac)
    )
    if stored is None:
        return _why_not(index, purpose)
    if limits.standing(f"code:wrong:{index}")[0] >= WRONG_PER_DAY:
        return Verdict.DAY_OVER
    if not hmac.compare_digest(stored, _hmac(typed, index, purpose)):
        limits.count(f"code:wrong:{index}", DAY)
        return _wrong(index, purpose)
    db.session.execute(update(SignInCode).where(_of(index, purpose)).values(used_at=at, locked_until=None))
    return Verdict.RIGHT


def _wrong(index: str, purpose: str) -> Verdict:
    return Verdict.SPENT if _row(index, purpose).tries >= TRIES else Verdict.WRONG


def _why_not(index: str, purpose: str) -> Verdict:
    row = db.session.get(SignInCode, (index, purpose), populate_existing=True)
    if row is not None and row.tries >= TRIES and row.used_at is None:
        return Verdict.SPENT
    return Verdict.OVER


def _row(index: str, purpose: str) -> SignInCode:
    return db.session.scalars(
        select(SignInCode).where(_of(index, purpose)).execution_options(populate_existing=True)
    ).one()


def _of(index: str, purpose: str) -> ColumnElement[bool]:
    return and_(SignInCode.phone_index == index, SignInCode.purpose == purpose)


def _hmac(code: str, index: str, purpose: str) -> str:
    return crypto.hmac_code(f"{index}:{code}", f"sign-in:{purpose}")
