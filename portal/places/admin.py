"""小区与楼栋: what an administrator lists, adds, renames, retires and restores."""

from flask import g, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from portal.core.extensions import db
from portal.core.forms import ButtonForm
from portal.core.writing import perform
from portal.places import admin_areas, admin_units, choices, queries, services
from portal.places.administration import (
    administrator,
    attempt,
    bp,
    building_of,
    compound_of,
    done,
    ending,
    handled,
    row,
    shown,
)
from portal.places.forms import BuildingForm, CompoundForm, NameForm, StageForm
from portal.places.labels import STAGES
from portal.places.models import Building, Community, Compound, Entrance, Stage

__all__ = ["admin_areas", "admin_units", "bp"]  # their doors hang on the same blueprint


@bp.get("/compounds")
@administrator
def compounds() -> str:
    search = request.args.get("q", "").strip()[:40]
    with_retired = request.args.get("retired") == "1"
    return render_template(
        "places/admin/compounds.html",
        compounds=queries.all_compounds(search, with_retired),
        communities=queries.communities(),
        streets=queries.streets(),
        search=search,
        retired=with_retired,
    )


@bp.route("/compounds/new", methods=["GET", "POST"])
@administrator
def add_compound() -> ResponseReturnValue:
    form = CompoundForm()
    form.community.choices = choices.communities()

    def deed() -> str:
        compound = services.add_compound(
            g.actor,
            db.session.get_one(Community, form.community.data),
            code=form.code.data or "",
            name=form.name.data or "",
            planned_households=form.planned_households.data,
        )
        for number in range(1, (form.buildings.data or 0) + 1):
            services.add_building(g.actor, compound, name=f"{number} 号楼")
        return done(_("%(name)s was added.", name=compound.name), _page_of(compound))

    return handled(form, deed, _("Add a compound"), url_for(".compounds"), _("Add"))


@bp.get("/compounds/<code>")
@administrator
def compound(code: str) -> str:
    found = compound_of(code)
    return render_template("places/admin/compound.html", compound=found, stage=STAGES[found.stage], form=ButtonForm())


@bp.route("/compounds/<code>/rename", methods=["GET", "POST"])
@administrator
def rename_compound(code: str) -> ResponseReturnValue:
    found = compound_of(code)
    form, back = NameForm(name=found.name), _page_of(found)

    def deed() -> str:
        services.rename_compound(g.actor, compound_of(code), form.name.data or "")
        return done(_("The new name is in use."), back)

    return handled(form, deed, _("Rename %(name)s", name=found.name), back, _("Rename"))


@bp.route("/compounds/<code>/stage", methods=["GET", "POST"])
@administrator
def change_stage(code: str) -> ResponseReturnValue:
    found = compound_of(code)
    form, back = StageForm(stage=found.stage.value, note=found.stage_note), _page_of(found)
    form.stage.choices = choices.stages()

    def deed() -> str:
        services.change_stage(g.actor, compound_of(code), Stage(form.stage.data), form.note.data or "")
        return done(_("The stage was changed."), back)

    return handled(form, deed, _("Stage of %(name)s", name=found.name), back, _("Save"))


@bp.route("/compounds/<code>/retire", methods=["GET", "POST"])
@administrator
def retire_compound(code: str) -> ResponseReturnValue:
    found = compound_of(code)
    return ending(found.name, lambda: compound_of(code), url_for(".compounds"), _page_of(found))


@bp.post("/compounds/<code>/restore")
@administrator
def restore_compound(code: str) -> ResponseReturnValue:
    return perform(lambda: _restored(compound_of(code), code))


@bp.route("/compounds/<code>/buildings/new", methods=["GET", "POST"])
@administrator
def add_building(code: str) -> ResponseReturnValue:
    found = compound_of(code)
    form, back = BuildingForm(), _page_of(found)

    def deed() -> str:
        doors = [f"{number} 门" for number in range(1, (form.doors.data or 0) + 1)]
        building = services.add_building(g.actor, compound_of(code), name=form.name.data or "", entrances=doors)
        return done(_("%(name)s was added with the code %(code)s.", name=building.name, code=building.code), back)

    return handled(form, deed, _("Add a building to %(name)s", name=found.name), back, _("Add"))


@bp.route("/buildings/<code>", methods=["GET", "POST"])
@administrator
def building(code: str) -> ResponseReturnValue:
    """Its doors, and a new name."""
    found = building_of(code)
    form, here = NameForm(name=found.name), url_for(".building", code=code)

    def deed() -> str:
        services.rename_building(g.actor, building_of(code), form.name.data or "")
        return done(_("The new name is in use."), here)

    if (answer := attempt(form, deed)) is not None:
        return answer
    found = building_of(code)
    back = url_for(".compound", code=found.compound.code)
    return shown("places/admin/building.html", form, building=found, back=back)


@bp.route("/buildings/<code>/retire", methods=["GET", "POST"])
@administrator
def retire_building(code: str) -> ResponseReturnValue:
    found = building_of(code)
    here = url_for(".compound", code=found.compound.code)
    return ending(found.full_name, lambda: building_of(code), here, here)


@bp.post("/buildings/<code>/restore")
@administrator
def restore_building(code: str) -> ResponseReturnValue:
    return perform(lambda: _restored(building_of(code), building_of(code).compound.code))


@bp.route("/buildings/<code>/entrances/new", methods=["GET", "POST"])
@administrator
def add_entrance(code: str) -> ResponseReturnValue:
    found = building_of(code)
    form, back = NameForm(), url_for(".building", code=code)

    def deed() -> str:
        entrance = services.add_entrance(g.actor, building_of(code), name=form.name.data or "")
        return done(_("%(name)s was added.", name=entrance.name), back)

    return handled(form, deed, _("Add an entrance to %(name)s", name=found.full_name), back, _("Add"))


@bp.route("/entrances/<int:entrance_id>/rename", methods=["GET", "POST"])
@administrator
def rename_entrance(entrance_id: int) -> ResponseReturnValue:
    found = row(Entrance, entrance_id)
    form, back = NameForm(name=found.name), url_for(".building", code=found.building.code)

    def deed() -> str:
        services.rename(g.actor, row(Entrance, entrance_id), form.name.data or "")
        return done(_("The new name is in use."), back)

    return handled(form, deed, _("Rename %(name)s", name=found.name), back, _("Rename"))


@bp.route("/entrances/<int:entrance_id>/retire", methods=["GET", "POST"])
@administrator
def retire_entrance(entrance_id: int) -> ResponseReturnValue:
    found = row(Entrance, entrance_id)
    here = url_for(".building", code=found.building.code)
    name = f"{found.building.full_name} {found.name}"
    return ending(name, lambda: row(Entrance, entrance_id), here, here)


def _page_of(compound: Compound) -> str:
    return url_for(".compound", code=compound.code)


def _restored(place: Compound | Building, code: str) -> str:
    services.restore(g.actor, place)
    return done(_("It is in use again. Its posters need new codes."), url_for(".compound", code=code))
