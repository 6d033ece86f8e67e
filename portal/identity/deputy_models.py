"""代理: who stands in for somebody who is away, from which day to which."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.core.base import Base, pk
from portal.core.triggers import Guard, guarded
from portal.identity.models import StaffPost

_HOLDS = text("ended_at IS NULL")


# Two who stand in for the same person on the same day would both see the work, or neither would feel it is theirs.
_SAME_DAYS = (
    "NEW.ended_at IS NULL AND EXISTS (SELECT 1 FROM staff_deputies AS other WHERE other.post_id = NEW.post_id"
    " AND other.ended_at IS NULL AND other.first_day <= NEW.last_day AND other.last_day >= NEW.first_day"
)


@guarded(
    Guard("one_deputy", "INSERT", f"{_SAME_DAYS})"),
    Guard(
        "one_deputy_still", "UPDATE OF post_id, first_day, last_day, ended_at", f"{_SAME_DAYS} AND other.id <> NEW.id)"
    ),
)
class Deputy(Base):
    """`post` is away, `deputy` stands in. Ended early it keeps its row. Per person the days of the rows that hold are apart."""

    __tablename__ = "staff_deputies"
    __table_args__ = (
        CheckConstraint("first_day <= last_day", name="order"),
        CheckConstraint("post_id <> deputy_id", name="another"),
        Index("ix_staff_deputies_post", "post_id", "last_day", sqlite_where=_HOLDS, postgresql_where=_HOLDS),
        Index("ix_staff_deputies_deputy", "deputy_id", "last_day", sqlite_where=_HOLDS, postgresql_where=_HOLDS),
    )
    id: Mapped[int] = pk()
    post_id: Mapped[int] = mapped_column(ForeignKey("staff_posts.id"))
    deputy_id: Mapped[int] = mapped_column(ForeignKey("staff_posts.id"))
    first_day: Mapped[date]
    last_day: Mapped[date]
    reason: Mapped[str] = mapped_column(String(200))
    by_id: Mapped[int | None] = mapped_column(ForeignKey("staff_posts.id"))
    made_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]

    post: Mapped[StaffPost] = relationship(foreign_keys=[post_id])
    deputy: Mapped[StaffPost] = relationship(foreign_keys=[deputy_id])
