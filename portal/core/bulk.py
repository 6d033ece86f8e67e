"""Many rows at once, the fastest way each database has: COPY on PostgreSQL, one prepared statement on SQLite."""

import gc
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from itertools import islice
from typing import Any

from sqlalchemy import Table, func, select, text

from portal.core.extensions import db

CHUNK = 2_000


@contextmanager
def uncollected() -> Iterator[None]:
    """While many plain rows are built at once: looking through all of them for cycles again and again takes a third of
    the time, and they hold none."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def reserve_ids(model: Any, count: int) -> Sequence[int]:
    """`count` ids that nobody else will use; call inside `writing()`, where SQLite has no other writer."""
    if db.engine.dialect.name == "postgresql":
        sequence = text("SELECT nextval(pg_get_serial_sequence(:name, 'id')) FROM generate_series(1, :count)")
        return list(db.session.scalars(sequence, {"name": model.__tablename__, "count": count}))
    last = db.session.scalar(select(func.coalesce(func.max(model.id), 0))) or 0
    return range(last + 1, last + 1 + count)


def insert_many(model: Any, names: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Rows in the order of `names`, through the columns' own types (encryption, enums, moments); taken one by one."""
    table: Table = model.__table__
    bound = _bound(table, names, rows)
    connection = db.session.connection()
    if connection.dialect.name == "postgresql":
        with connection.connection.cursor() as cursor, cursor.copy(_copy(table, names)) as copy:  # type: ignore[attr-defined]
            for row in bound:
                copy.write_row(row)
        return
    marks = ", ".join("?" for _ in names)
    statement = f"INSERT INTO {table.name} ({', '.join(names)}) VALUES ({marks})"  # noqa: S608 - our own names
    while chunk := list(islice(bound, CHUNK)):
        connection.exec_driver_sql(statement, chunk)


def _copy(table: Table, names: Sequence[str]) -> str:
    return f"COPY {table.name} ({', '.join(names)}) FROM STDIN"


def _bound(table: Table, names: Sequence[str], rows: Iterable[Sequence[Any]]) -> Iterator[tuple[Any, ...]]:
    dialect = db.engine.dialect
    processors = [table.c[name].type.dialect_impl(dialect).bind_processor(dialect) for name in names]
    for row in rows:
        yield tuple(
            value if process is None else process(value) for value, process in zip(row, processors, strict=True)
        )


def update_many(model: Any, ids: Sequence[int], values: Mapping[str, Any]) -> None:
    """The same values for many rows, a thousand at a time."""
    table: Table = model.__table__
    for start in range(0, len(ids), 1000):
        db.session.execute(table.update().where(table.c.id.in_(ids[start : start + 1000])).values(**values))
