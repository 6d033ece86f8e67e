"""纸质票和委托: batches read twice by two people, and written proxies."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.ballots.models import Ballot, RollEntry
from portal.core import crypto
from portal.core.base import Base, Encrypted, EncryptedBytes, enum_column, pk
from portal.domain.ballot_results import BatchState, ProxyState, ReadingOutcome, VoidReason
from portal.identity.models import StaffPost
from portal.media.child import SMALL_BYTES
from portal.places.models import Building

_LIVING = "state IN ('asked', 'valid')"


class PaperBatch(Base):
    """一批纸质票: what came out of one box, with how many there must be and who saw it opened."""

    __tablename__ = "paper_batches"
    __table_args__ = (
        CheckConstraint("expected > 0", name="expected"),
        CheckConstraint("second_by IS NULL OR second_by <> first_by", name="two_people"),
        CheckConstraint("(state = 'done') = (done_at IS NOT NULL)", name="done"),
    )
    id: Mapped[int] = pk()
    ballot_id: Mapped[int] = mapped_column(ForeignKey("ballots.id"), index=True)
    number: Mapped[int]
    building_id: Mapped[int | None] = mapped_column(ForeignKey("buildings.id"))
    box: Mapped[str] = mapped_column(String(40), default="")
    expected: Mapped[int]
    witnesses: Mapped[str] = mapped_column(Encrypted())  # two names, a line each
    state: Mapped[BatchState] = enum_column(BatchState, default=BatchState.FIRST)
    made_at: Mapped[datetime]
    made_by: Mapped[int] = mapped_column(ForeignKey("staff_posts.id"))
    first_by: Mapped[int | None] = mapped_column(ForeignKey("staff_posts.id"))
    second_by: Mapped[int | None] = mapped_column(ForeignKey("staff_posts.id"))
    done_at: Mapped[datetime | None]

    ballot: Mapped[Ballot] = relationship()
    building: Mapped[Building | None] = relationship()
    first_reader: Mapped[StaffPost | None] = relationship(foreign_keys=[first_by])
    second_reader: Mapped[StaffPost | None] = relationship(foreign_keys=[second_by])


class PaperReading(Base):
    """One sheet as one person read it. The answers are sealed, and gone once the batch has been counted in."""

    __tablename__ = "paper_readings"
    __table_args__ = (
        UniqueConstraint("batch_id", "turn", "entry_id", "copy"),
        CheckConstraint("turn IN (1, 2)", name="turn"),
        Index("ix_paper_readings_entry", "entry_id"),
    )
    id: Mapped[int] = pk()
    batch_id: Mapped[int] = mapped_column(ForeignKey("paper_batches.id"))
    turn: Mapped[int]
    entry_id: Mapped[int] = mapped_column(ForeignKey("roll_entries.id"))
    copy: Mapped[int] = mapped_column(default=0)  # a further sheet of the same voice in the same batch
    household_id: Mapped[int] = mapped_column(ForeignKey("households.id"))
    void_reason: Mapped[VoidReason | None] = enum_column(VoidReason, nullable=True)
    sealed: Mapped[str | None] = mapped_column(Encrypted("ballot"), deferred=True)
    read_at: Mapped[datetime]
    outcome: Mapped[ReadingOutcome | None] = enum_column(ReadingOutcome, nullable=True)

    batch: Mapped[PaperBatch] = relationship()
    entry: Mapped[RollEntry] = relationship()


class PaperPhoto(Base):
    """The photo of one sheet, by its first reading: under the same lock as the answers, never among the other photos."""

    __tablename__ = "paper_photos"
    __table_args__ = (CheckConstraint(f"length(sealed) <= {SMALL_BYTES + crypto.OVERHEAD}", name="size"),)
    id: Mapped[int] = pk()
    reading_id: Mapped[int] = mapped_column(ForeignKey("paper_readings.id"), unique=True)
    sealed: Mapped[bytes] = mapped_column(EncryptedBytes("ballot"), deferred=True)  # a JPEG
    made_at: Mapped[datetime]
    made_by: Mapped[int] = mapped_column(ForeignKey("staff_posts.id"))


class Proxy(Base):
    """书面委托: one entry's voice given to somebody for one ballot. `slot` 1–3 counts what its holder holds."""

    __tablename__ = "ballot_proxies"
    __table_args__ = (
        Index("uq_ballot_proxies_entry", "entry_id", unique=True, sqlite_where=text(_LIVING), postgresql_where=text(_LIVING)),
        Index(
            "uq_ballot_proxies_slot", "ballot_id", "holder_index", "slot", unique=True,
            sqlite_where=text(_LIVING), postgresql_where=text(_LIVING),
        ),
        CheckConstraint("slot BETWEEN 1 AND 3", name="slot"),
    )  # fmt: skip
    id: Mapped[int] = pk()
    ballot_id: Mapped[int] = mapped_column(ForeignKey("ballots.id"))
    entry_id: Mapped[int] = mapped_column(ForeignKey("roll_entries.id"))
    holder_name: Mapped[str] = mapped_column(Encrypted())
    holder_phone: Mapped[str] = mapped_column(Encrypted())
    holder_index: Mapped[str] = mapped_column(String(64), index=True)
    slot: Mapped[int]
    state: Mapped[ProxyState] = enum_column(ProxyState, default=ProxyState.ASKED)
    made_at: Mapped[datetime]
    made_by: Mapped[int] = mapped_column(ForeignKey("staff_posts.id"))
    settled_at: Mapped[datetime | None]

    ballot: Mapped[Ballot] = relationship()
    entry: Mapped[RollEntry] = relationship()

    @property
    def subject(self) -> str:
        return f"proxy:{self.id}"
