"""Triggers that refuse changes; one installer, run after every migration.

A model declares itself with `@append_only`, or with `@guarded(Guard(…))` where a change is refused under a condition
only. `missing(engine)` lists what is not installed; start-up asserts it is empty.
SQLite's batch migrations drop triggers silently, hence an installer instead of migrations.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, TypeVar

from sqlalchemy import Connection, Engine, text

Model = TypeVar("Model", bound=type[Any])
_TABLES: set[str] = set()


@dataclass(frozen=True)
class Guard:
    """Refuses `events` ('UPDATE OF a, b', 'INSERT OR DELETE') on a row for which the SQL condition `when` holds.

    The condition reads OLD and NEW, and may look into other tables; `{row}` is OLD, or NEW of an INSERT. A trigger per
    event, called `name_event`.
    """

    name: str
    events: str
    when: str

    def parts(self) -> Iterator[tuple[str, str, str]]:
        """(trigger name, event, condition)"""
        for event in self.events.split(" OR "):
            verb = event.split(maxsplit=1)[0]
            yield f"{self.name}_{verb.lower()}", event, self.when.format(row="NEW" if verb == "INSERT" else "OLD")


_GUARDS: dict[str, tuple[Guard, ...]] = {}

_PG_FUNCTION = """
CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION 'append-only table %', TG_TABLE_NAME; END $$
"""


def append_only(model: Model) -> Model:
    _TABLES.add(model.__tablename__)
    return model


def guarded(*guards: Guard) -> Callable[[Model], Model]:
    def declare(model: Model) -> Model:
        _GUARDS[model.__tablename__] = guards
        return model

    return declare


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
    for table in sorted(_GUARDS.keys() & existing):
        for guard in _GUARDS[table]:
            for name, event, when in guard.parts():
                connection.execute(text(_drop(name, table, dialect)))
                for statement in _guarding(name, table, event, when, dialect):
                    connection.exec_driver_sql(statement)


def _guarding(name: str, table: str, event: str, when: str, dialect: str) -> Iterator[str]:
    refusal = f"{table}: {name}"
    if dialect == "postgresql":
        yield (
            f"CREATE OR REPLACE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF {when} THEN "
            f"RAISE EXCEPTION '{refusal}'; END IF; IF TG_OP = 'DELETE' THEN RETURN OLD; END IF; RETURN NEW; END $$"
        )
        yield f"CREATE TRIGGER {name} BEFORE {event} ON {table} FOR EACH ROW EXECUTE FUNCTION {name}()"
    else:
        yield (
            f"CREATE TRIGGER {name} BEFORE {event} ON {table} FOR EACH ROW "
            f"BEGIN SELECT RAISE(ABORT, '{refusal}') WHERE {when}; END"
        )


def missing(engine: Engine) -> list[str]:
    with engine.connect() as connection:
        existing = set(_existing_tables(connection))
        append_only_ones = {name for table in _TABLES & existing for name in _names(table, engine.dialect.name)}
        guards = [guard for table in _GUARDS.keys() & existing for guard in _GUARDS[table]]
        wanted = append_only_ones | {name for guard in guards for name, _event, _when in guard.parts()}
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
