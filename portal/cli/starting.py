"""What must be right before anything is served: the refusals of security.md §3, 'start'."""

import os

import click
from flask import Flask, current_app
from flask.cli import run_command
from sqlalchemy.exc import SQLAlchemyError

from portal.cli import schema
from portal.core import database
from portal.core.settings import problems, settings


def reasons() -> list[str]:
    """Everything wrong with settings and database, one sentence each. Needs an app context."""
    return [*problems(settings()), *_debugging(), *_database()]


def _debugging() -> list[str]:
    wanted = current_app.debug and not settings().demo and not settings().debug
    return ["Flask runs with --debug: error pages would show the program's inside."] if wanted else []


def _database() -> list[str]:
    """Missing triggers count only where there are tables; an empty database is no fault before `db upgrade`."""
    try:
        return [*schema.pending(), *database.check(settings())]
    except SQLAlchemyError as error:
        return [f"DATABASE_URL: the database cannot be opened ({type(error).__name__})."]


def refuse_unsafe(app: Flask) -> None:
    """Ends a server that would run unsafely. Other commands run: they are how things are put right."""
    command = click.get_current_context(silent=True)
    if os.environ.get("FLASK_RUN_FROM_CLI") == "true" and not (command and command.command is run_command):
        return
    with app.app_context():
        refuse()


def refuse() -> None:
    if found := reasons():
        raise SystemExit("\n".join(["拒绝启动 Refusing to start:", *(f"  - {reason}" for reason in found)]))
