"""Finding what waits for a moderator: by desk, the nearest promise first. Nothing here writes."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Select, and_, func, or_, select
from sqlalchemy.orm import contains_eager, joinedload

from portal.core import clock
from portal.core.extensions import db
from portal.domain.actors import Actor
from portal.domain.errors import NotFound
from portal.domain.moderation import Desk, PostState
from portal.domain.roles import Role
from portal.forum import rules
from portal.forum.models import Appeal, Post
from portal.forum.scope import posts_within, topics_within
from portal.forum.topic_models import AuthorKind, Topic, TopicState
from portal.identity.navigation import counted
from portal.places.models import Building

SHOWS = ("held", "returned", "appeals", "flags")
LOADED = (
    joinedload(Post.topic),
    joinedload(Post.building).joinedload(Building.compound),
    joinedload(Post.appeal),
)


def judged_by(actor: Actor) -> ColumnElement[bool]:
    """Posts that this member of staff may decide on or look into: the community never those that speak of it."""
    mine = posts_within(actor)
    return and_(mine, Post.about_unit.is_(False)) if actor.role is Role.COMMUNITY else mine


def _desk(actor: Actor) -> Desk:
    return Desk.COMMUNITY if actor.role is Role.COMMUNITY else Desk.STREET


def _is_held(actor: Actor) -> ColumnElement[bool]:
    return and_(Post.state == PostState.HELD, Post.desk == _desk(actor))


def _is_flagged(actor: Actor) -> ColumnElement[bool]:
    """The street sees those it alone may judge, and those the community has left unanswered past the promise."""
    waiting = and_(Post.state == PostState.PUBLISHED, Post.flags > 0)
    if actor.role is Role.COMMUNITY:
        return waiting
    late = Post.requeued_at < clock.now() - timedelta(hours=rules.current().promise_hours)
    return and_(waiting, or_(Post.about_unit, late))


def held(actor: Actor) -> Select[Post]:
    """待审核, to be paged by (due_at, id)."""
    return select(Post).where(judged_by(actor), _is_held(actor)).options(*LOADED)


def returned(actor: Actor) -> Select[Post]:
    """已请修改: they wait for their authors, the newest first; to be paged by id."""
    return select(Post).where(judged_by(actor), Post.state == PostState.RETURNED).options(*LOADED)


def flagged(actor: Actor) -> Select[Post]:
    """举报: still published, to be paged by id."""
    return select(Post).where(judged_by(actor), _is_flagged(actor)).options(*LOADED)


def appeals(actor: Actor) -> Select[Appeal]:
    """请街道再看, to be paged by (due_at, id). The community sees that its decision is looked at again."""
    return (
        select(Appeal)
        .join(Appeal.post)
        .where(judged_by(actor), Appeal.decided_at.is_(None))
        .options(contains_eager(Appeal.post).options(*LOADED))
    )


def _is_proposed(actor: Actor) -> tuple[ColumnElement[bool], ...]:
    waits = topics_within(actor), Topic.state == TopicState.HELD, Topic.author_kind == AuthorKind.RESIDENT
    if actor.role is Role.COMMUNITY:
        return *waits, Topic.escalated_at.is_(None)
    return *waits, or_(Topic.escalated_at.is_not(None), Topic.community_id.is_(None))


def proposals(actor: Actor) -> Select[Topic]:
    """Topics proposed by residents, the nearest promise first; the street's once the community is late."""
    mine = select(Topic).where(*_is_proposed(actor))
    places = (
        joinedload(Topic.street),
        joinedload(Topic.community),
        joinedload(Topic.compound),
        joinedload(Topic.building).joinedload(Building.compound),
        joinedload(Topic.author_building).joinedload(Building.compound),
    )
    return mine.options(*places).order_by(Topic.due_at, Topic.id)


@dataclass(frozen=True)
class Counts:
    held: int
    returned: int
    appeals: int
    flags: int
    late: int
    proposals: int

    def __getitem__(self, show: str) -> int:
        return int(getattr(self, show))


def counts(actor: Actor) -> Counts:
    """One statement, whatever waits. `late`: held ones whose promise is over."""
    is_held = _is_held(actor)
    posts = (
        select(
            func.count().filter(is_held).label("held"),
            func.count().filter(Post.state == PostState.RETURNED).label("returned"),
            func.count().filter(_is_flagged(actor)).label("flags"),
            func.count().filter(and_(is_held, Post.due_at < clock.now())).label("late"),
        )
        .select_from(Post)
        .where(judged_by(actor), or_(Post.state.in_((PostState.HELD, PostState.RETURNED)), Post.flags > 0))
        .subquery()
    )
    asked = (
        select(func.count()).select_from(Appeal).join(Appeal.post).where(judged_by(actor), Appeal.decided_at.is_(None))
    )
    proposed = select(func.count()).select_from(Topic).where(*_is_proposed(actor))
    found = select(*posts.c, asked.scalar_subquery().label("asked"), proposed.scalar_subquery().label("proposed"))
    row = db.session.execute(found).one()
    return Counts(row.held, row.returned, row.asked, row.flags, row.late, row.proposed)


@counted("forum_review.index")
def to_do(actor: Actor) -> int:
    """The number in the menu: what this desk itself must look at."""
    found = counts(actor)
    appeals = found.appeals if actor.role is Role.STREET else 0
    return found.held + found.flags + appeals + found.proposals


def last_published(actor: Actor) -> datetime | None:
    """When this desk last published something, for the page of an empty queue."""
    latest = select(func.max(Post.decided_at)).where(judged_by(actor), Post.state == PostState.PUBLISHED)
    return db.session.scalar(latest)


def before(post: Post) -> list[Post]:
    """The post it replies to and the last few that its readers had seen, oldest first."""
    shown = Post.state == PostState.PUBLISHED
    same = Post.parent_id == post.parent_id if post.parent_id else Post.parent_id.is_(None)
    earlier = select(Post).where(Post.topic_id == post.topic_id, same, shown, Post.id < post.id).options(*LOADED)
    found = list(db.session.scalars(earlier.order_by(Post.id.desc()).limit(3)))
    parent = db.session.get(Post, post.parent_id) if post.parent_id else None
    return [*([parent] if parent else []), *reversed(found)]


def post_for(actor: Actor, post_id: int, *, lock: bool = False) -> Post:
    """NotFound both when there is none and when this member of staff does not judge it."""
    statement = select(Post).where(Post.id == post_id, judged_by(actor)).options(*LOADED)
    if lock:
        statement = statement.with_for_update(of=Post).execution_options(populate_existing=True)
    found = db.session.scalar(statement)
    if found is None:
        raise NotFound("There is no such post, or it is not in your area.")
    return found


def is_topic_within(actor: Actor, topic_id: int) -> bool:
    """Whether this desk looks after the topic itself: a community not after one of the whole street."""
    return db.session.scalar(select(Topic.id).where(Topic.id == topic_id, topics_within(actor))) is not None


def topic_for(actor: Actor, topic_id: int, *, lock: bool = False) -> Topic:
    statement = select(Topic).where(Topic.id == topic_id, topics_within(actor))
    if lock:
        statement = statement.with_for_update(of=Topic).execution_options(populate_existing=True)
    found = db.session.scalar(statement)
    if found is None:
        raise NotFound("There is no such topic, or it is not in your area.")
    return found


def posts_for(actor: Actor, ids: Collection[int]) -> dict[int, Post]:
    found = db.session.scalars(select(Post).where(Post.id.in_(ids), judged_by(actor)).options(*LOADED))
    return {post.id: post for post in found}
