"""退出. A link from elsewhere signs nobody out: it shows the button."""

from typing import Any

from flask import flash, g, redirect, url_for
from flask_babel import gettext as _

from portal.core.access import public
from portal.core.forms import ButtonForm
from portal.core.writing import writing
from portal.identity import answers, loading, sessions
from portal.identity.blueprint import bp


@bp.route("/logout", methods=["GET", "POST"])
@public
def sign_out() -> Any:
    form = ButtonForm()
    if not form.validate_on_submit():
        return answers.shown("identity/sign_out.html", form)
    target = url_for(".staff_sign_in") if g.actor.is_staff else "/"
    with writing():
        sessions.close_session(sessions.given())
    loading.fresh_token()
    flash(_("You are signed out."), "ok")
    response = redirect(target, 303)
    sessions.forget(response)
    return response
