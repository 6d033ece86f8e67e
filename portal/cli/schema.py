"""The tables: brought up to date by the migrations, the same way for a demo, a test and a real instance."""

from importlib import import_module
from pkgutil import iter_modules

import flask_migrate
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import select

import portal
from portal.core.extensions import db
from portal.core.settings import ROOT

MIGRATIONS = ROOT / "portal" / "migrations"


def load_models() -> None:
    """Every feature's modules of tables (`models`, `paper_models` …), so that the metadata is complete whoever asks."""
    for package in iter_modules(portal.__path__, "portal."):
        if package.ispkg:
            for module in iter_modules(import_module(package.name).__path__, f"{package.name}."):
                if module.name.endswith("models"):
                    import_module(module.name)


def bring_up_to_date() -> None:
    flask_migrate.upgrade(str(MIGRATIONS))
    db.session.remove()


def pending() -> list[str]:
    """Why the tables do not fit the program."""
    wanted = set(ScriptDirectory(str(MIGRATIONS)).get_heads())
    with db.engine.connect() as connection:
        present = set(MigrationContext.configure(connection).get_current_heads())
    return [] if present == wanted else ["The database does not fit this version: run `flask --app app db upgrade`."]


def is_empty() -> bool:
    """No district and no staff: nothing was ever set up here."""
    from portal.identity.models import StaffPost
    from portal.places.models import District

    return (
        db.session.scalar(select(District.id).limit(1)) is None
        and db.session.scalar(select(StaffPost.id).limit(1)) is None
    )
