"""住户核验, the residents' side: three ways to say where one lives, and how it stands."""

import secrets
from typing import Any

from flask import Blueprint, flash, g, redirect, render_template, request, session, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from portal.core import crypto
from portal.core.access import resident
from portal.core.formatting import day
from portal.core.forms import ButtonForm
from portal.core.writing import perform, writing
from portal.domain.errors import DomainError
from portal.domain.household_matching import mask_person
from portal.identity import answers, loading
from portal.identity import queries as people
from portal.membership import claims, family, invites, labels, own, own_data  # noqa: F401 what it says of homes
from portal.membership.claim_models import Claim, ClaimState, InviteCode, Typed
from portal.membership.forms import ConfirmForm, InviteForm, MyHomeForm, PlaceForm, RosterForm, VisitForm
from portal.membership.models import MembershipRole
from portal.membership.queries import unconfirmed
from portal.membership.tying import fitting_role, is_named
from portal.places.here import here
from portal.roster import queries as roster
from portal.roster.models import Household

bp = Blueprint("membership", __name__, url_prefix="/me/household")
CODE, AFTERWARDS = "invite_code", "after_household"


@bp.get("", endpoint="household")
@resident
def household() -> str:
    """How it stands, and the three ways. `?next=`: where to go once one is verified."""
    if request.args.get("next"):
        session[AFTERWARDS] = loading.way_back(request.args["next"], "")
    return render_template(
        "membership/household.html",
        standing=own.standing_of(g.actor),
        labels=labels,
        invites=family.invites_for(g.actor),
        unconfirmed=unconfirmed(g.actor),
        going_on=session.get(AFTERWARDS) or loading.way_back("/votes", ""),
        form=ButtonForm(),
    )


@bp.route("/roster", methods=["GET", "POST"], endpoint="roster")
@resident
def by_roster() -> Any:
    form = RosterForm()
    form.set_compounds(here().building)
    if (busy := _busy()) is not None:
        return busy
    if form.validate_on_submit():
        missed: list[int] = []
        try:
            answer = perform(lambda: _match(form, missed))
        except DomainError as refusal:
            return answers.refused("membership/roster.html", form, refusal, notes=labels.ROLE_NOTES)
        if not missed:
            return answer
        form.once.data = secrets.token_urlsafe(16)  # this press has been counted; the next one is another try
        form.form_errors = [
            _(
                "This does not agree with the roster. Please look at every line once more; you can try %(count)s more times.",
                count=missed[0],
            )
        ]
    return answers.shown("membership/roster.html", form, notes=labels.ROLE_NOTES)


def _match(form: RosterForm, missed: list[int]) -> str:
    answer = claims.by_roster(g.actor, form.found_building(), _typed(form), MembershipRole(form.role.data))
    if answer.claim is None:
        missed.append(answer.left)
        return url_for(".roster")
    return _done(answer.claim)


def _typed(form: PlaceForm) -> Typed:
    """The compound stands with the building, so that staff read what was meant."""
    name = next((each.name for each in form.places if each.code == form.compound.data), "")
    typed = Typed(f"{name} {form.building.data or ''}".strip(), form.entrance.data or "", form.room.data or "")
    if isinstance(form, RosterForm):
        return Typed(typed.building, typed.entrance, typed.room, form.name.data or "", form.tail.data or "")
    return typed


def _busy() -> Response | None:
    """Whoever has asked already waits for the answer."""
    if claims.open_claim(g.actor) is None:
        return None
    flash(_("You have asked already. The community is looking at it."), "info")
    return redirect(url_for(".household"), 303)


def _done(claim: Claim) -> str:
    if claim.state is ClaimState.PASSED:
        assert claim.membership is not None
        flash(own.welcome(claim.membership), "ok")
    else:
        flash(own.wait(claim), "info")
    return url_for(".household")


@bp.route("/invite-code", methods=["GET", "POST"])
@resident
def invite_code() -> Any:
    form = InviteForm()
    if (busy := _busy()) is not None:
        return busy
    if form.validate_on_submit():
        try:
            with writing():
                invites.claim_try(g.actor, request.remote_addr or "")
            invites.look_up(form.code.data or "")
        except DomainError as refusal:
            return answers.refused("membership/invite_code.html", form, refusal)
        session[CODE] = crypto.encrypt(form.code.data or "")
        return redirect(url_for(".my_home"), 303)
    return answers.shown("membership/invite_code.html", form)


@bp.route("/invite-code/confirm", methods=["GET", "POST"])
@resident
def my_home() -> Any:
    """The masked home: 是我家 or 不是. The code waits encrypted in this browser's cookie."""
    found = _waiting_code()
    if isinstance(found, Response):
        return found
    home = roster.household(found.household_id)
    form = MyHomeForm(role=_likely_role(home))
    if form.validate_on_submit():
        try:
            answer = perform(lambda: _settle_code(MembershipRole(form.role.data)))
        except DomainError as refusal:
            return answers.refused("membership/my_home.html", form, refusal, **_masked(home))
        session.pop(CODE, None)
        return answer
    return answers.shown("membership/my_home.html", form, **_masked(home))


def _waiting_code() -> InviteCode | Response:
    if CODE not in session:
        return redirect(url_for(".invite_code"), 303)
    try:
        return invites.look_up(crypto.decrypt(session[CODE]))
    except (DomainError, crypto.CannotDecrypt):
        session.pop(CODE, None)
        return redirect(url_for(".household"), 303)


def _settle_code(role: MembershipRole) -> str:
    found = invites.look_up(crypto.decrypt(session[CODE]))
    invites.use_up(found, g.actor)
    return _done(claims.by_code(g.actor, roster.household(found.household_id), role))


def _masked(home: Household) -> dict[str, Any]:
    named = home.persons[0].name if home.persons else home.owner.name
    place = f"{home.building.full_name} {home.entrance.name}"
    return {"place": place, "named": mask_person(named), "notes": labels.ROLE_NOTES}


def _likely_role(home: Household) -> str | None:
    """Chosen beforehand only for the number that the roster names; whoever merely holds the letter says it themselves."""
    account = people.account(g.actor.id)
    return fitting_role(MembershipRole.OWNER, home).value if is_named(account, home) else None


@bp.route("/visit", methods=["GET", "POST"])
@resident
def visit() -> Any:
    form = VisitForm()
    form.set_compounds(here().building)
    if (busy := _busy()) is not None:
        return busy
    if form.validate_on_submit():
        try:
            return perform(lambda: _ask_visit(form))
        except DomainError as refusal:
            return answers.refused("membership/visit.html", form, refusal, notes=labels.ROLE_NOTES)
    return answers.shown("membership/visit.html", form, notes=labels.ROLE_NOTES)


def _ask_visit(form: VisitForm) -> str:
    claim = claims.by_visit(
        g.actor, form.found_building(), _typed(form), MembershipRole(form.role.data),
        form.contact.data or "", form.times.data or [],
    )  # fmt: skip
    flash(_("Asked. The community gets in touch with you by %(date)s.", date=day(claim.promised_on)), "ok")
    return url_for(".household")


@bp.post("/withdraw")
@resident
def withdraw() -> Response:
    def deed() -> str:
        claims.withdraw(g.actor)
        flash(_("Taken back. You can choose another way."), "ok")
        return url_for(".household")

    if not ButtonForm().validate_on_submit():
        return redirect(url_for(".household"), 303)
    return perform(deed)


@bp.route("/confirm/<int:membership_id>", methods=["GET", "POST"])
@resident
def confirm(membership_id: int) -> Any:
    """After a long silence: whose home is it? A stranger with the number learns nothing here."""
    form, missed = ConfirmForm(), list[int]()
    if membership_id not in {each.id for each in unconfirmed(g.actor)}:
        return redirect(url_for(".household"), 303)
    if form.validate_on_submit():
        answer = perform(lambda: _confirm(membership_id, form.name.data or "", missed))
        if not missed:
            return answer
        form.once.data = secrets.token_urlsafe(16)
        form.name.errors = [
            _("That is not the name on the roster. You can try %(count)s more times.", count=missed[0])
            if missed[0]
            else _("That is not the name on the roster. Please ask the community to help.")
        ]
    return answers.shown("membership/confirm.html", form)


def _confirm(membership_id: int, name: str, missed: list[int]) -> str:
    left = claims.confirm(g.actor, membership_id, name)
    if left is not None:
        missed.append(left)
        return url_for(".confirm", membership_id=membership_id)
    flash(_("Confirmed. Everything is as before."), "ok")
    return url_for(".household")
