"""再确认一次是您本人: a resident's fresh code before a vote, when the last proof is older than twelve hours (D5)."""

from datetime import timedelta

from flask import g
from sqlalchemy import update

from portal.core import clock, crypto
from portal.core.extensions import db
from portal.domain.actors import Actor
from portal.identity import codes, loading, queries, sessions
from portal.identity.codes import Verdict
from portal.identity.models import SignedIn
from portal.messaging.notify import Recipient, notify

FRESH = timedelta(hours=12)
VOTE, WORD = "vote", "投票"


def is_fresh() -> bool:
    found: sessions.Found = g.signed_in
    return found.proved_at is not None and timedelta() <= clock.now() - found.proved_at <= FRESH


def send_code(actor: Actor) -> None:
    """To the account's own number; LimitReached when it is too soon or too often. Call it inside `writing()`."""
    assert actor.id is not None
    account, visitor = queries.account(actor.id), loading.visitor()
    index = crypto.blind_index(account.phone)
    code = codes.issue(index, VOTE, device=visitor.device, address=visitor.address, knows_us=visitor.is_known)
    notify(Recipient.phone(account.phone), "login_code", {"purpose": WORD, "otp": code}, subject=f"{VOTE}:{index[:16]}")


def prove(actor: Actor, typed: str) -> Verdict:
    """Count the try and look; a right code makes this session fresh. Commit whatever comes out."""
    assert actor.id is not None
    verdict = codes.compare(crypto.blind_index(queries.account(actor.id).phone), VOTE, typed)
    if verdict is Verdict.RIGHT:
        db.session.execute(update(SignedIn).where(SignedIn.id == g.signed_in.key).values(proved_at=clock.now()))
    return verdict
