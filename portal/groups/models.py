"""工作群: the robot of a unit's group, and the notices on their way there."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.core.base import Base, Encrypted, enum_column, pk
from portal.domain.group_robots import RobotKind
from portal.places.models import Agency

WAITS = text("state = 'waiting'")


class StaffGroup(Base):
    """One group per unit. `lease`: the worker that is sending to it just now; one message at a time.

    `next_at`: nothing is sent before, to keep the provider's rate and to wait after a refusal. `error_code` is that of
    the last try, None when it arrived.
    """

    __tablename__ = "staff_groups"
    __table_args__ = (CheckConstraint("(lease IS NULL) = (lease_until IS NULL)", name="lease_ends"),)

    id: Mapped[int] = pk()
    agency_id: Mapped[int] = mapped_column(ForeignKey("agencies.id"), unique=True)
    kind: Mapped[RobotKind] = enum_column(RobotKind)
    token: Mapped[str] = mapped_column(Encrypted())
    secret: Mapped[str | None] = mapped_column(Encrypted())
    changed_at: Mapped[datetime]
    paused_at: Mapped[datetime | None]
    next_at: Mapped[datetime]
    lease: Mapped[str | None] = mapped_column(String(32))
    lease_until: Mapped[datetime | None]
    tried_at: Mapped[datetime | None]
    sent_at: Mapped[datetime | None]
    error_code: Mapped[str | None] = mapped_column(String(40))

    agency: Mapped[Agency] = relationship()


class NoticeState(StrEnum):
    WAITING = "waiting"
    SENT = "sent"
    GIVEN_UP = "given_up"


class GroupNotice(Base):
    """One thing that a group is told. `unsure`: it may have been sent, nobody answered; the next try says so."""

    __tablename__ = "group_notices"
    __table_args__ = (
        CheckConstraint("(state = 'waiting') = (final_at IS NULL)", name="final_when"),
        CheckConstraint("tries >= 0", name="tries"),
        Index("ix_group_notices_waiting", "group_id", "due_at", sqlite_where=WAITS, postgresql_where=WAITS),
        Index("ix_group_notices_group", "group_id", "id"),
    )

    id: Mapped[int] = pk()
    group_id: Mapped[int] = mapped_column(ForeignKey("staff_groups.id"))
    event: Mapped[str] = mapped_column(String(40))
    subject: Mapped[str] = mapped_column(String(40), index=True)
    text: Mapped[str] = mapped_column(Encrypted())
    link: Mapped[str] = mapped_column(String(200))  # a path of this site
    state: Mapped[NoticeState] = enum_column(NoticeState, default=NoticeState.WAITING)
    tries: Mapped[int] = mapped_column(default=0)
    unsure: Mapped[bool] = mapped_column(default=False)
    due_at: Mapped[datetime]
    created_at: Mapped[datetime]
    final_at: Mapped[datetime | None]
    error_code: Mapped[str | None] = mapped_column(String(40))
