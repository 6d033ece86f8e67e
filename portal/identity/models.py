"""Accounts, staff posts, sessions, sign-in codes, approvals."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.core.base import Base, Encrypted, enum_column, pk
from portal.core.triggers import append_only
from portal.domain.roles import Role
from portal.places.models import Agency, Community, Street


class Account(Base):
    """居民账号: a phone number that signed in. The number is encrypted; look-up goes by its blind index."""

    __tablename__ = "accounts"
    id: Mapped[int] = pk()
    phone: Mapped[str] = mapped_column(Encrypted())
    phone_index: Mapped[str] = mapped_column(String(64), unique=True)
    called: Mapped[str | None] = mapped_column(Encrypted())
    sms_wanted: Mapped[bool] = mapped_column(default=True)
    created_at: Mapped[datetime]
    signed_in_at: Mapped[datetime | None]
    returned_at: Mapped[datetime | None]  # the last sign-in after so long a silence that the number may be another's
    deleted_at: Mapped[datetime | None]  # 已注销: without a number


@append_only
class Consent(Base):
    """One yes or no to certain words. `version` names the words; the last row of a kind is what holds."""

    __tablename__ = "consents"
    id: Mapped[int] = pk()
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"), index=True)
    kind: Mapped[str] = mapped_column(String(20))
    version: Mapped[str] = mapped_column(String(20))
    given: Mapped[bool]
    at: Mapped[datetime]


class StaffPost(Base):
    """工作人员的岗位: one person in one role at one unit, with what they may see."""

    __tablename__ = "staff_posts"
    id: Mapped[int] = pk()
    username: Mapped[str] = mapped_column(String(40), unique=True)
    name: Mapped[str] = mapped_column(String(20))
    role: Mapped[Role] = enum_column(Role)
    agency_id: Mapped[int] = mapped_column(ForeignKey("agencies.id"), index=True)
    password_hash: Mapped[str] = mapped_column(String(200))
    totp_secret: Mapped[str | None] = mapped_column(Encrypted())
    totp_step: Mapped[int] = mapped_column(default=0)  # the last 30-second step whose code was used: none counts twice
    password_until: Mapped[datetime | None]  # a one-time password: it opens nothing but the page for choosing one's own
    phone: Mapped[str | None] = mapped_column(Encrypted())
    is_lead: Mapped[bool] = mapped_column(default=False)  # 负责人 of the unit: see `leads`
    created_at: Mapped[datetime]
    retired_at: Mapped[datetime | None]

    agency: Mapped[Agency] = relationship()
    scopes: Mapped[list["StaffScope"]] = relationship(back_populates="post", cascade="all, delete-orphan")


class StaffScope(Base):
    """One place a post may look at: a community or a street. District-wide roles need none."""

    __tablename__ = "staff_scopes"
    __table_args__ = (CheckConstraint("(community_id IS NULL) <> (street_id IS NULL)", name="one_place"),)
    id: Mapped[int] = pk()
    post_id: Mapped[int] = mapped_column(ForeignKey("staff_posts.id", ondelete="CASCADE"), index=True)
    community_id: Mapped[int | None] = mapped_column(ForeignKey("communities.id"))
    street_id: Mapped[int | None] = mapped_column(ForeignKey("streets.id"))

    post: Mapped[StaffPost] = relationship(back_populates="scopes")
    community: Mapped[Community | None] = relationship()
    street: Mapped[Street | None] = relationship()


class SignedIn(Base):
    """A signed-in session. The cookie holds a random id, this row its keyed hash."""

    __tablename__ = "signed_in"
    __table_args__ = (
        CheckConstraint("(account_id IS NULL) <> (post_id IS NULL)", name="one_person"),
        Index("ix_signed_in_expires_at", "expires_at"),
    )
    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    account_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"), index=True)
    post_id: Mapped[int | None] = mapped_column(ForeignKey("staff_posts.id"), index=True)
    created_at: Mapped[datetime]
    seen_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    proved_at: Mapped[datetime]
    code_at: Mapped[datetime | None]  # the last one-time or recovery code of this session, in real time
    device: Mapped[str] = mapped_column(String(20), default="")
    assisted_account_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"))
    assisted_household_id: Mapped[int | None] = mapped_column(ForeignKey("households.id"))
    assisted_until: Mapped[datetime | None]  # a member of staff acts for that home until then

    account: Mapped[Account | None] = relationship(foreign_keys=[account_id])
    post: Mapped[StaffPost | None] = relationship()


class TotpEnrolment(Base):
    """A second factor being set up: its secret counts only once a code made with it was typed."""

    __tablename__ = "totp_enrolments"
    post_id: Mapped[int] = mapped_column(ForeignKey("staff_posts.id", ondelete="CASCADE"), primary_key=True)
    secret: Mapped[str] = mapped_column(Encrypted())
    begun_at: Mapped[datetime] = mapped_column(index=True)


class RecoveryCode(Base):
    """恢复码: stands in for one one-time code, once. Only its keyed hash is kept."""

    __tablename__ = "recovery_codes"
    __table_args__ = (UniqueConstraint("post_id", "code_hmac"),)
    id: Mapped[int] = pk()
    post_id: Mapped[int] = mapped_column(ForeignKey("staff_posts.id", ondelete="CASCADE"))
    code_hmac: Mapped[str] = mapped_column(String(64))
    made_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


class SignInCode(Base):
    """One live code per number and purpose (D5); a new one replaces the row."""

    __tablename__ = "sign_in_codes"
    __table_args__ = (CheckConstraint("tries >= 0 AND tries <= 5", name="tries"),)
    phone_index: Mapped[str] = mapped_column(String(64), primary_key=True)
    purpose: Mapped[str] = mapped_column(String(10), primary_key=True)
    code_hmac: Mapped[str] = mapped_column(String(64))
    tries: Mapped[int] = mapped_column(default=0)
    sent: Mapped[int] = mapped_column(default=1)
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]
    locked_until: Mapped[datetime | None]  # after the fifth wrong try


class SignInDelay(Base):
    """Wrong passwords of one name: from the third on each makes the next try wait longer; nobody is locked out."""

    __tablename__ = "sign_in_delays"
    __table_args__ = (CheckConstraint("fails >= 1", name="fails"),)
    bucket: Mapped[str] = mapped_column(String(64), primary_key=True)
    fails: Mapped[int]
    free_at: Mapped[datetime]
    ends_at: Mapped[datetime] = mapped_column(index=True)


class KeptForm(Base):
    """What somebody had typed when the session ended: shown once to the same person after signing in again."""

    __tablename__ = "kept_forms"
    __table_args__ = (CheckConstraint("(account_id IS NULL) <> (post_id IS NULL)", name="one_person"),)
    id: Mapped[int] = pk()
    post_id: Mapped[int | None] = mapped_column(ForeignKey("staff_posts.id", ondelete="CASCADE"), unique=True)
    account_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id", ondelete="CASCADE"), unique=True)
    path: Mapped[str] = mapped_column(String(300))
    fields: Mapped[str] = mapped_column(Encrypted())
    kept_at: Mapped[datetime] = mapped_column(index=True)


class PostChange(Base):
    """What an admin changed about a post, and why; the journal holds only its digest."""

    __tablename__ = "post_changes"
    id: Mapped[int] = pk()
    post_id: Mapped[int] = mapped_column(ForeignKey("staff_posts.id"), index=True)
    what: Mapped[str] = mapped_column(String(20))
    before: Mapped[str] = mapped_column(String(200), default="")
    after: Mapped[str] = mapped_column(String(200), default="")
    reason: Mapped[str] = mapped_column(String(200))
    by_id: Mapped[int | None] = mapped_column(ForeignKey("staff_posts.id"))
    at: Mapped[datetime]

    by: Mapped[StaffPost | None] = relationship(foreign_keys=[by_id])


class ApprovalState(StrEnum):
    ASKED = "asked"
    APPROVED = "approved"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"


class Approval(Base):
    """A deed that waits for a second person. `kind` names the deed, `payload` its plain values (ids, dates) as JSON."""

    __tablename__ = "approvals"
    __table_args__ = (
        CheckConstraint("decided_by IS NULL OR decided_by <> asked_by", name="second_person"),
        CheckConstraint("(state = 'asked') = (decided_at IS NULL)", name="decided"),
    )
    id: Mapped[int] = pk()
    kind: Mapped[str] = mapped_column(String(40), index=True)
    subject: Mapped[str] = mapped_column(String(60), index=True)
    summary: Mapped[str] = mapped_column(String(120))
    payload: Mapped[str] = mapped_column(Text)
    reason: Mapped[str] = mapped_column(String(200), default="")
    asked_by: Mapped[int] = mapped_column(ForeignKey("staff_posts.id"))
    asked_at: Mapped[datetime]
    state: Mapped[ApprovalState] = enum_column(ApprovalState, default=ApprovalState.ASKED)
    decided_by: Mapped[int | None] = mapped_column(ForeignKey("staff_posts.id"))
    decided_at: Mapped[datetime | None]
    decision_reason: Mapped[str | None] = mapped_column(String(200))

    asker: Mapped[StaffPost] = relationship(foreign_keys=[asked_by])
    decider: Mapped[StaffPost | None] = relationship(foreign_keys=[decided_by])
