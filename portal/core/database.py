"""How the two databases are opened: SQLite in WAL with FULL sync, PostgreSQL as it comes."""

from typing import Any

from flask import Flask
from sqlalchemy import Connection, Engine, event, text
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.pool import ConnectionPoolEntry

from portal.core import triggers
from portal.core.extensions import db
from portal.core.settings import Settings


def options(found: Settings) -> dict[str, Any]:
    if found.is_sqlite:
        return {"connect_args": {"timeout": 30}}
    return {"pool_pre_ping": True, "pool_size": 8, "max_overflow": 8}


def register(app: Flask, found: Settings) -> None:
    app.config["SQLALCHEMY_DATABASE_URI"] = found.database_url
    app.config["SQLALCHEMY_ENGINE_OPTIONS"] = options(found)
    db.init_app(app)
    with app.app_context():
        if found.is_sqlite:
            _prepare_sqlite(db.engine, found.sqlite_synchronous)


def _prepare_sqlite(engine: Engine, synchronous: str) -> None:
    """WAL + FULL: NORMAL lost acknowledged writes in 191 of 200 power cuts (security.md §1)."""

    @event.listens_for(engine, "connect")
    def on_connect(connection: DBAPIConnection, _record: ConnectionPoolEntry) -> None:
        connection.isolation_level = None  # SQLAlchemy says BEGIN, not the driver
        cursor = connection.cursor()
        for pragma in ("journal_mode=WAL", f"synchronous={synchronous}", "foreign_keys=ON", "busy_timeout=30000"):
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    @event.listens_for(engine, "begin")
    def on_begin(connection: Connection) -> None:
        """A deferred read-then-write fails at once under load; IMMEDIATE for every reader would queue them all."""
        writes = connection.get_execution_options().get("writing", False)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def is_empty() -> bool:
    return not db.inspect(db.engine).has_table("alembic_version") and not db.inspect(db.engine).get_table_names()


def check(found: Settings) -> list[str]:
    """What is wrong with the opened database: durability and the triggers that guard append-only tables."""
    said = []
    if found.is_sqlite:
        level = db.session.execute(text("PRAGMA synchronous")).scalar()
        if level != 2 and not found.demo:
            said.append("The database runs with synchronous other than FULL.")
    said += [
        f"The trigger {name} is missing: an append-only table could be altered." for name in triggers.missing(db.engine)
    ]
    return said
