"""我的: what a resident finds about themselves. Features put their links here by name; only what exists is shown."""

import json
from typing import Any

from flask import current_app, flash, g, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext
from werkzeug.wrappers import Response

from portal.core.access import resident
from portal.core.forms import ButtonForm
from portal.core.writing import perform
from portal.domain import phones
from portal.identity import answers, consents, inbox, own_data, queries, reading, sessions
from portal.identity.blueprint import bp
from portal.identity.forms import SmsForm

LINKS = (
    ("cases_following.my_cases", lazy_gettext("What I reported"), "list"),
    ("membership.household", lazy_gettext("Household verification"), "home"),
    ("forum.mine", lazy_gettext("My posts"), "chat"),
    ("identity.messages", lazy_gettext("Messages"), "bell"),
    ("identity.privacy", lazy_gettext("My information"), "shield"),
)


@bp.get("/me")
@resident
def me() -> str:
    account = queries.account(g.actor.id)
    links = [
        (url_for(endpoint), label, icon) for endpoint, label, icon in LINKS if endpoint in current_app.view_functions
    ]
    return render_template(
        "identity/me.html", number=phones.mask(account.phone), unread=inbox.unread(g.actor), links=links
    )


@bp.get("/me/messages")
@resident
def messages() -> str:
    page = inbox.page(g.actor, request.args.get("cursor"))
    text = render_template("identity/messages.html", page=page)
    reading.note(g.actor, page.rows)
    return text


KINDS = {
    consents.NOTICE: lazy_gettext("Privacy notice shown at sign-in"),
    consents.SMS_ABROAD: lazy_gettext("SMS through a provider abroad"),
    consents.SMS: lazy_gettext("SMS about what I reported"),
}


@bp.route("/me/privacy", methods=["GET", "POST"])
@resident
def privacy() -> Any:
    """What is kept about me; correcting it, taking it along, deleting it; whether SMS come; what I agreed to."""
    account = queries.account(g.actor.id)
    form = SmsForm(sms=inbox.wants_sms(g.actor), called=account.called)
    if form.validate_on_submit():
        answer = perform(lambda: _save(bool(form.sms.data), form.called.data or None))
        flash(_("Saved."), "ok")
        return answer
    shown = {
        "account": account,
        "number": phones.mask(account.phone),
        "consents": consents.of(account.id),
        "kinds": KINDS,
        "looks": own_data.looks_at(account),
    }
    return answers.shown("identity/privacy.html", form, **shown)


def _save(wanted: bool, called: str | None) -> str:
    if wanted != inbox.wants_sms(g.actor):
        inbox.choose_sms(g.actor, wanted)
        consents.note(g.actor.id, consents.SMS, wanted)
    queries.account(g.actor.id).called = called
    return url_for(".privacy")


@bp.get("/me/privacy/export.json")
@resident
def export() -> Response:
    """A copy of one's own data (个人信息保护法 art. 45), as a file."""
    found = own_data.everything(queries.account(g.actor.id))
    answer = Response(json.dumps(found, ensure_ascii=False, indent=1), mimetype="application/json")
    answer.headers["Content-Disposition"] = "attachment; filename=my-information.json"
    answer.headers["Cache-Control"] = "no-store"
    return answer


@bp.route("/me/privacy/delete", methods=["GET", "POST"])
@resident
def delete_account() -> Any:
    form = ButtonForm()
    if not form.validate_on_submit():
        return answers.shown("identity/delete_account.html", form)
    answer = perform(_delete)
    flash(_("Your account is deleted."), "ok")
    sessions.forget(answer)
    return answer


def _delete() -> str:
    own_data.delete_account(queries.account(g.actor.id), g.actor)
    return "/"
