"""常用答复: words a unit uses again, or everybody's."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from portal.core.base import Base, enum_column, pk
from portal.domain.case_statuses import ReplyResult


class ReplyTemplate(Base):
    """`agency_id` None: for every unit. `category_code` and `result` None: for every category and result."""

    __tablename__ = "reply_templates"
    __table_args__ = (
        Index("ix_reply_templates_agency", "agency_id", "id"),
        CheckConstraint("length(words) >= 10", name="says_something"),
    )
    id: Mapped[int] = pk()
    agency_id: Mapped[int | None] = mapped_column(ForeignKey("agencies.id"))
    category_code: Mapped[str | None] = mapped_column(ForeignKey("case_categories.code"))
    result: Mapped[ReplyResult | None] = enum_column(ReplyResult, nullable=True)
    title: Mapped[str] = mapped_column(String(20))
    words: Mapped[str] = mapped_column(Text)
    changed_at: Mapped[datetime]
    changed_by: Mapped[int | None] = mapped_column(ForeignKey("staff_posts.id"))
    retired_at: Mapped[datetime | None]
