"""Memberships: the tie between an account and a home (product ID4–ID8, D7)."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.core.base import Base, enum_column, pk
from portal.identity.models import Account
from portal.roster.models import Household


class MembershipRole(StrEnum):
    OWNER = "owner"  # 房主
    TENANT = "tenant"  # 公房承租人
    FAMILY = "family"  # 家人
    RENTER = "renter"  # 租房住: reports and discusses, never votes


class MembershipState(StrEnum):
    PENDING = "pending"
    VERIFIED = "verified"
    REFUSED = "refused"
    REVOKED = "revoked"  # by staff, or by the home itself
    LEFT = "left"  # gave it up: moved away, changed number


class Way(StrEnum):
    ROSTER = "roster"
    INVITE = "invite"
    VISIT = "visit"
    FAMILY = "family"


_LIVING = "state IN ('pending', 'verified')"


class Membership(Base):
    """One account at one home. `is_voter`: the one named voter (投票人) of the home."""

    __tablename__ = "memberships"
    __table_args__ = (
        CheckConstraint("NOT is_voter OR (state = 'verified' AND role <> 'renter')", name="voter_is_verified"),
        Index(
            "uq_memberships_living", "account_id", "household_id", unique=True,
            sqlite_where=text(_LIVING), postgresql_where=text(_LIVING),
        ),
        Index(
            "uq_memberships_voter", "household_id", unique=True,
            sqlite_where=text("is_voter"), postgresql_where=text("is_voter"),
        ),
    )  # fmt: skip
    id: Mapped[int] = pk()
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"), index=True)
    household_id: Mapped[int] = mapped_column(ForeignKey("households.id"), index=True)
    role: Mapped[MembershipRole] = enum_column(MembershipRole)
    state: Mapped[MembershipState] = enum_column(MembershipState, index=True)
    way: Mapped[Way] = enum_column(Way)
    is_voter: Mapped[bool] = mapped_column(default=False)
    asked_at: Mapped[datetime]
    decided_at: Mapped[datetime | None]
    decided_by: Mapped[int | None] = mapped_column(ForeignKey("staff_posts.id"))
    reason: Mapped[str] = mapped_column(String(200), default="")

    account: Mapped[Account] = relationship()
    household: Mapped[Household] = relationship()
