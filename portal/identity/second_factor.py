"""动态码 and 恢复码: setting the second factor up, proving it, standing in for it once.

TOTP (RFC 6238) in real time. A secret counts only once a code made with it was typed; until then the old one holds.
"""

from dataclasses import dataclass
from datetime import timedelta

import pyotp
from sqlalchemy import delete, func, select, update

from portal.audit import journal
from portal.core import clock, crypto
from portal.core.dialects import upsert
from portal.core.extensions import db
from portal.core.settings import settings
from portal.domain.actors import Actor
from portal.domain.codes import new_code, normalise
from portal.identity import delays, services, staffing
from portal.identity.models import RecoveryCode, StaffPost, TotpEnrolment
from portal.identity.sessions import staff_actor

COUNT, LENGTH = 10, 8
FEW = 3
ENROLMENT_LIVES = timedelta(hours=1)


@dataclass(frozen=True)
class Offer:
    """What an authenticator needs: the secret to type, the address to scan."""

    secret: str
    address: str


def begin(post: StaffPost) -> Offer:
    """The secret being set up: the same one for an hour, so that a page shown again fits what was scanned. May write."""
    fresh = TotpEnrolment.begun_at > clock.real_now() - ENROLMENT_LIVES
    mine = select(TotpEnrolment.secret).where(TotpEnrolment.post_id == post.id, fresh)
    secret = db.session.scalar(mine)
    if secret is None:
        row = {"secret": pyotp.random_base32(), "begun_at": clock.real_now()}
        statement = upsert(TotpEnrolment).values(post_id=post.id, **row)
        statement = statement.on_conflict_do_update(
            index_elements=[TotpEnrolment.post_id],
            set_=row,
            where=TotpEnrolment.begun_at <= clock.real_now() - ENROLMENT_LIVES,
        )
        db.session.execute(statement)
        secret = db.session.scalars(mine).one()
    return Offer(secret, pyotp.TOTP(secret).provisioning_uri(name=post.username, issuer_name=settings().site_name))


def confirm(post: StaffPost, typed: str, actor: Actor, *, keep_session: str | None) -> list[str] | None:
    """The second factor holds from now on; the new recovery codes, in plain for the only time. None: not that code.

    Other sessions of the post end: they were opened without it.
    """
    delays.claim(f"totp:{post.id}")
    pending = db.session.get(TotpEnrolment, post.id, populate_existing=True)
    step = services.matching_step(pending.secret, typed) if pending else None
    if pending is None or step is None:
        return None
    delays.forgive(f"totp:{post.id}")
    what = "totp_renewed" if post.totp_secret else "totp_on"
    post.totp_secret, post.totp_step = pending.secret, step
    db.session.delete(pending)
    codes = new_codes(post.id)
    staffing.note(post, what, actor=actor, keep_session=keep_session)
    return codes


def new_codes(post_id: int) -> list[str]:
    """Ten recovery codes instead of those before."""
    db.session.execute(delete(RecoveryCode).where(RecoveryCode.post_id == post_id))
    codes: set[str] = set()
    while len(codes) < COUNT:
        codes.add(new_code(LENGTH))
    at = clock.now()
    db.session.add_all(RecoveryCode(post_id=post_id, code_hmac=_hash(post_id, code), made_at=at) for code in codes)
    db.session.flush()
    return sorted(codes)


def renew_codes(post_id: int, actor: Actor) -> list[str]:
    codes = new_codes(post_id)
    journal.record("staff:recovery_codes_made", actor, f"staff:{post_id}")
    return codes


def proves(post_id: int, typed: str, *, recovery: bool) -> bool:
    """A one-time code of now, or an unused recovery code, of this very post. Commit whatever the answer."""
    return _is_recovery_code(post_id, typed) if recovery else services.is_right_totp(post_id, typed)


def _is_recovery_code(post_id: int, typed: str) -> bool:
    delays.claim(f"totp:{post_id}")
    unused = RecoveryCode.used_at.is_(None) & (RecoveryCode.post_id == post_id)
    this = RecoveryCode.code_hmac == _hash(post_id, normalise(typed))
    statement = update(RecoveryCode).where(unused, this).values(used_at=clock.now())
    if db.session.execute(statement).rowcount != 1:  # type: ignore[attr-defined]
        return False
    delays.forgive(f"totp:{post_id}")
    post = db.session.get_one(StaffPost, post_id)
    journal.record("staff:recovery_code_used", staff_actor(post), f"staff:{post_id}", left=left(post_id))
    return True


def left(post_id: int) -> int:
    """Recovery codes not used yet."""
    unused = RecoveryCode.used_at.is_(None) & (RecoveryCode.post_id == post_id)
    return db.session.scalar(select(func.count()).select_from(RecoveryCode).where(unused)) or 0


def forget_begun() -> None:
    db.session.execute(delete(TotpEnrolment).where(TotpEnrolment.begun_at < clock.real_now() - ENROLMENT_LIVES))


def _hash(post_id: int, code: str) -> str:
    return crypto.hmac_code(f"{post_id}:{code}", "recovery")
