"""The one limit of every query of topics and posts by who of the staff asks."""

from sqlalchemy import ColumnElement, false, or_, true

from portal.domain.actors import Actor
from portal.forum.models import Post
from portal.forum.topic_models import Topic
from portal.places.scope import is_everywhere


def topics_within(actor: Actor) -> ColumnElement[bool]:
    """A topic of a whole street is the street's; the communities read it as everybody does."""
    return _within(actor, Topic.community_id, Topic.street_id)


def posts_within(actor: Actor) -> ColumnElement[bool]:
    """By the author's home: a community looks after its own residents, also where the topic is the street's."""
    return _within(actor, Post.community_id, Post.street_id)


def _within(actor: Actor, community: object, street: object) -> ColumnElement[bool]:
    if is_everywhere(actor):
        return true()
    if not actor.is_staff:
        return false()
    return or_(
        community.in_(actor.scope.community_ids),  # type: ignore[attr-defined]
        street.in_(actor.scope.street_ids),  # type: ignore[attr-defined]
    )
