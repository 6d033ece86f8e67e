"""家里人: who is registered at my home, inviting, accepting, handing over the vote."""

from collections.abc import Callable
from typing import Any

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response
from wtforms import RadioField, StringField
from wtforms.validators import ValidationError

from portal.core.access import resident
from portal.core.errors import say
from portal.core.forms import BaseForm, ButtonForm, clean_digits, clean_text
from portal.core.writing import perform, writing
from portal.domain import phones
from portal.domain.errors import DomainError
from portal.identity import answers, loading, own_codes
from portal.identity import queries as people
from portal.identity.codes import DIGITS, Verdict
from portal.identity.own_codes import Deed
from portal.membership import family, labels, own
from portal.membership.models import Membership, MembershipRole
from portal.membership.queries import homes_of, members_of

bp = Blueprint("membership_family", __name__, url_prefix="/me/household")


class FamilyForm(BaseForm):
    phone = StringField(_l("Mobile number"), filters=[clean_text])
    role = RadioField(
        _l("What they are at this home"),
        choices=[(role.value, labels.ROLES[role]) for role in family.ROLES],
        default=MembershipRole.FAMILY.value,
    )

    def validate_phone(self, field: Any) -> None:
        if phones.mobile_or_none(field.data) is None:
            raise ValidationError(_("Please fill in the 11 digits of a mobile number"))


class ProofForm(BaseForm):
    """`send` is the other button."""

    code = StringField(_l("Code"), filters=[clean_digits])

    def validate_code(self, field: Any) -> None:
        typed = field.data or ""
        if len(typed) != DIGITS or not typed.isdecimal():
            count = sum(each.isdecimal() for each in typed)
            raise ValidationError(_("The code has 6 digits, now there are %(count)s", count=count))


@bp.get("/members")
@resident
def members() -> str:
    homes = homes_of(g.actor)
    found = members_of([home.household_id for home in homes])
    invites = {home.id: family.invites_of(home.household_id) for home in homes if family.may_invite(home)}
    return render_template(
        "membership/members.html",
        homes=homes, members=found, invites=invites, family=family, labels=labels, mask=phones.mask, form=ButtonForm(),
    )  # fmt: skip


@bp.route("/members/<int:membership_id>/invite", methods=["GET", "POST"])
@resident
def invite(membership_id: int) -> Any:
    mine, form = family.mine(g.actor, membership_id), FamilyForm()

    def deed() -> str:
        number = phones.mobile_or_none(form.phone.data) or ""
        family.invite(g.actor, family.mine(g.actor, membership_id), number, MembershipRole(form.role.data))
        flash(_("Invited. They sign in with this number and agree; the invitation is open for 14 days."), "ok")
        return url_for(".members")

    if form.validate_on_submit():
        try:
            return perform(deed)
        except DomainError as refusal:
            mine = family.mine(g.actor, membership_id)
            return answers.refused("membership/invite_family.html", form, refusal, mine=mine, notes=labels.ROLE_NOTES)
    return answers.shown("membership/invite_family.html", form, mine=mine, notes=labels.ROLE_NOTES)


@bp.route("/members/<int:membership_id>/voter", methods=["GET", "POST"])
@resident
def voter(membership_id: int) -> Any:
    """让家人代投: confirmed by a code to the phone of whoever presses, told to all phones of the home."""
    own_, member = family.at_my_home(g.actor, membership_id)
    if not family.may_name_voter(own_, member):
        return redirect(url_for(".members"), 303)
    form, number = ProofForm(), people.account(g.actor.id).phone
    if "send" in request.form and not g.get("csrf_failed"):
        return _sent(form, number, member)
    if form.validate_on_submit():
        with writing():
            verdict = own_codes.prove(number, Deed.HAND_OVER, form.code.data or "")
        if verdict is Verdict.RIGHT:
            return _perform(lambda: _handed_over(membership_id))
        form.code.errors = [answers.refusal_of(verdict)]
    return answers.shown("membership/voter.html", form, **_shown(member, number))


def _shown(member: Membership, number: str) -> dict[str, Any]:
    return {
        "member": member, "labels": labels, "number": phones.mask(number), "whose": phones.mask(member.account.phone),
        "is_me": member.account_id == g.actor.id,
    }  # fmt: skip


def _sent(form: ProofForm, number: str, member: Membership) -> Any:
    visitor, membership_id = loading.visitor(), member.id

    def deed() -> str:
        own_codes.send(number, Deed.HAND_OVER, visitor)
        flash(_("The code is on its way to your phone."), "ok")
        return url_for(".voter", membership_id=membership_id)

    try:
        return perform(deed)
    except DomainError as refusal:
        _own, again = family.at_my_home(g.actor, membership_id)
        return answers.refused("membership/voter.html", form, refusal, **_shown(again, number))


def _handed_over(membership_id: int) -> str:
    family.name_voter(g.actor, membership_id)
    flash(_("Done. All phones of your home have been told who votes now."), "ok")
    return url_for(".members")


@bp.route("/members/<int:membership_id>/remove", methods=["GET", "POST"])
@resident
def remove(membership_id: int) -> Any:
    own_, member = family.at_my_home(g.actor, membership_id)
    if not family.may_remove(own_, member):
        return redirect(url_for(".members"), 303)
    form = ButtonForm()
    if form.validate_on_submit():
        return _perform(
            lambda: _done(lambda: family.remove(g.actor, membership_id), _("Removed. They have been told."))
        )
    return answers.shown(
        "membership/remove.html", form, member=member, labels=labels, whose=phones.mask(member.account.phone)
    )


@bp.route("/members/<int:membership_id>/leave", methods=["GET", "POST"])
@resident
def leave(membership_id: int) -> Any:
    mine, form = family.mine(g.actor, membership_id), ButtonForm()
    if form.validate_on_submit():
        return _perform(lambda: _done(lambda: family.leave(g.actor, membership_id), _("You have left this home.")))
    return answers.shown("membership/leave.html", form, mine=mine)


def _done(act: Callable[[], object], said: str) -> str:
    act()
    flash(said, "ok")
    return url_for("membership.household")


@bp.post("/invites/<int:invite_id>/<any(accept, decline, withdraw):answer>")
@resident
def answer_invite(invite_id: int, answer: str) -> Response:
    if not ButtonForm().validate_on_submit():
        return redirect(url_for("membership.household"), 303)
    return _perform(lambda: _answered(invite_id, answer))


def _answered(invite_id: int, answer: str) -> str:
    if answer == "accept":
        flash(own.welcome(family.accept(g.actor, invite_id)), "ok")
    elif answer == "decline":
        family.decline(g.actor, invite_id)
        flash(_("Declined. You will not be asked again by this invitation."), "ok")
    else:
        family.take_back(g.actor, invite_id)
        flash(_("The invitation is taken back."), "ok")
        return url_for(".members")
    return url_for("membership.household")


def _perform(deed: Callable[[], str]) -> Response:
    """A refusal without a field stands on the page one comes back to."""
    try:
        return perform(deed)
    except DomainError as refusal:
        flash(say(refusal), "bad")
        return redirect(url_for("membership.household"), 303)
