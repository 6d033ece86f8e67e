"""The promise: what the community has not looked at in time goes to the street's queue by itself, and both are told."""

from collections import Counter
from datetime import timedelta

from sqlalchemy import select

from portal.core import clock
from portal.core.extensions import db
from portal.core.formatting import sms_moment
from portal.core.jobs import periodic
from portal.core.writing import writing
from portal.domain.actors import Actor
from portal.domain.moderation import Desk, PostAction, PostState, promise_due
from portal.forum import acts, review_messages, rules
from portal.forum.models import Post
from portal.forum.topic_models import AuthorKind, Topic, TopicState

BATCH = 50
CLOCK = Actor.system()


@periodic("forum:late", timedelta(minutes=1))
def pass_on_late() -> None:
    """In small transactions, so that moderators are never kept waiting."""
    while _posts() or _topics():
        pass


def _posts() -> int:
    late = select(Post.id).where(Post.state == PostState.HELD, Post.desk == Desk.COMMUNITY, Post.due_at < clock.now())
    if db.session.scalar(late.limit(1)) is None:
        return 0
    with writing():
        locked = select(Post).where(Post.id.in_(late.limit(BATCH))).with_for_update(skip_locked=True)
        found = [post for post in db.session.scalars(locked) if post.state is PostState.HELD]
        for post in found:
            post.desk, post.escalated_at, post.revision = Desk.STREET, clock.now(), post.revision + 1
            review_messages.tell_late(post)
        _tell_streets(Counter(post.street_id for post in found))
        for post in found:
            acts.record(CLOCK, PostAction.ESCALATE, post, post.state, post.state)
    return len(found)


def _topics() -> int:
    late = select(Topic.id).where(
        Topic.state == TopicState.HELD,
        Topic.author_kind == AuthorKind.RESIDENT,
        Topic.escalated_at.is_(None),
        Topic.due_at < clock.now(),
    )
    if db.session.scalar(late.limit(1)) is None:
        return 0
    with writing():
        locked = select(Topic).where(Topic.id.in_(late.limit(BATCH))).with_for_update(skip_locked=True)
        found = [topic for topic in db.session.scalars(locked) if topic.escalated_at is None]
        for topic in found:
            topic.escalated_at, topic.revision = clock.now(), topic.revision + 1
        _tell_streets(Counter(topic.street_id for topic in found))
        for topic in found:
            acts.record(CLOCK, PostAction.ESCALATE, topic, topic.state, topic.state)
    return len(found)


def _tell_streets(late: Counter[int]) -> None:
    due = sms_moment(promise_due(clock.now(), rules.current()))
    for street_id in sorted(late):
        review_messages.tell_street(street_id, "staff_posts_late", late[street_id], due, "forum:late", "held")
