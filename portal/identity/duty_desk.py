"""值班表: who of a unit is called at which hour; kept by the unit and by those above it, printed for the wall."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from flask_babel import gettext as _
from markupsafe import Markup
from werkzeug.wrappers import Response

from portal.core import clock
from portal.core.access import staff
from portal.core.formatting import day, day_week, moment
from portal.core.forms import ButtonForm
from portal.core.numbers import whole
from portal.core.writing import perform
from portal.domain.duty import lasts, turns_of, uncovered
from portal.domain.errors import DomainError
from portal.domain.phones import spoken
from portal.identity import answers, leads, shifts
from portal.identity.shift_forms import RANKS, SHORT_DAYS, ShiftForm
from portal.identity.shift_models import DutyShift
from portal.identity.shifts import KEEPERS
from portal.places.models import Agency

bp = Blueprint("duty", __name__)
DAYS_AHEAD = 7


@dataclass(frozen=True)
class Row:
    """One line as the table shows it."""

    id: int
    days: str | Markup
    hours: str
    name: str
    phone: str
    order: str


@bp.get("/desk/duty")
@staff(*KEEPERS)
def index() -> str:
    unit = shifts.unit_for(g.actor, whole(request.args.get("unit")))
    lines = shifts.kept(unit.id)
    return render_template(
        "identity/desk/duty.html",
        units=[(each.id, each.name) for each in shifts.units_of(g.actor)],
        rows=[_row(line) for line in lines],
        keeps=leads.keeps(g.actor),
        leads=leads.names(leads.of(g.actor.agency_id)),
        **_week(unit, lines),
    )


@bp.get("/desk/duty/print")
@staff(*KEEPERS)
def sheet() -> str:
    """The next seven days on one A4 page."""
    unit = shifts.unit_for(g.actor, whole(request.args.get("unit")))
    return render_template("identity/desk/duty_sheet.html", **_week(unit, shifts.kept(unit.id)))


def _week(unit: Agency, lines: Any) -> dict[str, Any]:
    now, names = clock.now(), {line.id: line for line in lines}
    rules = [line.shift for line in lines]
    days = [clock.today() + timedelta(days=number) for number in range(DAYS_AHEAD)]
    return {
        "unit": unit,
        "unit_phone": unit.phone,
        "on_duty": [_now(line, now) for line in shifts.now_on_duty(unit.id, now)],
        "week": [
            (
                day_week(each),
                [(_hours(begin, end), names[shift.id], spoken(names[shift.id].phone), _order(shift.rank))
                 for shift, begin, end in turns_of(rules, each)],
                uncovered(rules, each),
            )
            for each in days
        ],
    }  # fmt: skip


def _now(line: DutyShift, now: datetime) -> dict[str, str]:
    until = shifts.until(line.shift, now)
    assert until is not None
    return {
        "name": line.name,
        "phone": spoken(line.phone),
        "order": _order(line.rank),
        "until": moment(until),
    }


def _order(rank: int) -> str:
    return str(dict(RANKS)[str(rank)])


def _hours(begin: datetime, end: datetime) -> str:
    """17:30—次日 08:30; the whole day round: 00:00—24:00"""
    there, back = clock.local(begin), clock.local(end)
    if end - begin == timedelta(days=1) and f"{there:%H:%M}" == "00:00":
        return "00:00—24:00"
    if there.date() == back.date():
        return f"{there:%H:%M}—{back:%H:%M}"
    return _("%(begin)s—%(end)s of the next day", begin=f"{there:%H:%M}", end=f"{back:%H:%M}")


def _row(line: DutyShift) -> Row:
    hours = _hours(*lasts(line.shift, clock.today()))
    return Row(line.id, _days(line), hours, line.name, spoken(line.phone), _order(line.rank))


def _days(line: DutyShift) -> str | Markup:
    if line.first_day and line.last_day:
        same = line.first_day == line.last_day
        return day_week(line.first_day) if same else f"{day(line.first_day)}—{day(line.last_day)}"
    if line.weekdays == "1234567":
        return _("Every day")
    names = [Markup('<span class="nb">{}</span>').format(word) for digit, word in SHORT_DAYS if digit in line.weekdays]
    return Markup("<span>{}</span>").format(Markup("、").join(names))


@bp.route("/desk/duty/new", methods=["GET", "POST"])
@staff(*KEEPERS)
def add() -> Response:
    leads.check(g.actor)
    unit = shifts.unit_for(g.actor, whole(request.args.get("unit")))
    form = ShiftForm.of(unit)
    return _saved(form, unit, lambda: shifts.add(g.actor, unit, form.line()), _("Added to the roster."))


@bp.route("/desk/duty/<int:shift_id>", methods=["GET", "POST"])
@staff(*KEEPERS)
def change(shift_id: int) -> Response:
    leads.check(g.actor)
    row = shifts.line_for(g.actor, shift_id)
    form = ShiftForm.of(row.agency, row)
    return _saved(
        form,
        row.agency,
        lambda: shifts.change(g.actor, shifts.line_for(g.actor, shift_id), form.line()),
        _("Saved."),
        row,
    )


def _saved(form: ShiftForm, unit: Agency, service: Any, words: str, row: DutyShift | None = None) -> Response:
    unit_id, context = unit.id, {"unit": unit, "row": row, "remove": ButtonForm() if row else None}
    if not form.validate_on_submit():
        return answers.shown("identity/desk/duty_line.html", form, **context)

    def deed() -> str:
        service()
        return url_for("duty.index", unit=unit_id)

    try:
        answer = perform(deed)
    except DomainError as refusal:
        return answers.refused("identity/desk/duty_line.html", form, refusal, **context)
    flash(words, "ok")
    return answer


@bp.post("/desk/duty/<int:shift_id>/remove")
@staff(*KEEPERS)
def remove(shift_id: int) -> Response:
    row = shifts.line_for(g.actor, shift_id)
    unit_id = row.agency_id
    if not ButtonForm().validate_on_submit():
        return redirect(url_for(".change", shift_id=shift_id), 303)

    def deed() -> str:
        shifts.retire(g.actor, shifts.line_for(g.actor, shift_id))
        return url_for("duty.index", unit=unit_id)

    answer = perform(deed)
    flash(_("Taken out of the roster."), "ok")
    return answer
