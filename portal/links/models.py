"""One edge: `source` and `target` are the subjects by which journal and messages name things ('point:12', 'case:7')."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from portal.core.base import Base, enum_column, pk
from portal.core.triggers import append_only


class LinkKind(StrEnum):
    """Read from source to target."""

    BECAME = "became"  # a point became a case or a ballot item; a post became a case
    RAISED_FROM = "raised_from"  # a topic was raised from a case
    BUILT_AS = "built_as"  # a carried ballot item is built as a works item


@append_only
class Link(Base):
    __tablename__ = "links"
    __table_args__ = (
        UniqueConstraint("kind", "source", "target"),
        CheckConstraint("source <> target", name="two_things"),
        Index("ix_links_target", "target", "kind"),
    )
    id: Mapped[int] = pk()
    kind: Mapped[LinkKind] = enum_column(LinkKind)
    source: Mapped[str] = mapped_column(String(40))
    target: Mapped[str] = mapped_column(String(40))
    at: Mapped[datetime]
    by: Mapped[str] = mapped_column(String(40))  # the actor's label
