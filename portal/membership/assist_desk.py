"""协助办理: choose the home, say why; report and vote for it; end, and print what was done."""

from typing import Any

from flask import Blueprint, Flask, abort, flash, g, redirect, render_template, url_for
from flask_babel import force_locale
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response
from wtforms import SelectField, StringField, TextAreaField

from portal.core import clock
from portal.core.access import assisted, staff
from portal.core.forms import BaseForm, ButtonForm, Needed, clean_text
from portal.core.writing import perform, writing
from portal.domain.errors import DomainError
from portal.identity import answers
from portal.identity.navigation import once_per_request
from portal.membership import assisting, desk_queries
from portal.membership.assist_models import Assist
from portal.membership.forms import at_most
from portal.places import queries as places
from portal.roster import queries as roster

bp = Blueprint("assist", __name__, url_prefix="/community/assist")
helpers = staff(*assisting.ROLES)
INDEX = "membership/desk/assist.html"


class AssistForm(BaseForm):
    building = SelectField(_l("The building"), coerce=str)
    entrance = StringField(
        _l("Entrance number"), [Needed(_l("Please fill in the entrance number")), at_most(10)], filters=[clean_text]
    )
    room = StringField(_l("Room"), [Needed(_l("Please fill in the room number")), at_most(10)], filters=[clean_text])
    reason = TextAreaField(
        _l("Reason"),
        [Needed(_l("Please say why somebody else acts for this home.")), at_most(200)],
        filters=[clean_text],
    )


@bp.route("", methods=["GET", "POST"])
@helpers
def index() -> Any:
    form = AssistForm()
    form.building.choices = [("", _("Please choose")), *((b.code, b.full_name) for b in places.buildings_for(g.actor))]
    if form.validate_on_submit():
        try:
            return perform(lambda: _begin(form))
        except DomainError as refusal:
            return answers.refused(INDEX, form, refusal, **_around())
    return answers.shown(INDEX, form, **_around())


def _around() -> dict[str, Any]:
    found = assisting.recent(g.actor)
    homes = {home.id: home for home in roster.households([each.household_id for each in found])}
    return {"recent": [(each, homes[each.household_id]) for each in found]}


def _begin(form: AssistForm) -> str:
    building = places.building_for(g.actor, form.building.data or "")
    if building is None:
        raise DomainError("Please choose the building.", field="building")
    homes = desk_queries.homes_named(g.actor, building, form.entrance.data or "", form.room.data or "")
    if not homes:
        raise DomainError("This door is not on the roster.", field="room")
    assisting.begin(g.actor, g.signed_in.key, homes[0], form.reason.data or "")
    return url_for(".now")


@bp.get("/now")
@assisted
def now() -> str:
    """What can be done for the home; residents who are no assisted session find nothing here."""
    if not g.actor.is_assisted:
        abort(404)
    return render_template("membership/assist_now.html", home=roster.household(g.actor.household_id), form=ButtonForm())


@bp.post("/end")
@assisted
def end() -> Response:
    if not g.actor.is_assisted:
        abort(404)
    post_id, key = g.actor.assisted_by, g.signed_in.key
    if not ButtonForm().validate_on_submit():
        return redirect(url_for(".now"), 303)
    ended: list[int] = []

    def deed() -> str:
        found = assisting.end(post_id, key)
        ended.append(found.id if found else 0)
        return url_for(".done", assist_id=found.id) if found else url_for(".index")

    answer = perform(deed)
    flash(_("The assistance has ended. You are at your own desk again."), "ok")
    return answer


@bp.get("/<int:assist_id>")
@helpers
def done(assist_id: int) -> str:
    found = assisting.assist_of(g.actor, assist_id)
    return render_template(
        "membership/desk/assisted.html",
        found=found, home=assisting.home_of(found), deeds=assisting.deeds_of(found), form=ButtonForm(),
    )  # fmt: skip


@bp.post("/<int:assist_id>/slip")
@helpers
def slip(assist_id: int) -> Response | str:
    """A6, for the home: who acted, when, why, what was done. Once."""
    here = url_for(".done", assist_id=assist_id)
    if not ButtonForm().validate_on_submit():
        return redirect(here, 303)
    with writing():
        found = assisting.assist_of(g.actor, assist_id)
        prints = assisting.take_slip(found)
    if not prints:
        flash(_("This slip has been printed already."), "warn")
        return redirect(here, 303)
    return _printed(assisting.assist_of(g.actor, assist_id), here)


def _printed(found: Assist, back: str) -> str:
    home, deeds = assisting.home_of(found), assisting.deeds_of(found)
    with force_locale("zh"):
        return render_template(
            "membership/desk/assist_slip.html",
            found=found, home=home, deeds=deeds, back=back, who=f"{found.post.name[:1]}*",
            phone=home.building.compound.community.phone, today=clock.today(),
        )  # fmt: skip


def register(app: Flask) -> None:
    @app.context_processor
    def banner() -> dict[str, Any]:
        """`assisted_home`: the home's name on every page of an assisted session."""
        actor = g.get("actor")
        if actor is None or not actor.is_assisted:
            return {}
        name = once_per_request("assisted_home", lambda: roster.household(actor.household_id).full_name)
        return {"assisted_home": name, "assisted_until": g.signed_in.assisted_until}
