"""How migrations run, on SQLite and PostgreSQL: in one transaction, then the keys are checked and the triggers installed.

SQLite alters a table by copying it ("batch"): foreign keys are off meanwhile, or the copy would cascade, and triggers are
lost, hence the installer afterwards.
"""

import warnings
from typing import Any

from alembic import context
from alembic.autogenerate.api import AutogenContext
from alembic.runtime.migration import MigrationContext
from flask import current_app
from sqlalchemy import Connection, Engine

from portal.cli.schema import load_models
from portal.core import triggers
from portal.core.base import Base, Encrypted, EncryptedBytes, UTCDateTime
from portal.core.extensions import db


def plain_type(kind: str, item: Any, autogen: AutogenContext) -> str | bool:
    """Revisions name plain column types: they must run when our classes have long changed."""
    if kind == "type" and isinstance(item, UTCDateTime):
        return "sa.DateTime(timezone=True)"
    if kind == "type" and isinstance(item, Encrypted):
        return "sa.Text()"
    if kind == "type" and isinstance(item, EncryptedBytes):
        return "sa.LargeBinary()"
    return False


def drop_empty(_context: MigrationContext, _revision: Any, directives: list[Any]) -> None:
    if getattr(context.config.cmd_opts, "autogenerate", False) and directives[0].upgrade_ops.is_empty():
        directives[:] = []


def run(engine: Engine) -> None:
    connection = engine.connect().execution_options(writing=True)
    with connection:
        set_foreign_keys(connection, on=False)
        try:
            migrate(connection)
        finally:
            connection.rollback()
            set_foreign_keys(connection, on=True)


def migrate(connection: Connection) -> None:
    given = {"process_revision_directives": drop_empty, **current_app.extensions["migrate"].configure_args}
    context.configure(
        connection=connection,
        target_metadata=Base.metadata,
        render_item=plain_type,
        transactional_ddl=True,
        **given,
    )
    with context.begin_transaction(), warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="Skipped unsupported reflection")  # indexes on expressions, SQLite
        warnings.filterwarnings("ignore", message="autogenerate skipping metadata-specified expression-based index")
        context.run_migrations()
        check_foreign_keys(connection)
        triggers.install_on(connection)


def set_foreign_keys(connection: Connection, *, on: bool) -> None:
    """On the driver's connection: inside a transaction the PRAGMA would do nothing."""
    if connection.dialect.name == "sqlite":
        connection.connection.driver_connection.execute(f"PRAGMA foreign_keys={'ON' if on else 'OFF'}")


def check_foreign_keys(connection: Connection) -> None:
    if connection.dialect.name == "sqlite":
        broken = connection.exec_driver_sql("PRAGMA foreign_key_check").all()
        if broken:
            raise RuntimeError(f"the migration leaves rows without their parent: {broken[:5]}")


load_models()
run(db.engine)
