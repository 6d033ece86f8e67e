"""核验申请: what somebody said about where they live, and what became of it (product ID4, ID5, ID7)."""

import json
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.core.base import Base, Encrypted, enum_column, pk
from portal.identity.models import Account, StaffPost
from portal.membership.models import Membership, MembershipRole, Way
from portal.places.models import Building
from portal.roster.models import Household


class ClaimState(StrEnum):
    OPEN = "open"  # 核对中: a person has to look
    PASSED = "passed"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"


class CheckWay(StrEnum):
    """核对方式: how a member of staff made sure."""

    PHONE = "phone"
    VISIT = "visit"
    WINDOW = "window"
    NEIGHBOUR = "neighbour"  # 楼门长 or neighbours know them


class Settling(StrEnum):
    """What becomes of a clash (product ID7)."""

    MERGE = "merge"  # both belong to the home, the voter stays
    HAND_OVER = "hand_over"  # both stay, the newcomer becomes the voter
    REPLACE = "replace"  # whoever was registered leaves, the newcomer takes the place
    NEW_NUMBER = "new_number"  # one and the same person: the account goes on under the number that asks


NUMBER, VOTER = "number", "voter"


@dataclass(frozen=True)
class Typed:
    """What somebody typed from memory; `tail` the last four digits of the number on the roster.

    `wish`: what else they ask for, `NUMBER` (the number they had is lost) or `VOTER` (a home that has none).
    """

    building: str = ""
    entrance: str = ""
    room: str = ""
    name: str = ""
    tail: str = ""
    wish: str = ""


class Claim(Base):
    """One application. `household_id` is known from a code or a door that is on the roster; of others `typed` tells.

    `typed` is `Typed` as JSON. `promised_on` is the day by which a person will have looked.
    """

    __tablename__ = "claims"
    __table_args__ = (
        CheckConstraint("(state = 'open') = (decided_at IS NULL)", name="decided"),
        CheckConstraint("(state = 'passed') = (membership_id IS NOT NULL)", name="passed"),
        CheckConstraint("(visit_on IS NULL) = (visit_slot IS NULL)", name="visit"),
        Index(
            "uq_claims_open", "account_id", unique=True,
            sqlite_where=text("state = 'open'"), postgresql_where=text("state = 'open'"),
        ),
        Index("ix_claims_queue", "state", "id"),
    )  # fmt: skip
    id: Mapped[int] = pk()
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"), index=True)
    way: Mapped[Way] = enum_column(Way)
    role: Mapped[MembershipRole] = enum_column(MembershipRole)
    state: Mapped[ClaimState] = enum_column(ClaimState)
    building_id: Mapped[int | None] = mapped_column(ForeignKey("buildings.id"), index=True)
    household_id: Mapped[int | None] = mapped_column(ForeignKey("households.id"), index=True)
    membership_id: Mapped[int | None] = mapped_column(ForeignKey("memberships.id"), index=True)
    is_clash: Mapped[bool] = mapped_column(default=False)
    typed: Mapped[str | None] = mapped_column(Encrypted())
    contact: Mapped[str | None] = mapped_column(Encrypted())
    times: Mapped[str] = mapped_column(String(60), default="")
    asked_at: Mapped[datetime]
    promised_on: Mapped[date]
    visit_on: Mapped[date | None]
    visit_slot: Mapped[str | None] = mapped_column(String(10))
    visitor_id: Mapped[int | None] = mapped_column(ForeignKey("staff_posts.id"))
    decided_at: Mapped[datetime | None]
    decided_by: Mapped[int | None] = mapped_column(ForeignKey("staff_posts.id"))
    check_way: Mapped[CheckWay | None] = enum_column(CheckWay, nullable=True)
    reason: Mapped[str | None] = mapped_column(Encrypted())

    account: Mapped[Account] = relationship()
    building: Mapped[Building | None] = relationship()
    household: Mapped[Household | None] = relationship()
    membership: Mapped[Membership | None] = relationship()
    visitor: Mapped[StaffPost | None] = relationship(foreign_keys=[visitor_id])
    decider: Mapped[StaffPost | None] = relationship(foreign_keys=[decided_by])

    @property
    def subject(self) -> str:
        return f"claim:{self.id}"

    @property
    def said(self) -> Typed:
        return Typed(**json.loads(self.typed)) if self.typed else Typed()


class InviteBatch(Base):
    """Letters of one building. Its codes are made at the moment of printing, so nothing readable is ever stored."""

    __tablename__ = "invite_batches"
    __table_args__ = (CheckConstraint("letters > 0", name="letters"),)
    id: Mapped[int] = pk()
    building_id: Mapped[int] = mapped_column(ForeignKey("buildings.id"), index=True)
    household_id: Mapped[int | None] = mapped_column(ForeignKey("households.id"))  # a letter for one home only
    all_homes: Mapped[bool] = mapped_column(default=False)  # also those that have verified
    letters: Mapped[int]
    made_at: Mapped[datetime]
    made_by: Mapped[int | None] = mapped_column(ForeignKey("staff_posts.id"))
    expires_on: Mapped[date]
    printed_at: Mapped[datetime | None]

    building: Mapped[Building] = relationship()
    household: Mapped[Household | None] = relationship()
    maker: Mapped[StaffPost | None] = relationship()


_LIVE = "voided_at IS NULL AND used_at IS NULL"


class InviteCode(Base):
    """邀请码 of one home, 10 characters, kept as a keyed hash. A newer one voids the one before."""

    __tablename__ = "invite_codes"
    __table_args__ = (
        Index(
            "uq_invite_codes_live", "household_id", unique=True,
            sqlite_where=text(_LIVE), postgresql_where=text(_LIVE),
        ),
    )  # fmt: skip
    id: Mapped[int] = pk()
    batch_id: Mapped[int] = mapped_column(ForeignKey("invite_batches.id"), index=True)
    household_id: Mapped[int] = mapped_column(ForeignKey("households.id"), index=True)
    code_hmac: Mapped[str] = mapped_column(String(64), unique=True)
    expires_on: Mapped[date]
    voided_at: Mapped[datetime | None]
    used_at: Mapped[datetime | None]
    used_by: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"))

    batch: Mapped[InviteBatch] = relationship()
    household: Mapped[Household] = relationship()
