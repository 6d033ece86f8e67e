"""楼栋码海报: issuing, printing, replacing and revoking the codes on the walls of one's own area."""

from collections.abc import Callable, Sequence

from flask import Blueprint, abort, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import force_locale
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from portal.core.access import staff
from portal.core.errors import say
from portal.core.forms import BaseForm, ButtonForm
from portal.core.numbers import whole
from portal.core.writing import perform
from portal.domain.errors import DomainError
from portal.domain.roles import Role
from portal.places import listing, posters, queries, sheets
from portal.places.forms import RevokeForm
from portal.places.listing import Row
from portal.places.models import Compound, Poster

bp = Blueprint("places_desk", __name__, url_prefix="/community/posters")
keepers = staff(Role.COMMUNITY, Role.STREET, Role.DISTRICT, Role.ADMIN)


@bp.route("", methods=["GET", "POST"], endpoint="posters")
@keepers
def index() -> ResponseReturnValue:
    compounds = queries.compounds_for(g.actor)
    compound = _compound(compounds)
    doors = request.values.get("doors") == "1"
    rows = listing.rows_of(g.actor, compound, doors) if compound else []
    form = ButtonForm()
    if form.validate_on_submit():
        return _do(compound, rows, doors)
    return render_template(
        "places/desk/posters.html",
        compounds=compounds,
        compound=compound,
        doors=doors,
        rows=rows,
        progress=listing.progress(rows),
        form=form,
    )


def _compound(compounds: Sequence[Compound]) -> Compound | None:
    """The one asked for, else the first; a foreign one is not there."""
    asked = request.values.get("compound", "")
    if not asked:
        return compounds[0] if compounds else None
    return next((compound for compound in compounds if compound.code == asked), None) or abort(404)


def _do(compound: Compound | None, rows: list[Row], doors: bool) -> Response:
    """What the pressed button says, for the ticked rows."""
    picked = listing.chosen(rows, request.form.getlist("place"))
    deed = request.form.get("deed", "")
    here = url_for(".posters", compound=compound.code if compound else None, doors="1" if doors else None)
    if not picked:
        flash(_("Please tick the buildings or entrances first."), "bad")
        return redirect(here, 303)
    if deed in {"a4", "a5"}:
        return _to_print(picked, deed, here)
    keys = [(row.building.id, row.entrance.id if row.entrance else None) for row in picked]
    work = {"issue": _issue, "printed": _note_printed}.get(deed)
    return perform(lambda: work(keys, here)) if work else abort(400)


def _to_print(picked: list[Row], size: str, here: str) -> Response:
    ids = [row.poster.id for row in picked if row.poster]
    if not ids:
        flash(_("The ticked places have no code yet. Please issue them first."), "bad")
        return redirect(here, 303)
    return redirect(url_for(".print_view", poster=ids, size=size), 303)


def _issue(keys: list[tuple[int, int | None]], here: str) -> str:
    before = {poster.id for poster in _current(keys)}
    for building_id, entrance_id in keys:
        building = queries.building_by_id(building_id)
        door = next((e for e in building.entrances if e.id == entrance_id), None) if building else None
        if building is not None:
            posters.issue(g.actor, building, door)
    fresh = len({poster.id for poster in _current(keys)} - before)
    flash(_("%(count)s codes issued.", count=fresh), "ok")
    return here


def _note_printed(keys: list[tuple[int, int | None]], here: str) -> str:
    found = _current(keys)
    posters.note_printed(g.actor, found)
    flash(_("%(count)s posters noted as printed and put up.", count=len(found)), "ok")
    return here


def _current(keys: list[tuple[int, int | None]]) -> list[Poster]:
    return [poster for key in keys if (poster := queries.current_poster(*key))]


@bp.get("/print")
@keepers
def print_view() -> str:
    """`?poster=1&poster=2` or `?compound=DJZ[&doors=1]`, `size=a4` or `a5`."""
    ids = [number for text in request.args.getlist("poster") if (number := whole(text)) is not None][: sheets.MOST]
    compound, size = request.args.get("compound", ""), "a5" if request.args.get("size") == "a5" else "a4"
    found = sheets.current_posters(g.actor, ids=ids, compound=compound, doors=request.args.get("doors") == "1")
    if not found:
        abort(404)
    width = sheets.SYMBOL_A5 if size == "a5" else sheets.SYMBOL_A4
    ready = [sheets.sheet_of(poster, width) for poster in found]
    back = url_for(".posters", compound=found[0].building.compound.code)
    with force_locale("zh"):
        return render_template("places/poster_sheet.html", sheets=ready, size=size, back=back)


@bp.route("/<int:poster_id>/supersede", methods=["GET", "POST"])
@keepers
def supersede(poster_id: int) -> ResponseReturnValue:
    poster, form = _poster(poster_id), ButtonForm()
    if form.validate_on_submit():
        return _settled(form, poster, lambda found: posters.supersede(g.actor, found), _("A new code was issued."), "")
    return render_template("places/desk/supersede.html", poster=poster, form=form)


@bp.route("/<int:poster_id>/revoke", methods=["GET", "POST"])
@keepers
def revoke(poster_id: int) -> ResponseReturnValue:
    poster, form = _poster(poster_id), RevokeForm()
    template = "places/desk/revoke.html"
    if form.validate_on_submit():
        reason = form.reason.data or ""
        said = _("The code was revoked.")
        return _settled(form, poster, lambda found: posters.revoke(g.actor, found, reason), said, template)
    return render_template(template, poster=poster, form=form), 422 if form.errors else 200


def _settled(
    form: BaseForm, poster: Poster, deed: Callable[[Poster], object], said: str, template: str
) -> ResponseReturnValue:
    """Do it and go back to the list; a refusal stands at the form, or at the list where there is no field."""
    poster_id, here = poster.id, url_for(".posters", compound=poster.building.compound.code)

    def act() -> str:
        deed(_poster(poster_id))
        flash(said, "ok")
        return here

    try:
        return perform(act)
    except DomainError as error:
        if error.field is None or not template:
            flash(say(error), "bad")
            return redirect(here, 303)
        form.refuse(error)
        return render_template(template, poster=_poster(poster_id), form=form), 422


def _poster(poster_id: int) -> Poster:
    """Only of the actor's own area; others do not exist."""
    return queries.poster_for(g.actor, poster_id) or abort(404)
