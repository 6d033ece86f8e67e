"""What becomes visible and what does not any more: states, dates and the counters that follow. All flush only.

The callers have asked the rules and locked the row (`domain.moderation.move`).
"""

from datetime import timedelta

from sqlalchemy import update

from portal.core import clock, search
from portal.core.dialects import insert_ignore
from portal.core.extensions import db
from portal.domain.moderation import PostState
from portal.domain.moderation_grounds import Ground
from portal.forum.models import Post
from portal.forum.topic_models import Topic, TopicState, TopicStep, TopicVoice

TALK_TIME = timedelta(days=30)  # of a topic that names no end of its own
SHOWN = (PostState.PUBLISHED, PostState.HIDDEN)  # a hidden one keeps its place among the replies


def set_state(post: Post, state: PostState, ground: Ground | None = None) -> None:
    """The one place where a post changes its state."""
    was_shown, at = post.state in SHOWN, clock.now()
    post.state, post.ground = state, ground
    post.decided_at = at if state is not PostState.HELD else None
    post.revision += 1
    if state is PostState.PUBLISHED:
        post.published_at = post.published_at or at
        _take_part(post)
        search.keep("post", post.id, post.words)
    else:
        search.forget("post", post.id)
    if post.parent_id is not None and was_shown != (state in SHOWN):
        _count_reply(post.parent_id, -1 if was_shown else 1)
    db.session.flush()


def _take_part(post: Post) -> None:
    row = {
        "topic_id": post.topic_id,
        "account_id": post.account_id,
        "household_id": post.household_id,
        "at": post.published_at,
    }
    db.session.execute(insert_ignore(TopicVoice).values(**row))


def _count_reply(parent_id: int, by: int) -> None:
    db.session.execute(update(Post).where(Post.id == parent_id).values(replies=Post.replies + by))


def open_topic(topic: Topic) -> None:
    """A topic that residents see from now on; its second step, 商议, is reached."""
    at = clock.now()
    topic.opened_at, topic.closes_at = topic.opened_at or at, topic.closes_at or at + TALK_TIME
    topic.state, topic.ground, topic.reason = TopicState.OPEN, None, None
    topic.revision += 1
    search.keep("topic", topic.id, topic.title, topic.background, *topic.options)
    reach(topic, 1)


def reach(topic: Topic, position: int) -> None:
    """This step and all before it are reached."""
    for step in topic.steps:
        if step.position <= position and step.reached_at is None:
            step.reached_at = clock.now()
    db.session.flush()


def begin_steps(topic: Topic, names: list[str]) -> None:
    """The steps as configured today; the first, 提议, is reached with the topic itself."""
    topic.steps = [TopicStep(position=at, name=name) for at, name in enumerate(names)]
    if topic.steps:
        topic.steps[0].reached_at = clock.now()
