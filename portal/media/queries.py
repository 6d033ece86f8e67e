"""Photos by their owner or their address. None of these asks who may see them: the feature does."""

from collections import defaultdict
from collections.abc import Iterable, Sequence

from sqlalchemy import ColumnElement, func, select

from portal.core.extensions import db
from portal.media.models import Document, Owner, Photo


def photos_of(owner: Owner) -> Sequence[Photo]:
    """In the order in which they were added."""
    return db.session.scalars(select(Photo).where(belongs_to(owner)).order_by(Photo.position, Photo.id)).all()


def photos_by_owner(kind: str, ids: Iterable[int | str]) -> dict[str, list[Photo]]:
    """Photos of many owners of one kind in one query; owner id as text → photos, [] for an owner without any."""
    wanted = [str(each) for each in ids]
    statement = select(Photo).where(Photo.owner_kind == kind, Photo.owner_id.in_(wanted))
    found: dict[str, list[Photo]] = defaultdict(list)
    for photo in db.session.scalars(statement.order_by(Photo.position, Photo.id)):
        found[photo.owner_id].append(photo)
    return found


def photo_by_token(token: str) -> Photo | None:
    return db.session.scalar(select(Photo).where(Photo.token == token))


def next_position(owner: Owner) -> int:
    """1 for the first photo of an owner."""
    return (db.session.scalar(select(func.max(Photo.position)).where(belongs_to(owner))) or 0) + 1


def known_keys(keys: Sequence[str]) -> set[str]:
    """Those of the storage keys that some photo or document refers to."""
    statement = select(Photo.key, Photo.thumb_key).where(Photo.key.in_(keys) | Photo.thumb_key.in_(keys))
    photos = {key for pair in db.session.execute(statement) for key in pair}
    return photos | set(db.session.scalars(select(Document.key).where(Document.key.in_(keys))))


def documents_of(owner: Owner) -> Sequence[Document]:
    """In the order in which they were put up."""
    mine = Document.owner_kind == owner.kind, Document.owner_id == str(owner.id)
    return db.session.scalars(select(Document).where(*mine).order_by(Document.id)).all()


def document_by_token(token: str) -> Document | None:
    return db.session.scalar(select(Document).where(Document.token == token))


def belongs_to(owner: Owner) -> ColumnElement[bool]:
    return (Photo.owner_kind == owner.kind) & (Photo.owner_id == str(owner.id))
