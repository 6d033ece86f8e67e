"""我的账号: what members of staff see and change about their own sign-in."""

from typing import Any

from flask import flash, g, make_response, redirect, render_template, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from portal.core import clock
from portal.core.access import staff
from portal.core.forms import ButtonForm
from portal.core.writing import perform, writing
from portal.domain.errors import DomainError
from portal.identity import answers, delays, loading, navigation, queries, second_factor, services, sessions, staffing
from portal.identity.blueprint import bp
from portal.identity.forms import OwnPasswordForm, TotpForm
from portal.identity.labels import ROLES
from portal.identity.step_up import asked, step_up
from portal.places import qr


@bp.get("/desk/account")
@staff()
def account() -> str:
    post = queries.post(g.actor.id)
    return render_template(
        "identity/desk/account.html",
        post=post,
        role=ROLES[post.role],
        signed_in=queries.last_sign_ins(post.id),
        sessions=queries.open_sessions(post.id),
        this=g.signed_in.key,
        left=second_factor.left(post.id),
        few=second_factor.FEW,
        form=ButtonForm(),
    )


@bp.post("/desk/account/other-sessions")
@staff()
def end_other_sessions() -> Any:
    if not ButtonForm().validate_on_submit():
        return redirect(url_for(".account"), 303)
    answer = perform(_end_other_sessions)
    flash(_("All other devices are signed out."), "ok")
    return answer


def _end_other_sessions() -> str:
    sessions.close_all_of(post_id=g.actor.id, but=g.signed_in.key)
    return url_for(".account")


@bp.route("/desk/account/password", methods=["GET", "POST"])
@staff()
def own_password() -> Any:
    """Also the page to which a one-time password leads, and the only one it opens."""
    form = OwnPasswordForm()
    if form.validate_on_submit():
        try:
            return _choose_password(form)
        except DomainError as refusal:
            return answers.refused("identity/desk/password.html", form, refusal, **_around())
    return answers.shown("identity/desk/password.html", form, **_around())


def _choose_password(form: OwnPasswordForm) -> Response:
    """Both passwords are hashed between transactions."""
    post = queries.post(g.actor.id)
    username, stored = post.username, post.password_hash
    old, new = form.old_password.data or "", form.password.data or ""
    with writing():
        delays.claim(f"own_password:{g.actor.id}")
    if not services.is_right_password(stored, old):
        raise DomainError("The present password is not right.", field="old_password")
    if old == new:
        raise DomainError("Please choose another password than the present one.", field="password")
    fresh = staffing.checked_hash(new, username)
    with writing():
        delays.forgive(f"own_password:{g.actor.id}")
        staffing.choose_password(queries.post(g.actor.id), fresh, actor=g.actor, keep_session=g.signed_in.key)
        token = sessions.rotate(g.signed_in.key, code_at=g.signed_in.code_at)
    flash(_("Your new password holds from now on. Other devices are signed out."), "ok")
    return _stay(redirect(url_for(".account"), 303), token)


@bp.route("/desk/account/totp", methods=["GET", "POST"], endpoint="second_factor")
@staff()
def set_up_second_factor() -> Any:
    """The first one needs the password only, which was just given; a new one in its place a code of the old."""
    if (proof := asked()) is not None:
        return proof
    form, context = TotpForm(), _offer()
    if form.validate_on_submit():
        try:
            codes, token = _confirm(form.code.data or "")
        except DomainError as refusal:
            return answers.refused("identity/desk/totp.html", form, refusal, **context)
        if codes:
            loading.fresh_token()
            return _stay(_codes_page(codes), token)
        form.code.errors = [_("This code does not fit. Please look whether the time of your phone is right")]
    return answers.shown("identity/desk/totp.html", form, **context)


def _offer() -> dict[str, Any]:
    with writing():
        post = queries.post(g.actor.id)
        offer, renews = second_factor.begin(post), post.totp_secret is not None
    drawing = qr.svg(offer.address, _("Square code to scan"), symbol_mm=52)
    return {"offer": offer, "drawing": drawing, "renews": renews, **_around()}


def _confirm(typed: str) -> tuple[list[str] | None, str]:
    """The recovery codes and the session's new cookie; without the codes when the typed one is wrong."""
    with writing():
        post, key = queries.post(g.actor.id), g.signed_in.key
        codes = second_factor.confirm(post, typed, g.actor, keep_session=key)
        return codes, sessions.rotate(key, code_at=clock.real_now()) if codes else ""


@bp.route("/desk/account/recovery-codes", methods=["GET", "POST"])
@staff()
@step_up()
def recovery_codes() -> Any:
    """New ones instead of the old; they stand on this one answer only."""
    if not g.signed_in.has_totp:
        return redirect(url_for(".second_factor"), 303)
    form, made = ButtonForm(), list[str]()
    if form.validate_on_submit():
        answer = perform(lambda: _renew(made))
        return _codes_page(made) if made else answer
    return answers.shown("identity/desk/new_codes.html", form, left=second_factor.left(g.actor.id))


def _renew(made: list[str]) -> str:
    made[:] = second_factor.renew_codes(g.actor.id, g.actor)
    return url_for(".account")


def _codes_page(codes: list[str]) -> Response:
    post = queries.post(g.actor.id)
    page = render_template(
        "identity/desk/codes.html", codes=codes, post=post, made_at=clock.now(), home=navigation.home_of(g.actor)
    )
    return make_response(page)


def _around() -> dict[str, Any]:
    """While something has to be done first, no menu leads elsewhere."""
    return {"must": True, "desk_nav": []} if g.signed_in.duty else {"must": False}


def _stay(response: Response, token: str) -> Response:
    sessions.remember(response, token, staff=True)
    return response
