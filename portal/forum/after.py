"""What moderators do after the first look: hide, show again, move, keep what was flagged, and the street's second look."""

from typing import Any

from flask import Blueprint, abort, flash, g, redirect, render_template, request, url_for
from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response
from wtforms import HiddenField, RadioField, TextAreaField
from wtforms.validators import InputRequired

from portal.core import clock
from portal.core.access import staff
from portal.core.errors import say
from portal.core.forms import BaseForm, ButtonForm, Needed, clean_text
from portal.core.numbers import whole
from portal.core.writing import perform
from portal.domain.errors import Conflict, DomainError, NotAllowed
from portal.domain.moderation import Judge, PostAction, move
from portal.domain.roles import Role
from portal.forum import flags, moderating, moving, offering, queue, review_labels, review_view, second_look
from portal.forum.models import Post
from portal.forum.review import MODERATORS, shared
from portal.forum.review_forms import ReviewForm
from portal.media.queries import photos_by_owner

bp = Blueprint("forum_after", __name__)


class MoveForm(BaseForm):
    revision = HiddenField()
    topic = RadioField(_l("To which topic"), validators=[InputRequired(_l("Please choose a topic from the list."))])


class RestoreForm(BaseForm):
    revision = HiddenField()


class LookForm(BaseForm):
    revision = HiddenField()
    reason = TextAreaField(
        _l("Reason, for the author"),
        filters=[clean_text],
        validators=[Needed(_l("Please write the reason; the author reads it."))],
    )


def _form(slug: str, post: Post) -> BaseForm:
    if slug == "move":
        form: BaseForm = MoveForm(revision=str(post.revision))
        form["topic"].choices = [(str(topic.id), f"{topic.title}（{topic.place}）") for topic in moving.targets(post)]
        return form
    plain = slug in {"restore", "split"}
    return RestoreForm(revision=str(post.revision)) if plain else ReviewForm(revision=str(post.revision))


def _deed(slug: str, post_id: int, form: Any) -> None:
    if slug == "move":
        moving.move_to(g.actor, post_id, int(form.topic.data), whole(form.revision.data) or 0)
        return
    if slug == "split":
        offering.ask(g.actor, post_id, whole(form.revision.data) or 0)
        return
    action = PostAction.HIDE if slug == "hide" else PostAction.RESTORE
    given = form.decision(action) if slug == "hide" else moderating.Decision(action, whole(form.revision.data) or 0)
    moderating.decide(g.actor, post_id, given)


ACTIONS = {
    "hide": PostAction.HIDE,
    "restore": PostAction.RESTORE,
    "move": PostAction.MOVE,
    "split": PostAction.SPLIT,
}


@bp.route("/community/moderation/<int:post_id>/<slug>", methods=["GET", "POST"])
@staff(*MODERATORS)
def act(post_id: int, slug: str) -> Any:
    """Each on a page of its own."""
    found = queue.post_for(g.actor, post_id)
    action = ACTIONS.get(slug) or abort(404)
    if request.method == "GET":
        move(found.facts, Judge(g.actor.role), action, clock.now())
    form = _form(slug, found)
    if form.validate_on_submit() and (answer := _performed(form, lambda: _deed(slug, post_id, form), post_id)):
        flash(gettext("Done: %(deed)s", deed=review_labels.ACTIONS[action]), "ok")
        return answer
    return _page("forum/desk/act.html", found, form, slug=slug, word=review_labels.ACTIONS[action])


@bp.route("/community/moderation/<int:post_id>/second-look", methods=["GET", "POST"])
@staff(Role.STREET)
def look_again(post_id: int) -> Any:
    """看后发布 · 维持: by somebody who has not acted on it."""
    found = queue.post_for(g.actor, post_id)
    if found.appeal is None:
        abort(404)
    if not second_look.may_decide(g.actor, found):
        raise NotAllowed("Whoever decided before may not take the second look.")
    form = LookForm(revision=str(found.revision))
    chosen = request.form.get("result")
    if chosen in {"publish", "uphold"} and form.validate_on_submit():

        def deed() -> None:
            revision, reason = whole(form.revision.data) or 0, form.reason.data or ""
            second_look.decide(g.actor, post_id, publish=chosen == "publish", reason=reason, revision=revision)

        if answer := _performed(form, deed, post_id):
            flash(gettext("Decided. The author is told."), "ok")
            return answer
    return _page("forum/desk/second_look.html", found, form)


def _performed(form: BaseForm, deed: Any, post_id: int) -> Response | None:
    def whole_deed() -> str:
        deed()
        return url_for("forum_review.post", post_id=post_id)

    try:
        return perform(whole_deed)
    except Conflict as late:
        flash(say(late), "warn")
        return redirect(url_for("forum_review.post", post_id=post_id), 303)
    except DomainError as refusal:
        if not refusal.field:
            raise
        form.refuse(refusal)
        return None


def _page(template: str, post: Post, form: BaseForm, **context: Any) -> Any:
    post = queue.post_for(g.actor, post.id)
    pictures = photos_by_owner("post", [post.id]).get(str(post.id), [])
    row = review_view.row_of(post, pictures)
    text = render_template(template, post=post, row=row, form=form, **context, **shared())
    return text, (422 if form.errors else 200)


@bp.post("/community/moderation/<int:post_id>/keep")
@staff(*MODERATORS)
def keep(post_id: int) -> Response:
    """举报看过了，继续显示."""
    revision = whole(request.form.get("revision")) or 0
    if not ButtonForm().validate_on_submit():
        return redirect(url_for("forum_review.post", post_id=post_id), 303)

    def deed() -> str:
        flags.keep(g.actor, post_id, revision)
        return url_for("forum_review.index", show="flags")

    try:
        answer = perform(deed)
    except Conflict as late:
        flash(say(late), "warn")
        return redirect(url_for("forum_review.post", post_id=post_id), 303)
    flash(gettext("It stays. Those who flagged it are told."), "ok")
    return answer
