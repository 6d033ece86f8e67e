"""A photo that was taken in, and whom it belongs to."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from portal.core.base import Base, enum_column, pk


class PhotoKind(StrEnum):
    """What it shows: the thing reported, or the place before (修前) and after (修后) the work."""

    REPORT = "report"
    BEFORE = "before"
    AFTER = "after"


@dataclass(frozen=True)
class Owner:
    """The thing a photo hangs on, opaque here: Owner("draft", 12), Owner("case-event", 7)."""

    kind: str
    id: int | str


class Photo(Base):
    """A re-encoded JPEG without metadata, and its thumbnail. Erasable: `services.remove` takes the files along."""

    __tablename__ = "photos"
    __table_args__ = (
        Index("ix_photos_owner", "owner_kind", "owner_id", "position"),
        CheckConstraint("width > 0 AND height > 0 AND bytes > 0", name="measured"),
    )

    id: Mapped[int] = pk()
    token: Mapped[str] = mapped_column(String(22), unique=True)  # its name in addresses, 128 random bits
    owner_kind: Mapped[str] = mapped_column(String(20))
    owner_id: Mapped[str] = mapped_column(String(64))
    kind: Mapped[PhotoKind] = enum_column(PhotoKind)
    position: Mapped[int]
    key: Mapped[str] = mapped_column(String(40), unique=True)
    thumb_key: Mapped[str] = mapped_column(String(40), unique=True)
    sha256: Mapped[str] = mapped_column(String(64))  # of the stored JPEG, not of what was sent
    width: Mapped[int]
    height: Mapped[int]
    bytes: Mapped[int]
    released: Mapped[bool] = mapped_column(default=False)  # staff looked at it and let it stand on the public page
    created_at: Mapped[datetime]

    @property
    def owner(self) -> Owner:
        return Owner(self.owner_kind, self.owner_id)


class Document(Base):
    """A PDF that staff put up, as it came. Erasable: `documents.remove` takes the file along."""

    __tablename__ = "documents"
    __table_args__ = (
        Index("ix_documents_owner", "owner_kind", "owner_id", "id"),
        CheckConstraint("pages > 0 AND bytes > 0", name="measured"),
    )

    id: Mapped[int] = pk()
    token: Mapped[str] = mapped_column(String(22), unique=True)  # its name in addresses, 128 random bits
    owner_kind: Mapped[str] = mapped_column(String(20))
    owner_id: Mapped[str] = mapped_column(String(64))
    name: Mapped[str] = mapped_column(String(64))  # shown and given to downloads, ends in .pdf
    key: Mapped[str] = mapped_column(String(40), unique=True)
    sha256: Mapped[str] = mapped_column(String(64))
    pages: Mapped[int]
    bytes: Mapped[int]
    created_at: Mapped[datetime]
