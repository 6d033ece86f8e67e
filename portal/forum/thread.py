"""One topic: the question, what is pinned, the posts; supporting one; photos."""

from collections.abc import Sequence
from typing import Any

from flask import abort, g, redirect, render_template, request, url_for
from flask_babel import gettext
from sqlalchemy import select
from werkzeug.wrappers import Response

from portal.core import clock
from portal.core.access import public, resident
from portal.core.extensions import db
from portal.core.formatting import sms_day
from portal.core.forms import ButtonForm
from portal.core.writing import perform
from portal.domain.moderation import Emergency, PostState
from portal.domain.topic_steps import OF_THE_CONCLUSION, REVIEW
from portal.forum import attaching, labels, listing, submitting
from portal.forum.blueprint import bp
from portal.forum.homes import home_in
from portal.forum.listing import Sort
from portal.forum.models import Post
from portal.forum.projections import PublicPost, Reader, project, shown_photos
from portal.forum.publishing import SHOWN
from portal.forum.scope import posts_within, topics_within
from portal.forum.topic_models import PostDraft, Topic, TopicStep
from portal.media.models import Owner, Photo
from portal.media.queries import photo_by_token, photos_by_owner, photos_of
from portal.media.serving import PhotoSize, send_document, send_photo


def topic_or_404(topic_id: int) -> Topic:
    return listing.public_topic(topic_id) or abort(404)


@bp.get("/forum/<int:topic_id>")
@public
def topic(topic_id: int) -> str:
    found = topic_or_404(topic_id)
    sort = next((each for each in Sort if each == request.args.get("sort")), Sort.SUPPORTED)
    page = listing.posts(found, sort, request.args.get("at"))
    first = not request.args.get("at")
    return render_template(
        "forum/topic.html",
        topic=found,
        head=head_of(found),
        pinned=_pinned(found) if first else None,
        first=first,
        sorts=_sorts(found, sort),
        posts=projected(page.rows, listing.first_replies(page.rows)),
        waiting=listing.own_waiting(g.actor.id, found) if first and g.actor.kind == "resident" else [],
        form=ButtonForm(),
        labels=labels,
        previous_url=_turn(found, sort, page.previous),
        next_url=_turn(found, sort, page.next),
    )


def head_of(found: Topic) -> dict[str, Any]:
    """What every page of a topic says at its top."""
    now = clock.now()
    emergency = found.emergency_at(now)
    is_over = found.is_over(now)
    return {
        "author": labels.AUTHORS[found.author_kind],
        "is_over": is_over,
        "emergency": emergency,
        "paused": emergency is Emergency.PAUSED,
        "may_post": not is_over and emergency is not Emergency.PAUSED and home_in(g.actor, found) is not None,
        "steps": steps_of(found),
    }


def steps_of(found: Topic) -> list[dict[str, str]]:
    """For `stage_steps`: the last one reached is where it stands; each with the day it was reached or begins."""
    reached = [step.position for step in found.steps if step.reached_at is not None]
    last = max(reached, default=-1)
    return [
        {
            "label": step.name,
            "state": "done" if step.position < last else "now" if step.position == last else "next",
            "note": _day_of(found, step, last),
        }
        for step in found.steps
    ]


def _day_of(found: Topic, step: TopicStep, last: int) -> str:
    """A step gone over says nothing; the one after the talk begins when the topic closes."""
    if step.reached_at is not None:
        return sms_day(step.reached_at)
    after_talk = step.position == REVIEW and last < REVIEW and len(found.steps) - OF_THE_CONCLUSION > REVIEW
    planned = found.closes_at if after_talk else step.planned_on
    return sms_day(planned) if planned else ""


def _pinned(found: Topic) -> dict[str, Any]:
    return {
        "answers": listing.answers_of(found),
        "meetings": listing.meetings_of(found),
        "conclusion": listing.conclusion_of(found),
        "turnout": listing.turnout(found),
        "photos": shown_photos(photos_of(Owner("topic", found.id))),
        "documents": attaching.of_topic(found),
    }


def projected(posts: Sequence[Post], replies: dict[int, list[Post]]) -> list[PublicPost]:
    """Posts with their first replies: one statement for photos and one for what the reader supports, whatever the number."""
    everyone = [*posts, *(reply for found in replies.values() for reply in found)]
    photos = photos_by_owner("post", [post.id for post in everyone]) if everyone else {}
    account_id = g.actor.id if g.actor.kind == "resident" else None
    reader = Reader(account_id, frozenset(listing.supported_by(account_id, everyone)))
    return [
        project(post, reader, photos, [project(reply, reader, photos) for reply in replies.get(post.id, ())])
        for post in posts
    ]


def _sorts(found: Topic, sort: Sort) -> list[dict[str, Any]]:
    words = {Sort.SUPPORTED: gettext("Most support"), Sort.NEWEST: gettext("Newest")}
    return [
        {
            "url": url_for(
                ".topic", topic_id=found.id, sort=each if each is not Sort.SUPPORTED else None, _anchor="posts"
            ),
            "label": word,
            "current": each is sort,
        }
        for each, word in words.items()
    ]


def _turn(found: Topic, sort: Sort, cursor: str | None) -> str:
    kept: dict[str, Any] = {"sort": sort} if sort is not Sort.SUPPORTED else {}
    return url_for(".topic", topic_id=found.id, at=cursor, _anchor="posts", **kept) if cursor else ""


@bp.get("/forum/<int:topic_id>/posts/<int:post_id>")
@public
def post(topic_id: int, post_id: int) -> str:
    """One post with all its replies."""
    found = topic_or_404(topic_id)
    shown = listing.post_of(found, post_id) or abort(404)
    page = listing.replies(shown, request.args.get("at"))
    return render_template(
        "forum/post.html",
        topic=found,
        head=head_of(found),
        post=projected([shown], {shown.id: list(page.rows)})[0],
        form=ButtonForm(),
        previous_url=_turn_replies(found, shown, page.previous),
        next_url=_turn_replies(found, shown, page.next),
    )


def _turn_replies(found: Topic, shown: Post, cursor: str | None) -> str:
    return url_for(".post", topic_id=found.id, post_id=shown.id, at=cursor) if cursor else ""


@bp.post("/forum/posts/<int:post_id>/support")
@resident
def support(post_id: int) -> Response:
    """赞同, or taken back; then the same place on the page again."""
    found = db.session.get(Post, post_id)
    if found is None or found.state not in SHOWN:
        abort(404)
    wanted = request.form.get("support") != "no"
    if not ButtonForm().validate_on_submit():
        return redirect(_place_of(found), 303)
    return perform(lambda: _support(post_id, wanted))


def _support(post_id: int, wanted: bool) -> str:
    found = db.session.get(Post, post_id) or abort(404)
    submitting.support(g.actor, topic_or_404(found.topic_id), found, wanted)
    return _place_of(found)


def _place_of(found: Post) -> str:
    """The page and sort from which the button was pressed, at the post."""
    sort = request.form.get("sort")
    kept: dict[str, Any] = {"sort": sort} if sort in set(Sort) else {}
    return url_for(".topic", topic_id=found.topic_id, _anchor=f"post-{found.id}", **kept)


@bp.get("/forum/photo/<token>")
@public
def photo(token: str) -> Response:
    found = photo_by_token(token)
    if found is None or not _may_see(found):
        abort(404)
    return send_photo(found, PhotoSize.THUMB if request.args.get("size") == "thumb" else PhotoSize.FULL)


@bp.get("/forum/document/<token>")
@public
def document(token: str) -> Response:
    """A PDF of a topic, for everybody who may read the topic."""
    found = attaching.topic_document(token)
    if found is None or listing.public_topic(found[1]) is None:
        abort(404)
    return send_document(found[0])


def _may_see(found: Photo) -> bool:
    """What is published, what is one's own, and for those who moderate what waits for them."""
    if not found.owner_id.isdigit():
        return False
    model = {"post": Post, "topic": Topic, "post-draft": PostDraft}.get(found.owner_kind)
    owner: Any = db.session.get(model, int(found.owner_id)) if model else None
    if owner is None:
        return False
    if g.actor.kind == "resident" and owner.account_id == g.actor.id:
        return True
    if isinstance(owner, Post):
        return owner.state is PostState.PUBLISHED or _is_in_scope(Post, owner.id)
    return isinstance(owner, Topic) and (owner.is_public or _is_in_scope(Topic, owner.id))


def _is_in_scope(model: type[Post] | type[Topic], key: int) -> bool:
    if not g.actor.is_staff:
        return False
    within = posts_within(g.actor) if model is Post else topics_within(g.actor)
    return db.session.scalar(select(model.id).where(model.id == key, within)) is not None
