"""逐级上报: the steps that were taken, each once, and whom they reached."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ColumnElement, ForeignKey, Index, String, UniqueConstraint, and_
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.core.base import Base, Encrypted, enum_column, pk
from portal.core.triggers import append_only
from portal.domain.case_escalation import Ladder
from portal.places.models import Agency


@append_only
class CaseEscalation(Base):
    """A step of a ladder. `anchor`: the promise, or when the case came to whoever has to take it on: another promise or
    another unit begins a ladder of its own. `holder`: the unit that had it, `agency`: the unit that was told."""

    __tablename__ = "case_escalations"
    __table_args__ = (
        UniqueConstraint("case_id", "ladder", "anchor", "step"),
        CheckConstraint("step >= 0", name="step"),
        Index("ix_case_escalations_at", "at", "id"),
    )
    id: Mapped[int] = pk()
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"))
    ladder: Mapped[Ladder] = enum_column(Ladder)
    anchor: Mapped[datetime]
    step: Mapped[int]
    holder_id: Mapped[int | None] = mapped_column(ForeignKey("agencies.id"))
    agency_id: Mapped[int] = mapped_column(ForeignKey("agencies.id"), index=True)
    rank: Mapped[int] = mapped_column(default=0)  # of the duty contact; 0: the unit's people
    at: Mapped[datetime]

    agency: Mapped[Agency] = relationship(foreign_keys=[agency_id])
    calls: Mapped[list["EscalationCall"]] = relationship(order_by="EscalationCall.id")

    @classmethod
    def of(cls, case_id: int, ladder: Ladder, anchor: datetime) -> ColumnElement[bool]:
        """The steps of one ladder of a case."""
        return and_(cls.case_id == case_id, cls.ladder == ladder, cls.anchor == anchor)


class Way(StrEnum):
    SMS = "sms"
    INBOX = "inbox"
    CALL = "call"  # no text reaches it: somebody has to telephone


class EscalationCall(Base):
    """电话清单: one person or number that a step of an urgent case was for. Erasable, hence beside the step."""

    __tablename__ = "escalation_calls"
    id: Mapped[int] = pk()
    escalation_id: Mapped[int] = mapped_column(ForeignKey("case_escalations.id"), index=True)
    post_id: Mapped[int | None] = mapped_column(ForeignKey("staff_posts.id"))
    shift_id: Mapped[int | None] = mapped_column(ForeignKey("duty_shifts.id"))
    name: Mapped[str] = mapped_column(String(20))
    phone: Mapped[str | None] = mapped_column(Encrypted())
    way: Mapped[Way] = enum_column(Way)
