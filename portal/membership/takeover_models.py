"""接替: somebody new takes from somebody registered their place, their vote or their account (product ID7, ID13)."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.core.base import Base, Encrypted, enum_column, pk
from portal.identity.models import StaffPost
from portal.membership.claim_models import CheckWay, Claim, Settling
from portal.membership.models import Membership, MembershipRole
from portal.roster.models import Household


class TakeoverState(StrEnum):
    ASKED = "asked"  # one member of staff is sure; the home has been told
    AGREED = "agreed"  # a second one, too; it takes effect when the home has had its time
    DONE = "done"
    REFUSED = "refused"
    STOPPED = "stopped"  # whoever is registered said no
    DROPPED = "dropped"  # the application was taken back, or what was agreed to no longer holds


_OPEN = "state IN ('asked', 'agreed')"


class Takeover(Base):
    """What becomes of a clash when somebody loses by it. `membership`: whose place, vote or number is meant."""

    __tablename__ = "takeovers"
    __table_args__ = (
        CheckConstraint(f"({_OPEN}) = (ended_at IS NULL)", name="ended"),
        CheckConstraint("state <> 'agreed' OR decided_by IS NOT NULL", name="agreed"),
        CheckConstraint("decided_by IS NULL OR decided_by <> asked_by", name="two_people"),
        Index(
            "uq_takeovers_open", "household_id", unique=True,
            sqlite_where=text(_OPEN), postgresql_where=text(_OPEN),
        ),
        Index("ix_takeovers_due", "state", "effective_at"),
    )  # fmt: skip
    id: Mapped[int] = pk()
    claim_id: Mapped[int] = mapped_column(ForeignKey("claims.id"), index=True)
    household_id: Mapped[int] = mapped_column(ForeignKey("households.id"))
    membership_id: Mapped[int] = mapped_column(ForeignKey("memberships.id"), index=True)
    settling: Mapped[Settling] = enum_column(Settling)
    role: Mapped[MembershipRole] = enum_column(MembershipRole)
    check_way: Mapped[CheckWay] = enum_column(CheckWay)
    reason: Mapped[str] = mapped_column(Encrypted())
    state: Mapped[TakeoverState] = enum_column(TakeoverState)
    asked_at: Mapped[datetime]
    asked_by: Mapped[int] = mapped_column(ForeignKey("staff_posts.id"))
    effective_at: Mapped[datetime]  # not before the home has had a day to say no
    decided_by: Mapped[int | None] = mapped_column(ForeignKey("staff_posts.id"))
    decided_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]

    claim: Mapped[Claim] = relationship()
    household: Mapped[Household] = relationship()
    membership: Mapped[Membership] = relationship()
    asker: Mapped[StaffPost] = relationship(foreign_keys=[asked_by])

    @property
    def subject(self) -> str:
        return f"takeover:{self.id}"
