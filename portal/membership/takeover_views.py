"""A number that is lost, a vote that nobody has, and the press that stops somebody else from taking one's place."""

from typing import Any

from flask import Blueprint, flash, g, redirect, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from portal.core.access import resident
from portal.core.errors import say
from portal.core.formatting import day
from portal.core.forms import ButtonForm
from portal.core.writing import perform
from portal.domain.errors import DomainError
from portal.identity import answers
from portal.membership import claims, family, labels, takeovers
from portal.membership.claim_models import NUMBER, Typed
from portal.membership.forms import LostNumberForm
from portal.membership.models import MembershipRole
from portal.places.here import here

bp = Blueprint("membership_takeover", __name__, url_prefix="/me/household")
LOST = "membership/lost_number.html"


@bp.route("/lost-number", methods=["GET", "POST"])
@resident
def lost_number() -> Any:
    """Signed in with the new number; the community makes sure and two people agree. Never says whether the door is known."""
    form = LostNumberForm()
    form.set_compounds(here().building)
    if claims.open_claim(g.actor) is not None:
        flash(_("You have asked already. The community is looking at it."), "info")
        return redirect(url_for("membership.household"), 303)
    if form.validate_on_submit():
        try:
            return perform(lambda: _ask(form))
        except DomainError as refusal:
            return answers.refused(LOST, form, refusal, notes=labels.ROLE_NOTES)
    return answers.shown(LOST, form, notes=labels.ROLE_NOTES)


def _ask(form: LostNumberForm) -> str:
    place = next((each.name for each in form.places if each.code == form.compound.data), "")
    typed = Typed(
        f"{place} {form.building.data or ''}".strip(), form.entrance.data or "", form.room.data or "",
        form.name.data or "", form.tail.data or "", NUMBER,
    )  # fmt: skip
    claim = claims.by_visit(
        g.actor, form.found_building(), typed, MembershipRole(form.role.data),
        form.contact.data or "", form.times.data or [],
    )  # fmt: skip
    flash(_("Asked. The community gets in touch with you by %(date)s.", date=day(claim.promised_on)), "ok")
    return url_for("membership.household")


@bp.route("/members/<int:membership_id>/ask-vote", methods=["GET", "POST"])
@resident
def ask_vote(membership_id: int) -> Any:
    mine, form = family.mine(g.actor, membership_id), ButtonForm()
    if mine.household_id not in family.voteless(g.actor):
        return redirect(url_for("membership.household"), 303)

    def deed() -> str:
        claim = claims.for_the_vote(g.actor, family.mine(g.actor, membership_id))
        flash(_("Asked. The community gets in touch with you by %(date)s.", date=day(claim.promised_on)), "ok")
        return url_for("membership.household")

    if form.validate_on_submit():
        return _perform(deed)
    return answers.shown("membership/ask_vote.html", form, mine=mine)


@bp.post("/takeovers/<int:takeover_id>/stop")
@resident
def stop(takeover_id: int) -> Response:
    def deed() -> str:
        takeovers.stop(g.actor, takeover_id)
        flash(_("Stopped. Everything stays as it is; the community will ask at your home."), "ok")
        return url_for("membership.household")

    if not ButtonForm().validate_on_submit():
        return redirect(url_for("membership.household"), 303)
    return _perform(deed)


def _perform(deed: Any) -> Response:
    try:
        return perform(deed)
    except DomainError as refusal:
        flash(say(refusal), "bad")
        return redirect(url_for("membership.household"), 303)
