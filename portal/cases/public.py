"""公开的事: cases whose authors agreed, as projections that name what they show."""

from flask import Blueprint, abort, render_template, request
from werkzeug.wrappers import Response

from portal.cases import queries
from portal.cases.models import Case
from portal.cases.projections import PublicCase, PublicStep
from portal.core.access import public
from portal.core.extensions import db
from portal.core.pages import page_of
from portal.media.models import Owner
from portal.media.queries import photo_by_token, photos_of
from portal.media.serving import PhotoSize, send_photo
from portal.places.queries import active_compounds, building_by_code

bp = Blueprint("cases_public", __name__)


@bp.get("/cases")
@public
def index() -> str:
    building = building_by_code(request.args.get("b", "")) if request.args.get("b") else None
    compound = request.args.get("compound", "")
    statement = queries.public_cases(
        building.id if building else None, int(compound) if compound.isdigit() and not building else None
    )
    page = page_of(statement, [Case.submitted_at, Case.id], request.args.get("at"))
    return render_template(
        "cases/public_list.html",
        page=page,
        cases=[PublicCase.of(case) for case in page.rows],
        building=building,
        compounds=active_compounds(),
        compound=compound,
    )


@bp.get("/cases/<number>")
@public
def case(number: str) -> str:
    found = _released(number)
    return render_template(
        "cases/public_case.html",
        case=PublicCase.of(found),
        steps=PublicStep.all_of(found, queries.events_of(found, public_only=True)),
        photos=[photo for photo in photos_of(Owner("case", found.id)) if photo.released],
    )


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
