"""表决规则: what stands now with its source, and new dated versions."""

from typing import Any

from flask import Blueprint, Flask, flash, g, render_template, url_for
from flask_babel import gettext, lazy_gettext
from werkzeug.wrappers import Response
from wtforms import DateField, IntegerField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length, NumberRange, Optional

from portal.ballots import labels, rules
from portal.ballots.models import BallotRule
from portal.core.access import staff
from portal.core.forms import BaseForm, Needed, clean_text
from portal.core.writing import perform
from portal.domain.errors import DomainError
from portal.domain.roles import Role
from portal.identity import answers

bp = Blueprint("ballots_admin", __name__)
_DAYS = [InputRequired(lazy_gettext("Please give a number of days.")), NumberRange(0, 365)]


def _share(label: Any) -> StringField:
    return StringField(label, filters=[clean_text], validators=[Length(max=20)])


class RuleForm(BaseForm):
    name = StringField(lazy_gettext("Name"), filters=[clean_text], validators=[Needed(), Length(max=20)])
    sentence = StringField(
        lazy_gettext("In one sentence"), filters=[clean_text], validators=[Needed(), Length(max=200)]
    )
    quorum_persons = _share(lazy_gettext("Who has to take part, by number"))
    quorum_area = _share(lazy_gettext("Who has to take part, by floor area"))
    approve_persons = _share(lazy_gettext("Who has to agree, by number"))
    approve_area = _share(lazy_gettext("Who has to agree, by floor area"))
    notice_days = IntegerField(lazy_gettext("Days of notice"), validators=_DAYS)
    window_days = IntegerField(lazy_gettext("Days of voting"), validators=_DAYS)
    objection_days = IntegerField(lazy_gettext("Days for objections"), validators=_DAYS)
    watchers = IntegerField(lazy_gettext("Watchers of the count"), validators=[Optional(), NumberRange(0, 9)])
    legal_basis = TextAreaField(
        lazy_gettext("Legal basis"), filters=[clean_text], validators=[Needed(), Length(max=2000)]
    )
    source = StringField(lazy_gettext("Source"), filters=[clean_text], validators=[Needed(), Length(max=200)])
    valid_from = DateField(lazy_gettext("Valid from"), validators=[InputRequired(lazy_gettext("Please give a date."))])


def register(app: Flask) -> None:
    app.template_filter("wan")(labels.wan)


@bp.get("/admin/vote-rules")
@staff(Role.ADMIN)
def index() -> str:
    return render_template(
        "ballots/admin/rules.html", versions=rules.versions(), labels=labels, measures=rules.MEASURES
    )


@bp.route("/admin/vote-rules/<int:rule_id>", methods=["GET", "POST"])
@staff(Role.ADMIN)
def version(rule_id: int) -> Response:
    """A new version of a preset, filled with the one before."""
    before = rules.rule(rule_id)
    form = RuleForm(obj=None, **_filled(before))
    if form.validate_on_submit():
        try:
            answer = perform(lambda: _save(before, form))
        except DomainError as error:
            return answers.refused("ballots/admin/rule.html", form, error, before=before)
        flash(gettext("Saved. Votes already prepared keep the version they were made with."), "ok")
        return answer
    return answers.shown("ballots/admin/rule.html", form, before=before)


def _filled(rule: BallotRule) -> dict[str, Any]:
    plain = ("name", "sentence", "notice_days", "window_days", "objection_days", "watchers", "legal_basis", "source")
    shares = {measure: labels.share(rule, measure) for measure in rules.MEASURES}
    return {name: getattr(rule, name) for name in plain} | shares


def _save(before: BallotRule, form: RuleForm) -> str:
    values = {name: form[name].data for name in ("name", "sentence", "legal_basis", "source")}
    values |= {name: form[name].data for name in ("notice_days", "window_days", "objection_days")}
    values["watchers"] = form.watchers.data or 0
    for measure in rules.MEASURES:
        values |= _parsed(measure, form[measure].data or "")
    assert form.valid_from.data is not None
    rules.add_version(g.actor, before, values, form.valid_from.data)
    return url_for("ballots_admin.index")


def _parsed(measure: str, typed: str) -> dict[str, Any]:
    """'≥ 2/3', '> 1/2', '' → columns; anything else is refused in words."""
    text = typed.replace(" ", "").replace("／", "/")
    if not text:
        return {f"{measure}_num": None, f"{measure}_den": None, f"{measure}_strict": False}
    sign, share = text[0], text.lstrip("≥>＞")
    numerator, _slash, denominator = share.partition("/")
    whole = numerator.isascii() and denominator.isascii() and numerator.isdigit() and denominator.isdigit()
    if sign not in "≥>＞" or not whole or len(share) > 9 or text[1:] != share:
        raise DomainError("Please write it like “≥ 2/3” or “> 1/2”.", field=measure)
    return {f"{measure}_num": int(numerator), f"{measure}_den": int(denominator), f"{measure}_strict": sign != "≥"}
