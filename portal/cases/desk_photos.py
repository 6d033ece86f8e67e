"""Photos chosen on an action's page: kept at once, so that neither an error nor a preview loses them."""

from flask import g, request

from portal.cases.desk_actions import DeskAction, Photos
from portal.cases.models import Case
from portal.core.writing import writing
from portal.media import received
from portal.media import services as media
from portal.media.models import Owner, Photo
from portal.media.queries import photos_of


def take_in(case: Case, found: DeskAction) -> dict[str, list[str]]:
    """Keep what came with this request, leave out what was ticked; what is to be said, by field."""
    complaints = {}
    for name in found.photo_fields:
        basket = _basket(case, found, name)
        waiting = photos_of(basket)
        came = received.receive(len(waiting), fields=(name,))
        known = {photo.sha256 for photo in waiting}  # chosen once more by somebody who thought it was lost
        new = [picture for picture in came.good if picture.sha256 not in known]
        received.keep_under(basket, received.Received(new, came.complaints))
        complaints[name] = came.complaints
        for token in request.form.getlist("remove")[:20]:
            received.remove_from(basket, token)
    return complaints


def kept(case: Case, found: DeskAction) -> Photos:
    return {name: list(photos_of(_basket(case, found, name))) for name in found.photo_fields}


def shown(case: Case, found: DeskAction) -> dict[str, list[dict[str, str]]]:
    """For the thumbnails on the page, each with a tick to leave it out."""
    address = f"/desk/cases/{case.number}/photo/{{token}}?size=thumb"
    return {name: received.shown(list(pictures), address) for name, pictures in kept(case, found).items()}


def forget(case: Case, found: DeskAction) -> None:
    """After the deed: a second press of its button has kept its photos once more."""
    left = [photo for photos in kept(case, found).values() for photo in photos]
    if left:
        with writing():
            for photo in left:
                media.remove(photo)


def is_own(case: Case, picture: Photo) -> bool:
    """This officer's, waiting on a page of this case."""
    return picture.owner_kind == "basket" and picture.owner_id.startswith(f"{case.id}:{g.actor.id}:")


def _basket(case: Case, found: DeskAction, field: str) -> Owner:
    return Owner("basket", f"{case.id}:{g.actor.id}:{found.slug}:{field}")
