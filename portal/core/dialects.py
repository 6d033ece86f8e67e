"""The two statements whose wording differs between SQLite and PostgreSQL."""

from typing import Any

from sqlalchemy.dialects import postgresql, sqlite

from portal.core.extensions import db


def upsert(model: Any) -> Any:
    """An INSERT that knows ON CONFLICT, for whichever database is open."""
    return postgresql.insert(model) if db.engine.dialect.name == "postgresql" else sqlite.insert(model)


def insert_ignore(model: Any) -> Any:
    """An INSERT that does nothing where the row exists; `rowcount` says which (SQLAlchemy keeps it only when told to)."""
    return upsert(model).on_conflict_do_nothing().execution_options(preserve_rowcount=True)
