"""派件规则, as a page of the unit: the table, a row more, a row less."""

from flask import Blueprint, flash, g, render_template, url_for
from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response
from wtforms import RadioField, SelectField
from wtforms.validators import InputRequired, Optional

from portal.cases import hand_rules, handing, taxonomy
from portal.core.access import staff
from portal.core.forms import BaseForm, ButtonForm
from portal.core.numbers import whole
from portal.core.writing import perform
from portal.domain.errors import DomainError
from portal.domain.roles import Role
from portal.identity import leads
from portal.places.queries import active_compounds

bp = Blueprint("cases_rules", __name__)
KEEPERS = (Role.COMMUNITY, Role.STREET, Role.AGENCY, Role.DISTRICT)


class RuleForm(BaseForm):
    category = SelectField(_l("Category"), validators=[Optional()])
    place = SelectField(_l("Location"), validators=[Optional()])
    post = SelectField(_l("Person in charge"), validators=[InputRequired(_l("Please choose a person."))])
    how = RadioField(
        _l("How it is used"),
        choices=[("automatic", _l("Handed over at once")), ("suggestion", _l("Suggested only"))],
        default="automatic",
        validators=[InputRequired(_l("Please choose one."))],
    )


@bp.route("/desk/rules", methods=["GET", "POST"])
@staff(*KEEPERS)
def index() -> Response | str:
    form = RuleForm()
    _fill(form)
    if form.validate_on_submit():
        try:
            return perform(lambda: _add(form))
        except DomainError as error:
            form.refuse(error)
    return render_template(
        "cases/desk/rules.html",
        form=form,
        button=ButtonForm(),
        rules=hand_rules.of(g.actor.agency_id),
        keeps=leads.keeps(g.actor),
        leads=leads.names(leads.of(g.actor.agency_id)),
        names={row.code: row.name for row in taxonomy.categories()},
        has_errors=bool(form.errors or form.form_errors),
    )


def _fill(form: RuleForm) -> None:
    form.category.choices = [
        ("", gettext("Every category")),
        *((row.code, f"{row.group_name} · {row.name}") for row in taxonomy.categories()),
    ]
    places = [("", gettext("Every place"))]
    for compound in active_compounds():
        places.append((f"c{compound.id}", compound.name))
        places += [(f"b{building.id}", building.full_name) for building in compound.buildings]
    form.place.choices = places
    people = handing.people(g.actor.agency_id)
    form.post.choices = [("", gettext("Please choose")), *((str(post.id), post.name) for post in people)]


def _add(form: RuleForm) -> str:
    place = form.place.data or ""
    hand_rules.add(
        g.actor,
        post_id=int(form.post.data),
        category=form.category.data or None,
        compound_id=whole(place[1:]) if place.startswith("c") else None,
        building_id=whole(place[1:]) if place.startswith("b") else None,
        automatic=form.how.data == "automatic",
    )
    flash(gettext("The rule has been saved. It holds for cases that come from now on."), "ok")
    return url_for(".index")


@bp.post("/desk/rules/<int:rule_id>/delete")
@staff(*KEEPERS)
def delete(rule_id: int) -> Response:
    def deed() -> str:
        hand_rules.remove(g.actor, rule_id)
        flash(gettext("Deleted."), "ok")
        return url_for(".index")

    return perform(deed)
