"""The one limit of every query of places by who asks."""

from sqlalchemy import ColumnElement, false, or_, true

from portal.domain.actors import Actor
from portal.domain.errors import NotAllowed
from portal.domain.roles import Role
from portal.places.models import Community


def is_everywhere(actor: Actor) -> bool:
    """Commands act as the system and see all."""
    if actor.kind == "system":
        return True
    return actor.is_staff and (actor.scope.everywhere or actor.is_district_wide or actor.role is Role.ADMIN)


def within(actor: Actor) -> ColumnElement[bool]:
    """A condition on `Community`: join it to whatever is asked for."""
    if is_everywhere(actor):
        return true()
    if not actor.is_staff:
        return false()
    return or_(Community.id.in_(actor.scope.community_ids), Community.street_id.in_(actor.scope.street_ids))


def may_configure(actor: Actor) -> None:
    """Places and units are the administrator's; commands and demo data act as the system."""
    if actor.kind != "system" and actor.role is not Role.ADMIN:
        raise NotAllowed("Only an administrator may change places and units.")
