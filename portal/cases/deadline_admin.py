"""办理时限: every figure with its source, changed one at a time, with what was changed beneath."""

from flask import Blueprint, abort, flash, g, render_template, request, url_for
from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response
from wtforms import IntegerField, SelectField, StringField
from wtforms.validators import InputRequired, Length, NumberRange

from portal.cases import labels, targets
from portal.core.access import staff
from portal.core.forms import BaseForm, Needed, clean_text
from portal.core.writing import perform
from portal.domain.case_targets import GROUPS, CaseClock, units_for
from portal.domain.errors import DomainError
from portal.domain.levels import Level, Span, SpanUnit
from portal.domain.roles import Role
from portal.identity.queries import posts
from portal.identity.step_up import step_up

bp = Blueprint("cases_deadlines", __name__)


class TargetForm(BaseForm):
    amount = IntegerField(
        _l("Figure"),
        validators=[
            InputRequired(_l("Please write a whole number.")),
            NumberRange(min=1, message=_l("Please write a whole number from 1 on.")),
        ],
    )
    unit = SelectField(_l("Counted in"))
    source = StringField(
        _l("Where it comes from"),
        filters=[clean_text],
        validators=[Needed(_l("Please name the rule or the decision.")), Length(max=200)],
    )
    reason = StringField(
        _l("Why it is changed"), filters=[clean_text], validators=[Needed(_l("Please say why.")), Length(max=200)]
    )


@bp.get("/admin/deadlines")
@staff(Role.ADMIN, Role.DISTRICT, Role.AUDITOR)
def index() -> str:
    return render_template(
        "cases/admin/deadlines.html",
        figures=targets.all_in_force(),
        levels=labels.LEVELS,
        clocks=labels.CLOCKS,
        groups=[(labels.CLOCK_GROUPS[key], clocks) for key, clocks in GROUPS.items()],
        span_words=labels.span_words,
        changes=targets.changes(),
        span=Span,
        people={post.id: post.name for post in posts(with_retired=True)},
        may_change=g.actor.role is Role.ADMIN,
    )


@bp.route("/admin/deadlines/<level>/<which>", methods=["GET", "POST"])
@staff(Role.ADMIN)
@step_up()
def change(level: str, which: str) -> Response | str:
    if level not in set(Level) or which not in set(CaseClock):
        abort(404)
    found, form = targets.in_force(Level(level), CaseClock(which)), TargetForm()
    form.unit.choices = [(str(unit), labels.SPAN_UNITS[unit]) for unit in units_for(found.level, found.clock)]
    if request.method == "GET":
        form.amount.data, form.unit.data = found.span.amount, str(found.span.unit)
    if form.validate_on_submit():
        try:
            return perform(lambda: _save(Level(level), CaseClock(which), form))
        except DomainError as error:
            form.refuse(error)
    return render_template(
        "cases/admin/deadline.html",
        form=form,
        found=found,
        level_word=labels.LEVELS[found.level],
        clock_word=labels.CLOCKS[found.clock],
        span_words=labels.span_words,
    )


def _save(level: Level, which: CaseClock, form: TargetForm) -> str:
    wanted = Span(form.amount.data or 0, SpanUnit(form.unit.data))
    targets.change(g.actor, level, which, wanted, form.source.data or "", form.reason.data or "")
    flash(gettext("Saved. It holds for what is reported from now on; dates already promised stay."), "ok")
    return url_for("cases_deadlines.index")
