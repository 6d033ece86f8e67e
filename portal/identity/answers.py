"""How the sign-in pages answer: the page again with what was typed, a status that fits, words for each verdict."""

from typing import Any

from flask import make_response, render_template
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from portal.core.forms import BaseForm
from portal.domain.errors import DomainError, LimitReached
from portal.identity.codes import LOCKED, TRIES, Verdict, minutes

HELP = "12345"


def shown(template: str, form: BaseForm, **context: Any) -> Response:
    return make_response(render_template(template, form=form, help_phone=HELP, **context), 422 if form.errors else 200)


def refused(template: str, form: BaseForm, refusal: DomainError, **context: Any) -> Response:
    """The form with the rule's reason; 429 says when to come back."""
    form.refuse(refusal)
    response = shown(template, form, **context)
    response.status_code = refusal.status
    if isinstance(refusal, LimitReached):
        response.headers["Retry-After"] = str(int(refusal.retry_after.total_seconds()) + 1)
    return response


def refusal_of(verdict: Verdict) -> str:
    if verdict is Verdict.WRONG:
        return str(_("The code is not right. Please look at the SMS once more"))
    if verdict is Verdict.SPENT:
        left = {"tries": TRIES, "minutes": minutes(LOCKED), "phone": HELP}
        return str(_("%(tries)s tries were wrong. Please try again in %(minutes)s min, or call %(phone)s", **left))
    if verdict is Verdict.DAY_OVER:
        return str(_("Too many wrong codes today. Please try again tomorrow, or call %(phone)s", phone=HELP))
    return str(_("This code is too old. Please press “Send again”"))
