"""常用筛选: an officer keeps the desk's filters under a name; one of them may be what the desk opens with."""

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import parse_qsl, urlencode

from sqlalchemy import func, select, update

from portal.cases.desk_models import SavedFilter
from portal.core import clock
from portal.core.extensions import db
from portal.domain.actors import Actor
from portal.domain.errors import DomainError, NotFound
from portal.domain.personal_data import mask

FILTERS = ("show", "q", "compound", "building", "category", "agency", "source")
MOST = 12
LONGEST = 400


def of(actor: Actor) -> Sequence[SavedFilter]:
    """In the order they were made."""
    mine = SavedFilter.post_id == actor.id
    return db.session.scalars(select(SavedFilter).where(mine).order_by(SavedFilter.id)).all()


def default_of(saved: Sequence[SavedFilter]) -> SavedFilter | None:
    return next((each for each in saved if each.is_default), None)


def values_of(found: SavedFilter) -> dict[str, Any]:
    """As they stand in the address."""
    return {key: value for key, value in parse_qsl(found.query) if key in FILTERS}


def kept(values: Mapping[str, str]) -> dict[str, Any]:
    """What of an address is a filter; a telephone number in the search is not kept."""
    return {key: mask(values[key])[:40] for key in FILTERS if values.get(key)}


def save(actor: Actor, name: str, values: Mapping[str, str], *, default: bool = False) -> SavedFilter:
    """Under this name; the same name again is the same filter with other values."""
    wanted = kept(values)
    if not wanted:
        raise DomainError("Choose something in the list first: there is nothing to keep yet.", field="name")
    mine = SavedFilter.post_id == actor.id
    found = db.session.scalar(select(SavedFilter).where(mine, SavedFilter.name == name))
    if found is None:
        if int(db.session.scalar(select(func.count()).where(mine)) or 0) >= MOST:
            raise DomainError("You have kept %(most)s filters. Please delete one first.", field="name", most=MOST)
        found = SavedFilter(post_id=actor.id, name=name, created_at=clock.now(), is_default=False)
        db.session.add(found)
    found.query = urlencode(wanted)[:LONGEST]
    db.session.flush()
    if default:
        begin_with(actor, found.id)
    return found


def begin_with(actor: Actor, filter_id: int | None) -> None:
    """The desk opens with this one; None: with everything open again."""
    mine = SavedFilter.post_id == actor.id
    db.session.execute(update(SavedFilter).where(mine).values(is_default=False))
    if filter_id is not None:
        _own(actor, filter_id).is_default = True
    db.session.flush()


def delete(actor: Actor, filter_id: int) -> None:
    db.session.delete(_own(actor, filter_id))
    db.session.flush()


def _own(actor: Actor, filter_id: int) -> SavedFilter:
    found = db.session.scalar(
        select(SavedFilter).where(SavedFilter.id == filter_id, SavedFilter.post_id == actor.id),
        execution_options={"populate_existing": True},
    )
    if found is None:
        raise NotFound("There is no such filter.")
    return found
