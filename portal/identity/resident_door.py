"""手机号登录: the number, then the code."""

from typing import Any

from flask import flash, g, redirect, request, session, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from portal.core import crypto
from portal.core.access import public
from portal.core.settings import settings
from portal.core.writing import perform, writing
from portal.domain import phones
from portal.domain.errors import DomainError
from portal.identity import answers, consents, kept_forms, loading, services, sessions
from portal.identity.blueprint import bp
from portal.identity.forms import CodeForm, PhoneForm

WAITING = "sign_in"


@bp.route("/login", methods=["GET", "POST"])
@public
def resident_sign_in() -> Any:
    form = PhoneForm(next=request.args.get("next", ""))
    if not settings().gateway_is_abroad:
        del form.consent
    if g.actor.kind == "resident" and request.method == "GET":
        return redirect(loading.way_back(form.next.data, url_for(".me")), 303)
    visitor = loading.visitor()
    if form.validate_on_submit():
        number = phones.mobile_or_none(form.phone.data) or ""
        try:
            answer = perform(lambda: _send(number, visitor))
        except DomainError as refusal:
            return answers.refused("identity/sign_in.html", form, refusal)
        session[WAITING] = {"to": crypto.encrypt(number), "next": form.next.data}
        return answer
    return answers.shown("identity/sign_in.html", form, is_kept=kept_forms.FLAG in session)


def _send(number: str, visitor: services.Visitor) -> str:
    services.send_code(number, visitor)
    return url_for(".resident_code")


@bp.route("/login/code", methods=["GET", "POST"])
@public
def resident_code() -> Any:
    """The number under way stands encrypted in this browser's cookie; nobody is signed in by it."""
    waiting = session.get(WAITING)
    if not waiting:
        return redirect(url_for(".me" if g.actor.kind == "resident" else ".resident_sign_in"), 303)
    number, form = crypto.decrypt(waiting["to"]), CodeForm()
    shown = {"number": phones.mask(number), "next": waiting["next"]}
    if "again" in request.form and not g.get("csrf_failed"):
        return _again(number, form, shown)
    if form.validate_on_submit() and (answer := _try(number, form, waiting["next"])):
        return answer
    return answers.shown("identity/code.html", form, **shown)


def _again(number: str, form: CodeForm, shown: dict[str, Any]) -> Any:
    visitor = loading.visitor()
    try:
        answer = perform(lambda: _send(number, visitor))
    except DomainError as refusal:
        return answers.refused("identity/code.html", form, refusal, **shown)
    flash(_("A new code is on its way. The one before no longer works."), "ok")
    return answer


def _try(number: str, form: CodeForm, target: str | None) -> Response | None:
    """None when the code was refused; the form then says why."""
    token, account_id = "", 0
    with writing():
        verdict, account = services.check_code(number, form.code.data or "")
        if account is not None:
            token, account_id = sessions.open_session(account=account, instead_of=sessions.given()), account.id
            consents.note(account.id, consents.NOTICE)
            if settings().gateway_is_abroad:  # the form asks for it before a code is sent
                consents.note(account.id, consents.SMS_ABROAD)
    if not token:
        form.code.errors = [answers.refusal_of(verdict)]
        return None
    session.pop(WAITING, None)
    loading.fresh_token()
    where = loading.way_back(target, url_for(".me"))
    flash(kept_forms.greeting(kept_forms.Whose(account_id=account_id), where), "ok")
    response = redirect(where, 303)
    sessions.remember(response, token, staff=False)
    return response
