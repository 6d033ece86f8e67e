"""剔除: proposed by a street or a unit, approved by the district, lifted again by the district."""

from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.core.base import Base, enum_column, pk
from portal.domain.case_exclusion import ExclusionKind, ExclusionState
from portal.identity.models import Approval, StaffPost
from portal.places.models import Agency

if TYPE_CHECKING:
    from portal.cases.models import Case

_OPEN = text("state IN ('asked', 'approved')")


class CaseExclusion(Base):
    """Everybody's words are between offices and erasable. A case has at most one that is asked for or in force.

    `lifted_by` is empty where it ended by itself: taken apart again, or sealed.
    """

    __tablename__ = "case_exclusions"
    __table_args__ = (
        Index("uq_case_exclusions_open", "case_id", unique=True, sqlite_where=_OPEN, postgresql_where=_OPEN),
        Index("ix_case_exclusions_state", "state", "id"),
        CheckConstraint("(state = 'asked') = (decided_at IS NULL)", name="decided"),
        CheckConstraint("(state = 'lifted') = (lifted_at IS NOT NULL)", name="lifted"),
    )
    id: Mapped[int] = pk()
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"), index=True)
    agency_id: Mapped[int] = mapped_column(ForeignKey("agencies.id"))
    approval_id: Mapped[int] = mapped_column(ForeignKey("approvals.id"))
    kind: Mapped[ExclusionKind] = enum_column(ExclusionKind)
    reason: Mapped[str] = mapped_column(Text)
    asked_at: Mapped[datetime]
    state: Mapped[ExclusionState] = enum_column(ExclusionState, default=ExclusionState.ASKED)
    decided_at: Mapped[datetime | None]
    lifted_at: Mapped[datetime | None]
    lifted_by: Mapped[int | None] = mapped_column(ForeignKey("staff_posts.id"))
    why_lifted: Mapped[str] = mapped_column(String(200), default="")

    case: Mapped["Case"] = relationship()
    agency: Mapped[Agency] = relationship()
    approval: Mapped[Approval] = relationship()
    lifter: Mapped[StaffPost | None] = relationship()
