"""Step 2 of a report: where, which kind, and whether it is dangerous now."""

from flask import redirect, render_template, request
from flask_babel import gettext
from werkzeug.wrappers import Response

from portal.cases import drafts, queries
from portal.cases.blueprints import cases
from portal.cases.forms import WhereForm
from portal.cases.models import ReportDraft
from portal.cases.reporting import after_where, building_id_of, start_again
from portal.core.access import public
from portal.core.forms import ButtonForm
from portal.core.writing import writing
from portal.domain.case_lifecycle import CaseTrack
from portal.domain.categories import RESIDENT_CATEGORIES, guess, track_of
from portal.domain.errors import DomainError
from portal.places.queries import active_compounds, building_by_code

CONDUCT = "conduct"


@cases.route("/report/where", methods=["GET", "POST"])
@public
def report_where() -> Response | str:
    draft = drafts.current()
    if draft is None:
        return start_again()
    form = _where_form(draft)
    if form.validate_on_submit() and not _asks_whom(form):
        with writing():
            kept = drafts.again()
            _keep_where(kept, form)
        return redirect(after_where(kept), 303)
    return render_template(
        "cases/report_where.html",
        form=form,
        icons={each.code: each.icon for each in RESIDENT_CATEGORIES},
        notes=_notes(form, guessed=not draft.category and request.method == "GET"),
        with_concerned=form.category.data == CONDUCT,
        asks_whom=request.method == "POST" and _asks_whom(form),
    )


def _notes(form: WhereForm, *, guessed: bool) -> dict[str, str]:
    """What stands under a category: who handles an accusation, and that the marked one is only a guess."""
    notes = {
        CONDUCT: gettext(
            "The level above the unit handles it. The person and the unit concerned cannot see it, nor find out that it was you."
        ),
        "integrity": gettext(
            "It goes straight to the discipline inspection; no other staff can see it. You may also call 12388."
        ),
    }
    if guessed and form.category.data:
        guess_note = gettext("It looks like this kind. If not, please choose another one.")
        notes[form.category.data] = " ".join(filter(None, [guess_note, notes.get(form.category.data)]))
    return notes


def _where_form(draft: ReportDraft) -> WhereForm:
    form = WhereForm()
    form.building.choices = [("", gettext("Please choose")), *_buildings()]
    form.category.choices = [(each.code, each.label) for each in RESIDENT_CATEGORIES]
    building_id = building_id_of(draft)
    building = queries.building(building_id) if building_id else None
    units = queries.concernable(building) if building else []
    form.concerned.choices = [("", gettext("I am not sure")), *((str(unit.id), unit.name) for unit in units)]
    if request.method == "GET":
        form.building.data = building.code if building else ""
        form.place.data = draft.place
        form.category.data = draft.category or guess(draft.words or "")
        form.concerned.data = str(draft.concerned_id or "")
        form.danger.data = {True: "yes", False: "no"}.get(draft.danger) if draft.danger is not None else None
    return form


def _buildings() -> list[tuple[str, str]]:
    return [
        (each.code, each.full_name)
        for compound in active_compounds()
        for each in compound.buildings
        if not each.retired_at
    ]


def _asks_whom(form: WhereForm) -> bool:
    """The question 反映谁 stands only in its category: choosing that one shows the page once more, with it."""
    return form.category.data == CONDUCT and "concerned" not in request.form


def _keep_where(draft: ReportDraft, form: WhereForm) -> None:
    building = building_by_code(form.building.data)
    if building is None:
        raise DomainError("Please choose the building.", field="building")
    whom = form.concerned.data if form.category.data == CONDUCT else ""
    danger = form.danger.data == "yes"
    drafts.keep(
        draft,
        building_id=building.id,
        place=form.place.data or "",
        category=form.category.data,
        concerned_id=int(whom) if whom else None,
        danger=danger,
        away_from_danger=draft.away_from_danger and danger,
        not_similar=draft.not_similar and draft.category == form.category.data,
    )


@cases.route("/report/danger", methods=["GET", "POST"])
@public
def report_danger() -> Response | str:
    draft, form = drafts.current(), ButtonForm()
    if draft is None:
        return start_again()
    if form.validate_on_submit():
        with writing():
            kept = drafts.keep(drafts.again(), away_from_danger=True)
        return redirect(after_where(kept), 303)
    building = queries.building(draft.building_id) if draft.building_id else None
    phone = building.compound.community.phone if building and track_of(draft.category) is CaseTrack.ORDINARY else ""
    return render_template("cases/report_danger.html", form=form, phone=phone)
