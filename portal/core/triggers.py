"""Triggers that refuse UPDATE and DELETE on append-only tables; one installer, run after every migration.

A model declares itself with `@append_only`. `missing(engine)` lists what is not installed; start-up asserts it is empty.
SQLite's batch migrations drop triggers silently, hence an installer instead of migrations.
"""

from typing import Any, TypeVar

from sqlalchemy import Connection, Engine, text

Model = TypeVar("Model", bound=type[Any])
_TABLES: set[str] = set()

_PG_FUNCTION = """
CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION 'append-only table %', TG_TABLE_NAME; END $$
"""


def append_only(model: Model) -> Model:
    _TABLES.add(model.__tablename__)
    return model


def _names(table: str, dialect: str) -> dict[str, str]:
    """Trigger name → the events it refuses."""
    if dialect == "postgresql":
        return {f"keep_{table}": "UPDATE OR DELETE", f"keep_{table}_all": "TRUNCATE"}
    return {f"keep_{table}_update": "UPDATE", f"keep_{table}_delete": "DELETE"}


def install(engine: Engine) -> None:
    with engine.begin() as connection:
        install_on(connection)


def install_on(connection: Connection) -> None:
    dialect = connection.dialect.name
    existing = set(_existing_tables(connection))
    if dialect == "postgresql":
        connection.execute(text(_PG_FUNCTION))
    for table in sorted(_TABLES & existing):
        for name, events in _names(table, dialect).items():
            connection.execute(text(_drop(name, table, dialect)))
            connection.execute(text(_create(name, table, events, dialect)))


def missing(engine: Engine) -> list[str]:
    with engine.connect() as connection:
        wanted = {
            name for table in _TABLES & set(_existing_tables(connection)) for name in _names(table, engine.dialect.name)
        }
        return sorted(wanted - set(_installed(connection)))


def _drop(name: str, table: str, dialect: str) -> str:
    return f"DROP TRIGGER IF EXISTS {name} ON {table}" if dialect == "postgresql" else f"DROP TRIGGER IF EXISTS {name}"


def _create(name: str, table: str, events: str, dialect: str) -> str:
    if dialect == "postgresql":
        each = "STATEMENT" if events == "TRUNCATE" else "ROW"
        return f"CREATE TRIGGER {name} BEFORE {events} ON {table} FOR EACH {each} EXECUTE FUNCTION refuse_change()"
    return (
        f"CREATE TRIGGER {name} BEFORE {events} ON {table} BEGIN SELECT RAISE(ABORT, 'append-only table {table}'); END"
    )


def _existing_tables(connection: Connection) -> list[str]:
    sql = (
        "SELECT tablename FROM pg_tables WHERE schemaname = current_schema()"
        if connection.dialect.name == "postgresql"
        else "SELECT name FROM sqlite_master WHERE type = 'table'"
    )
    return list(connection.execute(text(sql)).scalars())


def _installed(connection: Connection) -> list[str]:
    sql = (
        "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal"
        if connection.dialect.name == "postgresql"
        else "SELECT name FROM sqlite_master WHERE type = 'trigger'"
    )
    return list(connection.execute(text(sql)).scalars())
