"""The administrator's units (单位): list, search, add, change, retire, and whom one may call there."""

from typing import Any

from flask import g, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from portal.core.extensions import db
from portal.core.forms import ButtonForm
from portal.core.writing import perform
from portal.places import agencies as units
from portal.places import choices, queries
from portal.places.administration import administrator, attempt, bp, done, ending, handled, row, shown
from portal.places.forms import AgencyForm, ContactForm, NewAgencyForm
from portal.places.labels import KINDS
from portal.places.models import Agency, AgencyContact, AgencyKind


@bp.get("/agencies")
@administrator
def agencies() -> str:
    search, with_retired = request.args.get("q", "").strip()[:40], request.args.get("retired") == "1"
    found = queries.agencies(search, with_retired)
    return render_template(
        "places/admin/agencies.html", agencies=found, kinds=KINDS, search=search, retired=with_retired
    )


@bp.route("/agencies/new", methods=["GET", "POST"])
@administrator
def add_agency() -> ResponseReturnValue:
    form = NewAgencyForm()
    _offer(form)

    def deed() -> str:
        agency = units.add_agency(g.actor, code=form.code.data or "", **_values(form))
        return done(_("%(name)s was added.", name=agency.name), url_for(".agency", agency_id=agency.id))

    return handled(form, deed, _("Add a unit"), url_for(".agencies"), _("Add"))


@bp.route("/agencies/<int:agency_id>", methods=["GET", "POST"])
@administrator
def agency(agency_id: int) -> ResponseReturnValue:
    found = row(Agency, agency_id)
    form = AgencyForm(obj=found, kind=found.kind.value, superior=found.superior_id or 0)
    _offer(form, without=agency_id)

    def deed() -> str:
        units.change_agency(g.actor, row(Agency, agency_id), **_values(form))
        return done(_("Saved."), url_for(".agency", agency_id=agency_id))

    if (answer := attempt(form, deed)) is not None:
        return answer
    found = row(Agency, agency_id)
    return shown(
        "places/admin/agency.html", form, agency=found, contacts=queries.contacts_of(found), button=ButtonForm()
    )


def _offer(form: AgencyForm, without: int | None = None) -> None:
    form.kind.choices = choices.kinds()
    form.superior.choices = choices.agencies(without=without)


def _values(form: AgencyForm) -> dict[str, Any]:
    return {
        "name": form.name.data or "",
        "short_name": form.short_name.data or "",
        "kind": AgencyKind(form.kind.data),
        "superior": db.session.get(Agency, form.superior.data),
        "phone": form.phone.data or "",
    }


@bp.route("/agencies/<int:agency_id>/retire", methods=["GET", "POST"])
@administrator
def retire_agency(agency_id: int) -> ResponseReturnValue:
    found, here = row(Agency, agency_id), url_for(".agency", agency_id=agency_id)
    return ending(found.name, lambda: row(Agency, agency_id), url_for(".agencies"), here)


@bp.post("/agencies/<int:agency_id>/restore")
@administrator
def restore_agency(agency_id: int) -> ResponseReturnValue:
    def deed() -> str:
        units.restore_agency(g.actor, row(Agency, agency_id))
        return done(_("It is in use again."), url_for(".agency", agency_id=agency_id))

    return perform(deed)


@bp.route("/agencies/<int:agency_id>/contacts/new", methods=["GET", "POST"])
@administrator
def add_contact(agency_id: int) -> ResponseReturnValue:
    found, here = row(Agency, agency_id), url_for(".agency", agency_id=agency_id)
    form = ContactForm()

    def deed() -> str:
        units.add_contact(g.actor, row(Agency, agency_id), **_contact_values(form))
        return done(_("Saved."), here)

    return handled(form, deed, _("Add a contact at %(name)s", name=found.name), here, _("Add"))


@bp.route("/contacts/<int:contact_id>", methods=["GET", "POST"])
@administrator
def contact(contact_id: int) -> ResponseReturnValue:
    found = row(AgencyContact, contact_id)
    form, here = ContactForm(obj=found), url_for(".agency", agency_id=found.agency_id)

    def deed() -> str:
        units.change_contact(g.actor, row(AgencyContact, contact_id), **_contact_values(form))
        return done(_("Saved."), here)

    return handled(form, deed, found.name, here, _("Save"))


def _contact_values(form: ContactForm) -> dict[str, str]:
    return {"name": form.name.data or "", "phone": form.phone.data or "", "duty": form.duty.data or ""}


@bp.route("/contacts/<int:contact_id>/retire", methods=["GET", "POST"])
@administrator
def retire_contact(contact_id: int) -> ResponseReturnValue:
    found = row(AgencyContact, contact_id)
    here = url_for(".agency", agency_id=found.agency_id)
    return ending(found.name, lambda: row(AgencyContact, contact_id), here, here)
