"""发言审核: the queue of a desk, one post closely, the first look. Works without scripts; with them by keyboard."""

from typing import Any

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from portal.core.access import staff
from portal.core.errors import say
from portal.core.extensions import db
from portal.core.forms import ButtonForm
from portal.core.numbers import whole
from portal.core.pages import Page, page_of
from portal.core.writing import perform
from portal.domain.errors import Conflict, DomainError
from portal.domain.moderation import PostAction
from portal.domain.moderation_grounds import GROUNDS
from portal.domain.moderation_words import STANDARD_WORDS
from portal.domain.roles import Role
from portal.forum import acts, moderating, queue, review_labels, review_view, rules, topic_review
from portal.forum.models import Appeal, Post
from portal.forum.review_forms import DECISIONS, ReviewForm
from portal.media.queries import photos_by_owner
from portal.places.queries import compounds_for

bp = Blueprint("forum_review", __name__)
MODERATORS = (Role.COMMUNITY, Role.STREET)
SIZE = 10


@bp.get("/community/moderation")
@staff(*MODERATORS)
def index() -> str:
    show = request.args.get("show", "held")
    show = show if show in queue.SHOWS else "held"
    page = _page(show, request.args.get("at"))
    posts = [found.post if isinstance(found, Appeal) else found for found in page.rows]
    proposals = list(db.session.scalars(queue.proposals(g.actor).limit(SIZE))) if show == "held" else []
    return render_template(
        "forum/desk/queue.html",
        show=show,
        shows=review_labels.SHOWS,
        counts=queue.counts(g.actor),
        page=page,
        rows=[*(review_view.proposal(topic) for topic in proposals), *review_view.rows_of(posts)],
        last=queue.last_published(g.actor),
        undo=_undo(),
        **shared(),
    )


def _page(show: str, cursor: str | None) -> Page[Any]:
    if show == "appeals":
        return page_of(queue.appeals(g.actor), [Appeal.due_at, Appeal.id], cursor, size=SIZE, descending=False)
    if show == "held":
        return page_of(queue.held(g.actor), [Post.due_at, Post.id], cursor, size=SIZE, descending=False)
    statement = queue.returned(g.actor) if show == "returned" else queue.flagged(g.actor)
    return page_of(statement, [Post.id], cursor, size=SIZE)


def shared() -> dict[str, Any]:
    """What each fieldset needs, once per page."""
    hours = {compound.community.office_hours for compound in compounds_for(g.actor)}
    return {
        "grounds": GROUNDS,
        "standard": STANDARD_WORDS,
        "button": ButtonForm(),
        "promise_hours": rules.current().promise_hours,
        "office_hours": sorted(hours)[0] if len(hours) == 1 else "",
        "is_street": g.actor.role is Role.STREET,
    }


def _undo() -> dict[str, Any] | None:
    act = moderating.undoable(g.actor)
    if act is None or act.post is None:
        return None
    return {"id": act.id, "deed": review_labels.ACTIONS[act.action], "author": act.post.author}


@bp.route("/community/moderation/<int:post_id>", methods=["GET", "POST"])
@staff(*MODERATORS)
def post(post_id: int) -> Any:
    """One post with what stood before it and all that was done; a decision from here or from the queue."""
    found = queue.post_for(g.actor, post_id)
    form = ReviewForm().numbered(post_id) if request.method == "POST" else None
    if form is not None and (answer := _decided(form, lambda action: _decide(post_id, form, action))):
        return answer
    found = queue.post_for(g.actor, post_id)
    pictures = photos_by_owner("post", [post_id]).get(str(post_id), [])
    page = render_template(
        "forum/desk/post.html",
        post=found,
        row=review_view.row_of(found, pictures, form),
        form=form,
        context=review_view.context_of(found, queue.before(found)),
        history=review_view.history(db.session.scalars(acts.acts_of(found))),
        flags=review_view.flags_of(found),
        offers=review_view.offers(found, g.actor),
        may_switch=queue.is_topic_within(g.actor, found.topic_id),
        **shared(),
    )
    return page, (422 if form is not None else 200)


def _decide(post_id: int, form: ReviewForm, action: PostAction) -> str:
    moderating.decide(g.actor, post_id, form.decision(action))
    return url_for(".index")


@bp.route("/community/moderation/topics/<int:topic_id>", methods=["GET", "POST"])
@staff(*MODERATORS)
def topic(topic_id: int) -> Any:
    """A proposed topic, by the same rules as a post."""
    found = queue.topic_for(g.actor, topic_id)
    form = ReviewForm().numbered(topic_id) if request.method == "POST" else None
    if form is not None and (answer := _decided(form, lambda action: _decide_topic(topic_id, form, action))):
        return answer
    found = queue.topic_for(g.actor, topic_id)
    page = render_template(
        "forum/desk/topic.html",
        topic=found,
        row=review_view.proposal(found, form),
        form=form,
        history=review_view.history(db.session.scalars(acts.acts_of(found))),
        **shared(),
    )
    return page, (422 if form is not None else 200)


def _decide_topic(topic_id: int, form: ReviewForm, action: PostAction) -> str:
    act = topic_review.decide(g.actor, topic_id, form.decision(action))
    flash(gettext("Topic: %(deed)s", deed=review_labels.ACTIONS[act.action]), "ok")
    return url_for(".index")


def _decided(form: ReviewForm, deed: Any) -> Response | None:
    """The answer, or None when the form is to be shown again with what is wrong."""
    action = next((each for each in DECISIONS if each == request.form.get("action")), None)
    if action is None or not form.validate_on_submit():
        return None
    try:
        return perform(lambda: deed(action))
    except Conflict as late:
        flash(say(late), "warn")
        return redirect(url_for(".index"), 303)
    except DomainError as refusal:
        db.session.rollback()
        form.refuse(refusal)
        return None


@bp.post("/community/moderation/bulk")
@staff(*MODERATORS)
def bulk() -> Response:
    """发布 for many at once, never anything else."""
    chosen = dict(pair for text in request.form.getlist("post")[:50] if (pair := _pair(text)))
    if not ButtonForm().validate_on_submit() or not chosen:
        flash(gettext("Nothing was chosen."), "warn")
        return redirect(url_for(".index"), 303)

    def deed() -> str:
        done, late = moderating.publish_many(g.actor, chosen)
        words = gettext("%(count)s posts published.", count=done)
        more = gettext("%(count)s had been decided on by somebody else.", count=late) if late else ""
        flash(f"{words}{more}", "ok" if done else "warn")
        return url_for("forum_review.index")

    return perform(deed)


def _pair(text: str) -> tuple[int, int] | None:
    """'12:3' → (post 12, revision 3)."""
    post_id, _colon, revision = text.partition(":")
    numbers = whole(post_id), whole(revision)
    return (numbers[0], numbers[1]) if numbers[0] is not None and numbers[1] is not None else None


@bp.post("/community/moderation/undo")
@staff(*MODERATORS)
def undo() -> Response:
    act_id = whole(request.form.get("act"))
    if act_id is None or not ButtonForm().validate_on_submit():
        return redirect(url_for(".index"), 303)

    def deed() -> str:
        taken_back = moderating.undo(g.actor, act_id)
        return url_for("forum_review.post", post_id=taken_back.id)

    try:
        answer = perform(deed)
    except Conflict as late:
        flash(say(late), "warn")
        return redirect(url_for(".index"), 303)
    flash(gettext("Undone. Nobody was told of it."), "ok")
    return answer
