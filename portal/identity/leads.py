"""负责人: who keeps what is a whole unit's: its duty roster, its deputies, its rules for handing over.

The administrator names them. A unit without one is as trusting as before: anybody of it keeps them. Whoever stands in for
a lead today keeps them too; so do those above, for the units that answer to them, by the same rule in their own unit.
"""

from collections.abc import Sequence

from sqlalchemy import select

from portal.core import clock
from portal.core.extensions import db
from portal.domain.actors import Actor
from portal.domain.errors import NotAllowed
from portal.domain.roles import Role
from portal.identity.deputy_models import Deputy
from portal.identity.models import StaffPost


def of(agency_id: int | None) -> Sequence[StaffPost]:
    """The leads of a unit who work there now."""
    working = StaffPost.agency_id == agency_id, StaffPost.is_lead, StaffPost.retired_at.is_(None)
    return db.session.scalars(select(StaffPost).where(*working).order_by(StaffPost.id)).all()


def keeps(actor: Actor) -> bool:
    if actor.kind == "system" or actor.role is Role.ADMIN:
        return True
    leads = {post.id for post in of(actor.agency_id)}
    return not leads or actor.id in leads or _stands_in(actor, leads)


def _stands_in(actor: Actor, leads: set[int]) -> bool:
    day = clock.today()
    holds = Deputy.ended_at.is_(None), Deputy.first_day <= day, Deputy.last_day >= day
    statement = select(Deputy.id).where(Deputy.post_id.in_(leads), Deputy.deputy_id == actor.id, *holds)
    return db.session.scalar(statement.limit(1)) is not None


def check(actor: Actor) -> None:
    """NotAllowed, naming who does it, for whoever may only read."""
    if not keeps(actor):
        raise NotAllowed("%(names)s keeps this for your unit.", names=names(of(actor.agency_id)))


def names(leads: Sequence[StaffPost]) -> str:
    return "、".join(post.name for post in leads)
