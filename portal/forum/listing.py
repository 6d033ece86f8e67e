"""What residents read: topics by tab, posts by sort, replies, what is pinned. Pages by key; nothing here writes."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import ColumnElement, Select, Subquery, and_, func, or_, select, union_all
from sqlalchemy.orm import joinedload, selectinload

from portal.core import clock
from portal.core.extensions import db
from portal.core.pages import Page, page_of
from portal.domain.moderation import PostState
from portal.forum.models import Post, Support
from portal.forum.publishing import SHOWN
from portal.forum.topic_models import (
    Conclusion,
    Meeting,
    OfficialAnswer,
    Point,
    Topic,
    TopicState,
    TopicVoice,
)
from portal.places.models import Building, Compound

REPLIES_SHOWN = 3


class Tab(StrEnum):
    NOW = "now"  # 正在议
    ANSWERED = "answered"  # 有答复
    OVER = "over"  # 已结束


class Sort(StrEnum):
    SUPPORTED = "supported"  # 赞同多
    NEWEST = "newest"  # 最新


IS_PUBLIC = Topic.state.in_((TopicState.OPEN, TopicState.CLOSED))


def topics(tab: Tab, compound: Compound | None, cursor: str | None) -> Page[Topic]:
    statement = with_place(select(Topic)).where(IS_PUBLIC, _in_tab(tab))
    if compound is not None:
        statement = statement.where(concerning(compound))
    return page_of(statement, [Topic.opened_at, Topic.id], cursor)


def _in_tab(tab: Tab) -> ColumnElement[bool]:
    ended = or_(Topic.state == TopicState.CLOSED, Topic.closes_at <= clock.now())
    if tab is Tab.ANSWERED:
        return Topic.answered_at.is_not(None)
    if tab is Tab.OVER:
        return ended
    return and_(Topic.state == TopicState.OPEN, or_(Topic.closes_at.is_(None), Topic.closes_at > clock.now()))


def concerning(compound: Compound) -> ColumnElement[bool]:
    """Topics of this compound, of what lies in it, and of what it lies in."""
    community = compound.community
    return or_(
        Topic.compound_id == compound.id,
        and_(Topic.compound_id.is_(None), Topic.community_id == community.id),
        and_(Topic.community_id.is_(None), Topic.street_id == community.street_id),
    )


def with_place(statement: Select[Topic]) -> Select[Topic]:
    return statement.options(
        joinedload(Topic.street),
        joinedload(Topic.community),
        joinedload(Topic.compound),
        joinedload(Topic.building).joinedload(Building.compound),
        joinedload(Topic.author_building),
    )


def public_topic(topic_id: int) -> Topic | None:
    statement = with_place(select(Topic)).where(Topic.id == topic_id, IS_PUBLIC)
    return db.session.scalar(statement.options(selectinload(Topic.steps)))


def open_count(compound: Compound | None) -> int:
    """For the tile of the home page."""
    statement = select(func.count()).select_from(Topic).where(_in_tab(Tab.NOW))
    return db.session.scalar(statement.where(concerning(compound)) if compound is not None else statement) or 0


def people_in(topic_ids: Collection[int]) -> dict[int, int]:
    """How many people took part, by topic."""
    statement = select(TopicVoice.topic_id, func.count()).where(TopicVoice.topic_id.in_(topic_ids))
    rows = db.session.execute(statement.group_by(TopicVoice.topic_id))
    return {row[0]: row[1] for row in rows}


@dataclass(frozen=True)
class Turnout:
    """参与: people, and the homes they speak from."""

    people: int
    homes: int


def turnout(topic: Topic) -> Turnout:
    found = select(func.count(), func.count(TopicVoice.household_id.distinct())).where(TopicVoice.topic_id == topic.id)
    people, homes = db.session.execute(found).one()
    return Turnout(people, homes)


def posts(topic: Topic, sort: Sort, cursor: str | None) -> Page[Post]:
    """Posts that are no replies, hidden ones with them: their place stays."""
    keys = [Post.supports, Post.id] if sort is Sort.SUPPORTED else [Post.id]
    mine = Post.topic_id == topic.id, Post.parent_id.is_(None), Post.state.in_(SHOWN)
    return page_of(with_author(select(Post).where(*mine)), keys, cursor)


def replies(post: Post, cursor: str | None) -> Page[Post]:
    """All replies to one post, the oldest first."""
    mine = Post.parent_id == post.id, Post.state.in_(SHOWN)
    return page_of(with_author(select(Post).where(*mine)), [Post.id], cursor, descending=False)


def first_replies(found: Sequence[Post]) -> dict[int, list[Post]]:
    """The first few replies of each post, in one statement however many there are."""
    answered = [post.id for post in found if post.replies]
    if not answered:
        return {}
    first = union_all(*(select(_first_ids(post_id).c.id) for post_id in answered))
    rows = db.session.scalars(with_author(select(Post).where(Post.id.in_(first))).order_by(Post.id))
    grouped: dict[int, list[Post]] = defaultdict(list)
    for reply in rows:
        grouped[reply.parent_id or 0].append(reply)
    return grouped


def _first_ids(post_id: int) -> Subquery:
    mine = Post.parent_id == post_id, Post.state.in_(SHOWN)
    return select(Post.id).where(*mine).order_by(Post.id).limit(REPLIES_SHOWN).subquery()


def with_author(statement: Select[Post]) -> Select[Post]:
    return statement.options(joinedload(Post.building).joinedload(Building.compound))


def post_of(topic: Topic, post_id: int) -> Post | None:
    """A visible post of this topic that is no reply."""
    mine = Post.topic_id == topic.id, Post.id == post_id, Post.parent_id.is_(None), Post.state.in_(SHOWN)
    return db.session.scalar(with_author(select(Post).where(*mine)))


def supported_by(account_id: int | None, found: Collection[Post]) -> set[int]:
    """Which of these posts this account supports."""
    if account_id is None or not found:
        return set()
    mine = Support.account_id == account_id, Support.post_id.in_([post.id for post in found])
    return set(db.session.scalars(select(Support.post_id).where(*mine)))


def answers_of(topic: Topic) -> Sequence[OfficialAnswer]:
    statement = select(OfficialAnswer).where(OfficialAnswer.topic_id == topic.id)
    return db.session.scalars(statement.options(joinedload(OfficialAnswer.agency)).order_by(OfficialAnswer.id)).all()


def meetings_of(topic: Topic) -> Sequence[Meeting]:
    statement = select(Meeting).where(Meeting.topic_id == topic.id)
    return db.session.scalars(statement.order_by(Meeting.starts_at, Meeting.id)).all()


def conclusion_of(topic: Topic, *, published: bool = True) -> Conclusion | None:
    """With its points and their units."""
    statement = select(Conclusion).where(Conclusion.topic_id == topic.id)
    if published:
        statement = statement.where(Conclusion.published_at.is_not(None))
    return db.session.scalar(statement.options(selectinload(Conclusion.points).joinedload(Point.agency)))


def own_posts(account_id: int, cursor: str | None) -> Page[Post]:
    statement = select(Post).where(Post.account_id == account_id)
    statement = statement.options(joinedload(Post.topic), joinedload(Post.appeal), joinedload(Post.building))
    return page_of(statement, [Post.id], cursor)


def own_post(account_id: int, post_id: int) -> Post | None:
    statement = select(Post).where(Post.account_id == account_id, Post.id == post_id)
    return db.session.scalar(statement.options(joinedload(Post.topic), joinedload(Post.appeal)))


def own_topic(account_id: int, topic_id: int) -> Topic | None:
    return db.session.scalar(with_place(select(Topic)).where(Topic.account_id == account_id, Topic.id == topic_id))


def own_waiting(account_id: int, topic: Topic) -> Sequence[Post]:
    """What this author wrote here and nobody else sees yet."""
    waiting = Post.state.in_((PostState.HELD, PostState.RETURNED))
    mine = Post.account_id == account_id, Post.topic_id == topic.id, waiting
    return db.session.scalars(select(Post).where(*mine).order_by(Post.id)).all()


def own_topics(account_id: int) -> Sequence[Topic]:
    """What this account proposed, the newest first; few, by the limit per day."""
    statement = with_place(select(Topic)).where(Topic.account_id == account_id)
    return db.session.scalars(statement.order_by(Topic.id.desc()).limit(20)).all()
