"""纸质票录入: batches, the two readings, the screen of differences, the printed papers, written proxies."""

from typing import Any

from flask import Blueprint, Flask, flash, g, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext
from sqlalchemy import select
from werkzeug.wrappers import Response
from wtforms import IntegerField, SelectField, StringField
from wtforms.validators import InputRequired, Length, NumberRange

from portal.audit import journal
from portal.ballots import answer_fields, paper, paper_photos, photo_field, queries, sheets
from portal.ballots.answer_fields import PaperForm
from portal.ballots.models import Ballot, Vote
from portal.ballots.paper_models import PaperBatch, PaperReading
from portal.core.access import staff
from portal.core.errors import say
from portal.core.extensions import db
from portal.core.formatting import day
from portal.core.forms import BaseForm, ButtonForm, Needed, clean_text
from portal.core.numbers import whole
from portal.core.writing import perform, writing
from portal.domain import code128
from portal.domain.ballot_kinds import BallotState, Channel
from portal.domain.ballot_results import BatchState, VoidReason
from portal.domain.errors import DomainError
from portal.domain.roles import Role
from portal.roster.models import Household

bp = Blueprint("ballots_paper", __name__, url_prefix="/community/votes/<int:ballot_id>")
enterers = staff(Role.COMMUNITY, Role.STREET)

VOID_REASONS = {
    VoidReason.UNSIGNED: lazy_gettext("No signature"),
    VoidReason.ILLEGIBLE: lazy_gettext("Cannot be read"),
    VoidReason.NOT_OFFICIAL: lazy_gettext("Not one of the printed papers"),
    VoidReason.OTHER_HAND: lazy_gettext("Signed by somebody else without a proxy"),
    VoidReason.TORN: lazy_gettext("Torn or incomplete"),
    VoidReason.REPEATED: lazy_gettext("A second paper of the same home or owner"),
}
TURN_WORDS = {1: lazy_gettext("first reading"), 2: lazy_gettext("second reading")}
STATES = {
    BatchState.FIRST: (lazy_gettext("First reading"), "blue", "pencil"),
    BatchState.SECOND: (lazy_gettext("Waits for the second reading"), "warn", "clock"),
    BatchState.CHECKING: (lazy_gettext("The readings differ"), "bad", "warn"),
    BatchState.DONE: (lazy_gettext("Counted in"), "ok", "check"),
}


class BatchForm(BaseForm):
    building = SelectField(lazy_gettext("Building of the batch"), coerce=str)
    box = StringField(lazy_gettext("Ballot box"), filters=[clean_text], validators=[Length(max=40)])
    expected = IntegerField(
        lazy_gettext("Papers that must be there"),
        validators=[
            InputRequired(lazy_gettext("Please give a number")),
            NumberRange(1, 5000, lazy_gettext("From 1 to 5,000 papers")),
        ],
    )
    first_witness = StringField(lazy_gettext("Witness"), filters=[clean_text], validators=[Needed(), Length(max=20)])
    second_witness = StringField(
        lazy_gettext("Witness, the other one"), filters=[clean_text], validators=[Needed(), Length(max=20)]
    )


def register(app: Flask) -> None:
    @app.context_processor
    def words() -> dict[str, Any]:
        return {"batch_states": STATES, "void_reasons": VOID_REASONS}


def _ballot(ballot_id: int) -> Ballot:
    return queries.ballot_for(g.actor, ballot_id)


@bp.route("/paper", methods=["GET", "POST"])
@enterers
def index(ballot_id: int) -> Response | str | tuple[str, int]:
    """The batches so far, and a new one."""
    ballot, form = _ballot(ballot_id), BatchForm()
    places = sheets.buildings_of(ballot)
    form.building.choices = [("", _("The whole compound")), *((str(one.id), one.full_name) for one in places)]
    if form.validate_on_submit():
        try:
            return perform(lambda: _open(ballot_id, form))
        except DomainError as error:
            form.refuse(error)
    batches = paper.batches_of(ballot)
    page = render_template(
        "ballots/desk/paper.html",
        ballot=ballot,
        form=form,
        batches=batches,
        entered={one.id: paper.how_many(one, 1) for one in batches},
        tallies={one.id: paper.tally_of(one) for one in batches if one.state is BatchState.DONE},
        receiving=ballot.state in paper.RECEIVING,
        places=places,
    )
    return (page, 422) if form.errors or form.form_errors else page


def _open(ballot_id: int, form: BatchForm) -> str:
    batch = paper.open_batch(
        g.actor,
        _ballot(ballot_id),
        building_id=whole(form.building.data),
        box=form.box.data or "",
        expected=form.expected.data or 0,
        witnesses=[form.first_witness.data or "", form.second_witness.data or ""],
    )
    return url_for(".first_entry", ballot_id=ballot_id, number=batch.number)


@bp.route("/paper/<int:number>", methods=["GET", "POST"])
@enterers
def first_entry(ballot_id: int, number: int) -> Response | str | tuple[str, int]:
    return _entry(ballot_id, number, 1)


@bp.route("/paper/<int:number>/second-entry", methods=["GET", "POST"])
@enterers
def second_entry(ballot_id: int, number: int) -> Response | str | tuple[str, int]:
    return _entry(ballot_id, number, 2)


def _entry(ballot_id: int, number: int, turn: int) -> Response | str | tuple[str, int]:
    ballot = _ballot(ballot_id)
    batch = paper.batch_of(ballot, number)
    if batch.state is BatchState.DONE:
        return _page(
            "ballots/desk/batch_done.html", ballot, batch, tally=paper.tally_of(batch), readings=_readings(batch, 1)
        )
    try:
        paper.must_be_reader(g.actor, batch, turn)
    except DomainError as error:
        return _page("ballots/desk/not_mine.html", ballot, batch, turn=turn, why=say(error)), error.status
    fields = answer_fields.form_for(ballot)
    form = photo_field.with_photo(fields)() if turn == 1 else fields()
    again = whole(request.args.get("again"))
    if request.method == "GET" and again is not None:
        _prefill(form, ballot, batch, turn, again)
    answer = _sent(ballot, batch, turn, form, again is not None) if request.method == "POST" else None
    if answer is not None:
        return answer
    if form.errors or form.form_errors:
        photo_field.remind(form)
    readings = _readings(batch, turn)
    page = _page(
        "ballots/desk/reading.html",
        ballot,
        batch,
        form=form,
        turn=turn,
        turn_word=TURN_WORDS[turn],
        readings=readings,
        photos=paper_photos.with_photo({one.id for _door, one in readings}) if turn == 1 else set(),
        again=again,
        finish=ButtonForm(),
    )
    return (page, 422) if form.errors or form.form_errors else page


def _page(template: str, ballot: Ballot, batch: PaperBatch, **values: Any) -> str:
    return render_template(template, ballot=ballot, batch=batch, **values)


def _readings(batch: PaperBatch, turn: int) -> list[tuple[str, PaperReading]]:
    """Newest first, with the door."""
    found = paper.readings_of(batch, turn)
    homes = {
        one.id: one
        for one in db.session.scalars(select(Household).where(Household.id.in_({r.household_id for r in found})))
    }
    return [(sheets.door_of(homes[one.household_id]), one) for one in reversed(found)]


def _prefill(form: PaperForm, ballot: Ballot, batch: PaperBatch, turn: int, entry_id: int) -> None:
    for reading in paper.readings_of(batch, turn):
        if reading.entry_id == entry_id:
            form.door.data = sheets.door_of(db.session.get_one(Household, reading.household_id))
            form.fill(ballot, paper.answers_of(reading))


def _sent(ballot: Ballot, batch: PaperBatch, turn: int, form: PaperForm, again: bool) -> Response | None:
    deed = request.form.get("deed", "save")
    if deed == "finish":
        return _finish(ballot.id, batch.number, turn, form)
    void = request.form.get("void_reason", "") if deed == "void" else ""
    if deed == "void" and void not in set(VoidReason):
        form.form_errors = [_("Please say why this paper is void")]
        return None
    is_fit = form.door.validate(form) if void else form.validate_on_submit()
    if not is_fit:
        return None
    ids, jpeg = (ballot.id, batch.number), photo_field.received(form)
    if form.errors:
        return None
    try:
        return perform(lambda: _save(*ids, turn, form, void, again, jpeg))
    except DomainError as error:
        form.refuse(error)
        return None


def _save(ballot_id: int, number: int, turn: int, form: PaperForm, void: str, again: bool, jpeg: bytes | None) -> str:
    ballot = _ballot(ballot_id)
    batch = paper.batch_of(ballot, number)
    found = sheets.find(ballot, form.door.data or "", batch.building_id)
    answers = form.answers(ballot)
    reason = VoidReason(void) if void else None
    if reason is None:
        answer_fields.check(ballot, answers)
    reading = paper.read(g.actor, ballot, number, turn, found, answers, reason, again=again)
    if jpeg is not None:
        paper_photos.attach(g.actor, ballot, reading, jpeg)
    flash(_("%(door)s is entered.", door=sheets.door_of(found.household)), "ok")
    if found.entry.channel is Channel.ONLINE:
        flash(_already_online(found.entry.id, found.entry.revision), "warn")
    target = ".first_entry" if turn == 1 else ".second_entry"
    return url_for(target, ballot_id=ballot_id, number=number)


def _already_online(entry_id: int, revision: int) -> str:
    cast_at = db.session.scalar(select(Vote.cast_at).where(Vote.entry_id == entry_id, Vote.revision == revision))
    return _(
        "This home voted online on %(day)s. Each home counts once, by the first one; this paper is noted as a duplicate.",
        day=day(cast_at),
    )


def _finish(ballot_id: int, number: int, turn: int, form: PaperForm) -> Response | None:
    def deed() -> str:
        _ballot(ballot_id)
        found = paper.finish(g.actor, ballot_id, number, turn)
        batch = paper.batch_of(_ballot(ballot_id), number)
        if found:
            return url_for(".check", ballot_id=ballot_id, number=number)
        if batch.state is BatchState.DONE:
            flash(_("All %(count)s papers of this batch agree and are counted in.", count=batch.expected), "ok")
        else:
            flash(_("The first reading is complete. Now somebody else enters the batch a second time."), "ok")
        return url_for(".index", ballot_id=ballot_id)

    try:
        return perform(deed)
    except DomainError as error:
        form.form_errors = [say(error)]
        return None


@bp.get("/paper/<int:number>/check")
@enterers
def check(ballot_id: int, number: int) -> str:
    """核对: what was read differently; each corrects their own reading, looking at the paper together."""
    ballot = _ballot(ballot_id)
    batch = paper.batch_of(ballot, number)
    found = paper.differences(batch) if batch.state is BatchState.CHECKING else []
    mine = 1 if batch.first_by == g.actor.id else 2 if batch.second_by == g.actor.id else 0
    photos = _photos(ballot, number, {one.entry.id for one in found}) if mine else {}
    titles = {item.position: item.title for item in ballot.items}
    return _page(
        "ballots/desk/differences.html", ballot, batch, found=found, mine=mine, titles=titles, word=_said, photos=photos
    )  # fmt: skip


def _photos(ballot: Ballot, number: int, entry_ids: set[int]) -> dict[int, list[int]]:
    """The readings of this batch with a photo, by entry."""
    found: dict[int, list[int]] = {}
    for entry_id, batch, reading_id in paper_photos.of_entries(ballot, entry_ids):
        if batch == number:
            found.setdefault(entry_id, []).append(reading_id)
    return found


def _said(answer: str) -> str:
    return str(VOID_REASONS[VoidReason(answer)]) if answer in set(VoidReason) else answer_fields.words(answer)


@bp.get("/paper/sheets")
@enterers
def printed(ballot_id: int) -> Response | str:
    """The papers of a building, one A4 sheet per voice, with its barcode; printing is written down."""
    ballot = _ballot(ballot_id)
    if ballot.state is not BallotState.OPEN:
        flash(_("Papers can be printed while the vote is open: then the roll is fixed."), "bad")
        return redirect(url_for(".index", ballot_id=ballot_id), 303)
    building = whole(request.args.get("building"))
    entries = sheets.entries_to_print(ballot, building)
    with writing():
        journal.record("paper:printed", g.actor, ballot.subject, building=building, papers=len(entries))
    ballot, entries = _ballot(ballot_id), sheets.entries_to_print(ballot, building)
    bars = {entry.id: code128.path(sheets.code_of(entry)) for entry in entries}
    return render_template(
        "ballots/desk/sheets.html",
        ballot=ballot,
        entries=entries,
        bars=bars,
        code_of=sheets.code_of,
        door_of=sheets.door_of,
        fields=_printed_choices(ballot),
    )


def _printed_choices(ballot: Ballot) -> dict[int, list[str]]:
    """What can be marked at each item."""
    found = {}
    for item in ballot.items:
        field = answer_fields.choices_of(ballot, item)
        found[item.position] = [word for _value, word in field[: -len(answer_fields.ON_PAPER)]]
    return found
