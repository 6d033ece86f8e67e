"""Topics and posts with good defaults; call inside `writing()`."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from portal.core import clock, limits
from portal.domain.actors import Actor
from portal.domain.moderation import PostState
from portal.domain.roles import Role
from portal.forum import proposing, publishing, submitting
from portal.forum.homes import place_of
from portal.forum.models import Post
from portal.forum.topic_models import Stance, Topic
from portal.identity.services import account_of
from portal.membership.models import Membership
from portal.places.models import Building
from tests.builders.cases import World
from tests.builders.roster import make_household, make_member

QUESTION = proposing.Question(
    "自行车棚放哪里？", "2 门旁边和南墙边都可以放，请大家说说。", ["放在 2 门旁边", "放在南墙边"]
)


@dataclass(frozen=True)
class Neighbour:
    """A verified resident: membership, number as typed, and who they are to the services."""

    member: Membership
    number: str

    @property
    def actor(self) -> Actor:
        return resident_actor(self.member)


def resident_actor(member: Membership) -> Actor:
    return Actor("resident", member.account_id, role=Role.RESIDENT, phone_index=member.account.phone_index)


def make_neighbour(building: Building, number: str = "13900002222", name: str = "张桂兰", **values: Any) -> Neighbour:
    """Somebody whom the roster names for a home of this building."""
    home = make_household(building, name=name, phone=f"+86{number}")
    return Neighbour(make_member(home, account_of(f"+86{number}"), **values), number)


def make_topic(world: World, question: proposing.Question = QUESTION, **values: Any) -> Topic:
    """Raised by the community for the whole compound, open for two weeks."""
    place = values.pop("place", None) or place_of(world.building.compound)
    topic = proposing.raise_topic(world.actor(Role.COMMUNITY), place, question, clock.now() + timedelta(days=14))
    for name, value in values.items():
        setattr(topic, name, value)
    return topic


def make_post(
    author: Neighbour,
    topic: Topic,
    words: str = "放在 2 门旁边太吵，南墙边好。",
    *,
    state: PostState = PostState.PUBLISHED,
    parent: Post | None = None,
    shown_name: str | None = "张女士",
    stance: Stance = Stance.SUGGESTION,
) -> Post:
    """Submitted through the service; published unless told otherwise."""
    post = submitting.submit(author.actor, topic, submitting.Draft(words, stance, shown_name), parent=parent)
    for window in (submitting.TEN_MINUTES, submitting.DAY):  # a test's author is no chatterer
        limits.reset(f"forum:post:{window}:{author.actor.id}")
    if state is not post.state:
        publishing.set_state(post, state)
    return post


def make_discussion(world: World, authors: Sequence[Neighbour]) -> Topic:
    """One topic in which everybody said something, and the second replied to the first."""
    topic = make_topic(world)
    first = make_post(authors[0], topic)
    for author in authors[1:]:
        make_post(author, topic, "同意，但要装灯。", parent=first)
    return topic
