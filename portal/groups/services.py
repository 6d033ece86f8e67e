"""What an administrator does with a unit's group. Every change is journalled, the address itself never is."""

from collections.abc import Sequence

from sqlalchemy import delete, func, select
from sqlalchemy.orm import joinedload

from portal.audit import journal
from portal.core import clock
from portal.core.extensions import db
from portal.domain.actors import Actor
from portal.domain.errors import Conflict, NotFound
from portal.domain.group_robots import check_secret, parse_address
from portal.groups.models import GroupNotice, NoticeState, StaffGroup
from portal.groups.telling import TEST, TEST_WORDS, write
from portal.places.models import Agency, AgencyKind
from portal.places.scope import may_configure

# Accusations go to the inspection alone and leave for nowhere (D12); a contractor's firm is told nothing by itself.
WITHOUT = (AgencyKind.DISCIPLINE, AgencyKind.CONTRACTOR)


def units() -> Sequence[Agency]:
    """Those that may have a group."""
    used = Agency.retired_at.is_(None), Agency.kind.not_in(WITHOUT)
    return db.session.scalars(select(Agency).where(*used).order_by(Agency.name)).all()


def unit(agency_id: int) -> Agency:
    found = db.session.get(Agency, agency_id)
    if found is None or found.retired_at is not None or found.kind in WITHOUT:
        raise NotFound("There is no such unit.")
    return found


def all_groups() -> dict[int, StaffGroup]:
    """By unit."""
    return {found.agency_id: found for found in db.session.scalars(select(StaffGroup))}


def group_of(agency_id: int) -> StaffGroup | None:
    of_unit = select(StaffGroup).where(StaffGroup.agency_id == agency_id)
    return db.session.scalar(of_unit.options(joinedload(StaffGroup.agency)))


def waiting(group: StaffGroup) -> int:
    mine = GroupNotice.group_id == group.id, GroupNotice.state == NoticeState.WAITING
    return int(db.session.scalar(select(func.count()).where(*mine)) or 0)


def given_up(group: StaffGroup, limit: int = 20) -> Sequence[GroupNotice]:
    """What was not sent, the newest first; kept for 30 days."""
    mine = GroupNotice.group_id == group.id, GroupNotice.state == NoticeState.GIVEN_UP
    return db.session.scalars(select(GroupNotice).where(*mine).order_by(GroupNotice.id.desc()).limit(limit)).all()


def connect(actor: Actor, agency_id: int, address: str, secret: str = "") -> StaffGroup:
    """The first or another address; what waits goes to the new one, and a pause ends."""
    may_configure(actor)
    kind, token = parse_address(address)
    check_secret(kind, secret)
    at, agency = clock.now(), unit(agency_id)
    group = group_of(agency.id)
    if group is None:
        group = StaffGroup(agency_id=agency.id)
        db.session.add(group)
    group.kind, group.token, group.secret = kind, token, secret or None
    group.changed_at = group.next_at = at
    group.paused_at = group.tried_at = group.sent_at = group.error_code = None
    group.lease = group.lease_until = None  # what comes of a message to the old address says nothing of this one
    db.session.flush()
    _note(actor, "connected", group, kind=str(kind), signed=bool(secret))
    return group


def pause(actor: Actor, agency_id: int) -> None:
    """Nothing is told any more; what waits is dropped, for it would be old when the pause ends."""
    group = existing(actor, agency_id)
    if group.paused_at is None:
        group.paused_at = clock.now()
        _drop(group, GroupNotice.state == NoticeState.WAITING)
        _note(actor, "paused", group)


def resume(actor: Actor, agency_id: int) -> None:
    group = existing(actor, agency_id)
    if group.paused_at is not None:
        group.paused_at, group.next_at = None, clock.now()
        _note(actor, "resumed", group)


def remove(actor: Actor, agency_id: int) -> None:
    """The address is forgotten, with everything that was told through it."""
    group = existing(actor, agency_id)
    _drop(group)
    _note(actor, "removed", group)
    db.session.delete(group)
    db.session.flush()


def ask_test(actor: Actor, agency_id: int) -> GroupNotice:
    """A message that says it is a test; `sending.send` takes it from here after the commit."""
    group = existing(actor, agency_id)
    if group.lease_until is not None and group.lease_until > clock.now():
        raise Conflict("A message to this group is on its way just now. Please try again in a minute.")
    notice = write(group, TEST, TEST_WORDS, f"group:{group.id}", "/desk", clock.now())
    _note(actor, "tested", group)
    return notice


def existing(actor: Actor, agency_id: int) -> StaffGroup:
    may_configure(actor)
    group = group_of(agency_id)
    if group is None:
        raise NotFound("This unit has no group any more.")
    return group


def _drop(group: StaffGroup, *which: object) -> None:
    db.session.execute(delete(GroupNotice).where(GroupNotice.group_id == group.id, *which))  # type: ignore[arg-type]


def _note(actor: Actor, deed: str, group: StaffGroup, **details: journal.Detail) -> None:
    db.session.flush()
    journal.record(f"group:{deed}", actor, f"agency:{group.agency_id}", **details)
