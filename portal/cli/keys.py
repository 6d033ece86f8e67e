"""`keys rotate`: everything encrypted is written anew with the first key of DATA_KEYS, blind indexes too.

    PORTAL_DATA_KEYS=new,old flask --app app keys rotate
The old key stays in the list: backups and short codes (receipts, sessions) made with it need it.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import click
from flask.cli import AppGroup
from sqlalchemy import Column, LargeBinary, Table, Text, bindparam, func, select, type_coerce, update

from portal.cli import schema
from portal.core import crypto
from portal.core.base import Base, Encrypted, EncryptedBytes
from portal.core.extensions import db
from portal.core.writing import writing

keys = AppGroup("keys", help="Data keys.")
BATCH = 500
RECIPIENT = "phone:"  # how messages name a number: this and its index


@dataclass
class Rotation:
    """`moved` maps old indexes to new ones, learnt from rows that hold the number itself."""

    texts: int = 0
    indexes: int = 0
    moved: dict[str, str] = field(default_factory=dict)


@keys.command("rotate")
def rotate_keys() -> None:
    """Re-encrypt with the first key. May be repeated; what is current is left alone."""
    done = rotate()
    click.echo(f"已改写 {done.texts} 个密文、{done.indexes} 个索引。 Rewritten. 旧密钥请保留在 DATA_KEYS 末尾。")


def rotate() -> Rotation:
    schema.load_models()
    done = Rotation()
    for table in Base.metadata.sorted_tables:
        for column in encrypted_columns(table):
            _rewrite(table, column, done)
        for column in table.columns:
            if isinstance(column.type, EncryptedBytes):
                _rewrite_files(table, column, done)
    for table in Base.metadata.sorted_tables:
        _move_indexes(table, done)
    return done


def encrypted_columns(table: Table) -> list[Column[str]]:
    return [column for column in table.columns if isinstance(column.type, Encrypted)]


def _index_of(table: Table, column: Column[str]) -> Column[str] | None:
    """`phone` has its blind index in `phone_index`, `number` in `number_index`."""
    return table.columns.get(f"{column.name}_index")


def _rewrite(table: Table, column: Column[str], done: Rotation) -> None:
    """In short transactions, so that the site goes on meanwhile."""
    purpose = column.type.purpose  # type: ignore[attr-defined]
    index = _index_of(table, column)
    for rows in _old_tokens(table, column):
        with writing():
            for row in rows:
                plain = crypto.decrypt(row.token, purpose)
                values = {column.name: plain}
                if index is not None:
                    values[index.name] = crypto.blind_index(plain)
                    done.moved.update(dict.fromkeys(crypto.blind_indexes(plain)[1:], values[index.name]))
                same = [key == getattr(row, key.name) for key in table.primary_key.columns]
                unchanged = type_coerce(column, Text) == row.token
                db.session.execute(update(table).where(*same, unchanged).values(values))
                done.texts += 1


def _rewrite_files(table: Table, column: Column[Any], done: Rotation) -> None:
    """One by one: a file is large, and only its first characters tell which key wrote it."""
    written_by = func.substr(type_coerce(column, LargeBinary), 1, crypto.KEY_ID_LENGTH)
    (key,) = table.primary_key.columns
    found = db.session.execute(select(key, type_coerce(written_by, LargeBinary)).where(column.is_not(None)))
    for number in [one for one, begins in found.all() if not crypto.is_current(bytes(begins).decode())]:
        with writing():
            plain = db.session.scalar(select(column).where(key == number))
            if plain is not None:
                db.session.execute(update(table).where(key == number).values({column.name: plain}))
                done.texts += 1


def _old_tokens(table: Table, column: Column[str]) -> Iterator[Sequence[Any]]:
    """Batches of primary key and token, of rows that another key wrote."""
    statement = select(*table.primary_key.columns, type_coerce(column, Text).label("token")).where(column.is_not(None))
    rows = [row for row in db.session.execute(statement) if not crypto.is_current(row.token)]
    for start in range(0, len(rows), BATCH):
        yield rows[start : start + BATCH]


def _move_indexes(table: Table, done: Rotation) -> None:
    """Columns that hold an index without its number: limits of a number, recipients of messages."""
    if not done.moved:
        return
    for column in table.columns:
        prefix = RECIPIENT if column.name == "recipient_key" else ""
        if not prefix and not column.name.endswith(("phone_index", "number_index")):
            continue
        pairs = [{"old": prefix + old, "new": prefix + new} for old, new in done.moved.items()]
        with writing():
            statement = update(table).where(column == bindparam("old")).values({column.name: bindparam("new")})
            for start in range(0, len(pairs), BATCH):
                found = db.session.connection().execute(statement, pairs[start : start + BATCH])
                done.indexes += max(found.rowcount, 0)
