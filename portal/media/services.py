"""What happens to photos: kept, moved, released, removed. All flush only; removed files go after the commit."""

import secrets
from collections.abc import Iterable
from datetime import timedelta
from itertools import islice

from portal.core import clock
from portal.core.extensions import db
from portal.core.jobs import periodic
from portal.media.erasing import erase_after_commit
from portal.media.intake import BadFile, Intake, Processed, forget_incoming, take_in
from portal.media.models import Owner, Photo, PhotoKind
from portal.media.queries import known_keys, next_position, photos_of
from portal.media.storage import storage

INCOMING_AGE = timedelta(hours=1)
ORPHAN_AGE = timedelta(days=1)  # no request lives that long between storing a file and committing its row

__all__ = [
    "BadFile",
    "Intake",
    "Owner",
    "Picture",
    "Processed",
    "keep",
    "move",
    "photos_of",
    "put",
    "release",
    "remove",
    "take_in",
]

# Just stored, or kept in a basket while a form is filled in.
Picture = Processed | Photo


def keep(processed: Processed, owner: Owner, kind: PhotoKind = PhotoKind.REPORT) -> Photo:
    """Make the row of a stored photo, last in its owner's order."""
    photo = Photo(
        token=secrets.token_urlsafe(16),
        owner_kind=owner.kind,
        owner_id=str(owner.id),
        kind=kind,
        position=next_position(owner),
        key=processed.key,
        thumb_key=processed.thumb_key,
        sha256=processed.sha256,
        width=processed.width,
        height=processed.height,
        bytes=processed.bytes,
        released=False,
        created_at=clock.now(),
    )
    db.session.add(photo)
    db.session.flush()
    return photo


def put(picture: Picture, owner: Owner, kind: PhotoKind) -> None:
    """A new picture is kept, one that waited somewhere is handed on."""
    if isinstance(picture, Photo):
        move([picture], owner)
        picture.kind = kind
    else:
        keep(picture, owner, kind)


def move(photos: Iterable[Photo], owner: Owner) -> None:
    """Hand photos on in their order, after those the new owner already has (a draft's photos become its case's)."""
    for position, photo in enumerate(photos, next_position(owner)):
        photo.owner_kind, photo.owner_id, photo.position = owner.kind, str(owner.id), position
    db.session.flush()


def release(photo: Photo, released: bool = True) -> None:
    """Staff let it stand on the public page of its case, or take that back."""
    photo.released = released
    db.session.flush()


def remove(photo: Photo) -> None:
    """Erase row and files; the files only once the transaction is committed."""
    erase_after_commit(photo.key, photo.thumb_key)
    db.session.delete(photo)
    db.session.flush()


def remove_all_of(owner: Owner) -> None:
    for photo in photos_of(owner):
        remove(photo)


@periodic("media_orphans", timedelta(hours=1))
def sweep_orphans() -> int:
    """Delete files that no row has wanted for a day: forms given up, rolled-back deeds, kills. How many went."""
    shelf, gone = storage(), 0
    old = shelf.older_than(ORPHAN_AGE)
    while keys := list(islice(old, 500)):
        for key in set(keys) - known_keys(keys):
            shelf.delete(key)
            gone += 1
    db.session.rollback()
    forget_incoming(INCOMING_AGE)
    return gone
