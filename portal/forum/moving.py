"""移到另一个议题: the post goes with its replies; its author is told, its words stay as they are."""

from collections.abc import Sequence

from sqlalchemy import or_, select, update

from portal.core import clock
from portal.core.extensions import db
from portal.domain.actors import Actor
from portal.domain.errors import DomainError
from portal.domain.moderation import Judge, PostAction, PostState, move
from portal.forum import acts, moderating, publishing, queue, review_messages
from portal.forum.acts import Why
from portal.forum.models import ModerationAct, Post
from portal.forum.topic_models import Topic, TopicState

MOST = 100


def targets(post: Post) -> Sequence[Topic]:
    """Topics that the author of this post could have written in: under discussion, about a place they live in."""
    compound = post.building.compound
    here = or_(
        Topic.building_id == post.building_id,
        (Topic.building_id.is_(None)) & (Topic.compound_id == compound.id),
        (Topic.compound_id.is_(None)) & (Topic.community_id == post.community_id),
        (Topic.community_id.is_(None)) & (Topic.street_id == post.street_id),
    )
    still_open = Topic.state == TopicState.OPEN, or_(Topic.closes_at.is_(None), Topic.closes_at > clock.now())
    found = select(Topic).where(here, *still_open, Topic.id != post.topic_id).order_by(Topic.opened_at.desc())
    return db.session.scalars(found.limit(MOST)).all()


def move_to(actor: Actor, post_id: int, topic_id: int, revision: int) -> ModerationAct:
    """Conflict when somebody else was faster. A reply becomes a post of its own. Flushes."""
    post = queue.post_for(actor, post_id, lock=True)
    if post.revision != revision:
        raise moderating.faster(post)
    state = move(post.facts, Judge(actor.role), PostAction.MOVE, clock.now())
    target = next((topic for topic in targets(post) if topic.id == topic_id), None)
    if target is None:
        raise DomainError("Please choose a topic from the list.", field="topic")
    before = post.topic_id
    _leave(post, target)
    post.topic_id = target.id
    db.session.flush()
    db.session.refresh(post, ["topic"])
    publishing.set_state(post, PostState(state))
    act = acts.record(
        actor, PostAction.MOVE, post, f"topic:{before}", target.subject, Why(reason=f"{before} → {target.id}")
    )
    review_messages.tell_author(post, act, Why())
    return act


def _leave(post: Post, target: Topic) -> None:
    """Its replies go along; where it was a reply itself, its place is given up."""
    db.session.execute(update(Post).where(Post.parent_id == post.id).values(topic_id=target.id))
    if post.parent_id is not None and post.state in publishing.SHOWN:
        db.session.execute(update(Post).where(Post.id == post.parent_id).values(replies=Post.replies - 1))
    post.parent_id = None
