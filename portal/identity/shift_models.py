"""值班表: who of a unit is called at which hour."""

from datetime import date, datetime, time

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.core.base import Base, Encrypted, pk
from portal.domain.duty import Shift
from portal.identity.models import StaffPost
from portal.places.models import Agency

_KEPT = text("retired_at IS NULL")


class DutyShift(Base):
    """One line; the rules are `domain.duty`. `post`: the account of whoever is on duty, if there is one.

    `weekdays` are digits 1–7 in their order, empty for a line with dates.
    """

    __tablename__ = "duty_shifts"
    __table_args__ = (
        CheckConstraint("rank IN (1, 2)", name="rank"),
        CheckConstraint(
            "(weekdays = '') = (first_day IS NOT NULL) AND (first_day IS NULL) = (last_day IS NULL)", name="days"
        ),
        CheckConstraint("first_day IS NULL OR first_day <= last_day", name="order"),
        Index("ix_duty_shifts_agency", "agency_id", sqlite_where=_KEPT, postgresql_where=_KEPT),
    )
    id: Mapped[int] = pk()
    agency_id: Mapped[int] = mapped_column(ForeignKey("agencies.id"))
    post_id: Mapped[int | None] = mapped_column(ForeignKey("staff_posts.id"), index=True)
    name: Mapped[str] = mapped_column(String(20))
    phone: Mapped[str] = mapped_column(Encrypted())
    weekdays: Mapped[str] = mapped_column(String(7), default="")
    first_day: Mapped[date | None]
    last_day: Mapped[date | None]
    begins: Mapped[time]
    ends: Mapped[time]
    rank: Mapped[int] = mapped_column(default=1)
    made_at: Mapped[datetime]
    retired_at: Mapped[datetime | None]

    agency: Mapped[Agency] = relationship()
    post: Mapped[StaffPost | None] = relationship()

    @property
    def shift(self) -> Shift:
        return Shift(
            self.id,
            self.begins,
            self.ends,
            frozenset(int(digit) for digit in self.weekdays),
            self.first_day,
            self.last_day,
            self.rank,
        )
