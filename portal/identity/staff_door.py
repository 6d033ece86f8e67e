"""/staff/login: name and password, then the one-time code (or a recovery code) where a second factor is on."""

from datetime import datetime, timedelta
from typing import Any

from flask import flash, g, redirect, request, session, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from portal.core import clock
from portal.core.access import public
from portal.core.extensions import db
from portal.core.writing import writing
from portal.domain.errors import DomainError
from portal.identity import (
    answers,
    devices,
    kept_forms,
    loading,
    navigation,
    queries,
    second_factor,
    services,
    sessions,
)
from portal.identity.blueprint import bp
from portal.identity.code_pages import code_page, warn_when_few
from portal.identity.forms import StaffForm

SECOND = "second_step"
SECOND_STEP_LIVES = timedelta(minutes=5)


@bp.route("/staff/login", methods=["GET", "POST"])
@public
def staff_sign_in() -> Any:
    form = StaffForm(next=request.args.get("next", ""))
    if g.actor.is_staff and request.method == "GET":
        return redirect(loading.way_back(form.next.data, navigation.home_of(g.actor)), 303)
    if form.validate_on_submit():
        try:
            return _check(form)
        except DomainError as refusal:
            return answers.refused("identity/staff_sign_in.html", form, refusal, **_context())
    return answers.shown("identity/staff_sign_in.html", form, **_context())


def _context() -> dict[str, Any]:
    return {"was_signed_in": g.signed_in.ended_post is not None, "is_kept": kept_forms.FLAG in session}


def _check(form: StaffForm) -> Any:
    """The password is compared between two transactions, never inside one."""
    username, address = (form.username.data or "").lower(), loading.visitor().address
    with writing():
        services.claim_try(username, address)
    post = services.staff_by_name(username)
    post_id, needs_totp = (post.id, bool(post.totp_secret)) if post else (0, False)
    stored, until = (post.password_hash, post.password_until) if post else (None, None)
    db.session.rollback()
    if not services.is_right_password(stored, form.password.data or ""):
        form.form_errors = [_("The user name or the password is not right")]
        return answers.shown("identity/staff_sign_in.html", form, **_context())
    if until is not None and until <= clock.now():
        form.form_errors = [_("This one-time password is too old. Please ask an administrator for a new one.")]
        return answers.shown("identity/staff_sign_in.html", form, **_context())
    if needs_totp:
        session[SECOND] = {
            "post": post_id,
            "until": (clock.real_now() + SECOND_STEP_LIVES).isoformat(),
            "next": form.next.data,
        }
        return redirect(url_for(".staff_second_step"), 303)
    return _signed_in(post_id, form.next.data)


@bp.route("/staff/login/code", methods=["GET", "POST"])
@public
def staff_second_step() -> Any:
    """The password was right within the last five minutes, in this browser; that alone opens nothing."""
    waiting = session.get(SECOND)
    if not waiting or datetime.fromisoformat(waiting["until"]) < clock.real_now():
        return redirect(url_for(".staff_sign_in"), 303)

    def entered() -> Response:
        return _signed_in(waiting["post"], waiting["next"], code_at=clock.real_now())

    return code_page("identity/staff_code.html", waiting["post"], ".staff_second_step", entered)


def _signed_in(post_id: int, target: str | None, *, code_at: datetime | None = None) -> Response:
    device = devices.kind_of(request.user_agent.string)
    with writing():
        token = services.open_staff_session(
            post_id, loading.visitor().address, sessions.given(), code_at=code_at, device=device
        )
        actor = sessions.staff_actor(queries.post(post_id))
        left = second_factor.left(post_id) if code_at else None
    session.pop(SECOND, None)
    loading.fresh_token()
    where = loading.way_back(target, navigation.home_of(actor))
    flash(kept_forms.greeting(kept_forms.Whose(post_id=post_id), where), "ok")
    warn_when_few(left)
    response = redirect(where, 303)
    sessions.remember(response, token, staff=True)
    return response
