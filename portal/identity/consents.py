"""同意记录: which words somebody agreed to and when, also each taking back (个人信息保护法 arts 14, 15)."""

from collections.abc import Sequence

from sqlalchemy import select

from portal.core import clock
from portal.core.extensions import db
from portal.identity.models import Consent

NOTICE_VERSION = "2024-06"  # of templates/home/privacy.html: raise it when the words change
NOTICE, SMS_ABROAD, SMS = "privacy_notice", "sms_abroad", "sms"


def note(account_id: int, kind: str, given: bool = True) -> None:
    """Appends one row when it changes something: the same consent to the same words stands once."""
    last = db.session.scalar(
        select(Consent)
        .where(Consent.account_id == account_id, Consent.kind == kind)
        .order_by(Consent.id.desc())
        .limit(1)
    )
    if last is None or last.given != given or last.version != NOTICE_VERSION:
        db.session.add(Consent(account_id=account_id, kind=kind, version=NOTICE_VERSION, given=given, at=clock.now()))
        db.session.flush()


def of(account_id: int) -> Sequence[Consent]:
    """Newest first."""
    return db.session.scalars(
        select(Consent).where(Consent.account_id == account_id).order_by(Consent.id.desc()).limit(100)
    ).all()
