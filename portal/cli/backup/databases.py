"""A consistent copy of the running database in one file, and the way back; SQLite and PostgreSQL."""

import re
import shutil
import sqlite3
import subprocess
from collections.abc import Mapping
from pathlib import Path

from sqlalchemy import text

from portal.core.extensions import db


class CannotBackUp(Exception):
    """What is missing on this machine."""


Counts = Mapping[str, int]
_COPY = re.compile(rb'COPY (?:"?\w+"?\.)?"?(\w+)"? .*FROM stdin;')


def kind() -> str:
    return db.engine.dialect.name


def dump(target: Path) -> Counts:
    """Copy the database as it is at one moment. Rows by table, counted in the copy's own moment."""
    return _dump_sqlite(target) if kind() == "sqlite" else _dump_postgresql(target)


def restore(source: Path) -> None:
    """Replace everything in the database by the copy."""
    (_restore_sqlite if kind() == "sqlite" else _restore_postgresql)(source)


def _sqlite_path() -> str:
    return str(db.engine.url.database)


def _dump_sqlite(target: Path) -> Counts:
    """VACUUM INTO: a plain copy of a live file was usable in 6 of 12 tries, this in 12 of 12 (security.md §1.7)."""
    with sqlite3.connect(_sqlite_path(), timeout=60) as live:
        live.execute("VACUUM INTO ?", (str(target),))
    live.close()
    target.chmod(0o600)
    return count_sqlite(target)


def count_sqlite(path: Path) -> Counts:
    copy = sqlite3.connect(f"file:{path}?mode=ro", uri=True)
    try:
        names = [row[0] for row in copy.execute("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name")]
        return {name: copy.execute(f'SELECT count(*) FROM "{name}"').fetchone()[0] for name in names}  # noqa: S608
    finally:
        copy.close()


def damage_in(path: Path) -> list[str]:
    """What SQLite itself finds wrong in a copy."""
    copy = sqlite3.connect(f"file:{path}?mode=ro", uri=True)
    try:
        said = [row[0] for row in copy.execute("PRAGMA integrity_check") if row[0] != "ok"]
        return said + [
            f"{row[0]}: row {row[1]} without its {row[2]}" for row in copy.execute("PRAGMA foreign_key_check")
        ]
    finally:
        copy.close()


def _restore_sqlite(source: Path) -> None:
    """By the backup API, page by page in one transaction: processes that have the file open go on with the new content."""
    db.session.remove()
    db.engine.dispose()
    copy, live = sqlite3.connect(source), sqlite3.connect(_sqlite_path(), timeout=60)
    try:
        copy.backup(live)
        live.execute("PRAGMA journal_mode=WAL")
    finally:
        live.close()
        copy.close()


def _program(name: str) -> str:
    found = shutil.which(name)
    if found is None:
        raise CannotBackUp(f"需要 {name}（Debian: apt install postgresql-client）。 {name} is needed.")
    return found


def _postgres_address() -> str:
    return db.engine.url.set(drivername="postgresql").render_as_string(hide_password=False)


def _run(*command: str) -> None:
    done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603 - found by shutil.which
    if done.returncode:
        raise CannotBackUp(f"{Path(command[0]).name}: {done.stderr.strip()[-600:]}")


def _dump_postgresql(target: Path) -> Counts:
    """pg_dump and the counts look at the same exported snapshot."""
    program = _program("pg_dump")
    with db.engine.connect().execution_options(isolation_level="REPEATABLE READ") as connection, connection.begin():
        snapshot = connection.execute(text("SELECT pg_export_snapshot()")).scalar_one()
        names = connection.execute(
            text("SELECT tablename FROM pg_tables WHERE schemaname = current_schema() ORDER BY tablename")
        ).scalars()
        counts = {name: connection.execute(text(f'SELECT count(*) FROM "{name}"')).scalar_one() for name in list(names)}  # noqa: S608
        _run(
            program,
            "--format=custom",
            "--no-owner",
            f"--snapshot={snapshot}",
            f"--file={target}",
            f"--dbname={_postgres_address()}",
        )
    target.chmod(0o600)
    return counts


def _restore_postgresql(source: Path) -> None:
    db.session.remove()
    db.engine.dispose()
    options = ("--clean", "--if-exists", "--no-owner", "--single-transaction", "--exit-on-error")
    _run(_program("pg_restore"), *options, f"--dbname={_postgres_address()}", str(source))


def count_postgresql(source: Path) -> Counts:
    """Read the whole dump as pg_restore would write it into a database and count the rows; CannotBackUp when it cannot."""
    counts: dict[str, int] = {}
    command = [_program("pg_restore"), "--data-only", "--file=-", str(source)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as reading:  # noqa: S603 - found by shutil.which
        assert reading.stdout is not None and reading.stderr is not None
        table = None
        for line in reading.stdout:
            if table is None and (begins := _COPY.match(line)):
                table = begins[1].decode()
                counts[table] = 0
            elif line == b"\\.\n":
                table = None
            elif table is not None:
                counts[table] += 1
        said = reading.stderr.read().decode(errors="replace")
    if reading.returncode:
        raise CannotBackUp(f"pg_restore: {said.strip()[-600:]}")
    return counts
