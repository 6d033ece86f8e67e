"""换手机号: a code to the old number and one to the new; the old one is told (product ID13)."""

from typing import Any

from flask import flash, g, redirect, session, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import StringField
from wtforms.validators import ValidationError

from portal.core import crypto
from portal.core.access import resident
from portal.core.forms import BaseForm, clean_digits, clean_text
from portal.core.writing import perform, writing
from portal.domain import phones
from portal.domain.errors import DomainError
from portal.identity import answers, loading, own_codes, own_data, queries
from portal.identity.blueprint import bp
from portal.identity.codes import DIGITS, Verdict
from portal.identity.own_codes import Deed

WAITING = "new_number"


class NumberForm(BaseForm):
    phone = StringField(_l("The new mobile number"), filters=[clean_text])

    def validate_phone(self, field: Any) -> None:
        if phones.mobile_or_none(field.data) is None:
            raise ValidationError(_("Please fill in the 11 digits of a mobile number"))


class BothCodesForm(BaseForm):
    old = StringField(_l("Code sent to the old number"), filters=[clean_digits])
    new = StringField(_l("Code sent to the new number"), filters=[clean_digits])

    def validate_old(self, field: Any) -> None:
        _six(field)

    def validate_new(self, field: Any) -> None:
        _six(field)


def _six(field: Any) -> None:
    typed = field.data or ""
    if len(typed) != DIGITS or not typed.isdecimal():
        count = sum(each.isdecimal() for each in typed)
        raise ValidationError(_("The code has 6 digits, now there are %(count)s", count=count))


@bp.route("/me/phone", methods=["GET", "POST"])
@resident
def new_number() -> Any:
    form, account = NumberForm(), queries.account(g.actor.id)
    shown = {"number": phones.mask(account.phone)}
    if form.validate_on_submit():
        number, visitor = phones.mobile_or_none(form.phone.data) or "", loading.visitor()
        old = account.phone
        if number == old:
            form.phone.errors = [_("This is the number you have now")]
            return answers.shown("identity/new_number.html", form, **shown)

        def deed() -> str:
            own_codes.send(old, Deed.OLD_PHONE, visitor)
            own_codes.send(number, Deed.NEW_PHONE, visitor)
            return url_for(".new_number_codes")

        try:
            answer = perform(deed)
        except DomainError as refusal:
            return answers.refused("identity/new_number.html", form, refusal, **shown)
        session[WAITING] = crypto.encrypt(number)
        return answer
    return answers.shown("identity/new_number.html", form, **shown)


@bp.route("/me/phone/codes", methods=["GET", "POST"])
@resident
def new_number_codes() -> Any:
    if WAITING not in session:
        return redirect(url_for(".new_number"), 303)
    number, account, form = crypto.decrypt(session[WAITING]), queries.account(g.actor.id), BothCodesForm()
    shown = {"old": phones.mask(account.phone), "new": phones.mask(number)}
    if form.validate_on_submit() and _are_right(account.phone, number, form):
        try:
            answer = perform(lambda: _change(number))
        except DomainError as refusal:
            return answers.refused("identity/new_number_codes.html", form, refusal, **shown)
        session.pop(WAITING, None)
        flash(_("Your new number holds from now on."), "ok")
        return answer
    return answers.shown("identity/new_number_codes.html", form, **shown)


def _are_right(old: str, new: str, form: BothCodesForm) -> bool:
    """Both are looked at; a right one is used up, so a wrong other one needs new codes for both."""
    with writing():
        verdicts = (
            own_codes.prove(old, Deed.OLD_PHONE, form.old.data or ""),
            own_codes.prove(new, Deed.NEW_PHONE, form.new.data or ""),
        )
    for field, verdict in zip((form.old, form.new), verdicts, strict=True):
        if verdict is not Verdict.RIGHT:
            field.errors = [answers.refusal_of(verdict)]
    return all(verdict is Verdict.RIGHT for verdict in verdicts)


def _change(number: str) -> str:
    own_data.change_number(queries.account(g.actor.id), number, g.actor, g.signed_in.key)
    return url_for(".privacy")
