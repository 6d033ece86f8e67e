"""Who is told what by a moderator's deed. Texts wait until the deed can no longer be undone."""

from sqlalchemy import select

from portal.core.extensions import db
from portal.core.formatting import sms_moment
from portal.domain.moderation import PostAction, PostState
from portal.domain.moderation_grounds import GROUNDS
from portal.domain.moderation_words import UNDO_TIME
from portal.forum.acts import Why
from portal.forum.models import Appeal, ModerationAct, Post
from portal.forum.topic_models import Topic
from portal.identity.models import Account
from portal.identity.queries import posts_of
from portal.identity.queries import recipient as at_post
from portal.messaging.notify import Recipient, notify
from portal.places.models import Street

TO_AUTHOR = {
    PostAction.PUBLISH: "post_published",
    PostAction.RETURN: "post_revise",
    PostAction.REFUSE: "post_rejected",
    PostAction.HIDE: "post_hidden",
    PostAction.RESTORE: "post_restored",
    PostAction.MOVE: "post_moved",
}
TO_PROPOSER = {
    PostAction.PUBLISH: "topic_published",
    PostAction.RETURN: "topic_revise",
    PostAction.REFUSE: "topic_rejected",
}


def tell_author(post: Post, act: ModerationAct, why: Why) -> None:
    values: dict[str, object] = {"time": sms_moment(post.submitted_at)}
    if why.ground:
        values["why"] = GROUNDS[why.ground].name
    _tell(post.account_id, TO_AUTHOR[act.action], values, post.subject, own_link(post))


def own_link(post: Post) -> str:
    return f"/forum/{post.topic_id}#post-{post.id}" if post.state is PostState.PUBLISHED else "/me/posts"


def tell_proposer(topic: Topic, act: ModerationAct, why: Why) -> None:
    assert topic.account_id is not None
    values: dict[str, object] = {"time": sms_moment(topic.created_at)}
    if why.ground:
        values["why"] = GROUNDS[why.ground].name
    link = f"/forum/{topic.id}" if topic.is_public else "/me/posts"
    _tell(topic.account_id, TO_PROPOSER[act.action], values, topic.subject, link)


def tell_split(post: Post) -> None:
    values: dict[str, object] = {"time": sms_moment(post.submitted_at)}
    _tell(post.account_id, "post_split_asked", values, post.subject, f"/forum/posts/{post.id}/case")


def tell_late(post: Post) -> None:
    """The community did not look in time; the street does. The author reads it here, without a text."""
    _tell(post.account_id, "post_late", {"time": sms_moment(post.submitted_at)}, post.subject, "/me/posts")


def tell_second_look(post: Post, appeal: Appeal) -> None:
    values: dict[str, object] = {
        "time": sms_moment(post.submitted_at),
        "result": "同意发布" if appeal.upheld else "维持不发布",
    }
    _tell(post.account_id, "post_appeal", values, post.subject, f"/forum/posts/{post.id}/appeal")


def tell_street(street_id: int, event: str, count: int, due: object, subject: str, show: str) -> None:
    """Everybody at the street's office finds it in the inbox."""
    street = db.session.get_one(Street, street_id)
    for post in posts_of(street.agency_id) if street.agency_id else ():
        values = {"n": min(count, 99), "time": due}
        notify(at_post(post), event, values, subject=subject, link=f"/community/moderation?show={show}")


def _tell(account_id: int, event: str, values: dict[str, object], subject: str, link: str) -> None:
    phone = db.session.scalars(select(Account.phone).where(Account.id == account_id)).one()
    notify(Recipient.phone(phone), event, values, subject=subject, link=link, wait=UNDO_TIME)
