"""The code on the wall: issued, superseded by a newer one, revoked when stolen or pasted over."""

from collections.abc import Sequence

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.exc import IntegrityError

from portal.audit import journal
from portal.core import clock
from portal.core.extensions import db
from portal.core.settings import settings
from portal.domain import codes
from portal.domain.actors import Actor
from portal.domain.errors import Conflict, DomainError, NotAllowed
from portal.domain.roles import Role
from portal.places.lengths import needed
from portal.places.models import Building, Entrance, Poster
from portal.places.queries import current_poster
from portal.places.scope import is_everywhere

KEEPERS = frozenset({Role.COMMUNITY, Role.STREET, Role.DISTRICT, Role.ADMIN})
CURRENT = (Poster.superseded_at.is_(None), Poster.revoked_at.is_(None))


def address_of(poster: Poster) -> str:
    """What the QR holds (D1): own domain, no redirector, no parameter."""
    return f"{settings().base_url}/b/{poster.token}"


def may_keep(actor: Actor, building: Building) -> None:
    if actor.kind == "system":
        return
    community = building.compound.community
    inside = community.id in actor.scope.community_ids or community.street_id in actor.scope.street_ids
    if actor.role not in KEEPERS or not (inside or is_everywhere(actor)):
        raise NotAllowed("This building is outside your area.")


def issue(actor: Actor, building: Building, entrance: Entrance | None = None) -> Poster:
    """The current poster of the door or building; a first one, or the next version, when there is none."""
    may_keep(actor, building)
    if entrance is not None and entrance.building_id != building.id:
        raise DomainError("This entrance belongs to another building.")
    if building.retired_at is not None or (entrance is not None and entrance.retired_at is not None):
        raise Conflict("This is already retired.")
    existing = current_poster(building.id, _id(entrance))
    return existing or _new(actor, building, entrance)


def supersede(actor: Actor, poster: Poster) -> Poster:
    """A newer version; the old token goes on working as a way to it."""
    may_keep(actor, poster.building)
    _end(poster)
    poster.superseded_at = clock.now()
    db.session.flush()
    return _new(actor, poster.building, poster.entrance)


def revoke(actor: Actor, poster: Poster, reason: str) -> None:
    """Stolen, pasted over or misprinted: its token shows a safe page from now on."""
    may_keep(actor, poster.building)
    reason = needed(Poster.revoked_reason, reason, "reason")
    _end(poster)
    poster.revoked_at, poster.revoked_reason = clock.now(), reason
    db.session.flush()
    journal.record("poster:revoked", actor, f"poster:{poster.id}", building=poster.building_id)


def _end(poster: Poster) -> None:
    """The row is locked and looked at again: two people may press at once."""
    db.session.execute(select(Poster.id).where(Poster.id == poster.id).with_for_update())
    db.session.refresh(poster)
    if not poster.is_current:
        raise Conflict("This poster is no longer the current one. Please look at the list again.")


def _new(actor: Actor, building: Building, entrance: Entrance | None) -> Poster:
    last = select(func.max(Poster.version)).where(Poster.building_id == building.id, _door(entrance))
    poster = Poster(
        building=building,
        entrance=entrance,
        token=codes.new_code(codes.POSTER_TOKEN_LENGTH),
        version=1 + (db.session.scalar(last) or 0),
        issued_at=clock.now(),
    )
    try:
        with db.session.begin_nested():
            db.session.add(poster)
    except IntegrityError as error:
        raise Conflict("Somebody else has just issued this poster. Please look at the list again.") from error
    journal.record("poster:issued", actor, f"poster:{poster.id}", building=building.id, version=poster.version)
    return poster


def note_printed(actor: Actor, posters: Sequence[Poster]) -> None:
    for poster in posters:
        may_keep(actor, poster.building)
        poster.printed_at = clock.now()
    db.session.flush()
    journal.record("poster:printed", actor, "posters", count=len(posters))


def revoke_all(actor: Actor, building: Building, reason: str) -> None:
    """When a building ends: no sheet on its wall leads anywhere but to the safe page."""
    for poster in db.session.scalars(select(Poster).where(Poster.building_id == building.id, *CURRENT)):
        _revoke_silently(actor, poster, reason)


def revoke_door(actor: Actor, entrance: Entrance, reason: str) -> None:
    for poster in db.session.scalars(select(Poster).where(Poster.entrance_id == entrance.id, *CURRENT)):
        _revoke_silently(actor, poster, reason)


def _revoke_silently(actor: Actor, poster: Poster, reason: str) -> None:
    poster.revoked_at, poster.revoked_reason = clock.now(), reason
    db.session.flush()
    journal.record("poster:revoked", actor, f"poster:{poster.id}", building=poster.building_id)


def successor(poster: Poster) -> Poster | None:
    return current_poster(poster.building_id, poster.entrance_id) or current_poster(poster.building_id)


def _door(entrance: Entrance | None) -> ColumnElement[bool]:
    return Poster.entrance_id.is_(None) if entrance is None else Poster.entrance_id == entrance.id


def _id(entrance: Entrance | None) -> int | None:
    return entrance.id if entrance else None
