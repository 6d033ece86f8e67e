"""Splitting off as a case: the moderator asks, the author decides; without their yes nothing is registered."""

from portal.core import clock
from portal.core.extensions import db
from portal.domain.actors import Actor
from portal.domain.errors import Conflict
from portal.domain.moderation import Judge, PostAction, move
from portal.forum import acts, moderating, queue, review_messages
from portal.forum.acts import NO_REASON
from portal.forum.models import ModerationAct, Post
from portal.forum.review_models import CaseOffer
from portal.forum.submitting import own_post


def ask(actor: Actor, post_id: int, revision: int) -> ModerationAct:
    """Once per post; the post stays what it is. Flushes."""
    post = queue.post_for(actor, post_id, lock=True)
    if post.revision != revision:
        raise moderating.faster(post)
    move(post.facts, Judge(actor.role), PostAction.SPLIT, clock.now())
    if offer_of(post) is not None:
        raise Conflict("Its author has been asked already.")
    db.session.add(CaseOffer(post_id=post.id, asked_at=clock.now(), staff_id=actor.id))
    post.revision += 1
    db.session.flush()
    review_messages.tell_split(post)
    return acts.record(actor, PostAction.SPLIT, post, post.state, post.state, NO_REASON)


def offer_of(post: Post) -> CaseOffer | None:
    return db.session.get(CaseOffer, post.id)


def answer(actor: Actor, post_id: int, agreed: bool) -> Post:
    """By the author, once. Flushes; what a yes makes is up to the storey above."""
    post = own_post(actor, post_id)
    offer = db.session.get(CaseOffer, post_id, with_for_update=True)
    if offer is None or offer.answered_at is not None:
        raise Conflict("This question is not open any more.")
    offer.answered_at, offer.agreed = clock.now(), agreed
    db.session.flush()
    return post
