"""结果和疑问: dated counts, each with its public record, and what residents object to."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.ballots.models import Ballot, RollEntry
from portal.core.base import Base, Encrypted, enum_column, pk
from portal.core.triggers import append_only
from portal.domain.ballot_results import ObjectionAbout, ObjectionOutcome, ObjectionState


@append_only
class BallotResult(Base):
    """One count. A corrected one is a further row; the last one stands. `record` is the public record, byte for byte."""

    __tablename__ = "ballot_results"
    __table_args__ = (UniqueConstraint("ballot_id", "number"), CheckConstraint("number > 0", name="number"))
    id: Mapped[int] = pk()
    ballot_id: Mapped[int] = mapped_column(ForeignKey("ballots.id"))
    number: Mapped[int]
    counted_at: Mapped[datetime]
    objection_id: Mapped[int | None]  # the objection that was upheld; no foreign key, as objections may be erased
    is_effective: Mapped[bool]
    carried: Mapped[int]
    failed: Mapped[int]
    digest: Mapped[str] = mapped_column(String(64))
    summary: Mapped[str] = mapped_column(Text)  # the record without its long lists, for pages
    record: Mapped[str] = mapped_column(Text, deferred=True)

    ballot: Mapped[Ballot] = relationship()


class Objection(Base):
    """疑问: what somebody verified at a home of the roll put to the result, and the written answer."""

    __tablename__ = "ballot_objections"
    __table_args__ = (
        UniqueConstraint("ballot_id", "number"),
        CheckConstraint("(state = 'answered') = (answered_at IS NOT NULL)", name="answered"),
        CheckConstraint("(state = 'answered') = (outcome IS NOT NULL)", name="outcome"),
        Index("ix_ballot_objections_state", "ballot_id", "state"),
    )
    id: Mapped[int] = pk()
    ballot_id: Mapped[int] = mapped_column(ForeignKey("ballots.id"))
    number: Mapped[int]
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"), index=True)
    entry_id: Mapped[int] = mapped_column(ForeignKey("roll_entries.id"))
    about: Mapped[ObjectionAbout] = enum_column(ObjectionAbout)
    words: Mapped[str] = mapped_column(Encrypted())
    made_at: Mapped[datetime]
    due_at: Mapped[datetime]
    state: Mapped[ObjectionState] = enum_column(ObjectionState, default=ObjectionState.OPEN)
    outcome: Mapped[ObjectionOutcome | None] = enum_column(ObjectionOutcome, nullable=True)
    answer: Mapped[str | None] = mapped_column(Encrypted())
    answered_at: Mapped[datetime | None]
    answered_by: Mapped[int | None] = mapped_column(ForeignKey("staff_posts.id"))
    corrected_entry_id: Mapped[int | None] = mapped_column(ForeignKey("roll_entries.id"))
    correction: Mapped[str | None] = mapped_column(Encrypted("ballot"), deferred=True)  # waits for the second person

    ballot: Mapped[Ballot] = relationship()
    entry: Mapped[RollEntry] = relationship(foreign_keys=[entry_id])
    corrected_entry: Mapped[RollEntry | None] = relationship(foreign_keys=[corrected_entry_id])

    @property
    def subject(self) -> str:
        return f"objection:{self.id}"
