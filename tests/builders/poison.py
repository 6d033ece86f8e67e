"""Hostile words in everything that people have written: whatever in the database holds Chinese begins with them."""

import json
from collections.abc import Iterator
from typing import Any

from sqlalchemy import JSON, Column, Enum, String, Table, select, text, update

from portal.core.base import Base, Encrypted
from portal.core.extensions import db

PROBE = "hostile-"
"""Begins the name of the element that a page would hold if it took somebody's words for its own."""
EMPTY = {
    "accounts.called", "ballots.about", "ballots.paper_places", "ballot_items.who_pays", "compounds.stage_note", "households.note",
}  # fmt: skip
"""Nobody in a test's world has written these: the rows get nothing but the hostile words."""


def poison() -> dict[str, str]:
    """'table.column' → the words that its texts begin with from now on. SQLite only; inside `writing()`."""
    _no_guards()
    found: dict[str, str] = {}
    for table in Base.metadata.sorted_tables:
        for column in _texts(table):
            words = payload(f"{PROBE}{len(found)}")
            if _spoil(table, column, words):
                found[f"{table.name}.{column.name}"] = words
    return found


def payload(name: str) -> str:
    """Leaves an attribute, leaves a text field, begins an element, leaves a script."""
    return f"\"'></textarea></script><{name}>&amp;"


def _no_guards() -> None:
    for name in db.session.scalars(text("SELECT name FROM sqlite_master WHERE type = 'trigger'")).all():
        db.session.execute(text(f'DROP TRIGGER "{name}"'))
    db.session.execute(text("PRAGMA ignore_check_constraints = ON"))


def _texts(table: Table) -> Iterator[Column[Any]]:
    for column in table.columns:
        is_text = isinstance(column.type, String | Encrypted | JSON) and not isinstance(column.type, Enum)
        if is_text and not column.primary_key and not column.foreign_keys:
            yield column


def _spoil(table: Table, column: Column[Any], words: str) -> bool:
    spoilt = False
    for *keys, value in db.session.execute(select(*table.primary_key.columns, column)).all():
        bad = spoiled(value, words) if value or f"{table.name}.{column.name}" not in EMPTY else words
        if bad != value:
            here = [key == value for key, value in zip(table.primary_key.columns, keys, strict=True)]
            db.session.execute(update(table).where(*here).values({column.name: bad}))
            spoilt = True
    return spoilt


def spoiled(value: Any, words: str) -> Any:
    """The same shape; codes, numbers and keys stay as they are."""
    if isinstance(value, dict):
        return {key: spoiled(each, words) for key, each in value.items()}
    if isinstance(value, list):
        return [spoiled(each, words) for each in value]
    if not isinstance(value, str):
        return value
    if value[:1] in {"[", "{"}:
        return json.dumps(spoiled(json.loads(value), words))
    return value if value.isascii() else words + value
