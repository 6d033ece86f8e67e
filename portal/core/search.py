"""Search in Chinese text, two characters too, the same on SQLite and PostgreSQL.

A feature keeps what may be found of a row, and asks with a condition for its own query; paging, order and above all
who may see the row stay that query's own business:

    search.keep("topic", topic.id, topic.title, topic.body)          # in the writing transaction; replaces what stood
    search.forget("topic", topic.id)                                 # hidden, sealed or erased
    select(Topic).where(may_read(actor), search.matches("topic", Topic.id, request.args["q"]))

Every part that was typed must be found, in any order. `matches_term` is for those who look elsewhere too (a number, a
building): combine it per term of `search_terms.terms(text)` with `or_`.

Kept are pairs of characters in the clear, so only text that stands in the clear anyway may be given: never what is
encrypted (names, phones, authors' own words, sealed matters).
"""

from typing import Any

from sqlalchemy import ColumnElement, String, and_, delete, false, func, insert, select, true
from sqlalchemy.orm import InstrumentedAttribute, Mapped, mapped_column

from portal.core.base import Base
from portal.core.extensions import db
from portal.domain import search_terms


class SearchGram(Base):
    """Two neighbouring characters that occur in a row's text."""

    __tablename__ = "search_grams"
    __table_args__ = ({"sqlite_with_rowid": False},)
    kind: Mapped[str] = mapped_column(String(12), primary_key=True)
    gram: Mapped[str] = mapped_column(String(2), primary_key=True)
    subject_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False, index=True)


def keep(kind: str, subject_id: int, *texts: str, is_new: bool = False) -> None:
    """What may be found of this row from now on. Several texts are kept apart: no pair spans two of them.

    `is_new`: nothing can stand there yet, so nothing is looked for.
    """
    if not is_new:
        forget(kind, subject_id)
    found = set[str]().union(*(search_terms.grams(text) for text in texts))
    if found:
        rows = [{"kind": kind, "gram": gram, "subject_id": subject_id} for gram in sorted(found)]
        db.session.execute(insert(SearchGram), rows)


def forget(kind: str, subject_id: int) -> None:
    db.session.execute(delete(SearchGram).where(SearchGram.kind == kind, SearchGram.subject_id == subject_id))


def matches(kind: str, key: InstrumentedAttribute[int], text: str) -> ColumnElement[bool]:
    """Rows in which every part of `text` is found; all rows where nothing to look for was typed."""
    return and_(true(), *(matches_term(kind, key, term) for term in search_terms.terms(text)))


def matches_term(kind: str, key: InstrumentedAttribute[int], term: str) -> ColumnElement[bool]:
    """One part as `search_terms.terms` gives it. A single character is found as the first or second of a pair."""
    if not term:
        return false()
    if len(term) == 1:
        held = SearchGram.gram.like(f"{term}%") | SearchGram.gram.like(f"%{term}")
        return key.in_(_of(kind).where(held))
    wanted = sorted(search_terms.grams(term))[: search_terms.MOST_GRAMS]
    grouped: Any = _of(kind).where(SearchGram.gram.in_(wanted)).group_by(SearchGram.subject_id)
    return key.in_(grouped.having(func.count() == len(wanted)))


def _of(kind: str) -> Any:
    return select(SearchGram.subject_id).where(SearchGram.kind == kind)
