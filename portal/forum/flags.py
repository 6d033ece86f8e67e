"""举报: a reader names a ground of the closed list; enough of them bring a post before a moderator again.

The post stays where it is meanwhile. Whoever flagged is told what came of it.
"""

from datetime import datetime

from sqlalchemy import ColumnElement, and_, select, update

from portal.core import clock
from portal.core.dialects import insert_ignore
from portal.core.extensions import db
from portal.core.formatting import sms_moment
from portal.domain.actors import Actor
from portal.domain.errors import Conflict, DomainError, NotAllowed, NotFound
from portal.domain.moderation import PostAction, PostState
from portal.domain.moderation_grounds import Ground
from portal.forum import acts, queue, rules
from portal.forum.models import Flag, Post
from portal.identity.models import Account
from portal.messaging.notify import Recipient, notify

LONGEST_FLAG = 200


def flag(actor: Actor, post_id: int, ground: Ground, words: str = "") -> bool:
    """Once per reader and post; False when they had flagged it already. Flushes."""
    post = db.session.scalar(
        select(Post).where(Post.id == post_id, Post.state == PostState.PUBLISHED).with_for_update()
    )
    if post is None:
        raise NotFound("There is no such post.")
    if post.account_id == actor.id:
        raise NotAllowed("This is your own post.")
    if len(words) > LONGEST_FLAG:
        raise DomainError("At most %(count)s characters.", field="words", count=LONGEST_FLAG)
    row = {"post_id": post.id, "account_id": actor.id, "ground": ground, "words": words or None, "at": clock.now()}
    if not db.session.execute(insert_ignore(Flag).values(**row)).rowcount:  # type: ignore[attr-defined]
        return False
    post.flags += 1
    if post.flags >= rules.current().flags_to_requeue and post.requeued_at is None:
        post.requeued_at = clock.now()
    db.session.flush()
    return True


def keep(actor: Actor, post_id: int, revision: int) -> None:
    """A moderator has looked: the post stays, and those who flagged it are told. Conflict when it moved on."""
    post = queue.post_for(actor, post_id, lock=True)
    if post.state is not PostState.PUBLISHED or not post.flags or post.revision != revision:
        raise Conflict("This can no longer be done with the post. Please reload the page.")
    post.revision += 1
    post.requeued_at = None
    answer(post, upheld=False)
    acts.record(actor, PostAction.RESTORE, post, post.state, post.state)


def answer(post: Post, *, upheld: bool) -> None:
    """Close the open flags of a post that somebody has judged, and tell their authors."""
    open_flags = db.session.execute(
        select(Flag, Account.phone).join(Account, Account.id == Flag.account_id).where(_open(post))
    ).all()
    for found, phone in open_flags:
        found.answered_at, found.upheld = clock.now(), upheld
        values = {"time": sms_moment(found.at), "result": "已隐藏" if upheld else "继续显示"}
        link = f"/forum/posts/{post.id}/flag"
        notify(Recipient.phone(phone), "flag_answered", values, subject=post.subject, link=link)
    post.flags = 0
    db.session.flush()


def reopen(post: Post, since: datetime) -> None:
    """The judgement at that moment was undone: the flags it closed are open again."""
    closed = update(Flag).where(Flag.post_id == post.id, Flag.answered_at == since)
    done = db.session.execute(closed.values(answered_at=None, upheld=None))
    post.flags += done.rowcount  # type: ignore[attr-defined]
    db.session.flush()


def open_of(post: Post) -> list[Flag]:
    """For the moderator, oldest first; who flagged is not shown."""
    return list(db.session.scalars(select(Flag).where(_open(post)).order_by(Flag.id)))


def of_reader(post_id: int, account_id: int | None) -> Flag | None:
    return db.session.scalar(select(Flag).where(Flag.post_id == post_id, Flag.account_id == account_id))


def _open(post: Post) -> ColumnElement[bool]:
    return and_(Flag.post_id == post.id, Flag.answered_at.is_(None))
