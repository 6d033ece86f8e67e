"""The `flask …` command groups: a table of contents."""

from flask import Flask

from portal.cli.config import config
from portal.cli.demo_group import demo
from portal.cli.journal import journal
from portal.cli.serve import serve
from portal.cli.translations import translations
from portal.cli.worker import clock_group, sms, worker


def register(app: Flask) -> None:
    for command in (serve, worker, sms, clock_group, demo, journal, config, translations):
        app.cli.add_command(command)
