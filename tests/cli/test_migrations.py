"""The tables go up, down and up again with data in them, and fit the models."""

import warnings
from pathlib import Path

import flask_migrate
import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from alembic.script import Script, ScriptDirectory
from flask import Flask
from sqlalchemy import text

from portal.cli import schema
from portal.cli.demo.load import Plan, load
from portal.core import triggers
from portal.core.base import Base
from portal.core.extensions import db
from tests.fixtures.app import make_app


@pytest.fixture
def bare_app(empty_database_url: str, tmp_path: Path) -> Flask:
    return make_app(empty_database_url, tmp_path)


def test_up_down_and_up_again_with_data(bare_app: Flask) -> None:
    with bare_app.app_context():
        schema.bring_up_to_date()
        load(Plan(cases=0), quiet=True)
        for revision in reversed(revisions()):
            flask_migrate.downgrade(revision=revision.down_revision or "base")
            flask_migrate.upgrade()
        assert triggers.missing(db.engine) == []
        assert schema.pending() == []
        db.engine.dispose()


def test_going_down_leaves_nothing_behind(bare_app: Flask) -> None:
    with bare_app.app_context():
        schema.bring_up_to_date()
        flask_migrate.downgrade(revision="base")
        assert db.inspect(db.engine).get_table_names() == ["alembic_version"]
        db.engine.dispose()


def test_the_migrations_make_what_the_models_say(bare_app: Flask) -> None:
    with bare_app.app_context():
        schema.bring_up_to_date()
        with db.engine.connect() as connection, warnings.catch_warnings():
            warnings.simplefilter("ignore")  # SQLite cannot show its indexes on expressions; PostgreSQL can
            context = MigrationContext.configure(connection, opts={"compare_type": True})
            assert compare_metadata(context, Base.metadata) == []
        db.engine.dispose()


def test_every_table_of_the_models_keeps_its_rows_apart_from_other_rows(bare_app: Flask) -> None:
    """Foreign keys are on again after a migration has switched them off."""
    with bare_app.app_context():
        schema.bring_up_to_date()
        if db.engine.dialect.name == "sqlite":
            assert db.session.execute(text("PRAGMA foreign_keys")).scalar() == 1
        db.session.remove()
        db.engine.dispose()


def revisions() -> list[Script]:
    return list(reversed(list(ScriptDirectory(str(schema.MIGRATIONS)).walk_revisions())))
