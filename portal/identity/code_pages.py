"""Pages that ask for a code: the second step of signing in, and the fresh proof before what is guarded by `step_up`."""

from collections.abc import Callable
from typing import Any

from flask import flash, g, redirect, request, session, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from portal.core import clock
from portal.core.access import staff
from portal.core.writing import writing
from portal.domain.errors import DomainError
from portal.identity import answers, kept_forms, loading, navigation, second_factor, sessions
from portal.identity.blueprint import bp
from portal.identity.forms import RecoveryForm, TotpForm


def code_page(
    template: str, post_id: int, endpoint: str, proved: Callable[[], Response], where: str | None = None
) -> Any:
    """Ask this post for a one-time code (`?use=recovery`: a recovery code), then answer what `proved` makes."""
    recovery = request.args.get("use") == "recovery"
    form = RecoveryForm() if recovery else TotpForm()
    context = {
        "recovery": recovery,
        "here": url_for(endpoint, use="recovery" if recovery else None, next=where),
        "other": url_for(endpoint, use=None if recovery else "recovery", next=where),
    }
    if form.validate_on_submit():
        try:
            with writing():
                is_right = second_factor.proves(post_id, form.code.data or "", recovery=recovery)
        except DomainError as refusal:
            return answers.refused(template, form, refusal, **context)
        if is_right:
            return proved()
        form.code.errors = [_refusal(recovery)]
    return answers.shown(template, form, **context)


def _refusal(recovery: bool) -> str:
    if recovery:
        return _("This recovery code is not right, or was used already. Please take another one from your sheet")
    return _("The one-time code is not right, or was used already. Please wait for the next one")


def warn_when_few(left: int | None) -> None:
    if left is not None and left <= second_factor.FEW:
        flash(_("Only %(count)s recovery codes are left. Please make new ones under “My account”.", count=left), "warn")


@bp.route("/desk/confirm", methods=["GET", "POST"])
@staff()
def confirm() -> Any:
    """Then back to the action, with what was typed."""
    where = loading.way_back(request.args.get("next"), navigation.home_of(g.actor))
    if not g.signed_in.has_totp:
        return redirect(where, 303)
    return code_page("identity/desk/confirm.html", g.actor.id, ".confirm", lambda: _confirmed(where), where)


def _confirmed(where: str) -> Response:
    with writing():
        token = sessions.rotate(g.signed_in.key, code_at=clock.real_now())
    if session.get(kept_forms.FLAG) == where.partition("?")[0]:
        flash(_("Thank you. What you had typed is still here, please press once more."), "ok")
    response = redirect(where, 303)
    sessions.remember(response, token, staff=True)
    return response
