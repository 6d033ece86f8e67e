"""Who works where, and what is known of an account."""

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import joinedload, selectinload

from portal.audit.models import JournalEntry
from portal.core import clock
from portal.core.extensions import db
from portal.domain.errors import NotFound
from portal.domain.roles import Role
from portal.identity.models import Account, PostChange, SignedIn, StaffPost, StaffScope
from portal.identity.sessions import is_over
from portal.messaging.notify import Recipient


def account(account_id: int | None) -> Account:
    return db.session.scalars(select(Account).where(Account.id == account_id)).one()


def post(post_id: int) -> StaffPost:
    found = db.session.get(StaffPost, post_id)
    if found is None:
        raise NotFound("There is no such member of staff.")
    return found


def posts_of(agency_id: int) -> Sequence[StaffPost]:
    """The posts of a unit that are filled, in the order they were made."""
    working = StaffPost.agency_id == agency_id, StaffPost.retired_at.is_(None)
    return db.session.scalars(select(StaffPost).where(*working).order_by(StaffPost.id)).all()


def posts(role: Role | None = None, *, with_retired: bool = False) -> Sequence[StaffPost]:
    """For the admin's list: by role, then name."""
    statement = select(StaffPost).options(
        joinedload(StaffPost.agency),
        selectinload(StaffPost.scopes).options(joinedload(StaffScope.community), joinedload(StaffScope.street)),
    )
    if role:
        statement = statement.where(StaffPost.role == role)
    if not with_retired:
        statement = statement.where(StaffPost.retired_at.is_(None))
    return db.session.scalars(statement.order_by(StaffPost.role, StaffPost.username)).all()


def recipients_of(agency_id: int) -> list[Recipient]:
    """Everybody at a unit, for its messages."""
    return [recipient(found) for found in posts_of(agency_id)]


def recipient(found: StaffPost) -> Recipient:
    return Recipient.staff(found.id, found.phone, found.name)


def staff_name_masked(found: StaffPost) -> str:
    """李*: how residents see who handles their case."""
    return f"{found.name[:1]}*"


def last_sign_ins(post_id: int, *, limit: int = 5) -> Sequence[datetime]:
    """Newest first, from the journal."""
    mine = JournalEntry.subject == f"staff:{post_id}", JournalEntry.action == "staff:signed_in"
    return db.session.scalars(select(JournalEntry.at).where(*mine).order_by(JournalEntry.id.desc()).limit(limit)).all()


def open_sessions(post_id: int) -> list[SignedIn]:
    """Those that still open something, the last used first."""
    rows = db.session.scalars(select(SignedIn).where(SignedIn.post_id == post_id).order_by(SignedIn.seen_at.desc()))
    return [row for row in rows if not is_over(row, clock.now())]


def changes_of(post_id: int) -> Sequence[PostChange]:
    """Newest first."""
    statement = select(PostChange).where(PostChange.post_id == post_id).options(joinedload(PostChange.by))
    return db.session.scalars(statement.order_by(PostChange.id.desc())).all()


def post_names(ids: Collection[int]) -> dict[int, str]:
    """How colleagues are called, for a history."""
    if not ids:
        return {}
    found = db.session.execute(select(StaffPost.id, StaffPost.name).where(StaffPost.id.in_(ids)))
    return {row.id: row.name for row in found}
