"""The administrator's streets and communities (社区): the areas that compounds lie in."""

from typing import Any

from flask import abort, g, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from portal.core.extensions import db
from portal.places import choices, queries, services
from portal.places.administration import administrator, bp, done, ending, handled, row
from portal.places.forms import CommunityForm, NameForm, StreetForm
from portal.places.models import Agency, AgencyKind, Community, Street


@bp.route("/streets/new", methods=["GET", "POST"])
@administrator
def add_street() -> ResponseReturnValue:
    form = StreetForm()
    form.agency.choices = choices.agencies(AgencyKind.STREET)
    found = queries.districts()

    def deed() -> str:
        agency = db.session.get(Agency, form.agency.data)
        street = services.add_street(g.actor, queries.districts()[0], name=form.name.data or "", agency=agency)
        return done(_("%(name)s was added.", name=street.name), url_for(".compounds"))

    return handled(form, deed, _("Add a street"), url_for(".compounds"), _("Add")) if found else abort(404)


@bp.route("/streets/<int:street_id>", methods=["GET", "POST"])
@administrator
def street(street_id: int) -> ResponseReturnValue:
    found = row(Street, street_id)
    form, back = NameForm(name=found.name), url_for(".compounds")

    def deed() -> str:
        services.rename(g.actor, row(Street, street_id), form.name.data or "")
        return done(_("The new name is in use."), back)

    return handled(form, deed, _("Rename %(name)s", name=found.name), back, _("Rename"))


@bp.route("/communities/new", methods=["GET", "POST"])
@administrator
def add_community() -> ResponseReturnValue:
    form = _community_form(CommunityForm())

    def deed() -> str:
        street = db.session.get_one(Street, form.street.data)
        community = services.add_community(g.actor, street, **_community_values(form))
        return done(_("%(name)s was added.", name=community.name), url_for(".compounds"))

    return handled(form, deed, _("Add a community"), url_for(".compounds"), _("Add"))


@bp.route("/communities/<int:community_id>", methods=["GET", "POST"])
@administrator
def community(community_id: int) -> ResponseReturnValue:
    found = row(Community, community_id)
    form = _community_form(CommunityForm(obj=found, street=found.street_id, agency=found.agency_id or 0))
    del form.street

    def deed() -> str:
        services.change_community(g.actor, row(Community, community_id), **_community_values(form))
        return done(_("Saved."), url_for(".compounds"))

    return handled(form, deed, found.name, url_for(".compounds"), _("Save"))


def _community_form(form: CommunityForm) -> CommunityForm:
    form.street.choices = choices.streets()
    form.agency.choices = choices.agencies()
    return form


def _community_values(form: CommunityForm) -> dict[str, Any]:
    return {
        "name": form.name.data or "",
        "phone": form.phone.data or "",
        "address": form.address.data or "",
        "office_hours": form.office_hours.data or "",
        "agency": db.session.get(Agency, form.agency.data),
    }


@bp.route("/communities/<int:community_id>/retire", methods=["GET", "POST"])
@administrator
def retire_community(community_id: int) -> ResponseReturnValue:
    found, here = row(Community, community_id), url_for(".compounds")
    return ending(found.name, lambda: row(Community, community_id), here, here)


@bp.route("/streets/<int:street_id>/retire", methods=["GET", "POST"])
@administrator
def retire_street(street_id: int) -> ResponseReturnValue:
    found, here = row(Street, street_id), url_for(".compounds")
    return ending(found.name, lambda: row(Street, street_id), here, here)
