"""表决结果 for everybody, its files, and 对结果提出疑问 for those on the roll."""

from typing import Any

from flask import Blueprint, Flask, Response, abort, flash, g, render_template, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext
from werkzeug.wrappers import Response as Answer
from wtforms import RadioField, TextAreaField
from wtforms.validators import Length

from portal.audit import journal
from portal.ballots import objections, queries, result_files, results, turnout
from portal.ballots.models import Ballot
from portal.ballots.result_models import BallotResult
from portal.ballots.result_view import Shown
from portal.core.access import public, resident
from portal.core.forms import BaseForm, Needed, clean_text
from portal.core.writing import perform
from portal.domain.ballot_kinds import BallotState
from portal.domain.ballot_results import ObjectionAbout, ObjectionOutcome
from portal.domain.errors import DomainError

bp = Blueprint("ballot_results", __name__)

ABOUT = {
    ObjectionAbout.NOT_COUNTED: lazy_gettext("My home's vote was not counted"),
    ObjectionAbout.AREA: lazy_gettext("The floor area is wrong"),
    ObjectionAbout.PERSONS: lazy_gettext("The number of homes is wrong"),
    ObjectionAbout.OTHER: lazy_gettext("Something else"),
}
OUTCOMES = {
    ObjectionOutcome.CORRECTED: lazy_gettext("Corrected, and counted again"),
    ObjectionOutcome.UPHELD: lazy_gettext("You were right; the result stays as it is"),
    ObjectionOutcome.DISMISSED: lazy_gettext("Checked, nothing to correct"),
}


class ObjectionForm(BaseForm):
    about = RadioField(
        lazy_gettext("Your question"), validators=[Needed(lazy_gettext("Please choose what it is about"))]
    )
    words = TextAreaField(
        lazy_gettext("What we should look at"),
        filters=[clean_text],
        validators=[Needed(lazy_gettext("Please write one sentence")), Length(max=500)],
    )

    def __init__(self, *arguments: Any, **values: Any) -> None:
        super().__init__(*arguments, **values)
        self.about.choices = [(about.value, str(word)) for about, word in ABOUT.items()]


def register(app: Flask) -> None:
    @app.context_processor
    def words() -> dict[str, Any]:
        return {"objection_outcomes": OUTCOMES, "objection_about": ABOUT, "as_day": results.as_day}


def shown_result(ballot: Ballot) -> tuple[BallotResult, Shown] | None:
    """None while there is no result on display."""
    result = results.latest(ballot.id) if ballot.published_at else None
    return (result, Shown(ballot, result)) if result else None


@bp.get("/votes/<int:ballot_id>/results")
@public
def show(ballot_id: int) -> str:
    """Before there is a result: turnout by building, never a yes or a no."""
    ballot = queries.public_ballot(ballot_id)
    found = shown_result(ballot)
    if found is None:
        return render_template("ballots/no_result.html", ballot=ballot, board=turnout.board(ballot))
    result, shown = found
    return render_template(
        "ballots/results.html",
        ballot=ballot,
        result=result,
        shown=shown,
        history=results.history(ballot.id),
        may_object=objections.may_object(ballot),
        objected=objections.counts(ballot.id),
        last_day=results.last_day(ballot),
    )


def _result_or_404(ballot_id: int) -> tuple[Ballot, Shown]:
    ballot = queries.public_ballot(ballot_id)
    found = shown_result(ballot)
    if found is None:
        abort(404)
    return ballot, found[1]


@bp.get("/votes/<int:ballot_id>/export.json")
@public
def export(ballot_id: int) -> Response:
    """公开记录: what `portal/verify_ballot.py` checks, byte for byte the same for everybody."""
    ballot = queries.public_ballot(ballot_id)
    response = Response(results.record_of(ballot), mimetype="application/json")
    response.headers["Content-Disposition"] = f'attachment; filename="ballot-{ballot.id}.json"'
    return response


@bp.get("/votes/<int:ballot_id>/results.csv")
@public
def as_csv(ballot_id: int) -> Response:
    ballot, shown = _result_or_404(ballot_id)
    return result_files.csv_response(shown, f"ballot-{ballot.id}.csv")


@bp.get("/votes/<int:ballot_id>/results.xlsx")
@public
def as_xlsx(ballot_id: int) -> Response:
    ballot, shown = _result_or_404(ballot_id)
    return result_files.xlsx_response(shown, f"ballot-{ballot.id}.xlsx")


@bp.get("/votes/<int:ballot_id>/results/print")
@public
def notice(ballot_id: int) -> str:
    """结果公示: one A4 sheet for the notice board, with the head of the journal."""
    ballot, shown = _result_or_404(ballot_id)
    return render_template(
        "ballots/notice.html",
        ballot=ballot,
        result=shown.result,
        shown=shown,
        head=journal.head(),
        last_day=results.last_day(ballot),
    )


@bp.route("/votes/<int:ballot_id>/objection", methods=["GET", "POST"])
@resident
def objection(ballot_id: int) -> Answer | str | tuple[str, int]:
    ballot = queries.public_ballot(ballot_id)
    form, entry = ObjectionForm(), objections.entry_of(g.actor, ballot)
    if form.validate_on_submit():
        try:
            return perform(lambda: _file(ballot_id, form))
        except DomainError as error:
            form.refuse(error)
    page = render_template(
        "ballots/objection.html",
        ballot=ballot,
        form=form,
        entry=entry,
        own=objections.own(g.actor, ballot),
        may_object=objections.may_object(ballot),
        is_over=ballot.state in (BallotState.FINAL, BallotState.NOT_EFFECTIVE),
    )
    return (page, 422) if form.errors or form.form_errors else page


def _file(ballot_id: int, form: ObjectionForm) -> str:
    found = objections.file(g.actor, ballot_id, ObjectionAbout(form.about.data), form.words.data or "")
    flash(_("Received. You get a written answer by %(date)s", date=results.as_day(found.due_at)), "ok")
    return url_for(".objection", ballot_id=ballot_id)
