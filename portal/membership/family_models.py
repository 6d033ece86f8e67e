"""家人邀请: a verified member asks a number to join the home."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.core.base import Base, Encrypted, enum_column, pk
from portal.membership.models import Membership, MembershipRole


class FamilyInviteState(StrEnum):
    OPEN = "open"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"


_OPEN = "state = 'open'"


class FamilyInvite(Base):
    """One number asked to join; it expires by itself. Whether the number is known to the site is never told."""

    __tablename__ = "family_invites"
    __table_args__ = (
        CheckConstraint("(state = 'open') = (answered_at IS NULL)", name="answered"),
        Index(
            "uq_family_invites_open", "household_id", "phone_index", unique=True,
            sqlite_where=text(_OPEN), postgresql_where=text(_OPEN),
        ),
    )  # fmt: skip
    id: Mapped[int] = pk()
    household_id: Mapped[int] = mapped_column(ForeignKey("households.id"))
    invited_by: Mapped[int] = mapped_column(ForeignKey("memberships.id"), index=True)
    phone: Mapped[str] = mapped_column(Encrypted())
    phone_index: Mapped[str] = mapped_column(String(64), index=True)
    role: Mapped[MembershipRole] = enum_column(MembershipRole)
    state: Mapped[FamilyInviteState] = enum_column(FamilyInviteState, default=FamilyInviteState.OPEN)
    made_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    answered_at: Mapped[datetime | None]

    inviter: Mapped[Membership] = relationship()
