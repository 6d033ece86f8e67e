"""Emptying a demo's database: the only place that takes the guards off append-only tables."""

import shutil
from pathlib import Path

from sqlalchemy import Connection, text

from portal.cli import schema
from portal.core import triggers
from portal.core.base import Base
from portal.core.clock import ClockShift
from portal.core.extensions import db
from portal.core.settings import settings

KEPT = {ClockShift.__tablename__, "alembic_version"}  # a demo's time never goes back, not even by starting over


def erase_everything() -> None:
    """Every row but the clock's, and every photo. Refuses outside a demo."""
    if not settings().demo:
        raise RuntimeError("only a demo can be erased")
    schema.load_models()
    db.session.remove()
    with db.engine.connect().execution_options(writing=True) as connection, connection.begin():
        (_truncate if connection.dialect.name == "postgresql" else _delete)(connection)
        triggers.install_on(connection)
    shutil.rmtree(Path(settings().instance_dir) / "media", ignore_errors=True)


def _tables() -> list[str]:
    return [table.name for table in reversed(Base.metadata.sorted_tables) if table.name not in KEPT]


def _truncate(connection: Connection) -> None:
    names = connection.execute(
        text("SELECT tgname, tgrelid::regclass::text FROM pg_trigger WHERE NOT tgisinternal")
    ).all()
    for trigger, table in names:
        connection.execute(text(f'DROP TRIGGER "{trigger}" ON {table}'))
    connection.execute(text(f"TRUNCATE {', '.join(_tables())} RESTART IDENTITY CASCADE"))


def _delete(connection: Connection) -> None:
    connection.execute(text("PRAGMA defer_foreign_keys=ON"))
    for trigger in connection.execute(text("SELECT name FROM sqlite_master WHERE type = 'trigger'")).scalars().all():
        connection.execute(text(f"DROP TRIGGER {trigger}"))
    for table in _tables():
        connection.execute(text(f"DELETE FROM {table}"))  # noqa: S608 - our own table names
