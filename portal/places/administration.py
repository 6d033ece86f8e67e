"""What the administrator's pages share: the blueprint, a form page, a page that confirms an ending."""

from collections.abc import Callable
from typing import TypeVar

from flask import Blueprint, abort, flash, g, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from portal.core.access import staff
from portal.core.errors import say
from portal.core.extensions import db
from portal.core.forms import BaseForm, ButtonForm
from portal.core.writing import perform
from portal.domain.errors import DomainError
from portal.domain.roles import Role
from portal.places import queries, services
from portal.places.models import Agency, AgencyContact, Building, Community, Compound, Entrance, Street

bp = Blueprint("places_admin", __name__, url_prefix="/admin")
administrator = staff(Role.ADMIN)
Found = TypeVar("Found", Agency, AgencyContact, Community, Entrance, Street)


def row(model: type[Found], key: int) -> Found:
    return db.session.get(model, key) or abort(404)


def compound_of(code: str) -> Compound:
    return queries.compound_for(g.actor, code) or abort(404)


def building_of(code: str) -> Building:
    return queries.building_for(g.actor, code) or abort(404)


def done(said: str, address: str) -> str:
    flash(said, "ok")
    return address


def attempt(form: BaseForm, deed: Callable[[], str]) -> ResponseReturnValue | None:
    """The answer of a deed that was done; None when the form is to be shown, with a rule's refusal at its field."""
    if not form.validate_on_submit():
        return None
    try:
        return perform(deed)
    except DomainError as refusal:
        form.refuse(refusal)
        return None


def shown(template: str, form: BaseForm, **context: object) -> ResponseReturnValue:
    return render_template(template, form=form, **context), 422 if request.method == "POST" else 200


def handled(form: BaseForm, deed: Callable[[], str], title: str, back: str, submit: str) -> ResponseReturnValue:
    """A page that is nothing but its form."""
    return attempt(form, deed) or shown("places/admin/form.html", form, title=title, back=back, submit=submit)


def ending(
    name: str, find: Callable[[], services.Ended | Agency | AgencyContact], after: str, back: str
) -> ResponseReturnValue:
    """Ask, then retire; a refusal stands on the page that one came from."""
    form = ButtonForm()

    def deed() -> str:
        services.retire(g.actor, find())
        return done(_("%(name)s was retired.", name=name), after)

    try:
        if form.validate_on_submit():
            return perform(deed)
    except DomainError as refusal:
        flash(say(refusal), "bad")
        return redirect(back, 303)
    return shown("places/admin/retire.html", form, name=name, place=find(), back=back)
