"""The photo of a paper, for those who may read papers. Opening it writes down who looked."""

from flask import Blueprint, Response, g

from portal.ballots import paper_photos, queries
from portal.core.access import staff
from portal.core.writing import writing
from portal.domain.roles import Role

bp = Blueprint("ballots_photo_desk", __name__, url_prefix="/community/votes/<int:ballot_id>")


@bp.get("/paper/<int:number>/photos/<int:reading_id>")
@staff(Role.COMMUNITY, Role.STREET, Role.DISTRICT)
def photo(ballot_id: int, number: int, reading_id: int) -> Response:
    with writing():
        jpeg = paper_photos.look(g.actor, queries.ballot_for(g.actor, ballot_id), number, reading_id)
    headers = {"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"}
    return Response(jpeg, mimetype="image/jpeg", headers=headers)
