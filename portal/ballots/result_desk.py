"""公布结果 and 疑问处理 for the counting group, and the sealed record, each look at which is written down."""

from typing import Any

from flask import Blueprint, flash, g, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext
from werkzeug.wrappers import Response
from wtforms import RadioField, StringField, TextAreaField
from wtforms.validators import Length

from portal.ballots import answer_fields, counting, objections, paper_photos, queries, results, sealed_look, sheets
from portal.ballots.models import Ballot
from portal.ballots.result_models import Objection
from portal.ballots.result_view import Shown
from portal.core.access import staff
from portal.core.errors import say
from portal.core.forms import BaseForm, ButtonForm, Needed, clean_text
from portal.core.writing import perform, writing
from portal.domain.ballot_kinds import BallotState
from portal.domain.ballot_results import ObjectionOutcome, ObjectionState
from portal.domain.errors import DomainError
from portal.domain.roles import Role

bp = Blueprint("ballots_results_desk", __name__, url_prefix="/community/votes/<int:ballot_id>")
counters = staff(Role.COMMUNITY, Role.STREET)
onlookers = staff(Role.COMMUNITY, Role.STREET, Role.DISTRICT)

ANSWERS = {
    ObjectionOutcome.DISMISSED: lazy_gettext("Checked: nothing to correct"),
    ObjectionOutcome.UPHELD: lazy_gettext("Right, but it changes nothing in this count"),
}


class AnswerForm(BaseForm):
    outcome = RadioField(lazy_gettext("What the check found"), validators=[Needed(lazy_gettext("Please choose"))])
    words = TextAreaField(lazy_gettext("Written answer"), filters=[clean_text], validators=[Needed(), Length(max=1000)])

    def __init__(self, *arguments: Any, **values: Any) -> None:
        super().__init__(*arguments, **values)
        self.outcome.choices = [(outcome.value, str(word)) for outcome, word in ANSWERS.items()]


class LookForm(BaseForm):
    door = StringField(lazy_gettext("Household"), filters=[clean_text], validators=[Needed(), Length(max=40)])
    reason = StringField(lazy_gettext("Why you look"), filters=[clean_text], validators=[Needed(), Length(max=200)])


def _ballot(ballot_id: int) -> Ballot:
    return queries.ballot_for(g.actor, ballot_id)


@bp.route("/publish", methods=["GET", "POST"])
@counters
def publish(ballot_id: int) -> Response | str | tuple[str, int]:
    """The clock publishes by itself; the button does it a moment earlier, and says what it still waits for."""
    ballot, form = _ballot(ballot_id), ButtonForm()
    if form.validate_on_submit():
        try:
            return perform(lambda: _publish(ballot_id))
        except DomainError as error:
            form.form_errors = [say(error)]
    result = results.latest(ballot.id)
    page = render_template(
        "ballots/desk/publish.html",
        ballot=ballot,
        form=form,
        result=result,
        shown=Shown(ballot, result) if result else None,
        history=results.history(ballot.id),
        last_day=results.last_day(ballot),
        waits_for_paper=counting.unfinished_batches(ballot),
        objected=objections.counts(ballot.id),
    )
    return (page, 422) if form.form_errors else page


def _publish(ballot_id: int) -> str:
    _ballot(ballot_id)
    results.publish(g.actor, ballot_id)
    flash(_("The first result is on display."), "ok")
    return url_for(".publish", ballot_id=ballot_id)


@bp.get("/objections")
@onlookers
def all_objections(ballot_id: int) -> str:
    ballot = _ballot(ballot_id)
    return render_template("ballots/desk/objections.html", ballot=ballot, rows=objections.all_of(ballot))


@bp.route("/objections/<int:number>", methods=["GET", "POST"])
@onlookers
def one_objection(ballot_id: int, number: int) -> Response | str | tuple[str, int]:
    ballot, form = _ballot(ballot_id), AnswerForm()
    found = objections.numbered(ballot, number)
    if form.validate_on_submit():
        try:
            return perform(lambda: _answer(ballot_id, number, form))
        except DomainError as error:
            form.refuse(error)
            ballot, found = _ballot(ballot_id), objections.numbered(_ballot(ballot_id), number)
    page = render_template("ballots/desk/objection.html", form=form, **_about(ballot, found))
    return (page, 422) if form.errors or form.form_errors else page


def _about(ballot: Ballot, found: Objection) -> dict[str, Any]:
    """What the pages of one question show; a correction that waits is shown to whoever may decide on it."""
    return {
        "ballot": ballot,
        "found": found,
        "door": sheets.door_of(found.entry.roll_homes[0].household),
        "correction": objections.correction_of(found) if found.state is ObjectionState.ASKED else {},
        "corrected_door": _door(found),
        "photos": _photos(ballot, found.corrected_entry_id) if found.state is ObjectionState.ASKED else [],
        "may_answer": g.actor.role in objections.ANSWERING
        and found.state is ObjectionState.OPEN
        and ballot.state is BallotState.PROVISIONAL,
        "answer_word": answer_fields.words,
    }


def _photos(ballot: Ballot, entry_id: int | None) -> list[tuple[int, int]]:
    """(number of the batch, reading) of each photo of this home's paper."""
    found = paper_photos.of_entries(ballot, [entry_id]) if entry_id else []
    return [(number, reading_id) for _entry, number, reading_id in found]


def _door(found: Objection) -> str:
    entry = found.corrected_entry
    return sheets.door_of(entry.roll_homes[0].household) if entry and entry.roll_homes else ""


def _answer(ballot_id: int, number: int, form: AnswerForm) -> str:
    _ballot(ballot_id)
    objections.answer(g.actor, ballot_id, number, ObjectionOutcome(form.outcome.data), form.words.data or "")
    flash(_("The answer was sent."), "ok")
    return url_for(".all_objections", ballot_id=ballot_id)


@bp.route("/objections/<int:number>/correct", methods=["GET", "POST"])
@counters
def correct(ballot_id: int, number: int) -> Response | str | tuple[str, int]:
    """The upheld one: what the paper really says, for a second person to agree to."""
    ballot = _ballot(ballot_id)
    found = objections.numbered(ballot, number)
    form = type("CorrectionForm", (answer_fields.form_for(ballot),), {"words": AnswerForm.words})()
    if request.method == "GET":
        form.door.data = sheets.door_of(found.entry.roll_homes[0].household)
    if form.validate_on_submit():
        try:
            return perform(lambda: _ask(ballot_id, number, form))
        except DomainError as error:
            form.refuse(error)
            ballot, found = _ballot(ballot_id), objections.numbered(_ballot(ballot_id), number)
    page = render_template("ballots/desk/correct.html", form=form, **_about(ballot, found))
    return (page, 422) if form.errors or form.form_errors else page


def _ask(ballot_id: int, number: int, form: Any) -> str:
    ballot = _ballot(ballot_id)
    answers = form.answers(ballot)
    answer_fields.check(ballot, answers)
    about = sheets.find(ballot, form.door.data or "")
    objections.ask_correction(g.actor, ballot_id, number, about, answers, form.words.data or "")
    flash(_("Handed to a second person. When they agree, everything is counted again."), "ok")
    return url_for(".one_objection", ballot_id=ballot_id, number=number)


@bp.route("/sealed", methods=["GET", "POST"])
@counters
def sealed(ballot_id: int) -> str | tuple[str, int]:
    """封存记录: the counted vote of one home. Every look stands in the journal, with its reason."""
    ballot, form, seen = _ballot(ballot_id), LookForm(), None
    if request.method == "GET":
        form.door.data = request.args.get("door", "")[:40]
    if form.validate_on_submit():
        try:
            seen = _look(ballot_id, form)
        except DomainError as error:
            form.refuse(error)
        ballot = _ballot(ballot_id)
    page = render_template(
        "ballots/desk/sealed.html", ballot=ballot, form=form, seen=seen, answer_word=answer_fields.words,
        photos=_photos(ballot, seen.found.entry.id) if seen else [],
    )  # fmt: skip
    return (page, 422) if form.errors or form.form_errors else page


def _look(ballot_id: int, form: LookForm) -> sealed_look.Seen:
    with writing():
        ballot = _ballot(ballot_id)
        found = sheets.find(ballot, form.door.data or "")
        return sealed_look.look(g.actor, ballot, found, form.reason.data or "")
