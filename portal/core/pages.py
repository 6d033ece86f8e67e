"""Paging by key: page 400 costs what page 1 costs, and nobody counts."""

import base64
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any, Generic, TypeVar

from sqlalchemy import Select, tuple_
from sqlalchemy.orm import InstrumentedAttribute

from portal.core.extensions import db
from portal.core.numbers import LARGEST

Row = TypeVar("Row")


@dataclass(frozen=True)
class Page(Generic[Row]):
    """One page; `next` and `previous` are cursors for the address, None at the ends."""

    rows: Sequence[Row]
    next: str | None
    previous: str | None


def _pack(values: Sequence[Any], backwards: bool) -> str:
    plain = [value.isoformat() if isinstance(value, date | datetime) else value for value in values]
    return base64.urlsafe_b64encode(json.dumps([backwards, *plain]).encode()).decode().rstrip("=")


def _unpack(cursor: str, keys: Sequence[InstrumentedAttribute[Any]]) -> tuple[bool, list[Any]] | None:
    """None for a cursor that is not ours: the first page is shown."""
    try:
        backwards, *values = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
        if len(values) != len(keys):
            return None
        return bool(backwards), [_parse(value, key) for value, key in zip(values, keys, strict=True)]
    except (ValueError, TypeError, OverflowError, RecursionError):
        return None


def _parse(value: Any, key: InstrumentedAttribute[Any]) -> Any:
    kind = key.type.python_type
    if kind is datetime and isinstance(value, str):
        return datetime.fromisoformat(value).astimezone(UTC)
    if kind is date and isinstance(value, str):
        return date.fromisoformat(value)
    if type(value) is not kind or (kind is int and not 0 <= value <= LARGEST):
        raise TypeError
    return value


def page_of(
    statement: Select[Any],
    keys: Sequence[InstrumentedAttribute[Any]],
    cursor: str | None,
    *,
    size: int = 20,
    descending: bool = True,
) -> Page[Any]:
    """Rows of `statement` ordered by `keys` (unique together, not null, one direction), after the cursor."""
    found = _unpack(cursor, keys) if cursor else None
    backwards, values = found if found else (False, None)
    down = descending != backwards
    statement = statement.order_by(None).order_by(*(key.desc() if down else key.asc() for key in keys))
    if values is not None:
        columns = tuple_(*keys)
        bound = tuple_(*values) if len(keys) > 1 else tuple_(values[0])
        statement = statement.where(columns < bound if down else columns > bound)
    rows = list(db.session.scalars(statement.limit(size + 1)).unique())
    more, rows = len(rows) > size, rows[:size]
    if backwards:
        rows.reverse()
    has_next, has_previous = (values is not None, more) if backwards else (more, values is not None)
    return Page(
        rows,
        _pack([getattr(rows[-1], key.key) for key in keys], False) if rows and has_next else None,
        _pack([getattr(rows[0], key.key) for key in keys], True) if rows and has_previous else None,
    )
