"""An assisted session: the same browser, for thirty minutes the home's and nobody else's.

In it one may report and vote for exactly that home; the journal names the member of staff with every deed. A consent, a
rating, a discussion or anything on a resident's own pages is not to be had (D13).
"""

from collections.abc import Callable, Sequence
from datetime import timedelta

from sqlalchemy import select, update
from sqlalchemy.orm import joinedload

from portal.audit import journal
from portal.audit.models import JournalEntry
from portal.core import clock, crypto
from portal.core.dialects import insert_ignore
from portal.core.extensions import db
from portal.domain.actors import Actor
from portal.domain.errors import Conflict, DomainError, NotAllowed, NotFound
from portal.domain.roles import Role
from portal.identity.models import Account, SignedIn, StaffPost
from portal.membership.assist_models import Assist
from portal.places.models import AgencyKind
from portal.roster import queries as roster
from portal.roster.models import Household

LASTS = timedelta(minutes=30)
ROLES = (Role.COMMUNITY, Role.STREET)
NEVER = frozenset({AgencyKind.CONTRACTOR, AgencyKind.SUPERVISOR, AgencyKind.PROPERTY, AgencyKind.CENTRE})
Words = Callable[[str], str]
DEEDS: dict[str, Words] = {}


def told(action: str) -> Callable[[Words], Words]:
    """A feature says how one of its deeds reads on the slip: it gets the journal's subject ('case:12')."""

    def register(words: Words) -> Words:
        DEEDS[action] = words
        return words

    return register


def begin(actor: Actor, session_key: str, home: Household, reason: str) -> Assist:
    """From now on this browser acts for the home. NotAllowed to anybody of the builder or the property company."""
    post = db.session.get_one(StaffPost, actor.id)
    if post.role not in ROLES or post.agency.kind in NEVER:
        raise NotAllowed("Only the community and the street may act for a home.")
    if not reason.strip():
        raise DomainError("Please say why somebody else acts for this home.", field="reason")
    if home.retired_at is not None:
        raise Conflict("This home is no longer on the roster.")
    at, account = clock.now(), _account_of(home)
    found = Assist(
        post_id=post.id, household_id=home.id, account_id=account.id, reason=reason, started_at=at, ends_at=at + LASTS
    )
    db.session.add(found)
    db.session.flush()
    _set(session_key, account.id, home.id, found)
    journal.record("assist:begun", actor, f"household:{home.id}", assist=found.id, why=crypto.digest(reason)[:32])
    return found


def _set(session_key: str, account_id: int | None, household_id: int | None, found: Assist | None) -> None:
    values = {
        "assisted_account_id": account_id, "assisted_household_id": household_id,
        "assisted_until": found.ends_at if found else None, "proved_at": clock.now(),
    }  # fmt: skip
    db.session.execute(update(SignedIn).where(SignedIn.id == session_key).values(**values))


def _account_of(home: Household) -> Account:
    """A home without a phone still needs somebody whose vote it is: an account without a number, that nobody signs in to."""
    index = crypto.hmac_code(f"household:{home.id}", "assist")
    known = select(Account).where(Account.phone_index == index)
    if found := db.session.scalar(known):
        return found
    row = {"phone": "", "phone_index": index, "sms_wanted": False, "created_at": clock.now()}
    db.session.execute(insert_ignore(Account).values(**row))
    return db.session.scalars(known).one()


def end(post_id: int, session_key: str) -> Assist | None:
    """The browser is the member of staff's again. The one that was going on, for its slip."""
    _set(session_key, None, None, None)
    found = last_of(post_id)
    if found is not None and found.ended_at is None:
        found.ended_at = min(clock.now(), found.ends_at)
        db.session.flush()
        journal.record("assist:ended", Actor("staff", post_id), f"household:{found.household_id}", assist=found.id)
    return found


def last_of(post_id: int) -> Assist | None:
    statement = select(Assist).where(Assist.post_id == post_id).order_by(Assist.id.desc()).limit(1)
    return db.session.scalar(statement)


def assist_of(actor: Actor, assist_id: int) -> Assist:
    """Only one's own."""
    found = db.session.scalar(
        select(Assist).where(Assist.id == assist_id, Assist.post_id == actor.id).options(joinedload(Assist.post))
    )
    if found is None:
        raise NotFound("There is no such assistance.")
    return found


def recent(actor: Actor, *, limit: int = 10) -> Sequence[Assist]:
    statement = select(Assist).where(Assist.post_id == actor.id).order_by(Assist.id.desc()).limit(limit)
    return db.session.scalars(statement).all()


def home_of(found: Assist) -> Household:
    return roster.household(found.household_id)


def deeds_of(found: Assist) -> list[str]:
    """What was done, from the journal, in words for the home."""
    label = Actor("resident", found.account_id, household_id=found.household_id, assisted_by=found.post_id).label
    rows = db.session.scalars(
        select(JournalEntry)
        .where(
            JournalEntry.actor == label, JournalEntry.action.in_(DEEDS),
            JournalEntry.at >= found.started_at, JournalEntry.at <= found.ends_at,
        )
        .order_by(JournalEntry.id)
    )  # fmt: skip
    return [DEEDS[row.action](row.subject) for row in rows]


def take_slip(found: Assist) -> bool:
    """True for the one press that prints it."""
    unprinted = update(Assist).where(Assist.id == found.id, Assist.slip_printed_at.is_(None))
    done = db.session.execute(unprinted.values(slip_printed_at=clock.now()))
    return bool(done.rowcount)  # type: ignore[attr-defined]
