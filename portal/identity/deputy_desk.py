"""代理, as a page of the unit: who is away, who stands in, from when to when."""

from flask import Blueprint, flash, g, redirect, url_for
from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response
from wtforms import DateField, SelectField, StringField
from wtforms.validators import InputRequired, Length

from portal.core import clock
from portal.core.access import staff
from portal.core.forms import BaseForm, ButtonForm, Needed, clean_text
from portal.core.numbers import whole
from portal.core.writing import perform
from portal.domain.errors import DomainError
from portal.domain.roles import Role
from portal.identity import answers, deputies, leads

bp = Blueprint("deputies", __name__)
ROLES = (Role.COMMUNITY, Role.STREET, Role.AGENCY, Role.DISTRICT, Role.HOTLINE, Role.DISCIPLINE, Role.AUDITOR)
PAGE = "identity/desk/deputies.html"


class DeputyForm(BaseForm):
    post = SelectField(_l("Who is away"))
    deputy = SelectField(_l("Who stands in"), validators=[Needed(_l("Please choose who stands in."))])
    first_day = DateField(_l("From day"), validators=[InputRequired(_l("Please give a date."))])
    last_day = DateField(_l("To day"), validators=[InputRequired(_l("Please give a date."))])
    reason = StringField(
        _l("Reason"), filters=[clean_text], validators=[Needed(_l("Please give the reason")), Length(max=200)]
    )


@bp.route("/desk/deputies", methods=["GET", "POST"])
@staff(*ROLES)
def index() -> Response:
    form = DeputyForm(post=str(g.actor.id), first_day=clock.today())
    people = [(str(post.id), post.name) for post in deputies.colleagues(g.actor)]
    form.post.choices = people if leads.keeps(g.actor) else [each for each in people if each[0] == str(g.actor.id)]
    form.deputy.choices = [("", _l("Please choose")), *people]
    if form.validate_on_submit():
        try:
            answer = perform(lambda: _named(form))
        except DomainError as refusal:
            return answers.refused(PAGE, form, refusal, **_around())
        flash(gettext("Saved. The deputy has been told."), "ok")
        return answer
    return answers.shown(PAGE, form, **_around())


def _around() -> dict[str, object]:
    return {
        "rows": deputies.of_unit(g.actor),
        "button": ButtonForm(),
        "alone": len(deputies.colleagues(g.actor)) < 2,
        "keeps": leads.keeps(g.actor),
        "leads": leads.names(leads.of(g.actor.agency_id)),
    }


def _named(form: DeputyForm) -> str:
    assert form.first_day.data is not None and form.last_day.data is not None
    deputies.name(
        g.actor, whole(form.post.data) or 0, whole(form.deputy.data) or 0, form.first_day.data, form.last_day.data,
        form.reason.data or "",
    )  # fmt: skip
    return url_for("deputies.index")


@bp.post("/desk/deputies/<int:deputy_id>/end")
@staff(*ROLES)
def end(deputy_id: int) -> Response:
    if not ButtonForm().validate_on_submit():
        return redirect(url_for(".index"), 303)

    def deed() -> str:
        deputies.end(g.actor, deputy_id)
        return url_for("deputies.index")

    answer = perform(deed)
    flash(gettext("Ended. The person is back."), "ok")
    return answer
