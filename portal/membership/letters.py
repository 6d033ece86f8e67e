"""邀请码: letters for a building, printed once."""

from typing import Any

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from flask_babel import force_locale
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from portal.core import clock
from portal.core.access import staff
from portal.core.errors import say
from portal.core.forms import ButtonForm
from portal.core.settings import settings
from portal.core.writing import perform, writing
from portal.domain.errors import DomainError
from portal.domain.household_matching import mask_person
from portal.domain.roles import Role
from portal.identity import answers
from portal.membership import desk_queries, invites
from portal.membership.desk_forms import LettersForm
from portal.places import qr
from portal.places import queries as places

bp = Blueprint("membership_letters", __name__, url_prefix="/community/invite-codes")
keepers = staff(Role.COMMUNITY, Role.STREET)
INDEX = "membership/desk/invite_codes.html"


@bp.route("", methods=["GET", "POST"])
@keepers
def index() -> Any:
    form = _form()
    if form.validate_on_submit():
        try:
            return perform(lambda: _make(form))
        except DomainError as refusal:
            return answers.refused(INDEX, form, refusal, **_around())
    return answers.shown(INDEX, form, **_around())


def _form() -> LettersForm:
    form = LettersForm()
    form.building.choices = [("", _("Please choose")), *((b.code, b.full_name) for b in places.buildings_for(g.actor))]
    form.days.choices = [(str(days), _("%(count)s days", count=days)) for days in invites.DAYS]
    if request.method == "GET":
        form.building.data = request.args.get("building", "")
    return form


def _around() -> dict[str, Any]:
    return {
        "standings": invites.standings(places.buildings_for(g.actor), clock.today()),
        "page": desk_queries.batches(g.actor, request.args.get("cursor")),
    }


def _make(form: LettersForm) -> str:
    building, home = places.building_for(g.actor, form.building.data or ""), None
    if building is None:
        raise DomainError("Please choose the building.", field="building")
    if form.homes.data == "one":
        found = desk_queries.homes_named(g.actor, building, form.entrance.data or "", form.room.data or "")
        if not found:
            raise DomainError("This door is not on the roster.", field="room")
        home = found[0]
    batch = invites.make_batch(g.actor, building, int(form.days.data), all_homes=form.homes.data == "all", home=home)
    return url_for(".batch", batch_id=batch.id)


@bp.get("/<int:batch_id>")
@keepers
def batch(batch_id: int) -> str:
    found = desk_queries.batch_for(g.actor, batch_id)
    return render_template("membership/desk/batch.html", batch=found, form=ButtonForm())


@bp.post("/<int:batch_id>/letters")
@keepers
def letters(batch_id: int) -> str | Response:
    """The letters themselves, on this one answer only; a second press finds them printed."""
    here = url_for(".batch", batch_id=batch_id)
    if not ButtonForm().validate_on_submit():
        return redirect(here, 303)
    try:
        with writing():
            found = desk_queries.batch_for(g.actor, batch_id)
            made = [(letter, _named(letter)) for letter in invites.print_letters(g.actor, found)]
            community, expires = found.building.compound.community, found.expires_on
    except DomainError as refusal:
        flash(say(refusal), "bad")
        return redirect(here, 303)
    address = f"{settings().base_url}/me/household/invite-code"
    with force_locale("zh"):
        return render_template(
            "membership/desk/letters.html", letters=made, back=here, phone=community.phone, community=community.name,
            expires=expires, drawing=qr.svg(address, address, 42.0), address=f"{settings().domain}/me/household/invite-code",
        )  # fmt: skip


def _named(letter: invites.Letter) -> str:
    persons = letter.household.persons
    return mask_person(persons[0].name if persons else letter.household.owner.name)
