"""The look before the look: what a moderator should notice in a text, and whether it speaks of those who would moderate it.

A text about the community's own unit or people goes to the street from the start: nobody decides on what is said of them.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from flask import g, has_request_context
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from portal.core.extensions import db
from portal.domain.suspicion import Mark, find
from portal.forum.topic_models import HeldWord
from portal.identity.models import StaffPost, StaffScope
from portal.places.models import Community

# However the grassroots organization is called when one speaks of it and not of the place.
_OFFICES = re.compile(r"居委会|居委|社区(?:党组织|党委|党支部|党总支|书记|主任|干部|工作人员)|居民委员会")


@dataclass(frozen=True)
class Look:
    marks: Sequence[Mark]
    about_unit: bool

    @property
    def is_suspicious(self) -> bool:
        """It is held for a look wherever posts appear at once."""
        return bool(self.marks)


def look(text: str, community_id: int) -> Look:
    """At everything its author wrote; `community_id` is where the author lives."""
    return Look(find(text, listed_words()), speaks_of_unit(text, community_id))


def listed_words() -> frozenset[str]:
    """The operator's list, read once per request."""
    if has_request_context() and "held_words" in g:
        return g.held_words  # type: ignore[no-any-return]
    found = frozenset(db.session.scalars(select(HeldWord.word)))
    if has_request_context():
        g.held_words = found
    return found


def speaks_of_unit(text: str, community_id: int) -> bool:
    plain = re.sub(r"\s", "", text)
    return bool(_OFFICES.search(plain)) or any(name in plain for name in _names(community_id))


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
    names = [unit.name, unit.short_name] if unit else []
    return [name for name in (*names, *people) if len(name) >= 2]
