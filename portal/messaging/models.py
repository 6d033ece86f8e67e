"""Rows of the inbox, the outbox, what is known of a number, and what a recipient wishes."""

from datetime import datetime

from sqlalchemy import CheckConstraint, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from portal.core.base import Base, Encrypted, enum_column, pk
from portal.domain.sms_lifecycle import NumberFlag, SmsState
from portal.messaging.catalogue import Purpose

DUE, LEASED = text("due_at IS NOT NULL"), text("lease_until IS NOT NULL")
UNREAD = text("state IN ('undelivered', 'failed', 'blocked')")
KEY = 80  # 'phone:' and 64 hex digits, or 'staff:<post id>'


class InboxMessage(Base):
    """What a resident or an office reads on the site; the SMS only points here."""

    __tablename__ = "inbox_messages"
    __table_args__ = (Index("ix_inbox_messages_recipient", "recipient_key", "id"),)

    id: Mapped[int] = pk()
    recipient_key: Mapped[str] = mapped_column(String(KEY))
    event: Mapped[str] = mapped_column(String(40))
    text: Mapped[str] = mapped_column(Encrypted())
    link: Mapped[str | None] = mapped_column(String(200))  # a path of this site, never an outside address
    subject: Mapped[str] = mapped_column(String(40), index=True)
    created_at: Mapped[datetime]
    read_at: Mapped[datetime | None]


class OutboxMessage(Base):
    """One SMS and all that happened to it. A retry is the same row.

    `due_at` is when it is next looked at: to send while queued, to ask the provider about it while uncertain.
    `attempt` names the running or last try; the provider hands it back in its receipts.
    """

    __tablename__ = "outbox_messages"
    __table_args__ = (
        CheckConstraint("(state = 'sending') = (lease_until IS NOT NULL)", name="lease_while_sending"),
        CheckConstraint(
            "state != 'sending' OR (attempt IS NOT NULL AND attempted_at IS NOT NULL)", name="sending_attempt"
        ),
        CheckConstraint("state != 'queued' OR (due_at IS NOT NULL AND text IS NOT NULL)", name="queued_due"),
        CheckConstraint("state NOT IN ('sent', 'delivered', 'undelivered') OR sent_at IS NOT NULL", name="sent_when"),
        CheckConstraint(
            "(state IN ('delivered', 'undelivered', 'failed', 'blocked')) = (final_at IS NOT NULL)", name="final_when"
        ),
        CheckConstraint("state != 'blocked' OR (attempts = 0 AND error_code IS NOT NULL)", name="blocked_why"),
        CheckConstraint("attempts >= 0", name="attempts"),
        Index("ix_outbox_messages_due", "due_at", sqlite_where=DUE, postgresql_where=DUE),
        Index("ix_outbox_messages_lease", "lease_until", sqlite_where=LEASED, postgresql_where=LEASED),
        Index("ix_outbox_messages_number", "number_index", "created_at"),
        Index("ix_outbox_messages_unread", "id", sqlite_where=UNREAD, postgresql_where=UNREAD),
    )

    id: Mapped[int] = pk()
    recipient_key: Mapped[str] = mapped_column(String(KEY))
    number: Mapped[str] = mapped_column(Encrypted())
    number_index: Mapped[str] = mapped_column(String(64))
    number_masked: Mapped[str] = mapped_column(String(20))
    event: Mapped[str] = mapped_column(String(40))
    purpose: Mapped[Purpose] = enum_column(Purpose)
    rank: Mapped[int]
    subject: Mapped[str] = mapped_column(String(40), index=True)
    text: Mapped[str | None] = mapped_column(Encrypted())
    text_digest: Mapped[str | None] = mapped_column(String(64))
    state: Mapped[SmsState] = enum_column(SmsState)
    attempts: Mapped[int] = mapped_column(default=0)
    due_at: Mapped[datetime | None]
    lease_until: Mapped[datetime | None]
    attempt: Mapped[str | None] = mapped_column(String(32), unique=True)
    attempted_at: Mapped[datetime | None]
    provider: Mapped[str | None] = mapped_column(String(20))
    provider_sid: Mapped[str | None] = mapped_column(String(64), unique=True)
    error_code: Mapped[str | None] = mapped_column(String(40))
    created_at: Mapped[datetime]
    sent_at: Mapped[datetime | None]
    final_at: Mapped[datetime | None]


class SmsNumber(Base):
    """What the network said of a number. The row is also the lock under which the cap of a number is counted."""

    __tablename__ = "sms_numbers"

    number_index: Mapped[str] = mapped_column(String(64), primary_key=True)
    flag: Mapped[NumberFlag | None] = enum_column(NumberFlag, nullable=True)
    changed_at: Mapped[datetime]


class Preference(Base):
    """A recipient who wants no SMS, or wants them again. No row: wants them."""

    __tablename__ = "message_preferences"

    recipient_key: Mapped[str] = mapped_column(String(KEY), primary_key=True)
    sms: Mapped[bool]
    changed_at: Mapped[datetime]
