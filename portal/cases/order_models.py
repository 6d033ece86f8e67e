"""督办单: the order to finish a case, numbered by year. What the unit answers is a step of the case's timeline."""

from datetime import date, datetime
from typing import TYPE_CHECKING

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.core.base import Base, enum_column, pk
from portal.domain.case_supervision import SupervisionOrigin, SupervisionState
from portal.places.models import Agency

if TYPE_CHECKING:
    from portal.cases.models import Case

_NOT_CLEARED = text("state <> 'cleared'")


class SupervisionOrder(Base):
    """`agency`: the unit that held the case when the order came, `by`: the unit above it. `requirement` is erasable.

    A case has at most one order that is not cleared; the order follows the case to whoever holds it.
    """

    __tablename__ = "supervision_orders"
    __table_args__ = (
        Index("uq_supervision_orders_open", "case_id", unique=True, sqlite_where=_NOT_CLEARED, postgresql_where=_NOT_CLEARED),
        Index("ix_supervision_orders_state", "state", "due_on", "id"),
        CheckConstraint("(state = 'cleared') = (cleared_at IS NOT NULL)", name="cleared"),
    )  # fmt: skip
    id: Mapped[int] = pk()
    number: Mapped[str] = mapped_column(String(10), unique=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"), index=True)
    agency_id: Mapped[int] = mapped_column(ForeignKey("agencies.id"), index=True)
    by_id: Mapped[int] = mapped_column(ForeignKey("agencies.id"), index=True)
    copy_id: Mapped[int | None] = mapped_column(ForeignKey("agencies.id"))
    origin: Mapped[SupervisionOrigin] = enum_column(SupervisionOrigin)
    state: Mapped[SupervisionState] = enum_column(SupervisionState, default=SupervisionState.OPEN)
    post_id: Mapped[int | None] = mapped_column(ForeignKey("staff_posts.id"))
    issued_at: Mapped[datetime]
    due_on: Mapped[date]
    requirement: Mapped[str] = mapped_column(Text)
    rounds: Mapped[int] = mapped_column(default=1)
    answered_at: Mapped[datetime | None]
    cleared_at: Mapped[datetime | None]

    case: Mapped["Case"] = relationship()
    agency: Mapped[Agency] = relationship(foreign_keys=[agency_id])
    by: Mapped[Agency] = relationship(foreign_keys=[by_id])
    copy: Mapped[Agency | None] = relationship(foreign_keys=[copy_id])


class SupervisionSequence(Base):
    """The last number given out in a year."""

    __tablename__ = "supervision_sequences"
    year: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    last: Mapped[int]
