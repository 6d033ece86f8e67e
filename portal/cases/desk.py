"""办件台: the list, the case page, one page per action, the 回访 list."""

from collections.abc import Mapping
from functools import partial
from typing import Any

from flask import Blueprint, Flask, abort, flash, g, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from portal.cases import (
    co_units,
    desk_case,
    desk_list,
    desk_now,
    desk_past,
    desk_photos,
    documents,
    handing,
    labels,
    merging,
    queries,
    reply_templates,
    saved_filters,
    services,
    taxonomy,
)
from portal.cases.deeds import check_revision, facts_of, stand_of, who_passed_on
from portal.cases.desk_actions import ANSWERS, BY_SLUG, DeskAction
from portal.cases.desk_list import BULK
from portal.cases.digest import send_digest
from portal.cases.escalating import run_promises, run_takings
from portal.cases.models import Case
from portal.cases.queries import DeskSearch
from portal.cases.visibility import WORKERS, only_helps, unit_names
from portal.core import clock
from portal.core.access import staff
from portal.core.forms import ButtonForm
from portal.core.numbers import whole
from portal.core.pages import page_of
from portal.core.writing import perform
from portal.domain.actors import Actor
from portal.domain.case_lifecycle import RESPONSIBLE, CaseAction, CaseTrack, allowed_actions, may_register, move
from portal.domain.case_transitions import SUPERVISION
from portal.domain.errors import Conflict, DomainError, NotAllowed, NotFound
from portal.domain.personal_data import mask
from portal.domain.phones import parse_mobile
from portal.domain.roles import Role
from portal.identity import step_up
from portal.identity.navigation import once_per_request
from portal.media.models import Owner
from portal.media.queries import photo_by_token, photos_by_owner, photos_of
from portal.media.serving import PhotoSize, send_photo
from portal.places.queries import compounds_for

bp = Blueprint("cases_desk", __name__)
WRITTEN = ("StringField", "TextAreaField")
# A sealed case is given to no unit, and no contractor hears of a complaint about a unit.
NOT_ASKED: dict[CaseTrack, frozenset[str]] = {
    CaseTrack.ORDINARY: frozenset(),
    CaseTrack.CONFLICT: frozenset({"executor", "co_units"}),
    CaseTrack.SEALED: frozenset({"agency", "executor", "co_units"}),
}
ALL_OPEN = "open"
# Afterwards it lies with the unit no more, and whoever did it sees it no more.
JOBS = (send_digest, run_takings, run_promises)  # loaded here, so that every application knows it
GONE = frozenset({CaseAction.RETURN, CaseAction.SEAL})


def _search(values: Mapping[str, str]) -> DeskSearch:
    source, show = values.get("source", ""), values.get("show", "")
    return DeskSearch(
        show="" if show == ALL_OPEN else show,
        text=values.get("q", "").strip()[:40],
        compound_id=whole(values.get("compound")),
        building_id=whole(values.get("building")),
        category=values.get("category", ""),
        agency_id=whole(values.get("agency")),
        source=source if source in {str(key) for key in labels.SOURCES} else "",
    )


@bp.get("/desk")
@staff(*WORKERS)
def index() -> str:
    saved = saved_filters.of(g.actor)
    first = saved_filters.default_of(saved)
    values = saved_filters.values_of(first) if first and not request.args else request.args.to_dict()
    search = _search(values)
    address = partial(_address, values, first is not None)
    over = search.show == "closed"
    page = page_of(
        queries.desk_cases(g.actor, search),
        [Case.submitted_at if over else Case.promise_due, Case.id],
        request.args.get("at"),
        descending=over,
    )
    rows = [desk_list.row(case, g.actor) for case in page.rows]
    return render_template(
        "cases/desk/index.html",
        page=page,
        rows=rows,
        search=search,
        counts=queries.desk_counts(g.actor),
        compounds=[(each.id, each.name) for each in compounds_for(g.actor)],
        categories=[(row.code, row.name) for row in taxonomy.categories()],
        sources=[(str(key), word) for key, word in labels.SOURCES.items()],
        form=ButtonForm(),
        shows=[each for each in labels.SHOWS if each[0] != "helping" or g.actor.role is Role.AGENCY],
        bulk=[name for name in BULK if any(row.bulk == name for row in rows)],
        may_register=may_register(g.actor.role),
        address=address,
        saved=[(each.name, url_for(".index", **saved_filters.values_of(each))) for each in saved],
        keep=url_for("cases_filters.index", **kept) if (kept := saved_filters.kept(values)) else "",
    )


def _address(values: Mapping[str, str], has_first: bool, **changes: str | None) -> str:
    """This list with other filters; a changed filter begins at the first page. Where the desk opens with a saved
    filter, nothing chosen has an address of its own."""
    kept = {key: value for key, value in values.items() if key != "at"} | changes
    wanted: dict[str, Any] = {key: value for key, value in kept.items() if value and not key.startswith("_")}
    if has_first and not wanted:
        wanted["show"] = ALL_OPEN
    return url_for("cases_desk.index", **wanted)


@bp.post("/desk/bulk")
@staff(*WORKERS)
def bulk() -> Response:
    """受理, 签收 and 领办 for many at once; never an answer."""
    slug = request.form.get("bulk", "")
    if slug not in BULK or not ButtonForm().validate_on_submit():
        return redirect(url_for(".index"), 303)
    numbers = request.form.getlist("number")[:50]

    def deed() -> str:
        done = sum(_bulk_one(slug, number) for number in numbers)
        flash(gettext("%(done)s of %(all)s done.", done=done, all=len(numbers)), "ok" if done else "warn")
        return url_for("cases_desk.index", show=request.form.get("show") or None)

    return perform(deed)


def _bulk_one(slug: str, number: str) -> bool:
    case = queries.case_for(g.actor, number)
    if BULK[slug] not in allowed_actions(facts_of(case), stand_of(case, g.actor), clock.now()):
        return False
    if slug == "claim":
        handing.hand(g.actor, case, int(g.actor.id or 0))
        return True
    if slug == "sign":
        services.sign(g.actor, case)
        return True
    named = services.suggested(case)
    try:
        services.accept(
            g.actor,
            case,
            category_code=case.category_code,
            level=case.level,
            agency_id=named.agency_id,
            executor_id=named.executor_id,
            co_unit_ids=co_units.askable(g.actor, case, named.co_unit_ids),
        )
    except DomainError:
        services.accept(g.actor, case, category_code=case.category_code, level=case.level, agency_id=None)
    return True


@bp.get("/desk/cases/<number>")
@staff(*WORKERS)
def case(number: str) -> str:
    case = queries.case_for(g.actor, number)
    return render_template("cases/desk/case.html", **_case_context(case), **_around(case))


def _case_context(case: Case) -> dict[str, Any]:
    """Of the case itself a template gets the role's projection only."""
    own = photos_of(Owner("case", case.id))
    return {
        "case": desk_case.projection(case, g.actor),
        "promise": desk_case.promise(case),
        "photos": [desk_past.staff_photo(case, photo) for photo in own],
    }


def _around(case: Case) -> dict[str, Any]:
    """The timeline, the clocks and what may be done: the case page's part beside the case."""
    events = list(queries.events_of(case))
    pictures = photos_by_owner("event", [event.id for event in events])
    offers = desk_case.actions(case, g.actor)
    return {
        "now": desk_now.now_of(case, g.actor, offers, events),
        "items": desk_past.timeline_of(case, events, pictures, unit_names(), g.actor),
        "clocks": [] if only_helps(case, g.actor) else desk_case.clocks(case, events),
        "actions": offers,
        "too_late": desk_case.too_late(case, g.actor),
        "last_text": desk_case.last_text(case, g.actor),
        "together": desk_case.together(case, g.actor),
        "order": None if only_helps(case, g.actor) else case.order,
        "papers": documents.papers_of(case, g.actor),
        "exclusion": None if only_helps(case, g.actor) else desk_case.exclusion_of(case),
        "extension": None if only_helps(case, g.actor) else desk_case.extension_of(case),
    }


@bp.get("/desk/cases/<number>/photo/<token>")
@staff(*WORKERS)
def photo(number: str, token: str) -> Response:
    case, picture = queries.case_for(g.actor, number), photo_by_token(token)
    if picture is None or not (_is_of(case, picture.owner_kind, picture.owner_id) or desk_photos.is_own(case, picture)):
        abort(404)
    return send_photo(picture, PhotoSize.THUMB if request.args.get("size") == "thumb" else PhotoSize.FULL)


def _is_of(case: Case, owner_kind: str, owner_id: str) -> bool:
    if owner_kind == "case":
        return owner_id == str(case.id)
    return owner_kind == "event" and any(str(event.id) == owner_id for event in queries.events_of(case))


@bp.route("/desk/cases/<number>/<slug>", methods=["GET", "POST"])
@staff(*WORKERS)
def act(number: str, slug: str) -> Response | str:
    """Every action has its own page with its own fields; the lifecycle says who may."""
    found = BY_SLUG.get(slug) or abort(404)
    try:
        case = queries.case_for(g.actor, number)
    except NotFound:
        return _gone(found, number)
    if request.method == "GET":
        move(facts_of(case), stand_of(case, g.actor), found.action, clock.now())
    if found.action is CaseAction.REVEAL and (proof := step_up.asked()) is not None:
        return proof
    form = found.form()
    found.fill(form, case)
    if request.method == "GET" and form.revision.data is None:
        form.revision.data = str(case.revision)
    if request.method == "POST" and (answer := _submitted(found, case, form)) is not None:
        return answer
    return _action_page(found, form, queries.case_for(g.actor, number))


def _gone(found: DeskAction, number: str) -> Response | str:
    """Not here, or here no more: only who of the own unit passed it on is told, and what was typed is given back."""
    typed = [(field.label.text, field.data) for field in found.form() if field.type in WRITTEN and field.data]
    if request.method != "POST" or not typed:
        raise NotFound("There is no such case, or it is not in your area.")
    page = render_template("cases/desk/gone.html", typed=typed, faster=who_passed_on(number, g.actor))
    return Response(page, NotFound.status, content_type="text/html; charset=utf-8")


def _submitted(found: DeskAction, case: Case, form: Any) -> Response | None:
    """The answer, or None when the page is to be shown again: with errors, or with the preview asked for."""
    complaints = {} if g.get("csrf_failed") else desk_photos.take_in(case, found)
    only_looks = request.form.get("preview") == "1" or "insert" in request.form
    valid = not only_looks and form.validate_on_submit()
    if valid and not any(complaints.values()):
        return _run(found, case, form)
    for name, words in complaints.items():
        form[name].errors = [*form[name].errors, *words]
    if not only_looks and not found.beside:
        _say_if_stale(case, form)
    return None


def _say_if_stale(case: Case, form: Any) -> None:
    """What cannot be chosen any more is not the officer's fault: they hear who was faster instead."""
    try:
        check_revision(case, form.seen)
    except Conflict as error:
        g.stale = True
        for field in form:
            field.errors = []
        form.form_errors = []
        form.refuse(error)


def _action_page(found: DeskAction, form: Any, case: Case) -> str:
    return render_template(
        "cases/desk/act.html",
        found=found,
        word=labels.ACTIONS[found.action],
        form=form,
        has_errors=bool(form.errors or form.form_errors),
        skip=NOT_ASKED[case.track],
        stale=g.get("stale", False),
        kept=desk_photos.shown(case, found),
        **_case_context(case),
        **_beside(found, case, form),
    )


def _run(found: DeskAction, case: Case, form: Any) -> Response | None:
    if found.action is CaseAction.REVEAL:
        return _reveal(case, form)

    def deed() -> str:
        found.run(g.actor, case, form, desk_photos.kept(case, found))
        if found.action in GONE:
            return url_for("cases_desk.index")
        if found.action in SUPERVISION and case.order is not None:
            return url_for("cases_supervision.order", number=case.order.number)
        return url_for("cases_desk.case", number=case.number)

    try:
        answer = perform(deed)
    except DomainError as error:
        if isinstance(error, NotAllowed) and error.status == NotAllowed.status and not error.field:
            raise
        g.stale = error.status == Conflict.status
        form.refuse(error)
        return None
    desk_photos.forget(case, found)
    flash(str(found.done(case)), "ok")
    return answer


def _reveal(case: Case, form: Any) -> Response:
    """The number stands on one answer only, never in an address, a cookie or a cache."""
    shown: list[str] = []
    purpose = str(labels.REVEAL_PURPOSES[form.purpose.data])

    def deed() -> str:
        shown.append(services.reveal(g.actor, case, purpose))
        return url_for("cases_desk.case", number=case.number)

    answer = perform(deed)
    if not shown:
        return answer
    page = render_template(
        "cases/desk/phone.html",
        case=desk_case.projection(queries.case_for(g.actor, case.number), g.actor),
        phone=parse_mobile(shown[-1]).removeprefix("+86"),
        purpose=purpose,
    )
    return Response(page, content_type="text/html; charset=utf-8")


def _beside(found: DeskAction, case: Case, form: Any) -> dict[str, Any]:
    """What stands beside the form: photos to choose among, or the answer as the resident will read it."""
    if found.action is CaseAction.RELEASE_PHOTOS:
        own = photos_of(Owner("case", case.id))
        return {"choices": [(photo, desk_past.staff_photo(case, photo)) for photo in own]}
    if found.action is CaseAction.ACCEPT:
        return {"level_notes": desk_case.level_notes(case)}
    if found.action in {CaseAction.MERGE, CaseAction.PROPOSE_MERGE}:
        return {"offered": [desk_list.row(each, g.actor) for each in merging.offered(case, g.actor)]}
    if found.previews:
        typed = form.words.data if "insert" in request.form else None
        preview_url = url_for(".preview", number=case.number)
        return {"preview": _preview(typed), "preview_url": preview_url, **_usual(found, case)}
    return {}


def _usual(found: DeskAction, case: Case) -> dict[str, Any]:
    """常用答复 for this case, where an answer is written."""
    if found.action not in ANSWERS:
        return {}
    return {"usual": reply_templates.offered(g.actor, case), "may_keep_templates": g.actor.role in RESPONSIBLE}


@bp.post("/desk/cases/<number>/preview")
@staff(*WORKERS)
def preview(number: str) -> str:
    """居民看到的样子: the answer as the resident will read it, from the words typed so far."""
    queries.case_for(g.actor, number)
    return render_template("cases/desk/preview.html", preview=_preview())


def _preview(typed: str | None = None) -> dict[str, str]:
    """Masked like everything that is kept: a name's phone number does not go out in an answer."""
    form = request.form
    result = next((str(word) for key, word in labels.RESULTS.items() if key == form.get("result")), "")
    words = mask((typed or form.get("words") or form.get("question") or "").strip()[:1000])
    return {"result": result, "words": words, "later": mask((form.get("later") or "").strip()[:60])}


def register(app: Flask) -> None:
    @app.context_processor
    def calendar() -> dict[str, Any]:
        """Those who promise dates see on every page that next year's calendar is missing."""
        if g.get("actor", Actor.guest()).role not in {Role.STREET, Role.DISTRICT, Role.HOTLINE, Role.ADMIN}:
            return {}
        return {"calendar_warning": once_per_request("calendar_warning", desk_list.clock_warning)}
