"""The first look and what comes after publication: publish, ask for a change, refuse, hide, restore, move, undo.

Every deed names the revision that was on the screen. Two moderators at once never act twice: the row is locked, the second
finds another revision and is told who was faster.
"""

from dataclasses import dataclass, replace

from sqlalchemy import delete, select

from portal.core import clock
from portal.core.extensions import db
from portal.core.formatting import moment
from portal.domain.actors import Actor
from portal.domain.errors import Conflict, DomainError, NotAllowed, NotFound
from portal.domain.moderation import Judge, PostAction, PostState, move, needs_ground
from portal.domain.moderation_grounds import Clause, Ground
from portal.domain.moderation_words import LONGEST_WORDS, STANDARD_WORDS, UNDO_TIME
from portal.forum import acts, flags, publishing, queue, review_labels, review_messages
from portal.forum.acts import Thing, Why
from portal.forum.models import ModerationAct, Post
from portal.forum.topic_models import TopicVoice
from portal.identity.queries import staff_name_masked
from portal.messaging import outbox


@dataclass(frozen=True)
class Decision:
    """What a moderator decided, as typed. `fragment` is copied from the post, only with 请作者修改."""

    action: PostAction
    revision: int
    ground: Ground | None = None
    clause: Clause | None = None
    to_author: str = ""
    fragment: str = ""


def decide(actor: Actor, post_id: int, decision: Decision) -> ModerationAct:
    """Publish, return, refuse, hide or restore. Conflict when somebody else was faster. Flushes."""
    post = queue.post_for(actor, post_id, lock=True)
    if post.revision != decision.revision:
        raise faster(post)
    before = post.state
    state = move(post.facts, Judge(actor.role), decision.action, clock.now())
    why = _why(post, decision)
    publishing.set_state(post, state, why.ground)
    post.requeued_at = None
    flags.answer(post, upheld=state is PostState.HIDDEN)
    act = acts.record(actor, decision.action, post, before, state, why)
    review_messages.tell_author(post, act, why)
    return act


def faster(thing: Thing) -> Conflict:
    """Somebody has acted on this post or topic since it was shown: who, when, what."""
    act = acts.last_act(thing)
    if act is None or act.staff is None:
        return Conflict("The author has changed this post meanwhile. Please read it again.")
    return Conflict(
        "%(name)s was faster: “%(deed)s” at %(time)s. Nothing was done twice.",
        name=staff_name_masked(act.staff),
        deed=review_labels.ACTIONS[act.action],
        time=moment(act.at),
    )


def _why(post: Post, decision: Decision) -> Why:
    if not needs_ground(post.state, decision.action):
        return Why()
    why = reasons(decision)
    fragment = decision.fragment if decision.action is PostAction.RETURN else ""
    if fragment and fragment not in post.words:
        raise DomainError("These words do not stand in the post. Please copy them from it.", field="fragment")
    return replace(why, fragment=fragment)


def reasons(decision: Decision) -> Why:
    """The ground, for 内容违法 with its provision, and what the author reads: the ground's standard words unless better ones."""
    ground = decision.ground
    if ground is None:
        raise DomainError("Please choose a reason from the list.", field="ground")
    clause = decision.clause if ground is Ground.ILLEGAL else None
    if ground is Ground.ILLEGAL and clause is None:
        raise DomainError("Please name the provision that it breaks.", field="clause")
    words = decision.to_author or STANDARD_WORDS[ground]
    if len(words) > LONGEST_WORDS:
        raise DomainError("At most %(count)s characters.", field="to_author", count=LONGEST_WORDS)
    return Why(ground, clause, to_author=words)


def publish_many(actor: Actor, chosen: dict[int, int]) -> tuple[int, int]:
    """Post id → revision. How many were published and how many somebody else had already decided on."""
    done = 0
    for post_id in sorted(chosen):
        try:
            decide(actor, post_id, Decision(PostAction.PUBLISH, chosen[post_id]))
            done += 1
        except (Conflict, NotAllowed, NotFound):
            continue
    return done, len(chosen) - done


def undoable(actor: Actor) -> ModerationAct | None:
    """The actor's own last step on a post, while it may still be taken back."""
    newest = (
        select(ModerationAct)
        .where(ModerationAct.staff_id == actor.id, ModerationAct.at > clock.now() - UNDO_TIME)
        .order_by(ModerationAct.id.desc())
        .limit(1)
    )
    act = db.session.scalar(newest)
    if act is None or act.post is None or act.action not in UNDOABLE or act.post.state != act.after:
        return None
    return act


UNDOABLE = frozenset({PostAction.PUBLISH, PostAction.RETURN, PostAction.REFUSE, PostAction.HIDE, PostAction.RESTORE})


def undo(actor: Actor, act_id: int) -> Post:
    """Back to how it was; nobody is told of either. Conflict when the minute is over or the post has moved on."""
    found = undoable(actor)
    if found is None or found.id != act_id or found.post_id is None:
        raise Conflict("This can no longer be undone.")
    post = queue.post_for(actor, found.post_id, lock=True)
    newest = acts.last_act(post)
    if newest is None or newest.id != act_id:
        raise Conflict("This can no longer be undone.")
    move(post.facts, Judge(actor.role), PostAction.UNDO, clock.now())
    before, state = post.state, PostState(found.before)
    publishing.set_state(post, state, _ground_of(post) if state is PostState.HIDDEN else None)
    if post.published_at == found.at and state is PostState.HELD:
        _forget_publication(post)
    flags.reopen(post, found.at)
    outbox.withdraw(post.subject, found.at)
    acts.record(actor, PostAction.UNDO, post, before, state)
    return post


def _ground_of(post: Post) -> Ground | None:
    """Why it was hidden, before somebody restored it by mistake."""
    hidden = acts.acts_of(post).where(ModerationAct.after == PostState.HIDDEN).order_by(None)
    act = db.session.scalar(hidden.order_by(ModerationAct.id.desc()).limit(1))
    return act.ground if act else None


def _forget_publication(post: Post) -> None:
    """It was never published after all, so its author has not taken part by it."""
    part = (TopicVoice.topic_id == post.topic_id, TopicVoice.account_id == post.account_id)
    db.session.execute(delete(TopicVoice).where(*part, TopicVoice.at == post.published_at))
    post.published_at = None
    db.session.flush()
