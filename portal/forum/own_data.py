"""What a resident said in the discussion: their copy of it, and what is left when the account goes.

What the neighbours read stays, without a name: others answered it. What nobody but its author and a moderator ever read
is taken back and erased; the log keeps the act, never the words.
"""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import select, update

from portal.core.extensions import db
from portal.domain.actors import Actor
from portal.domain.moderation import PostState
from portal.forum import submitting
from portal.forum.models import ActText, Flag, ModerationAct, Post, PostRevision, Support
from portal.forum.topic_models import PostDraft, Topic
from portal.identity import own_data
from portal.identity.models import Account
from portal.media import services as media
from portal.media.models import Owner

MOST = 2000
ERASED = "（作者已注销）"
READ_BY_ALL = (PostState.PUBLISHED, PostState.HIDDEN)
WAITING = (PostState.HELD, PostState.RETURNED)


@own_data.exporter("posts")
def _posts(account: Account) -> list[dict[str, Any]]:
    rows = db.session.execute(
        select(Post, Topic.title)
        .join(Topic, Topic.id == Post.topic_id)
        .where(Post.account_id == account.id)
        .order_by(Post.id)
        .limit(MOST)
    )
    return [
        {
            "topic": title, "words": post.words, "stance": post.stance, "shown_as": post.shown_name,
            "state": post.state.value, "at": post.submitted_at.isoformat(), "supports": post.supports,
            "before": [revision.words for revision in _revisions(post)] if post.edited_at else [],
        }
        for post, title in rows
    ]  # fmt: skip


def _revisions(post: Post) -> Sequence[PostRevision]:
    statement = select(PostRevision).where(PostRevision.post_id == post.id)
    return db.session.scalars(statement.order_by(PostRevision.id)).all()


@own_data.exporter("topics")
def _topics(account: Account) -> list[dict[str, Any]]:
    mine = select(Topic).where(Topic.account_id == account.id).order_by(Topic.id).limit(MOST)
    return [
        {
            "title": topic.title, "background": topic.background, "options": topic.options,
            "shown_as": topic.shown_name, "state": topic.state.value, "at": topic.created_at.isoformat(),
        }
        for topic in db.session.scalars(mine)
    ]  # fmt: skip


@own_data.exporter("flags")
def _flags(account: Account) -> list[dict[str, Any]]:
    """What they reported about others' posts: their own words, never the other's."""
    mine = select(Flag).where(Flag.account_id == account.id).order_by(Flag.id).limit(MOST)
    return [
        {"post": flag.post_id, "ground": flag.ground.value, "words": flag.words, "at": flag.at.isoformat()}
        for flag in db.session.scalars(mine)
    ]


@own_data.exporter("supports")
def _supports(account: Account) -> list[dict[str, Any]]:
    mine = select(Support).where(Support.account_id == account.id).order_by(Support.at).limit(MOST)
    return [{"post": found.post_id, "at": found.at.isoformat()} for found in db.session.scalars(mine)]


@own_data.leaver
def _leave(account: Account, actor: Actor) -> None:
    for post in db.session.scalars(select(Post).where(Post.account_id == account.id)).all():
        if post.state in WAITING:
            submitting.withdraw(actor, post.id)
    unread = select(Post.id).where(Post.account_id == account.id, Post.state.not_in(READ_BY_ALL))
    for post_id in db.session.scalars(unread).all():
        media.remove_all_of(Owner("post", post_id))
    _erase_what_was_said(unread)
    mine = select(Post.id).where(Post.account_id == account.id)
    db.session.execute(update(PostRevision).where(PostRevision.post_id.in_(mine)).values(words=""))
    db.session.execute(update(Post).where(Post.account_id == account.id).values(shown_name=None))
    _leave_topics(account)
    db.session.execute(update(Flag).where(Flag.account_id == account.id).values(words=None))
    for draft in db.session.scalars(select(PostDraft).where(PostDraft.account_id == account.id)).all():
        media.remove_all_of(Owner("post-draft", draft.id))
        db.session.delete(draft)
    db.session.flush()


def _erase_what_was_said(post_ids: Any) -> None:
    acts = select(ModerationAct.id).where(ModerationAct.post_id.in_(post_ids))
    db.session.execute(update(ActText).where(ActText.act_id.in_(acts)).values(words="", fragment=""))
    db.session.execute(update(Post).where(Post.id.in_(post_ids)).values(words=ERASED))


def _leave_topics(account: Account) -> None:
    for topic in db.session.scalars(select(Topic).where(Topic.account_id == account.id)).all():
        topic.shown_name = None
        if not topic.is_public:
            topic.title, topic.background, topic.options = ERASED, "", []
            media.remove_all_of(Owner("topic", topic.id))
    db.session.flush()
