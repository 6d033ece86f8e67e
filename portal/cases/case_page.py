"""Opening a case with its codes or by number, and its page."""

from collections.abc import Sequence

from flask import abort, g, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from portal.cases import labels, merging, opening, own, own_data, promises, queries, timeline, urging  # noqa: F401 what it says of reports
from portal.cases.blueprints import following
from portal.cases.deeds import facts_of, stand_of
from portal.cases.forms import TrackForm
from portal.cases.models import Case, CaseEvent, Satisfaction
from portal.cases.visibility import unit_names
from portal.core import clock
from portal.core.access import public, resident
from portal.core.forms import ButtonForm
from portal.core.pages import page_of
from portal.domain.case_exclusion import ExclusionState
from portal.domain.case_lifecycle import CaseStatus, CaseTrack, allowed_actions
from portal.domain.codes import normalise
from portal.domain.doors import without_doors
from portal.domain.errors import DomainError
from portal.media.queries import photo_by_token, photos_by_owner
from portal.media.serving import PhotoSize, send_photo


@following.route("/track", methods=["GET", "POST"])
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


@following.get("/me/cases")
@resident
def my_cases() -> str:
    statement = queries.cases_of_phone(g.actor.phone_index)
    page = page_of(statement, [Case.submitted_at, Case.id], request.args.get("at"))
    followed = queries.followed_by(g.actor.phone_index) if not request.args.get("at") else []
    return render_template(
        "cases/my_cases.html",
        page=page,
        titles={case.id: title_of(queries.Opened(case)) for case in page.rows},
        followed=followed,
        key=queries.public_status,
        labels=labels,
    )


@following.get("/case/<ref>")
@public
def case(ref: str) -> Response | str:
    found = queries.by_ref(normalise(ref))
    if found is None or not opening.may_open(found):
        return redirect(url_for(".track", ref=normalise(ref)), 303)
    case = found.case
    events = queries.events_of(case, public_only=True)
    photos_by_event = photos_by_owner("event", [event.id for event in events])
    main = merging.main_of(case) if merging.is_merged(case) else None
    return render_template(
        "cases/case.html",
        case=case,
        ref=found.ref,
        is_author=found.is_author,
        title=title_of(found),
        place=_place(found),
        status_key=queries.public_status(case),
        outcome=labels.outcome_key(case),
        sentence=labels.sentence(case),
        promise=promises.promise(main or case, author=found.is_author and main is None),
        main_number=main.number if main else "",
        others=merging.others_in(case),
        main_items=_items_of_main(main, found.ref) if main else [],
        items=timeline.items(case, events, photos_by_event, unit_names(), ref=found.ref),
        question=open_question(case, events) if found.is_author else "",
        ending=_ending(case, events),
        phone=_phone(case),
        actions=actions_of(found),
        urged=urging.standing(case) if found.is_author else "",
        uncounted=_uncounted(case) if found.is_author else "",
        rating=labels.SATISFACTIONS.get(Satisfaction(case.rating)) if case.rating and found.is_author else None,
        own_words=_own_words(found),
        own_photos=_own_photos(found),
        form=ButtonForm(),
    )


def _uncounted(case: Case) -> str:
    """What the author is told of 剔除: the kind, never the offices' words."""
    found = case.exclusion
    if found is None or found.state is not ExclusionState.APPROVED:
        return ""
    return gettext(
        "This case is not counted in the rates of how cases are handled. Reason: %(reason)s. "
        "Nothing else changes: it is handled as before, and you can judge it as before.",
        reason=labels.EXCLUSION_TOLD[found.kind],
    )


def _items_of_main(main: Case, ref: str) -> list[timeline.Item]:
    """How it goes with the case that is answered for both, as a neighbour reads it."""
    events = queries.events_of(main, public_only=True)
    photos = photos_by_owner("event", [event.id for event in events])
    return timeline.items(main, events, photos, unit_names(), ref=ref)


def title_of(found: queries.Opened) -> str:
    """The author's own; a neighbour reads it only where it is public. A sealed case says nothing on a shared screen."""
    case = found.case
    if case.track is CaseTrack.SEALED:
        return gettext("What you told the discipline inspection")
    if found.is_author:
        return case.title
    return without_doors(queries.public_title(case)) if case.is_public else case.category.name


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


def actions_of(found: queries.Opened) -> set[str]:
    """The residents' actions that stand on the page, by name."""
    if not found.is_author:
        return set()
    stand = stand_of(found.case, g.actor, author=True)
    return {str(action) for action in allowed_actions(facts_of(found.case), stand, clock.now())}


def _own_words(found: queries.Opened) -> str:
    case = found.case
    if not found.is_author:
        return without_doors(case.words) if case.is_public else ""
    return case.sealed or case.original or ""


def _own_photos(found: queries.Opened) -> list[dict[str, str]]:
    if not found.is_author:
        return []
    kept = photos_by_owner("case", [found.case.id]).get(str(found.case.id), [])
    return [timeline.shown(photo, found.ref) for photo in kept]


def open_question(case: Case, events: Sequence[CaseEvent]) -> str:
    asked = [event for event in events if event.deed == "ask"] if case.answer_by else []
    return timeline.words_of(case, asked[-1], author=True) if asked else ""


@following.get("/case/<ref>/photo/<token>")
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
        return _of_main(found.case, owner_id) or any(
            str(event.id) == owner_id and (found.is_author or event.deed in timeline.ANSWERS)
            for event in queries.events_of(found.case, public_only=True)
        )
    return False


def _of_main(case: Case, event_id: str) -> bool:
    """The answers of the case that this one was merged into."""
    if not merging.is_merged(case):
        return False
    events = queries.events_of(merging.main_of(case), public_only=True)
    return any(str(event.id) == event_id and event.deed in timeline.ANSWERS for event in events)
