"""Signing in, for residents and for staff. What is slow (hashing) stays outside transactions, so these are steps."""

import time
from dataclasses import dataclass
from datetime import datetime, timedelta

import pyotp
from sqlalchemy import select, update

from portal.audit import journal
from portal.core import clock, crypto
from portal.core.dialects import insert_ignore
from portal.core.extensions import db
from portal.identity import codes, delays, passwords
from portal.identity.codes import Verdict
from portal.identity.models import Account, StaffPost
from portal.identity.sessions import open_session, staff_actor
from portal.messaging.notify import Recipient, notify

SIGN_IN = "sign_in"
SILENCE = timedelta(days=90)  # carriers give a number to somebody else no sooner than that
TOTP_STEP = 30  # seconds


@dataclass(frozen=True)
class Visitor:
    """From where somebody signs in: the browser's own id, its address, and whether it came before."""

    device: str
    address: str
    is_known: bool


def send_code(e164: str, visitor: Visitor, *, consent: bool = True) -> None:
    """A fresh code by SMS, known number or not; LimitReached when it is too soon or too often."""
    index = crypto.blind_index(e164)
    code = codes.issue(index, SIGN_IN, device=visitor.device, address=visitor.address, knows_us=visitor.is_known)
    recipient = Recipient.phone(e164, sms=consent)
    notify(recipient, "login_code", {"purpose": "登录", "otp": code}, subject=f"sign_in:{index[:16]}")


def check_code(e164: str, typed: str) -> tuple[Verdict, Account | None]:
    """The account of the number when the code is right (made if it is new). Commit whatever the verdict."""
    verdict = codes.compare(crypto.blind_index(e164), SIGN_IN, typed)
    if verdict is not Verdict.RIGHT:
        return verdict, None
    account = account_of(e164)
    _note_sign_in(account)
    return verdict, account


def _note_sign_in(account: Account) -> None:
    """After a long silence the number may have changed hands: what it had is asked for once more (ID13)."""
    at = clock.now()
    if at - (account.signed_in_at or account.created_at) >= SILENCE:
        account.returned_at = at
    account.signed_in_at = at
    db.session.flush()


def known_account(e164: str) -> Account | None:
    return db.session.scalar(select(Account).where(Account.phone_index.in_(crypto.blind_indexes(e164))))


def account_of(e164: str) -> Account:
    """The account of a number that was just proved; two browsers at once still make one."""
    known = select(Account).where(Account.phone_index.in_(crypto.blind_indexes(e164)))
    if found := db.session.scalar(known):
        return found
    row = {"phone": e164, "phone_index": crypto.blind_index(e164), "sms_wanted": True, "created_at": clock.now()}
    db.session.execute(insert_ignore(Account).values(**row))
    return db.session.scalars(known).one()


def staff_by_name(username: str) -> StaffPost | None:
    found = select(StaffPost).where(StaffPost.username == username, StaffPost.retired_at.is_(None))
    return db.session.scalar(found)


def claim_try(username: str, address: str) -> None:
    """Before a password is compared: one more try of this name from this address. Commit it."""
    delays.claim(f"password:{username}:{address}")


def is_right_password(stored: str | None, password: str) -> bool:
    """A tenth of a second, for an unknown name (None) too. Call it outside a transaction."""
    return passwords.matches(stored, password)


def open_staff_session(
    post_id: int, address: str, instead_of: str | None, *, code_at: datetime | None = None, device: str = ""
) -> str:
    """After the last step of signing in; the cookie's value. `code_at`: when a second factor was proved, if one was."""
    post = db.session.scalars(select(StaffPost).where(StaffPost.id == post_id, StaffPost.retired_at.is_(None))).one()
    delays.forgive(f"password:{post.username}:{address}")
    token = open_session(post=post, instead_of=instead_of, code_at=code_at, device=device)
    journal.record("staff:signed_in", staff_actor(post), f"staff:{post.id}")
    return token


def is_right_totp(post_id: int, typed: str) -> bool:
    """The code of this half minute, or of its neighbours; each counts once, by one UPDATE. Real time, not the demo's."""
    delays.claim(f"totp:{post_id}")
    secret = db.session.scalar(select(StaffPost.totp_secret).where(StaffPost.id == post_id))
    step = matching_step(secret, typed) if secret else None
    if step is None:
        return False
    newer = update(StaffPost).where(StaffPost.id == post_id, StaffPost.totp_step < step).values(totp_step=step)
    if db.session.execute(newer).rowcount != 1:  # type: ignore[attr-defined]
        return False
    delays.forgive(f"totp:{post_id}")
    return True


def matching_step(secret: str, typed: str) -> int | None:
    now = int(time.time()) // TOTP_STEP
    totp = pyotp.TOTP(secret)
    near = (now, now - 1, now + 1)
    return next((step for step in near if pyotp.utils.strings_equal(totp.generate_otp(step), typed)), None)
