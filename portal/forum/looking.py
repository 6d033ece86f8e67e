"""The look before the look: what a moderator should notice in a text, and whether it speaks of those who would moderate it.

A text about the community's own unit or people goes to the street from the start: nobody decides on what is said of them.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from flask import g, has_request_context
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from portal.core.extensions import db
from portal.domain.suspicions import Spot, find, speaks_of
from portal.forum.topic_models import HeldWord
from portal.identity.models import StaffPost, StaffScope
from portal.places.models import Community


@dataclass(frozen=True)
class Look:
    spots: Sequence[Spot]
    about_unit: bool

    @property
    def is_suspicious(self) -> bool:
        """It is held for a look wherever posts appear at once."""
        return bool(self.spots)


def look(text: str, community_id: int) -> Look:
    """At everything its author wrote; `community_id` is where the author lives."""
    return Look(find(text, listed_words()), speaks_of(text, _names(community_id)))


def listed_words() -> frozenset[str]:
    """The operator's list, read once per request."""
    if has_request_context() and "held_words" in g:
        return g.held_words  # type: ignore[no-any-return]
    found = frozenset(db.session.scalars(select(HeldWord.word)))
    if has_request_context():
        g.held_words = found
    return found


def _names(community_id: int) -> list[str]:
    """The unit's names and those of the people who moderate there."""
    community = db.session.scalars(
        select(Community).where(Community.id == community_id).options(joinedload(Community.agency))
    ).one()
    unit = community.agency
    at_work = StaffPost.retired_at.is_(None)
    here = StaffPost.scopes.any(StaffScope.community_id == community_id)
    people = db.session.scalars(
        select(StaffPost.name).where(at_work, (StaffPost.agency_id == unit.id) | here if unit else here)
    )
    return [*([unit.name, unit.short_name] if unit else []), *people]
