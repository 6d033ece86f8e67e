"""协助办理: a member of staff acts for a home whose people have no phone (product ID8)."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.core.base import Base, Encrypted, pk
from portal.identity.models import StaffPost
from portal.roster.models import Household


class Assist(Base):
    """Thirty minutes at most, one home, one reason. The slip that says what was done prints once."""

    __tablename__ = "assists"
    __table_args__ = (
        CheckConstraint("ends_at > started_at", name="ends"),
        CheckConstraint("ended_at IS NULL OR ended_at >= started_at", name="ended"),
    )
    id: Mapped[int] = pk()
    post_id: Mapped[int] = mapped_column(ForeignKey("staff_posts.id"), index=True)
    household_id: Mapped[int] = mapped_column(ForeignKey("households.id"), index=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"))
    reason: Mapped[str] = mapped_column(Encrypted())
    started_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    slip_printed_at: Mapped[datetime | None]

    post: Mapped[StaffPost] = relationship()
    household: Mapped[Household] = relationship()
