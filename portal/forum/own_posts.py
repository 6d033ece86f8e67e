"""我的发言: every state and its date; changing within ten minutes or when asked to, taking back."""

from collections.abc import Collection
from typing import Any

from flask import flash, g, render_template, request, url_for
from flask_babel import gettext
from sqlalchemy import select
from werkzeug.wrappers import Response

from portal.core import clock
from portal.core.access import resident
from portal.core.extensions import db
from portal.core.formatting import moment
from portal.core.forms import ButtonForm
from portal.core.writing import perform
from portal.domain import moderation
from portal.domain.errors import DomainError, NotFound
from portal.domain.moderation import PostAction, PostState
from portal.forum import labels, listing, proposing, submitting
from portal.forum.blueprint import bp
from portal.forum.composer import question_in, said_of
from portal.forum.forms import TopicForm, WordsForm
from portal.forum.models import ActText, ModerationAct, Post
from portal.forum.topic_models import Topic, TopicState


@bp.get("/me/posts")
@resident
def mine() -> str:
    page = listing.own_posts(g.actor.id, request.args.get("at"))
    told = _told([post.id for post in page.rows])
    topics = listing.own_topics(g.actor.id) if not request.args.get("at") else []
    return render_template(
        "forum/mine.html",
        posts=[_own(post, told.get(post.id)) for post in page.rows],
        topics=topics,
        labels=labels,
        form=ButtonForm(),
        previous_url=url_for(".mine", at=page.previous) if page.previous else "",
        next_url=url_for(".mine", at=page.next) if page.next else "",
    )


def _told(post_ids: Collection[int]) -> dict[int, ActText]:
    """What the author was last told about each of these, from the log."""
    spoken = ModerationAct.action.in_((PostAction.RETURN, PostAction.REFUSE, PostAction.HIDE))
    statement = select(ModerationAct.post_id, ActText).join(ActText, ActText.act_id == ModerationAct.id)
    rows = db.session.execute(statement.where(ModerationAct.post_id.in_(post_ids), spoken).order_by(ModerationAct.id))
    return {row[0]: row[1] for row in rows if row[0] is not None}


def _own(post: Post, told: ActText | None) -> dict[str, Any]:
    """A post as its author sees it."""
    spoken = told is not None and post.ground is not None
    word, style, drawing = labels.state_tag(post)
    return {
        "post": post,
        "tag": (word, style, drawing),
        "why": labels.ground_words(post.ground),
        "to_author": told.to_author if told is not None and spoken else "",
        "fragment": told.fragment if told is not None and spoken else "",
        "actions": {str(action) for action in moderation.allowed(post.facts, submitting.AUTHOR, clock.now())},
        "edit_until": post.submitted_at + moderation.EDIT_TIME,
    }


def _own_or_404(post_id: int) -> Post:
    found = listing.own_post(g.actor.id, post_id)
    if found is None:
        raise NotFound("There is no such post of yours.")
    return found


@bp.route("/forum/posts/<int:post_id>/edit", methods=["GET", "POST"])
@resident
def edit(post_id: int) -> Response | str:
    """Changing within ten minutes, or 改好再发."""
    post, form = _own_or_404(post_id), WordsForm()
    moderation.move(post.facts, submitting.AUTHOR, _action(post), clock.now())
    own = _own(post, _told([post.id]).get(post.id))
    if request.method == "GET":
        form.words.data = post.words
    if form.validate_on_submit():
        try:
            return perform(lambda: _change(post_id, form.words.data or ""))
        except DomainError as error:
            form.refuse(error)
    return render_template(
        "forum/edit.html", form=form, own=own, post=post, returned=_action(post) is PostAction.RESUBMIT
    )


def _action(post: Post) -> PostAction:
    return PostAction.RESUBMIT if post.state is PostState.RETURNED else PostAction.EDIT


def _change(post_id: int, words: str) -> str:
    flash(said_of(submitting.change(g.actor, post_id, words)), "ok")
    return url_for(".mine", _anchor=f"post-{post_id}")


@bp.route("/forum/posts/<int:post_id>/withdraw", methods=["GET", "POST"])
@resident
def withdraw(post_id: int) -> Response | str:
    post, form = _own_or_404(post_id), ButtonForm()
    moderation.move(post.facts, submitting.AUTHOR, PostAction.WITHDRAW, clock.now())
    if form.validate_on_submit():
        return perform(lambda: _withdraw(post_id))
    return render_template("forum/withdraw.html", form=form, post=post)


def _withdraw(post_id: int) -> str:
    submitting.withdraw(g.actor, post_id)
    flash(gettext("Taken back. Nobody else has seen it."), "ok")
    return url_for(".mine", _anchor=f"post-{post_id}")


@bp.route("/forum/topics/<int:topic_id>/edit", methods=["GET", "POST"])
@resident
def edit_topic(topic_id: int) -> Response | str:
    """改好再发 of a topic that was sent back."""
    topic = listing.own_topic(g.actor.id, topic_id)
    if topic is None or topic.state is not TopicState.RETURNED:
        raise NotFound("This topic is not waiting for a change of yours.")
    form = TopicForm()
    del form.shown, form.camera, form.album, form.scope
    if request.method == "GET":
        form.title.data, form.background.data = topic.title, topic.background
        form.options.data = "\n".join(topic.options)
    if form.validate_on_submit():
        return perform(lambda: _change_topic(topic_id, form))
    return render_template("forum/edit_topic.html", form=form, topic=topic, why=labels.ground_words(topic.ground))


def _change_topic(topic_id: int, form: TopicForm) -> str:
    topic: Topic = proposing.change(g.actor, topic_id, question_in(form))
    flash(gettext("Handed in again. It will have been looked at by %(time)s.", time=moment(topic.due_at)), "ok")
    return url_for(".mine", _anchor="topics")
