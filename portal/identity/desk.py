"""What every member of staff has: the requests that wait for them and their messages."""

from typing import Any

from flask import Blueprint, Flask, flash, g, redirect, render_template, request, url_for
from flask_babel import gettext as _

from portal.core.access import staff
from portal.core.writing import perform
from portal.domain.errors import Conflict, DomainError, NotFound
from portal.identity import answers, approvals, inbox, navigation, reading, step_up
from portal.identity.forms import DecisionForm
from portal.identity.labels import DECISIONS

bp = Blueprint("identity_desk", __name__)


def register(app: Flask) -> None:
    navigation.register(app)


@bp.get("/desk/approvals")
@staff()
def waiting() -> str:
    return render_template(
        "identity/desk/approvals.html",
        waiting=approvals.waiting_for(g.actor),
        asked=approvals.asked_by(g.actor),
        decisions=DECISIONS,
    )


@bp.route("/desk/approvals/<int:approval_id>", methods=["GET", "POST"])
@staff()
def decide(approval_id: int) -> Any:
    """Two buttons, 同意 and 不同意; a no needs its reason."""
    try:
        approval = approvals.open_for(g.actor, approval_id)
    except NotFound:
        return _decided(approval_id)
    if approvals.needs_fresh_code(approval) and (proof := step_up.asked()) is not None:
        return proof
    form, details, at_once = DecisionForm(), approvals.details_of(approval), approvals.holds_at_once(approval)
    if form.validate_on_submit():
        approve, reason = form.decision.data == "yes", form.reason.data or ""
        try:
            answer = perform(lambda: _decide(approval_id, approve, reason))
        except DomainError as refusal:
            if not approvals.is_for(g.actor, approval):
                return _decided(approval_id)
            return answers.refused("identity/desk/approval.html", form, refusal, approval=approval, details=details)
        flash(_told(approve, at_once=at_once), "ok")
        return answer
    return answers.shown("identity/desk/approval.html", form, approval=approval, details=details)


def _decided(approval_id: int) -> Any:
    """A colleague was faster: who, when, and the reason typed meanwhile. For everybody else there is no such request."""
    try:
        approvals.check_undecided(g.actor, approval_id)
    except Conflict as refusal:
        return answers.refused("identity/desk/decided.html", DecisionForm(), refusal)
    raise NotFound("There is no such request.")


def _told(approve: bool, *, at_once: bool) -> str:
    if not approve:
        return _("Not approved.")
    return _("Approved. It takes effect at once.") if at_once else _("Approved.")


def _decide(approval_id: int, approve: bool, reason: str) -> str:
    approvals.decide(approval_id, approve, reason, g.actor)
    return url_for(".waiting")


@bp.get("/desk/messages")
@staff()
def messages() -> str:
    page = inbox.page(g.actor, request.args.get("cursor"))
    text = render_template("identity/desk/messages.html", page=page)
    reading.note(g.actor, page.rows)
    return text


@bp.get("/staff")
@staff()
def home() -> Any:
    return redirect(navigation.home_of(g.actor), 303)
