"""Signed-in sessions as rows (security.md §4): the cookie holds a random id, the row its keyed hash.

Residents stay 30 days on the device; staff 30 minutes without a page and 8 hours in all, on the portal's clock.
"""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from flask import request
from sqlalchemy import delete, select, update
from sqlalchemy.orm import joinedload
from werkzeug.wrappers import Response

from portal.core import clock, crypto
from portal.core.extensions import db
from portal.core.settings import settings
from portal.domain.actors import Actor, Scope
from portal.domain.roles import DISTRICT_WIDE
from portal.identity import duties
from portal.identity.duties import Duty
from portal.identity.models import Account, SignedIn, StaffPost, StaffScope
from portal.places.models import Community

RESIDENT_STAYS = timedelta(days=30)
STAFF_STAYS = timedelta(hours=8)
STAFF_IDLE = timedelta(minutes=30)
KEEP_ENDED = timedelta(days=1)  # so that a late press still finds whose form it was
NOTE_STAFF, NOTE_RESIDENT = timedelta(minutes=1), timedelta(days=1)  # how seldom `seen_at` is written


@dataclass(frozen=True)
class Found:
    """Who a cookie belongs to. `ended_post` or `ended_account` is whose session ran out; the actor is then a guest.

    Plain values: the row may be gone by the end of the request.
    """

    actor: Actor
    key: str | None = None
    seen_at: datetime | None = None
    proved_at: datetime | None = None
    ended_post: int | None = None
    ended_account: int | None = None
    has_totp: bool = False
    code_at: datetime | None = None
    duty: Duty | None = None
    assisted_until: datetime | None = None


NOBODY = Found(Actor.guest())


def cookie_name() -> str:
    return "__Host-portal-id" if settings().https else "portal-id"


def hashed(token: str) -> str:
    return crypto.hmac_code(token, "session")


def open_session(
    *,
    account: Account | None = None,
    post: StaffPost | None = None,
    instead_of: str | None = None,
    code_at: datetime | None = None,
    device: str = "",
) -> str:
    """A fresh session for one person; the one that this browser had before ends. The cookie's value."""
    close_session(instead_of)
    token, at = secrets.token_urlsafe(32), clock.now()
    stays = STAFF_STAYS if post else RESIDENT_STAYS
    db.session.add(
        SignedIn(
            id=hashed(token),
            account_id=account.id if account else None,
            post_id=post.id if post else None,
            created_at=at,
            seen_at=at,
            expires_at=at + stays,
            proved_at=at,
            code_at=code_at,
            device=device,
        )
    )
    db.session.flush()
    return token


def close_session(token: str | None) -> None:
    if token:
        db.session.execute(delete(SignedIn).where(SignedIn.id == hashed(token)))


def rotate(key: str, *, code_at: datetime | None) -> str:
    """The same session under a new id after a second factor was proved; its end stays. The cookie's value."""
    token = secrets.token_urlsafe(32)
    statement = update(SignedIn).where(SignedIn.id == key).values(id=hashed(token), code_at=code_at)
    db.session.execute(statement)
    return token


def close_all_of(*, post_id: int | None = None, account_id: int | None = None, but: str | None = None) -> None:
    """Every browser of this person is signed out, after a change of role, scope or password; `but` is a row's id."""
    if post_id is not None:
        db.session.execute(delete(SignedIn).where(SignedIn.post_id == post_id, SignedIn.id != (but or "")))
    if account_id is not None:
        db.session.execute(delete(SignedIn).where(SignedIn.account_id == account_id, SignedIn.id != (but or "")))


def load(token: str | None) -> Found:
    """At most two statements: the row with its person, and the places of a member of staff."""
    if not token:
        return NOBODY
    row = db.session.scalar(
        select(SignedIn)
        .where(SignedIn.id == hashed(token[:100]))
        .options(joinedload(SignedIn.account), joinedload(SignedIn.post))
    )
    if row is None or (row.post is not None and row.post.retired_at is not None):
        return NOBODY
    if is_over(row, clock.now()):
        return Found(Actor.guest(), ended_post=row.post_id, ended_account=row.account_id)
    actor = staff_actor(row.post) if row.post else resident_actor(row)
    if row.post is None:
        return Found(actor, row.id, row.seen_at, row.proved_at)
    has_totp, duty = row.post.totp_secret is not None, duties.of(row.post)
    if row.assisted_until is not None and clock.now() < row.assisted_until and duty is None:
        return Found(assisted_actor(row), row.id, row.seen_at, row.proved_at, assisted_until=row.assisted_until)
    return Found(actor, row.id, row.seen_at, row.proved_at, has_totp=has_totp, code_at=row.code_at, duty=duty)


def is_over(row: SignedIn, at: datetime) -> bool:
    return at >= row.expires_at or (row.post_id is not None and at >= row.seen_at + STAFF_IDLE)


def resident_actor(row: SignedIn) -> Actor:
    assert row.account is not None
    return Actor("resident", row.account.id, row.account.called or "", phone_index=row.account.phone_index)


def staff_actor(post: StaffPost) -> Actor:
    return Actor("staff", post.id, post.name, post.role, post.agency_id, scope_of(post))


def assisted_actor(row: SignedIn) -> Actor:
    return Actor("resident", row.assisted_account_id, household_id=row.assisted_household_id, assisted_by=row.post_id)


def scope_of(post: StaffPost) -> Scope:
    """A street brings its communities with it; district-wide roles look everywhere."""
    if post.role in DISTRICT_WIDE:
        return Scope(everywhere=True)
    rows = db.session.execute(
        select(StaffScope.community_id, StaffScope.street_id, Community.id)
        .outerjoin(Community, Community.street_id == StaffScope.street_id)
        .where(StaffScope.post_id == post.id)
    ).all()
    communities = frozenset(found for community, _street, under in rows for found in (community, under) if found)
    return Scope(community_ids=communities, street_ids=frozenset(street for _c, street, _u in rows if street))


def note_seen(key: str, at: datetime) -> None:
    """A tiny transaction of its own, beside whatever the page did."""
    with db.engine.connect().execution_options(writing=True) as connection, connection.begin():
        connection.execute(update(SignedIn).where(SignedIn.id == key, SignedIn.seen_at < at).values(seen_at=at))


def is_note_due(found: Found, at: datetime) -> bool:
    return found.seen_at is not None and at - found.seen_at >= (
        NOTE_STAFF if found.actor.is_staff or found.actor.is_assisted else NOTE_RESIDENT
    )


def forget_ended() -> None:
    ended = clock.now() - KEEP_ENDED
    idle = SignedIn.post_id.is_not(None) & (SignedIn.seen_at < ended - STAFF_IDLE)
    db.session.execute(delete(SignedIn).where((SignedIn.expires_at < ended) | idle))


def remember(response: Response, token: str, *, staff: bool) -> None:
    """Staff cookies end with the browser, residents' after 30 days; the row decides in either case."""
    response.set_cookie(
        cookie_name(),
        token,
        max_age=None if staff else RESIDENT_STAYS,
        secure=settings().https,
        httponly=True,
        samesite="Lax",
        path="/",
    )


def forget(response: Response) -> None:
    response.delete_cookie(cookie_name(), path="/", secure=settings().https, httponly=True, samesite="Lax")


def given() -> str | None:
    """The cookie's value in this request."""
    return request.cookies.get(cookie_name())
