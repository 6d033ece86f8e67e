"""Photos in a form: two inputs (拍照, 从相册选), what was kept under the draft, and how they are shown there again."""

from dataclasses import dataclass

from flask import request
from flask_babel import gettext

from portal.core.writing import writing
from portal.media import services as media
from portal.media.messages import MAX_PHOTOS, saying, too_many
from portal.media.models import Owner, Photo, PhotoKind
from portal.media.queries import photos_of

FIELDS = ("camera", "album")


@dataclass(frozen=True)
class Received:
    """Photos of this request: stored ones not yet kept, and what to say about the others."""

    good: list[media.Processed]
    complaints: list[str]


def receive(already: int = 0, fields: tuple[str, ...] = FIELDS, most: int = MAX_PHOTOS) -> Received:
    """Decode what came with this request, outside any transaction. `already`: how many are kept so far."""
    files = [file for name in fields for file in request.files.getlist(name) if file and file.filename]
    if not files:
        return Received([], [])
    intake = media.take_in(files)
    complaints = [str(saying(bad.reason, bad.index)) for bad in intake.bad]
    over = too_many(already + len(intake.good) + intake.left_out, most)
    if over is not None:
        complaints.append(str(over))
    return Received(intake.good[: max(most - already, 0)], complaints)


def keep_under(owner: Owner, received: Received, kind: PhotoKind = PhotoKind.REPORT) -> None:
    """Keep the good ones at once, whatever else is wrong with the form."""
    if received.good:
        with writing():
            for processed in received.good:
                media.keep(processed, owner, kind)


def remove_from(owner: Owner, token: str) -> None:
    with writing():
        for photo in photos_of(owner):
            if photo.token == token:
                media.remove(photo)


def shown(photos: list[Photo], url: str) -> list[dict[str, str]]:
    """For the photo picker: thumbnails with their 去掉 value. `url` is a pattern with {token}."""
    return [
        {"url": url.format(token=photo.token), "alt": gettext("Photo %(n)s", n=at), "value": photo.token}
        for at, photo in enumerate(photos, 1)
    ]
