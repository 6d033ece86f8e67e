"""值班: the rosters of the units, kept by the units themselves and by those above them; who is on duty at a moment."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from portal.audit import journal
from portal.core import clock
from portal.core.extensions import db
from portal.domain.actors import Actor
from portal.domain.duty import Shift, check_days, on_duty, turn_at
from portal.domain.errors import Conflict, DomainError, NotFound
from portal.domain.phones import parse_phone
from portal.domain.roles import Role
from portal.identity import leads
from portal.identity.models import StaffPost
from portal.identity.shift_models import DutyShift
from portal.places.models import Agency

KEEPERS = (Role.COMMUNITY, Role.STREET, Role.AGENCY, Role.DISTRICT, Role.HOTLINE, Role.AUDITOR, Role.ADMIN)


@dataclass(frozen=True)
class Line:
    """What is kept of one line. `weekdays` 1–7, empty for a line with dates; `post_id`: an account of the same unit."""

    name: str
    phone: str
    begins: time
    ends: time
    rank: int = 1
    weekdays: tuple[int, ...] = ()
    first_day: date | None = None
    last_day: date | None = None
    post_id: int | None = None


def units_of(actor: Actor) -> list[Agency]:
    """Whose rosters this member of staff keeps: the own unit and those that answer to it; the administrator all."""
    units = list(db.session.scalars(select(Agency).where(Agency.retired_at.is_(None)).order_by(Agency.kind, Agency.id)))
    if actor.role is Role.ADMIN:
        return units
    kept = {actor.agency_id}
    grown = True
    while grown:
        more = {unit.id for unit in units if unit.superior_id in kept} - kept
        kept |= more
        grown = bool(more)
    return sorted((unit for unit in units if unit.id in kept), key=lambda unit: unit.id != actor.agency_id)


def unit_for(actor: Actor, agency_id: int | None) -> Agency:
    """NotFound for a unit that is not theirs; without a number their own."""
    wanted = actor.agency_id if agency_id is None else agency_id
    found = next((unit for unit in units_of(actor) if unit.id == wanted), None)
    if found is None:
        raise NotFound("There is no such unit, or its roster is not yours to keep.")
    return found


def kept(agency_id: int) -> Sequence[DutyShift]:
    """The lines of a unit, in the order in which they are called."""
    return _lines([agency_id])


def _lines(agency_ids: Iterable[int]) -> Sequence[DutyShift]:
    statement = select(DutyShift).where(DutyShift.agency_id.in_(agency_ids), DutyShift.retired_at.is_(None))
    options = joinedload(DutyShift.post)
    return db.session.scalars(statement.options(options).order_by(DutyShift.rank, DutyShift.id)).all()


def now_on_duty(agency_id: int, moment: datetime | None = None) -> list[DutyShift]:
    """Who is to be called, the first first. Whoever has left is nobody's contact."""
    lines = [line for line in kept(agency_id) if line.post is None or line.post.retired_at is None]
    by_id = {line.id: line for line in lines}
    return [by_id[shift.id] for shift in on_duty([line.shift for line in lines], moment or clock.now())]


def until(shift: Shift, moment: datetime) -> datetime | None:
    turn = turn_at(shift, moment)
    return turn[1] if turn else None


def add(actor: Actor, unit: Agency, line: Line) -> DutyShift:
    leads.check(actor)
    unit_for(actor, unit.id)
    return keep(actor, unit, line)


def keep(actor: Actor, unit: Agency, line: Line) -> DutyShift:
    """Without asking whose roster it is: for commands."""
    row = DutyShift(agency_id=unit.id, made_at=clock.now(), **_checked(unit, line))
    db.session.add(row)
    db.session.flush()
    journal.record("duty:added", actor, f"duty:{row.id}", agency=unit.id, post=row.post_id)
    return row


def change(actor: Actor, row: DutyShift, line: Line) -> None:
    leads.check(actor)
    unit = unit_for(actor, row.agency_id)
    for name, value in _checked(unit, line).items():
        setattr(row, name, value)
    db.session.flush()
    journal.record("duty:changed", actor, f"duty:{row.id}", agency=unit.id, post=row.post_id)


def retire(actor: Actor, row: DutyShift) -> None:
    leads.check(actor)
    unit_for(actor, row.agency_id)
    if row.retired_at is not None:
        raise Conflict("This is already retired.")
    row.retired_at = clock.now()
    db.session.flush()
    journal.record("duty:retired", actor, f"duty:{row.id}", agency=row.agency_id)


def retire_of_post(actor: Actor, post_id: int) -> int:
    """Somebody left: no line leads to them any more. How many there were."""
    rows = db.session.scalars(
        select(DutyShift).where(DutyShift.post_id == post_id, DutyShift.retired_at.is_(None))
    ).all()
    for row in rows:
        row.retired_at = clock.now()
        journal.record("duty:retired", actor, f"duty:{row.id}", agency=row.agency_id)
    return len(rows)


def line_for(actor: Actor, shift_id: int) -> DutyShift:
    row = db.session.get(DutyShift, shift_id)
    if row is None or row.retired_at is not None:
        raise NotFound("There is no such line in the roster.")
    unit_for(actor, row.agency_id)
    return row


def _checked(unit: Agency, line: Line) -> dict[str, object]:
    post = db.session.get(StaffPost, line.post_id) if line.post_id else None
    if line.post_id and (post is None or post.agency_id != unit.id or post.retired_at is not None):
        raise DomainError("Please choose somebody of this unit.", field="post")
    name = line.name or (post.name if post else "")
    phone = line.phone or (post.phone if post and post.phone else "")
    if not name:
        raise DomainError("Please write who is on duty.", field="name")
    if not phone:
        raise DomainError("Please write the number to be called.", field="phone")
    _check_days(line)
    return {
        "post_id": line.post_id,
        "name": name[:20],
        "phone": parse_phone(phone),
        "weekdays": "".join(str(day) for day in sorted(set(line.weekdays))),
        "first_day": line.first_day,
        "last_day": line.last_day,
        "begins": line.begins,
        "ends": line.ends,
        "rank": line.rank,
    }


def _check_days(line: Line) -> None:
    if line.weekdays:
        return
    if line.first_day is None or line.last_day is None:
        raise DomainError("Please choose weekdays, or write from which day to which.", field="weekdays")
    check_days(line.first_day, line.last_day, clock.today())
