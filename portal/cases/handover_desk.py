"""交接, as a page of the unit: whose cases, which of them, to whom, and why."""

from typing import Any

from flask import Blueprint, flash, g, render_template, request, url_for
from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response
from wtforms import SelectField, SelectMultipleField, StringField
from wtforms.validators import Length, Optional

from portal.cases import handing, handover
from portal.cases.desk_list import left_words
from portal.core.access import staff
from portal.core.forms import BaseForm, Needed, clean_text
from portal.core.numbers import whole
from portal.core.writing import perform
from portal.domain.case_transitions import RESPONSIBLE
from portal.domain.errors import DomainError

bp = Blueprint("cases_handover", __name__)


class HandoverForm(BaseForm):
    notes: dict[str, str] = {}  # noqa: RUF012 set anew on each form
    numbers = SelectMultipleField(_l("Cases to hand over"), validators=[Optional()])
    to = SelectField(_l("Hand to"), validators=[Needed(_l("Please choose who takes them."))])
    reason = StringField(
        _l("Reason"), filters=[clean_text], validators=[Needed(_l("Please give the reason")), Length(max=200)]
    )


@bp.route("/desk/handover", methods=["GET", "POST"])
@staff(*sorted(RESPONSIBLE))
def index() -> Response | str:
    people = handing.people(g.actor.agency_id)
    whose = whole(request.args.get("whose")) or 0
    if whose not in {post.id for post in people}:
        whose = 0
    form = _form(people, whose)
    if whose and form.validate_on_submit():
        try:
            return _hand_on(form, whose)
        except DomainError as refusal:
            form.refuse(refusal)
    return render_template(
        "cases/desk/handover.html", form=form, whose=whose, people=[(str(post.id), post.name) for post in people]
    )


def _form(people: Any, whose: int) -> HandoverForm:
    form = HandoverForm()
    found = handover.cases_of(g.actor, whose) if whose else []
    form.numbers.choices = [(case.number, case.title or gettext("Sealed report")) for case in found]
    form.notes = {case.number: f"{case.number} · {case.building.full_name} · {left_words(case)}" for case in found}
    others = [(str(post.id), post.name) for post in people if post.id != whose]
    form.to.choices = [("", _l("Please choose")), *others]
    if request.method == "GET":
        form.numbers.data = [case.number for case in found]
    return form


def _hand_on(form: HandoverForm, whose: int) -> Response:
    numbers, to = list(form.numbers.data or ()), whole(form.to.data) or 0

    def deed() -> str:
        done = handover.hand_on(g.actor, whose, numbers, to, form.reason.data or "")
        flash(gettext("%(count)s cases handed over.", count=done), "ok")
        return url_for("cases_handover.index", whose=whose)

    return perform(deed)
