"""议事厅设置: the promise, the limits and the word list, by the administrator; every change is in the journal."""

import re
from dataclasses import asdict
from typing import Any

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response
from wtforms import IntegerField, StringField
from wtforms.validators import InputRequired, NumberRange

from portal.core.access import staff
from portal.core.forms import BaseForm, ButtonForm, Needed, clean_text
from portal.core.numbers import whole
from portal.core.writing import perform
from portal.domain.errors import DomainError
from portal.domain.held_words import ALWAYS_FREE
from portal.domain.moderation import Rules
from portal.domain.roles import Role
from portal.forum import rules, settings

bp = Blueprint("forum_admin", __name__)


def _number(label: Any, least: int, most: int) -> IntegerField:
    words = _l("A number from %(least)s to %(most)s, please.", least=least, most=most)
    return IntegerField(label, validators=[InputRequired(words), NumberRange(least, most, words)])


class RulesForm(BaseForm):
    promise_hours = _number(_l("Hours within which a post is looked at"), 1, 168)
    flags_to_requeue = _number(_l("Flags after which a post is looked at again"), 1, 20)
    posts_per_ten_minutes = _number(_l("Posts of one person within ten minutes"), 1, 50)
    posts_per_day = _number(_l("Posts of one person within a day"), 1, 200)
    topics_per_day = _number(_l("Topics proposed by one person within a day"), 1, 20)

    steps = StringField(_l("Steps of a topic"), filters=[clean_text], validators=[Needed(_l("Please name the steps."))])

    def to_rules(self) -> Rules:
        return Rules(**{name: self.data[name] for name in Rules.__dataclass_fields__})

    def step_names(self) -> list[str]:
        return [name for name in re.split(r"[\s·、，,/→]+", self.steps.data or "") if name]


class WordForm(BaseForm):
    word = StringField(_l("Word"), filters=[clean_text], validators=[Needed(_l("Please write a word."))])


@bp.route("/admin/forum", methods=["GET", "POST"])
@staff(Role.ADMIN)
def index() -> Any:
    """Two forms; the button says which."""
    what = request.form.get("what") if request.method == "POST" else None
    known = {**asdict(rules.current()), "steps": " ".join(rules.step_names())}
    rules_form = RulesForm(data=known) if what != "word" else RulesForm(formdata=None, data=known)
    word_form = WordForm() if what == "word" else WordForm(formdata=None)
    if what == "rules" and rules_form.validate_on_submit():
        try:
            return _saved(lambda: settings.set_rules(g.actor, rules_form.to_rules(), rules_form.step_names()))
        except DomainError as refusal:
            rules_form.refuse(refusal)
    if what == "word" and word_form.validate_on_submit():
        try:
            return _saved(lambda: settings.list_word(g.actor, word_form.word.data or ""))
        except DomainError as refusal:
            word_form.refuse(refusal)
    page = render_template(
        "forum/admin.html",
        rules_form=rules_form,
        word_form=word_form,
        words=settings.words(),
        free=ALWAYS_FREE,
        button=ButtonForm(),
        has_errors=bool(rules_form.errors or word_form.errors),
    )
    return page, (422 if rules_form.errors or word_form.errors else 200)


def _saved(deed: Any) -> Response:
    def whole_deed() -> str:
        deed()
        return url_for("forum_admin.index")

    answer = perform(whole_deed)
    flash(gettext("Saved."), "ok")
    return answer


@bp.post("/admin/forum/words/starters")
@staff(Role.ADMIN)
def begin() -> Response:
    """放入起始词表: offered while the list is empty."""
    if not ButtonForm().validate_on_submit():
        return redirect(url_for(".index"), 303)
    return _saved(lambda: settings.seed_words(g.actor))


@bp.post("/admin/forum/words/remove")
@staff(Role.ADMIN)
def remove() -> Response:
    word_id = whole(request.form.get("word"))
    if word_id is None or not ButtonForm().validate_on_submit():
        return redirect(url_for(".index"), 303)
    return _saved(lambda: settings.unlist_word(g.actor, word_id))
