"""Following a case and judging the answer: open with codes or by number, add, withdraw, confirm, dispute, rate."""

from collections.abc import Callable, Sequence

from flask import Blueprint, abort, g, redirect, render_template, request, url_for
from flask_babel import gettext
from sqlalchemy import select
from werkzeug.wrappers import Response

from portal.cases import author, labels, opening, own, photos, queries, timeline
from portal.cases.deeds import facts_of, stand_of
from portal.cases.forms import AddForm, DisputeForm, RateForm, TrackForm
from portal.cases.models import Case, CaseEvent, Satisfaction
from portal.core import clock
from portal.core.access import public, resident
from portal.core.extensions import db
from portal.core.forms import BaseForm, ButtonForm
from portal.core.pages import page_of
from portal.core.writing import perform
from portal.domain.case_lifecycle import CaseAction, CaseTrack, allowed_actions
from portal.domain.codes import normalise
from portal.domain.errors import DomainError
from portal.media.queries import photo_by_token, photos_by_owner
from portal.media.serving import PhotoSize, send_photo
from portal.places.models import Agency

bp = Blueprint("cases_following", __name__)
HALVES = {"yes": 2, "no": 0, "unsure": None}


@bp.route("/track", methods=["GET", "POST"])
@public
def track() -> Response | str:
    form = TrackForm()
    if request.method == "GET":
        form.ref.data = request.args.get("ref", "")
    if form.validate_on_submit():
        try:
            found = opening.try_codes(form.ref.data or "", form.secret.data or "")
        except DomainError as error:
            form.refuse(error)
        else:
            own.remember(found.ref, sealed=found.case.track is CaseTrack.SEALED)
            return redirect(url_for(".case", ref=found.ref), 303)
    return render_template("cases/track.html", form=form)


@bp.get("/me/cases")
@resident
def my_cases() -> str:
    statement = queries.cases_of_phone(g.actor.phone_index)
    page = page_of(statement, [Case.submitted_at, Case.id], request.args.get("at"))
    followed = queries.followed_by(g.actor.phone_index) if not request.args.get("at") else []
    return render_template(
        "cases/my_cases.html", page=page, followed=followed, key=queries.public_status, labels=labels
    )


@bp.get("/case/<ref>")
@public
def case(ref: str) -> Response | str:
    found = queries.by_ref(normalise(ref))
    if found is None or not opening.may_open(found):
        return redirect(url_for(".track", ref=normalise(ref)), 303)
    case = found.case
    events = queries.events_of(case, public_only=True)
    photos_by_event = photos_by_owner("event", [event.id for event in events])
    return render_template(
        "cases/case.html",
        case=case,
        ref=found.ref,
        is_author=found.is_author,
        status_key=queries.public_status(case),
        outcome=labels.outcome_key(case),
        sentence=labels.sentence(case),
        promise=timeline.promise(case),
        items=timeline.items(case, events, photos_by_event, _units(), ref=found.ref),
        question=_open_question(case, events),
        actions=_actions(found),
        own_words=_own_words(found),
        own_photos=_own_photos(found),
        form=ButtonForm(),
    )


def _units() -> dict[int, str]:
    return {row.id: row.short_name for row in db.session.execute(select(Agency.id, Agency.short_name))}


def _actions(found: queries.Opened) -> set[str]:
    """The residents' actions that stand on the page, by name."""
    if not found.is_author:
        return set()
    stand = stand_of(found.case, g.actor, author=True)
    return {str(action) for action in allowed_actions(facts_of(found.case), stand, clock.now())}


def _own_words(found: queries.Opened) -> str:
    case = found.case
    if not found.is_author:
        return case.words if case.is_public else ""
    return case.sealed or case.original or ""


def _own_photos(found: queries.Opened) -> list[dict[str, str]]:
    if not found.is_author:
        return []
    kept = photos_by_owner("case", [found.case.id]).get(str(found.case.id), [])
    return [timeline.shown(photo, found.ref) for photo in kept]


def _open_question(case: Case, events: Sequence[CaseEvent]) -> str:
    asked = [event for event in events if event.deed == "ask"] if case.answer_by else []
    return timeline.words_of(case, asked[-1], author=True) if asked else ""


@bp.get("/case/<ref>/photo/<token>")
@public
def photo(ref: str, token: str) -> Response:
    """Photos of the case and of its public steps, for who opened it; a neighbour sees released ones and the answers'."""
    found, picture = opening.opened(ref), photo_by_token(token)
    if picture is None or not _may_see(found, picture.owner_kind, picture.owner_id, picture.released):
        abort(404)
    return send_photo(picture, PhotoSize.THUMB if request.args.get("size") == "thumb" else PhotoSize.FULL)


def _may_see(found: queries.Opened, owner_kind: str, owner_id: str, released: bool) -> bool:
    if owner_kind == "case":
        return owner_id == str(found.case.id) and (found.is_author or released)
    if owner_kind == "event":
        return any(str(event.id) == owner_id for event in queries.events_of(found.case, public_only=True))
    return False


# --- what the author does ------------------------------------------------------------------------------------------


def _own_case(ref: str, action: CaseAction) -> Case:
    found = opening.opened(ref)
    if not found.is_author:
        abort(403)
    if str(action) not in _actions(found):
        raise DomainError("This cannot be done with the case any more. Please reload the page.")
    return found.case


def _done(ref: str) -> str:
    return url_for("cases_following.case", ref=ref)


def _try(form: BaseForm, deed: Callable[[], None], target: str) -> Response | None:
    """The answer of a deed, or None with the rule's words in the form."""

    def done() -> str:
        deed()
        return target

    try:
        return perform(done)
    except DomainError as error:
        form.refuse(error)
        return None


@bp.route("/case/<ref>/add", methods=["GET", "POST"])
@public
def add(ref: str) -> Response | str:
    found = opening.opened(ref)
    action = CaseAction.ANSWER if "answer" in _actions(found) else CaseAction.ADD
    case, form = _own_case(ref, action), AddForm()
    received = photos.receive() if request.method == "POST" else photos.Received([], [])
    form.photo_count = len(received.good)
    if form.validate_on_submit() and not received.complaints:
        answer = _try(form, lambda: author.add(g.actor, case, form.words.data or "", received.good), _done(ref))
        if answer is not None:
            return answer
    form.album.errors = [*form.album.errors, *received.complaints]
    question = _open_question(case, queries.events_of(case, public_only=True))
    return render_template("cases/add.html", form=form, case=case, question=question)


@bp.route("/case/<ref>/withdraw", methods=["GET", "POST"])
@public
def withdraw(ref: str) -> Response | str:
    case, form = _own_case(ref, CaseAction.WITHDRAW), ButtonForm()
    if form.validate_on_submit():
        answer = _try(form, lambda: author.withdraw(g.actor, case), _done(ref))
        if answer is not None:
            return answer
    return render_template("cases/withdraw.html", form=form, case=case)


@bp.post("/case/<ref>/confirm")
@public
def confirm(ref: str) -> Response | str:
    case, form = _own_case(ref, CaseAction.CONFIRM), ButtonForm()
    if not form.validate_on_submit():
        return redirect(_done(ref), 303)
    target = url_for("cases_following.rate", ref=ref, thanks=1)
    return _try(form, lambda: author.confirm(g.actor, case), target) or redirect(_done(ref), 303)


@bp.route("/case/<ref>/reopen", methods=["GET", "POST"])
@public
def reopen(ref: str) -> Response | str:
    case, form = _own_case(ref, CaseAction.DISPUTE), DisputeForm()
    received = photos.receive() if request.method == "POST" else photos.Received([], [])
    if form.validate_on_submit() and not received.complaints:
        answer = _try(form, lambda: author.dispute(g.actor, case, form.words.data or "", received.good), _done(ref))
        if answer is not None:
            return answer
    form.album.errors = [*form.album.errors, *received.complaints]
    return render_template("cases/reopen.html", form=form, case=case)


@bp.route("/case/<ref>/rate", methods=["GET", "POST"])
@public
def rate(ref: str) -> Response | str:
    case, form = _own_case(ref, CaseAction.RATE), RateForm()
    if form.validate_on_submit():
        answer = _try(form, lambda: _rate(case, form), url_for("cases_following.rated", ref=ref))
        if answer is not None:
            return answer
    if request.method == "GET" and case.solved_halves is not None:
        form.solved.data = "yes" if case.solved_halves == 2 else "no" if case.solved_halves == 0 else None
    return render_template("cases/rate.html", form=form, case=case, thanks=request.args.get("thanks"))


def _rate(case: Case, form: RateForm) -> None:
    author.rate(
        g.actor,
        case,
        solved_halves=HALVES[form.solved.data],
        satisfaction=Satisfaction(form.satisfaction.data),
        words=form.words.data or "",
    )


@bp.get("/case/<ref>/rated")
@public
def rated(ref: str) -> str:
    found = opening.opened(ref)
    unhappy = found.case.rating == Satisfaction.UNSATISFIED or found.case.solved_halves == 0
    may_reopen = unhappy and "dispute" in _actions(found)
    return render_template("cases/rated.html", case=found.case, may_reopen=may_reopen, title=gettext("Thank you"))
