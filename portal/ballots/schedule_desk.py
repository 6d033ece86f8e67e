"""The second person's 同意按期开始; afterwards only the end moves, with a public reason, or it all becomes void."""

from typing import Any

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from flask_babel import gettext as _

from portal.ballots import queries, scheduling
from portal.ballots.prepare_forms import ApproveForm, ExtendForm, VoidForm
from portal.core import clock
from portal.core.access import staff
from portal.core.writing import perform
from portal.domain.errors import DomainError, NotAllowed
from portal.domain.roles import Role
from portal.identity import approvals

bp = Blueprint("ballots_schedule", __name__, url_prefix="/community/votes")


@bp.route("/<int:ballot_id>/approve", methods=["GET", "POST"])
@staff(Role.COMMUNITY, Role.STREET, Role.DISTRICT)
def approve(ballot_id: int) -> Any:
    """复核: exactly what was handed over, and 同意按期开始."""
    ballot, form = queries.ballot_for(g.actor, ballot_id), ApproveForm()
    waiting = scheduling.request_of(ballot)
    if waiting is None:
        return redirect(url_for("ballots_board.show", ballot_id=ballot_id), 303)
    if waiting.asked_by == g.actor.id:
        raise NotAllowed("Whoever asked cannot decide. A second person is needed.")
    if form.validate_on_submit():
        agreed, reason = request.form.get("decision") == "yes", form.reason.data or ""
        if not agreed and not reason:
            form.reason.errors = [_("Please say why, so that it can be mended.")]
        else:
            try:
                answer = perform(lambda: _decide(waiting.id, ballot_id, agreed, reason))
            except DomainError as error:
                form.refuse(error)
            else:
                flash(_("Agreed. It is announced and begins on time.") if agreed else _("Sent back."), "ok")
                return answer
    page = render_template(
        "ballots/desk/approve.html", ballot=queries.ballot_for(g.actor, ballot_id), form=form, waiting=waiting
    )
    return page, 422 if form.errors else 200


def _decide(approval_id: int, ballot_id: int, agreed: bool, reason: str) -> str:
    approvals.decide(approval_id, agreed, reason, g.actor)
    return url_for("ballots_board.show", ballot_id=ballot_id)


@bp.route("/<int:ballot_id>/extend", methods=["GET", "POST"])
@staff(Role.COMMUNITY, Role.STREET)
def extend(ballot_id: int) -> Any:
    ballot, form = queries.ballot_for(g.actor, ballot_id), ExtendForm()
    if form.validate_on_submit():
        try:
            answer = perform(lambda: _extend(ballot_id, form))
        except DomainError as error:
            form.refuse(error)
        else:
            flash(_("The end has been moved. Everybody on the roll is told."), "ok")
            return answer
    return render_template("ballots/desk/extend.html", ballot=ballot, form=form), 422 if form.errors else 200


def _extend(ballot_id: int, form: ExtendForm) -> str:
    scheduling.extend(g.actor, ballot_id, clock.as_typed(form.until.data), form.reason.data or "")
    return url_for("ballots_board.show", ballot_id=ballot_id)


@bp.route("/<int:ballot_id>/void", methods=["GET", "POST"])
@staff(Role.STREET, Role.DISTRICT)
def void(ballot_id: int) -> Any:
    ballot, form = queries.ballot_for(g.actor, ballot_id), VoidForm()
    if form.validate_on_submit():
        try:
            answer = perform(lambda: _void(ballot_id, form))
        except DomainError as error:
            form.refuse(error)
        else:
            flash(_("Declared void. The reason stands on its page."), "ok")
            return answer
    return render_template("ballots/desk/void.html", ballot=ballot, form=form), 422 if form.errors else 200


def _void(ballot_id: int, form: VoidForm) -> str:
    scheduling.declare_void(g.actor, ballot_id, form.reason.data or "")
    return url_for("ballots_board.show", ballot_id=ballot_id)
