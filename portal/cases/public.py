"""公开的事: cases whose authors agreed, as projections that name what they show."""

from collections.abc import Sequence
from typing import Any

from flask import Blueprint, abort, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from portal.cases import queries, timeline
from portal.cases.models import Case
from portal.cases.projections import PublicCase, PublicStep
from portal.cases.similar import shown
from portal.core.access import public
from portal.core.extensions import db
from portal.core.formatting import day, day_week, moment
from portal.core.pages import page_of
from portal.domain.case_lifecycle import UNANSWERED_STATUSES
from portal.domain.deadlines import due_day
from portal.media.models import Owner
from portal.media.queries import photo_by_token, photos_of
from portal.media.serving import PhotoSize, send_photo
from portal.places.models import Building, Compound
from portal.places.queries import active_compounds, building_by_code

bp = Blueprint("cases_public", __name__)


@bp.get("/cases")
@public
def index() -> str:
    building = building_by_code(request.args.get("b", "")) if request.args.get("b") else None
    compounds = active_compounds()
    chosen = next((each for each in compounds if each.code.lower() == request.args.get("compound", "").lower()), None)
    statement = queries.public_cases(building.id if building else None, chosen.id if chosen and not building else None)
    page = page_of(statement, [Case.submitted_at, Case.id], request.args.get("at"))
    return render_template(
        "cases/public_list.html",
        cases=[PublicCase.of(case) for case in page.rows],
        building=building,
        places=_places(compounds, building, chosen),
        previous_url=_turn(page.previous),
        next_url=_turn(page.next),
    )


def _places(compounds: Sequence[Compound], building: Building | None, chosen: Compound | None) -> list[dict[str, Any]]:
    """The filter: everything, the building one comes from, each compound."""
    rows = [{"url": url_for(".index"), "label": gettext("All"), "current": not building and not chosen}]
    if building:
        rows.append({"url": url_for(".index", b=building.code.lower()), "label": building.full_name, "current": True})
    for each in compounds:
        current = not building and each is chosen
        rows.append({"url": url_for(".index", compound=each.code.lower()), "label": each.name, "current": current})
    return rows


def _turn(cursor: str | None) -> str:
    kept: dict[str, Any] = {name: request.args[name] for name in ("b", "compound") if name in request.args}
    return url_for(".index", at=cursor, **kept) if cursor else ""


@bp.get("/cases/<number>")
@public
def show(number: str) -> str:
    found = _released(number)
    case = PublicCase.of(found)
    return render_template(
        "cases/public_case.html",
        case=case,
        facts=_facts(case),
        promise=_promise(found),
        steps=_steps(found),
        photos=[shown(photo, number) for photo in photos_of(Owner("case", found.id)) if photo.released],
        joinable=queries.joinable(number) is not None,
    )


def _facts(case: PublicCase) -> list[tuple[str, str]]:
    rows = [
        (gettext("Place of the problem"), case.building),
        (gettext("Kind of problem"), case.category),
        (gettext("Reported on"), day(case.submitted_at)),
    ]
    if case.unit:
        rows.append((gettext("Unit"), case.unit))
    if case.followers:
        rows.append((gettext("Neighbours"), gettext("%(count)s neighbours have it too", count=case.followers)))
    return rows


def _promise(case: Case) -> tuple[str, str, str] | None:
    """By when an answer was promised, while none has come; late ones say so."""
    if case.status not in UNANSWERED_STATUSES:
        return None
    if queries.is_overdue(case):
        return gettext("No answer by the promised date. We are sorry."), "", "bad"
    return gettext("An answer by %(date)s", date=day_week(due_day(case.promise_due))), "", "info"


def _steps(case: Case) -> list[timeline.Item]:
    steps = PublicStep.all_of(case, queries.events_of(case, public_only=True))
    return [
        timeline.Item("now" if at == 0 else "done", step.text, by=step.unit, when=moment(step.at), say=step.say)
        for at, step in enumerate(steps)
    ]


@bp.get("/cases/<number>/photo/<token>")
@public
def photo(number: str, token: str) -> Response:
    """Only photos that staff looked at and released."""
    found, picture = _released(number), photo_by_token(token)
    if picture is None or not picture.released or picture.owner != Owner("case", str(found.id)):
        abort(404)
    return send_photo(picture, PhotoSize.THUMB if request.args.get("size") == "thumb" else PhotoSize.FULL)


def _released(number: str) -> Case:
    found = db.session.scalar(queries.public_cases().where(Case.number == number.upper()))
    return found or abort(404)
