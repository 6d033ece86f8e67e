"""Photos chosen on an action's page: kept at once, so that neither an error nor a preview loses them."""

from collections.abc import Collection, Sequence

from flask import g, request
from sqlalchemy import select

from portal.cases.desk_actions import DeskAction, Photos
from portal.cases.models import Case
from portal.core.extensions import db
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
        came = received.receive(len(photos_of(basket)), fields=(name,))
        _change(case, basket, came.good, request.form.getlist("remove"))
        complaints[name] = came.complaints
    return complaints


def _change(case: Case, basket: Owner, came: Sequence[media.Processed], left_out: Collection[str]) -> None:
    """A photo that waits already, chosen again or sent by a second press of the button, is not kept twice."""
    if not came and not left_out:
        return
    with writing():
        _one_at_a_time(case)
        waiting = photos_of(basket)
        known = {photo.sha256 for photo in waiting}
        for picture in came:
            if picture.sha256 not in known:
                media.keep(picture, basket)
        for photo in waiting:
            if photo.token in left_out:
                media.remove(photo)


def _one_at_a_time(case: Case) -> None:
    """Two presses of one button change the same photos."""
    db.session.execute(select(Case.id).where(Case.id == case.id).with_for_update())


def kept(case: Case, found: DeskAction) -> Photos:
    return {name: list(photos_of(_basket(case, found, name))) for name in found.photo_fields}


def shown(case: Case, found: DeskAction) -> dict[str, list[dict[str, str]]]:
    """For the thumbnails on the page, each with a tick to leave it out."""
    address = f"/desk/cases/{case.number}/photo/{{token}}?size=thumb"
    return {name: received.shown(list(pictures), address) for name, pictures in kept(case, found).items()}


def forget(case: Case, found: DeskAction) -> None:
    """After the deed: a second press of its button has kept its photos once more."""
    if not found.photo_fields:
        return
    with writing():
        _one_at_a_time(case)
        for photos in kept(case, found).values():
            for photo in photos:
                media.remove(photo)


def is_own(case: Case, picture: Photo) -> bool:
    """This officer's, waiting on a page of this case."""
    return picture.owner_kind == "basket" and picture.owner_id.startswith(f"{case.id}:{g.actor.id}:")


def _basket(case: Case, found: DeskAction, field: str) -> Owner:
    return Owner("basket", f"{case.id}:{g.actor.id}:{found.slug}:{field}")
