"""请街道办再看一次, by the author of a post: asking, and what came of it."""

from typing import Any

from flask import Blueprint, flash, g, render_template, url_for
from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from wtforms import TextAreaField

from portal.core import clock
from portal.core.access import resident
from portal.core.forms import BaseForm, clean_text
from portal.core.writing import perform
from portal.domain.errors import DomainError
from portal.domain.moderation import PostAction, allowed
from portal.domain.moderation_grounds import GROUNDS
from portal.forum import rules, second_look
from portal.forum.submitting import AUTHOR

bp = Blueprint("forum_appeals", __name__)


class PleaForm(BaseForm):
    words = TextAreaField(_l("Why it should be published"), filters=[clean_text])


@bp.route("/forum/posts/<int:post_id>/appeal", methods=["GET", "POST"])
@resident
def appeal(post_id: int) -> Any:
    """One look by somebody else; afterwards this page says how it ended."""
    post, found = second_look.of_own(g.actor, post_id)
    form = PleaForm()
    may_ask = PostAction.APPEAL in allowed(post.facts, AUTHOR, clock.now())
    if may_ask and form.validate_on_submit():
        try:
            answer = perform(lambda: _ask(post_id, form.words.data or ""))
        except DomainError as refusal:
            if not refusal.field:
                raise
            form.refuse(refusal)
        else:
            flash(gettext("The street office has been asked to look again."), "ok")
            return answer
    page = render_template(
        "forum/appeal.html",
        form=form,
        post=post,
        appeal=found,
        may_ask=may_ask,
        ground=GROUNDS[post.ground] if post.ground else None,
        hours=rules.current().promise_hours,
    )
    return page, (422 if form.errors else 200)


def _ask(post_id: int, words: str) -> str:
    second_look.ask(g.actor, post_id, words)
    return url_for(".appeal", post_id=post_id)
