"""举报 by a reader: a reason from the closed list, and afterwards what came of it."""

from datetime import timedelta
from typing import Any

from flask import Blueprint, flash, g, render_template, url_for
from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from wtforms import RadioField, TextAreaField
from wtforms.validators import InputRequired

from portal.core import limits
from portal.core.access import resident
from portal.core.extensions import db
from portal.core.forms import BaseForm, clean_text
from portal.core.writing import perform
from portal.domain.errors import DomainError, LimitReached, NotFound
from portal.domain.moderation import PostState
from portal.domain.moderation_grounds import GROUNDS, Ground
from portal.forum import flags
from portal.forum.models import Post
from portal.forum.review_labels import ground_choices

bp = Blueprint("forum_flags", __name__)
TEN_MINUTES = timedelta(minutes=10)


class FlagForm(BaseForm):
    ground = RadioField(_l("Ground"), choices=ground_choices, validators=[InputRequired(_l("Please choose a reason."))])
    words = TextAreaField(_l("Anything to add"), filters=[clean_text])


@bp.route("/forum/posts/<int:post_id>/flag", methods=["GET", "POST"])
@resident
def flag(post_id: int) -> Any:
    post = db.session.get(Post, post_id)
    own = flags.of_reader(post_id, g.actor.id)
    if post is None or (own is None and post.state is not PostState.PUBLISHED):
        raise NotFound("There is no such post.")
    form = FlagForm()
    if own is None and form.validate_on_submit():
        try:
            answer = perform(lambda: _flag(post_id, Ground(form.ground.data), form.words.data or ""))
        except DomainError as refusal:
            if not refusal.field:
                raise
            form.refuse(refusal)
        else:
            flash(gettext("Thank you. Somebody will look, and we tell you what came of it."), "ok")
            return answer
    page = render_template(
        "forum/flag.html",
        form=form,
        post=post,
        own=own,
        is_mine=post.account_id == g.actor.id,
        ground=GROUNDS[own.ground].name if own else "",
    )
    return page, (422 if form.errors else 200)


def _flag(post_id: int, ground: Ground, words: str) -> str:
    if not limits.hit(f"forum:flag:{g.actor.id}", 5, TEN_MINUTES):
        raise LimitReached("Too many at once. Please come back in ten minutes.", retry_after=TEN_MINUTES)
    flags.flag(g.actor, post_id, ground, words)
    return url_for(".flag", post_id=post_id)
