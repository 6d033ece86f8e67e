"""挂账: asked by a unit, approved by the district, ended by hand or when its review day comes near."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from portal.core.base import Base, enum_column, pk
from portal.domain.case_suspension import SuspensionReason, SuspensionState

_OPEN = text("state IN ('asked', 'approved')")


class CaseSuspension(Base):
    """`plan` is told to the resident; erasable. A case has at most one that is asked for or in force."""

    __tablename__ = "case_suspensions"
    __table_args__ = (
        Index("uq_case_suspensions_open", "case_id", unique=True, sqlite_where=_OPEN, postgresql_where=_OPEN),
        Index("ix_case_suspensions_state", "state", "review_on", "id"),
        CheckConstraint("(state = 'asked') = (decided_at IS NULL)", name="decided"),
        CheckConstraint("(state = 'ended') = (ended_at IS NOT NULL)", name="ended"),
    )
    id: Mapped[int] = pk()
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"), index=True)
    agency_id: Mapped[int] = mapped_column(ForeignKey("agencies.id"))
    approval_id: Mapped[int] = mapped_column(ForeignKey("approvals.id"))
    asked_at: Mapped[datetime]
    reason: Mapped[SuspensionReason] = enum_column(SuspensionReason)
    plan: Mapped[str] = mapped_column(Text)
    review_on: Mapped[date]
    state: Mapped[SuspensionState] = enum_column(SuspensionState, default=SuspensionState.ASKED)
    decided_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
