"""请街道办再看一次: one per post, decided at the street by somebody who has not acted on it, with a reason."""

from portal.core import clock
from portal.core.extensions import db
from portal.core.formatting import sms_moment
from portal.domain.actors import Actor
from portal.domain.errors import DomainError, NotFound
from portal.domain.moderation import Judge, PostAction, PostState, move, promise_due
from portal.domain.moderation_words import LONGEST_WORDS
from portal.domain.roles import Role
from portal.forum import acts, moderating, publishing, queue, review_messages, rules
from portal.forum.acts import Why
from portal.forum.models import Appeal, ModerationAct, Post
from portal.forum.submitting import AUTHOR, own_post

LONGEST_PLEA = 300


def ask(actor: Actor, post_id: int, words: str) -> Appeal:
    """By the author, once, after 没有发布 or 隐藏. Words are welcome and not needed. Flushes."""
    post = own_post(actor, post_id)
    move(post.facts, AUTHOR, PostAction.APPEAL, clock.now())
    if len(words) > LONGEST_PLEA:
        raise DomainError("At most %(count)s characters.", field="words", count=LONGEST_PLEA)
    due_at = promise_due(clock.now(), rules.current())
    appeal = Appeal(post=post, asked_at=clock.now(), words=words, due_at=due_at)
    db.session.add(appeal)
    post.revision += 1
    db.session.flush()
    review_messages.tell_street(post.street_id, "staff_post_asked", 1, sms_moment(due_at), post.subject, "appeals")
    acts.record(actor, PostAction.APPEAL, post, post.state, post.state, Why(reason=words))
    return appeal


def decide(actor: Actor, post_id: int, *, publish: bool, reason: str, revision: int) -> ModerationAct:
    """看后发布 or 维持. NotAllowed for whoever acted before; Conflict when it is decided already. Flushes."""
    post = queue.post_for(actor, post_id, lock=True)
    if post.revision != revision:
        raise moderating.faster(post)
    action = PostAction.OVERTURN if publish else PostAction.UPHOLD
    judge = Judge(actor.role, has_acted=acts.has_acted(actor, post))
    before = post.state
    state = move(post.facts, judge, action, clock.now())
    _check(reason)
    assert post.appeal is not None
    appeal = post.appeal
    appeal.decided_at, appeal.decided_by, appeal.upheld, appeal.reason = clock.now(), actor.id, publish, reason
    if publish:
        publishing.set_state(post, PostState(state))
    else:
        post.revision += 1
    review_messages.tell_second_look(post, appeal)
    return acts.record(actor, action, post, before, state, Why(to_author=reason))


def _check(reason: str) -> None:
    if len(reason.strip()) < 4:
        raise DomainError("Please write the reason; the author reads it.", field="reason")
    if len(reason) > LONGEST_WORDS:
        raise DomainError("At most %(count)s characters.", field="reason", count=LONGEST_WORDS)


def of_own(actor: Actor, post_id: int) -> tuple[Post, Appeal | None]:
    """The author's post and its second look, if there is one; NotFound for anybody else's."""
    if actor.kind != "resident":
        raise NotFound("There is no such post of yours.")
    post = db.session.get(Post, post_id)
    if post is None or post.account_id != actor.id:
        raise NotFound("There is no such post of yours.")
    return post, post.appeal


def may_decide(actor: Actor, post: Post) -> bool:
    """The street, but nobody who has acted on it."""
    return actor.role is Role.STREET and not acts.has_acted(actor, post)
