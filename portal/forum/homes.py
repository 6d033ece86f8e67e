"""Who may write where, and how they are shown: through their verified home, 张女士 or 3 号楼住户, never more."""

import re
from dataclasses import dataclass

from sqlalchemy import select

from portal.core.extensions import db
from portal.domain.actors import Actor
from portal.forum.topic_models import ScopeKind, Topic
from portal.membership.models import Membership
from portal.membership.queries import homes_of
from portal.places.models import Compound
from portal.roster.models import HouseholdPerson

_DOUBLE = (
    "欧阳",
    "司马",
    "上官",
    "诸葛",
    "司徒",
    "东方",
    "皇甫",
    "尉迟",
    "公孙",
    "令狐",
    "夏侯",
    "慕容",
    "端木",
    "长孙",
)
_HAN = re.compile(r"[\u4e00-\u9fff]")


def home_in(actor: Actor, topic: Topic) -> Membership | None:
    """The first verified home of a resident that the topic concerns; None where they may only read."""
    return next((home for home in homes_of(actor) if concerns(topic, home)), None)


def concerns(topic: Topic, home: Membership) -> bool:
    """Renters talk like owners: what happens in the house happens to them."""
    building = home.household.building
    if topic.scope is ScopeKind.STREET:
        return building.compound.community.street_id == topic.street_id
    if topic.scope is ScopeKind.COMMUNITY:
        return building.compound.community_id == topic.community_id
    if topic.scope is ScopeKind.BUILDING:
        return building.id == topic.building_id
    return building.compound_id == topic.compound_id


@dataclass(frozen=True)
class Place:
    """The ids of a topic's place and of all above it."""

    scope: ScopeKind
    street_id: int
    community_id: int | None = None
    compound_id: int | None = None
    building_id: int | None = None
    works_item: str | None = None


def place_around(home: Membership, scope: ScopeKind) -> Place:
    """This building, this compound or this community, seen from a home; wider topics are the officials'."""
    building = home.household.building
    community = building.compound.community
    return Place(
        scope,
        community.street_id,
        community.id,
        building.compound_id if scope is not ScopeKind.COMMUNITY else None,
        building.id if scope is ScopeKind.BUILDING else None,
    )


def place_of(compound: Compound, works_item: str | None = None) -> Place:
    scope = ScopeKind.WORKS if works_item else ScopeKind.COMPOUND
    community = compound.community
    return Place(scope, community.street_id, community.id, compound.id, works_item=works_item)


def put(topic: Topic, place: Place) -> None:
    for name in ("scope", "street_id", "community_id", "compound_id", "building_id", "works_item"):
        setattr(topic, name, getattr(place, name))


def names_for(home: Membership) -> list[str]:
    """张女士, 张先生: what the author may be shown as beside 3 号楼住户; [] while no surname is known."""
    surname = _surname(_roster_name(home) or home.account.called or "")
    return [f"{surname}女士", f"{surname}先生"] if surname else []


def _roster_name(home: Membership) -> str | None:
    """The name that the roster has beside this very number, not anybody's at home."""
    mine = HouseholdPerson.household_id == home.household_id
    return db.session.scalar(
        select(HouseholdPerson.name).where(mine, HouseholdPerson.phone_index == home.account.phone_index).limit(1)
    )


def _surname(name: str) -> str:
    name = name.strip()
    if name[:2] in _DOUBLE:
        return name[:2]
    return name[:1] if _HAN.match(name) else ""
