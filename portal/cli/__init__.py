"""The `flask …` command groups: a table of contents."""

from flask import Flask

from portal.cli.backup import keeper as _keeper  # noqa: F401 - its job runs in the worker
from portal.cli.backup.commands import backup
from portal.cli.ballots import ballots
from portal.cli.config import config
from portal.cli.demo_group import demo
from portal.cli.journal import journal
from portal.cli.keys import keys
from portal.cli.posters import posters
from portal.cli.roster import roster
from portal.cli.serve import serve
from portal.cli.setup import setup
from portal.cli.staff import staff
from portal.cli.translations import translations
from portal.cli.worker import clock_group, sms, worker

COMMANDS = (
    serve,
    setup,
    worker,
    sms,
    clock_group,
    demo,
    journal,
    config,
    staff,
    roster,
    posters,
    ballots,
    backup,
    keys,
    translations,
)


def register(app: Flask) -> None:
    for command in COMMANDS:
        app.cli.add_command(command)
