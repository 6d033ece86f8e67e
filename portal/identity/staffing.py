"""Posts of staff: adding, changing, retiring, new passwords. Every change ends the sessions of the post at once."""

import json
from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import delete, select

from portal.audit import journal
from portal.core import clock, crypto
from portal.core.extensions import db
from portal.domain.actors import Actor
from portal.domain.errors import Conflict, DomainError
from portal.domain.roles import STAFF_ROLES, Role
from portal.identity import leaving, passwords
from portal.identity.models import PostChange, RecoveryCode, StaffPost, StaffScope, TotpEnrolment
from portal.identity.sessions import close_all_of
from portal.messaging import inbox


@dataclass(frozen=True)
class Places:
    """What a post may look at besides what its role brings."""

    community_ids: frozenset[int] = frozenset()
    street_ids: frozenset[int] = frozenset()

    @property
    def words(self) -> str:
        return json.dumps({"communities": sorted(self.community_ids), "streets": sorted(self.street_ids)})


def add_staff(
    username: str,
    name: str,
    role: Role,
    agency_id: int,
    password_hash: str,
    *,
    places: Places | None = None,
    phone: str | None = None,
    actor: Actor | None = None,
) -> StaffPost:
    """A new post. `password_hash` comes from `passwords.check` and `hash_password`, made outside the transaction.

    Conflict when the user name is taken, by somebody who left too: names stay with their history.
    """
    username = username.strip().lower()
    if role not in STAFF_ROLES:
        raise DomainError("Residents sign in with their telephone number.", field="role")
    if db.session.scalar(select(StaffPost.id).where(StaffPost.username == username)):
        raise Conflict("This user name is taken. Please choose another one.", field="username")
    post = StaffPost(
        username=username,
        name=name,
        role=role,
        agency_id=agency_id,
        password_hash=password_hash,
        phone=phone,
        created_at=clock.now(),
    )
    db.session.add(post)
    db.session.flush()
    _place(post, places or Places())
    note(post, "added", after=role.value, actor=actor)
    return post


def change_role(
    post: StaffPost, role: Role, agency_id: int, places: Places, *, reason: str, actor: Actor | None = None
) -> None:
    """Role, unit and places together; it takes effect at once, everywhere. Another role or unit leaves the work behind."""
    if role not in STAFF_ROLES:
        raise DomainError("Residents sign in with their telephone number.", field="role")
    _not_oneself(post, actor)
    if (role, agency_id) != (post.role, post.agency_id):
        leaving.hand_over(post, None, reason, actor or Actor.system())
        inbox.forget_all(f"staff:{post.id}")
        post.is_lead = False
    before = f"{post.role.value} {post.agency_id} {places_of(post).words}"
    post.role, post.agency_id = role, agency_id
    _place(post, places)
    after = f"{role.value} {agency_id} {places.words}"
    note(post, "role_changed", before=before, after=after, reason=reason, actor=actor)


def set_lead(post: StaffPost, is_lead: bool, *, reason: str, actor: Actor | None = None) -> None:
    """负责人 of the unit, or no more; it may have several, or none."""
    _not_oneself(post, actor)
    if post.role is Role.ADMIN:
        raise DomainError("An administrator keeps no unit's rosters. Please choose somebody who works there.")
    if post.retired_at is not None or post.is_lead == is_lead:
        raise Conflict("This has been changed in the meantime. Please reload the page.")
    post.is_lead = is_lead
    note(post, "lead_set" if is_lead else "lead_unset", reason=reason, actor=actor)


def retire(post: StaffPost, *, reason: str, successor: StaffPost | None = None, actor: Actor | None = None) -> None:
    """Somebody left. The post stays with its history and never signs in again; what lay with it goes to `successor`, of
    the same unit, or back to the unit."""
    _not_oneself(post, actor)
    post.retired_at, post.is_lead = post.retired_at or clock.now(), False
    leaving.hand_over(post, successor, reason, actor or Actor.system())
    note(post, "retired", reason=reason, actor=actor)


def reset_password(post: StaffPost, password_hash: str, *, reason: str, actor: Actor | None = None) -> None:
    """The last resort, from the command line: the second factor is set up anew as well."""
    post.password_hash, post.password_until = password_hash, None
    remove_second_factor(post)
    note(post, "password_reset", reason=reason, actor=actor)


def choose_password(post: StaffPost, password_hash: str, *, actor: Actor, keep_session: str | None) -> None:
    """By its owner; every other session of the post ends."""
    post.password_hash, post.password_until = password_hash, None
    note(post, "password_changed", actor=actor, keep_session=keep_session)


def remove_second_factor(post: StaffPost) -> None:
    """Secret, recovery codes and whatever was half set up."""
    post.totp_secret, post.totp_step = None, 0
    for model in (RecoveryCode, TotpEnrolment):
        db.session.execute(delete(model).where(model.post_id == post.id))


def checked_hash(password: str, username: str = "") -> str:
    """WeakPassword, or the hash. Slow: outside transactions."""
    passwords.check(password, username)
    return passwords.hash_password(password)


def places_of(post: StaffPost) -> Places:
    return Places(
        frozenset(scope.community_id for scope in post.scopes if scope.community_id),
        frozenset(scope.street_id for scope in post.scopes if scope.street_id),
    )


def _place(post: StaffPost, places: Places) -> None:
    wanted: Collection[StaffScope] = [
        *(StaffScope(community_id=found) for found in sorted(places.community_ids)),
        *(StaffScope(street_id=found) for found in sorted(places.street_ids)),
    ]
    post.scopes = list(wanted)
    db.session.flush()


def _not_oneself(post: StaffPost, actor: Actor | None) -> None:
    if actor is not None and actor.id == post.id:
        raise DomainError("Nobody changes their own rights. Please ask another administrator.")


def note(
    post: StaffPost,
    what: str,
    *,
    before: str = "",
    after: str = "",
    reason: str = "",
    actor: Actor | None = None,
    keep_session: str | None = None,
) -> None:
    """The change in the person's record and in the journal; their sessions end, but for one that they changed it in."""
    by = actor or Actor.system()
    close_all_of(post_id=post.id, but=keep_session)
    change = PostChange(
        post_id=post.id,
        what=what,
        before=before[:200],
        after=after[:200],
        reason=reason,
        by_id=by.id if by.is_staff else None,
        at=clock.now(),
    )
    db.session.add(change)
    db.session.flush()
    journal.record(f"staff:{what}", by, f"staff:{post.id}", change=change.id, why=crypto.digest(reason))
