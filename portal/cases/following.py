"""Following a case and judging the answer: open with codes or by number, add, withdraw, confirm, dispute, rate."""

from collections.abc import Callable, Sequence

from flask import Blueprint, abort, g, redirect, render_template, request, url_for
from flask_babel import gettext
from sqlalchemy import func, select
from werkzeug.wrappers import Response

from portal.cases import author, labels, opening, own, photos, queries, timeline
from portal.cases.deeds import facts_of, stand_of
from portal.cases.forms import AddForm, DisputeForm, PhotoFields, RateForm, TrackForm
from portal.cases.models import Case, CaseEvent, Satisfaction
from portal.core import clock
from portal.core.access import public, resident
from portal.core.extensions import db
from portal.core.forms import BaseForm, ButtonForm
from portal.core.pages import page_of
from portal.core.writing import perform
from portal.domain.case_lifecycle import CaseAction, CaseStatus, CaseTrack, allowed_actions, move
from portal.domain.case_transitions import RATE_DAYS
from portal.domain.codes import normalise
from portal.domain.errors import DomainError
from portal.media import services as media
from portal.media.models import Owner
from portal.media.queries import photo_by_token, photos_by_owner, photos_of
from portal.media.serving import PhotoSize, send_photo
from portal.places.models import Agency

bp = Blueprint("cases_following", __name__)


class TooLate(DomainError):
    """Rating after thirty days."""

    status = 409


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
        "cases/my_cases.html",
        page=page,
        titles={case.id: _title(queries.Opened(case)) for case in page.rows},
        followed=followed,
        key=queries.public_status,
        labels=labels,
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
        title=_title(found),
        place=_place(found),
        status_key=queries.public_status(case),
        outcome=labels.outcome_key(case),
        sentence=labels.sentence(case),
        promise=timeline.promise(case, author=found.is_author),
        items=timeline.items(case, events, photos_by_event, _units(), ref=found.ref),
        question=_open_question(case, events) if found.is_author else "",
        ending=_ending(case, events),
        phone=_phone(case),
        actions=_actions(found),
        rating=labels.SATISFACTIONS.get(Satisfaction(case.rating)) if case.rating and found.is_author else None,
        own_words=_own_words(found),
        own_photos=_own_photos(found),
        form=ButtonForm(),
    )


def _title(found: queries.Opened) -> str:
    """The author's own; a neighbour reads it only where it is public. A sealed case says nothing on a shared screen."""
    case = found.case
    if case.track is CaseTrack.SEALED:
        return gettext("What you told the discipline inspection")
    return case.title if found.is_author or case.is_public else case.category.name


def _place(found: queries.Opened) -> str:
    """Without the door for a neighbour."""
    building = found.case.building.full_name
    return f"{building} {found.case.place}".strip() if found.is_author else building


def _phone(case: Case) -> str:
    """打电话问: the community, but never about a complaint that it may not know of."""
    match case.track:
        case CaseTrack.SEALED:
            return "12388"
        case CaseTrack.CONFLICT:
            return "12345"
        case _:
            return case.building.compound.community.phone


def _ending(case: Case, events: Sequence[CaseEvent]) -> dict[str, str]:
    """Why a case was not taken on and where to go instead; empty for all others."""
    last = next((event for event in reversed(events) if event.deed in {"refuse", "invalidate"}), None)
    if last is None or case.status not in {CaseStatus.NOT_ACCEPTED, CaseStatus.INVALID}:
        return {}
    reasons = {**labels.REFUSALS, **labels.INVALID_REASONS}
    reason = str(last.facts.get("reason") or "")
    return {
        "reason": str(reasons.get(reason, reason)),
        "where": timeline.words_of(case, last, author=False),
        "phone": str(last.facts.get("phone") or ""),
    }


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
    if owner_kind == "basket":
        return owner_id == str(found.case.id) and found.is_author
    if owner_kind == "case":
        return owner_id == str(found.case.id) and (found.is_author or released)
    if owner_kind == "event":
        return any(
            str(event.id) == owner_id and (found.is_author or event.deed in timeline.ANSWERS)
            for event in queries.events_of(found.case, public_only=True)
        )
    return False


# --- what the author does ------------------------------------------------------------------------------------------


def _own_case(ref: str, action: CaseAction) -> Case:
    found = opening.opened(ref)
    if not found.is_author:
        abort(403)
    move(facts_of(found.case), stand_of(found.case, g.actor, author=True), action, clock.now())
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


def _basket(case: Case) -> Owner:
    """Photos of a page of the author that is still being filled in: an error loses none."""
    return Owner("basket", case.id)


def _hand_over(case: Case) -> None:
    """The basket's photos belong to the step just taken."""
    last = db.session.scalar(select(func.max(CaseEvent.id)).where(CaseEvent.case_id == case.id))
    media.move(photos_of(_basket(case)), Owner("event", last or 0))


def _kept(case: Case, ref: str) -> list[dict[str, str]]:
    return photos.shown(list(photos_of(_basket(case))), f"/case/{ref}/photo/{{token}}?size=thumb")


@bp.route("/case/<ref>/add", methods=["GET", "POST"])
@public
def add(ref: str) -> Response | str:
    found = opening.opened(ref)
    action = CaseAction.ANSWER if "answer" in _actions(found) else CaseAction.ADD
    case, form = _own_case(ref, action), AddForm()

    def deed() -> None:
        author.add(g.actor, case, form.words.data or "")
        _hand_over(case)

    answer = _with_photos(form, case, deed, ref)
    question = _open_question(case, queries.events_of(case, public_only=True))
    return answer or render_template("cases/add.html", form=form, ref=ref, question=question, kept=_kept(case, ref))


def _with_photos(form: PhotoFields, case: Case, deed: Callable[[], None], ref: str) -> Response | None:
    """Photos are kept first, then the words are judged, then the deed is done."""
    if request.method == "POST" and not g.get("csrf_failed"):
        received = photos.receive(len(photos_of(_basket(case))))
        photos.keep_under(_basket(case), received)
        form.complaints = received.complaints
        if token := request.form.get("remove"):
            photos.remove_from(_basket(case), token)
        form.photo_count = len(photos_of(_basket(case)))
        if token or request.form.get("more"):
            form.album.errors = [*form.album.errors, *received.complaints]
            return None
    if form.validate_on_submit():
        return _try(form, deed, _done(ref))
    return None


@bp.route("/case/<ref>/withdraw", methods=["GET", "POST"])
@public
def withdraw(ref: str) -> Response | str:
    case, form = _own_case(ref, CaseAction.WITHDRAW), ButtonForm()
    if form.validate_on_submit():
        answer = _try(form, lambda: author.withdraw(g.actor, case), _done(ref))
        if answer is not None:
            return answer
    return render_template("cases/withdraw.html", form=form, case=case, ref=ref)


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

    def deed() -> None:
        author.dispute(g.actor, case, form.words.data or "")
        _hand_over(case)

    answer = _with_photos(form, case, deed, ref)
    return answer or render_template("cases/reopen.html", form=form, ref=ref, case=case, kept=_kept(case, ref))


@bp.route("/case/<ref>/rate", methods=["GET", "POST"])
@public
def rate(ref: str) -> Response | str:
    _check_rating_time(opening.opened(ref))
    case, form = _own_case(ref, CaseAction.RATE), RateForm()
    if form.validate_on_submit():
        answer = _try(form, lambda: _rate(case, form), url_for("cases_following.rated", ref=ref))
        if answer is not None:
            return answer
    if request.method == "GET" and case.solved_halves is not None:
        form.solved.data = "yes" if case.solved_halves == 2 else "no" if case.solved_halves == 0 else None
    return render_template("cases/rate.html", form=form, case=case, ref=ref, thanks=request.args.get("thanks"))


def _check_rating_time(found: queries.Opened) -> None:
    over = found.case.status is CaseStatus.CLOSED and str(CaseAction.RATE) not in _actions(found)
    if found.is_author and over and not g.actor.is_staff:
        raise TooLate(
            "The time for a rating (%(days)s days) is over. If the problem is still there, please report it again.",
            days=RATE_DAYS,
        )


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
    return render_template("cases/rated.html", ref=ref, may_reopen=may_reopen)
