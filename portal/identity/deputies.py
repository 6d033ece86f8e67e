"""代理: somebody on leave names who stands in, or a colleague does it for them; what lies with them is then seen by both.

A deputy is of the same unit and role, so that nobody gains a right by standing in.
"""

from collections.abc import Sequence
from datetime import date, timedelta

from flask import g, has_request_context
from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import joinedload

from portal.audit import journal
from portal.core import clock, crypto
from portal.core.extensions import db
from portal.core.formatting import sms_day
from portal.domain.actors import Actor
from portal.domain.duty import check_days
from portal.domain.errors import Conflict, DomainError, NotFound
from portal.identity import leads
from portal.identity.deputy_models import Deputy
from portal.identity.models import StaffPost
from portal.identity.queries import posts_of, recipient
from portal.messaging.notify import notify

LONGEST = 180  # days ahead


def today() -> dict[int, StaffPost]:
    """Who stands in today, by whom they stand in for; read once per request."""
    if has_request_context() and "deputies_today" in g:
        return g.deputies_today  # type: ignore[no-any-return]
    day = clock.today()
    statement = select(Deputy).where(Deputy.ended_at.is_(None), Deputy.first_day <= day, Deputy.last_day >= day)
    rows = db.session.scalars(statement.options(joinedload(Deputy.deputy)).order_by(Deputy.id))
    found = {row.post_id: row.deputy for row in rows if row.deputy.retired_at is None}
    if has_request_context():
        g.deputies_today = found
    return found


def stands_in_for(actor: Actor) -> frozenset[int]:
    """Whose work this member of staff sees to today."""
    return frozenset(post_id for post_id, deputy in today().items() if actor.is_staff and deputy.id == actor.id)


def deputy_of(post_id: int | None) -> StaffPost | None:
    """Who stands in for this person today; None while they are here."""
    return today().get(post_id) if post_id is not None else None


def colleagues(actor: Actor) -> Sequence[StaffPost]:
    return [found for found in posts_of(actor.agency_id or 0) if found.role is actor.role]


def of_unit(actor: Actor) -> Sequence[Deputy]:
    """Those that hold or come, of the actor's unit."""
    statement = (
        select(Deputy)
        .join(StaffPost, StaffPost.id == Deputy.post_id)
        .where(StaffPost.agency_id == actor.agency_id, Deputy.ended_at.is_(None), Deputy.last_day >= clock.today())
        .options(joinedload(Deputy.post), joinedload(Deputy.deputy))
        .order_by(Deputy.first_day, Deputy.id)
    )
    return db.session.scalars(statement).all()


def name(actor: Actor, post_id: int, deputy_id: int, first_day: date, last_day: date, reason: str) -> Deputy:
    """The deputy hears of it. DomainError with the field where it makes no sense.

    Everybody for themselves: it is their own leave; for colleagues whoever keeps it for the unit.
    """
    if post_id != actor.id:
        leads.check(actor)
    people = {found.id: found for found in colleagues(actor)}
    if post_id not in people:
        raise DomainError("Please choose somebody of your unit.", field="post")
    if deputy_id not in people or deputy_id == post_id:
        raise DomainError("Please choose somebody else of your unit.", field="deputy")
    check_days(first_day, last_day, clock.today())
    if last_day > clock.today() + timedelta(days=LONGEST):
        raise DomainError("At most %(days)s days from today.", field="last_day", days=LONGEST)
    _lock(post_id, deputy_id)
    if _overlaps(Deputy.post_id == post_id, first_day, last_day):
        raise Conflict("Somebody stands in for these days already. Please end that first.", field="first_day")
    if _overlaps(Deputy.post_id == deputy_id, first_day, last_day):
        raise DomainError("This person is away on these days too.", field="deputy")
    row = Deputy(
        post_id=post_id, deputy_id=deputy_id, first_day=first_day, last_day=last_day, reason=reason,
        by_id=actor.id, made_at=clock.now(),
    )  # fmt: skip
    db.session.add(row)
    db.session.flush()
    values = {"name": people[post_id].name[:12], "date": sms_day(first_day), "until": sms_day(last_day)}
    notify(recipient(people[deputy_id]), "staff_deputy", values, subject=f"deputy:{row.id}", link="/desk?show=mine")
    journal.record(
        "deputy:named", actor, f"staff:{post_id}", deputy=deputy_id, first=first_day.isoformat(),
        last=last_day.isoformat(), why=crypto.digest(reason)[:32],
    )  # fmt: skip
    return row


def _lock(*post_ids: int) -> None:
    """Whoever names somebody for one of these people at the same moment waits here, and then sees what was named."""
    rows = select(StaffPost.id).where(StaffPost.id.in_(post_ids)).order_by(StaffPost.id)
    db.session.execute(rows.with_for_update(key_share=True)).all()


def _overlaps(whose: ColumnElement[bool], first_day: date, last_day: date) -> bool:
    same = whose, Deputy.ended_at.is_(None), Deputy.first_day <= last_day, Deputy.last_day >= first_day
    return db.session.scalar(select(Deputy.id).where(*same).limit(1)) is not None


def end(actor: Actor, deputy_id: int) -> None:
    row = next((found for found in of_unit(actor) if found.id == deputy_id), None)
    if row is None:
        raise NotFound("There is no such line any more.")
    if row.post_id != actor.id:
        leads.check(actor)
    row.ended_at = clock.now()
    db.session.flush()
    journal.record("deputy:ended", actor, f"staff:{row.post_id}", deputy=row.deputy_id)


def end_of_post(actor: Actor, post_id: int) -> None:
    """Somebody left: they stand in for nobody, and nobody for them."""
    concerned = or_(Deputy.post_id == post_id, Deputy.deputy_id == post_id)
    for row in db.session.scalars(select(Deputy).where(concerned, Deputy.ended_at.is_(None))).all():
        row.ended_at = clock.now()
        journal.record("deputy:ended", actor, f"staff:{row.post_id}", deputy=row.deputy_id)
