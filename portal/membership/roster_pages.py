"""住户名册: compounds with their totals, homes by door, one home with its history, a reveal, corrections by two people."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from flask import abort, flash, g, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from portal.core import clock
from portal.core.numbers import whole
from portal.core.pages import page_of
from portal.core.writing import perform
from portal.domain.areas import parse_area, written
from portal.domain.errors import DomainError
from portal.domain.household_matching import mask_person
from portal.domain.phones import parse_mobile
from portal.identity import step_up
from portal.identity.queries import post_names
from portal.membership import looks, roster_import_pages, roster_labels
from portal.membership import roster_correcting as correcting
from portal.membership.roster_blueprint import bp, deciders, keepers
from portal.membership.roster_forms import CorrectForm, RevealForm
from portal.places.models import Compound
from portal.places.queries import compound_for, compounds_for
from portal.roster import facts, queries
from portal.roster.facts import Facts
from portal.roster.importing import cells, services
from portal.roster.models import AreaSource, Household, HouseholdState, Tenure

__all__ = ["bp", "roster_import_pages"]  # their doors hang on the same blueprint
SIZE = 40
MOST_PRINTED = 1_500


@bp.context_processor
def words() -> dict[str, Any]:
    return {"labels": roster_labels, "masked": mask_person}


@bp.get("")
@keepers
def index() -> str:
    compounds = compounds_for(g.actor)
    return render_template(
        "roster/index.html",
        compounds=compounds,
        standings=queries.standings([compound.id for compound in compounds]),
        imports=services.imports_of(g.actor),
    )


@bp.get("/<code>")
@keepers
def compound(code: str) -> str:
    place = _compound(code)
    building_id, state = whole(request.args.get("building")), _state(request.args.get("state"))
    search = request.args.get("q", "").strip()[:40]
    homes = queries.listed(place.id, building_id=building_id, state=state, search=search)
    page = page_of(homes, queries.ORDER, request.args.get("cursor"), size=SIZE, descending=False)
    return render_template(
        "roster/compound.html",
        place=place,
        standing=queries.standings([place.id])[place.id],
        page=page,
        filters={"building": building_id or None, "state": state, "q": search or None},
    )


@bp.get("/<code>/print")
@keepers
def print_view(code: str) -> str:
    """The whole list, or a building's, for the wall of an office: doors, areas, states; names stay masked."""
    place, building_id = _compound(code), whole(request.args.get("building"))
    return render_template(
        "roster/print.html",
        place=place,
        building=next((building for building in place.buildings if building.id == building_id), None),
        homes=queries.printed(place.id, building_id, MOST_PRINTED),
        today=clock.today(),
    )


@bp.get("/homes/<int:home_id>")
@keepers
def home(home_id: int) -> str:
    found = queries.household_for(g.actor, home_id)
    changes = queries.changes_of(home_id)
    posts = [post for change in changes for post in (change.asked_by, change.decided_by) if post]
    history = [(change, _sides(change.before, change.after)) for change in changes]
    return render_template("roster/home.html", home=found, history=history, names=post_names(posts))


@bp.route("/homes/<int:home_id>/reveal", methods=["GET", "POST"])
@keepers
@step_up.step_up()
def reveal(home_id: int) -> ResponseReturnValue:
    """Names and numbers stand on one answer only, never in an address, a cookie or a cache; who looked is recorded."""
    found, form, shown = queries.household_for(g.actor, home_id), RevealForm(), []
    if not form.validate_on_submit():
        page = render_template("roster/reveal.html", home=found, form=form)
        return page, 422 if form.errors or form.form_errors else 200

    def deed() -> str:
        looks.note(g.actor, home_id, form.purpose.data)
        shown.append(True)
        return url_for(".home", home_id=home_id)

    answer = perform(deed)
    if not shown:
        return answer
    found = queries.household_for(g.actor, home_id)
    return render_template("roster/revealed.html", home=found, purpose=roster_labels.PURPOSES[form.purpose.data])


@bp.route("/homes/<int:home_id>/correct", methods=["GET", "POST"])
@keepers
def correct(home_id: int) -> ResponseReturnValue:
    found = queries.household_for(g.actor, home_id)
    form = CorrectForm(data=_known(found))
    if form.validate_on_submit():
        try:
            answer = perform(lambda: _ask(home_id, form))
        except DomainError as error:
            form.refuse(error)
            found = queries.household_for(g.actor, home_id)
        else:
            flash(_("Handed to a second person. It takes effect when they approve."), "ok")
            return answer
    has_errors = bool(form.errors or form.form_errors)
    page = render_template("roster/correct.html", home=found, form=form, has_errors=has_errors)
    return page, 422 if has_errors else 200


def _ask(home_id: int, form: CorrectForm) -> str:
    found = queries.household_for(g.actor, home_id)
    correcting.ask(g.actor, found, _wanted(found, form), form.reason.data or "")
    return url_for(".home", home_id=home_id)


def _known(found: Household) -> Mapping[str, Any]:
    """What names nobody."""
    return {
        "area": written(found.area),
        "area_source": found.area_source or "",
        "tenure": found.tenure,
        "number": facts.shown_number(found.owner),
        "unit": facts.unit_of(found.owner),
        "state": found.state,
    }


def _wanted(found: Household, form: CorrectForm) -> Facts:
    before = facts.facts_of(found)
    others = () if form.no_co_owners.data else cells.co_owners(form.co_owners.data or "") or before.co_owners
    phone = None if form.no_phone.data else (parse_mobile(form.phone.data) if form.phone.data else before.phone)
    return replace(
        before,
        name=cells.name(form.name.data) if form.name.data else before.name,
        phone=phone,
        co_owners=others,
        area=parse_area(form.area.data) if form.area.data else None,
        area_source=AreaSource(form.area_source.data) if form.area_source.data and form.area.data else None,
        tenure=Tenure(form.tenure.data),
        number=cells.number(form.number.data or ""),
        unit=cells.unit(form.unit.data or ""),
        state=HouseholdState(form.state.data),
        note=form.note.data or before.note,
    )


@bp.get("/changes/<int:change_id>")
@deciders
def change(change_id: int) -> str:
    """What a second person decides on: new values in full, old names and numbers covered."""
    found = correcting.change_for(g.actor, change_id)
    posts = [post for post in (found.asked_by, found.decided_by) if post]
    sides = [
        (str(roster_labels.FACTS[name]), old, now) for name, old, now in _sides(found.before, found.after, new=True)
    ]
    return render_template("roster/change.html", change=found, named_sides=sides, names=post_names(posts))


def _sides(before: str, after: str, *, new: bool = False) -> list[tuple[str, str, str]]:
    """(fact, what it said, what it says); personal ones covered, the new side open for who decides."""
    old, now = facts.from_json(before), facts.from_json(after)
    return [
        (
            name,
            roster_labels.covered(old, name),
            roster_labels.value_of(now, name) if new else roster_labels.covered(now, name),
        )
        for name in facts.differing(old, now)
    ]


def _compound(code: str) -> Compound:
    return compound_for(g.actor, code) or abort(404)


def _state(text: str | None) -> HouseholdState | None:
    return HouseholdState(text) if text in set(HouseholdState) else None
