"""The journal's rows: ids, codes, numbers and digests only, never a text or a name."""

from datetime import datetime

from sqlalchemy import CheckConstraint, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from portal.core.base import Base, pk
from portal.core.triggers import append_only


@append_only
class JournalEntry(Base):
    """One deed. `hash` covers every other column and the previous entry's hash."""

    __tablename__ = "journal_entries"
    __table_args__ = (Index("ix_journal_entries_subject", "subject", "id"),)
    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    at: Mapped[datetime] = mapped_column(index=True)
    action: Mapped[str] = mapped_column(String(40), index=True)
    actor: Mapped[str] = mapped_column(String(40), index=True)
    subject: Mapped[str] = mapped_column(String(80))
    details: Mapped[str]
    previous: Mapped[str] = mapped_column(String(64))
    hash: Mapped[str] = mapped_column(String(64), unique=True)


class JournalHead(Base):
    """The end of the chain, one row, locked by each writer: read-last-insert-next forked 137 of 640 times."""

    __tablename__ = "journal_heads"
    __table_args__ = (CheckConstraint("id = 1", name="one_row"),)
    id: Mapped[int] = pk()
    last_id: Mapped[int]
    hash: Mapped[str] = mapped_column(String(64))
