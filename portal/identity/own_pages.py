"""我的: what a resident finds about themselves. Features put their links here by name; only what exists is shown."""

from typing import Any

from flask import current_app, flash, g, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext

from portal.core.access import resident
from portal.core.writing import perform
from portal.domain import phones
from portal.identity import answers, inbox, queries, reading
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


@bp.route("/me/privacy", methods=["GET", "POST"])
@resident
def privacy() -> Any:
    """What is kept about me, and whether SMS come. Taking it along and deleting it are not offered yet."""
    form = SmsForm(sms=inbox.wants_sms(g.actor))
    if form.validate_on_submit():
        wanted = bool(form.sms.data)
        answer = perform(lambda: _choose(wanted))
        flash(_("Saved."), "ok")
        return answer
    account = queries.account(g.actor.id)
    return answers.shown("identity/privacy.html", form, account=account, number=phones.mask(account.phone))


def _choose(wanted: bool) -> str:
    inbox.choose_sms(g.actor, wanted)
    return url_for(".privacy")
