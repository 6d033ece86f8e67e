"""`worker run`: everything that happens by itself. Any number may run; rows with leases keep them apart."""

import os
import signal
import socket
import threading
import time
from types import FrameType

import click
from flask import current_app
from flask.cli import AppGroup

from portal.cli import starting
from portal.core import jobs
from portal.core.extensions import db

ROUND = 0.5
BEAT = 10.0

worker = AppGroup("worker", help="What happens by itself: messages, deadlines, jobs.")
sms = AppGroup("sms", help="Messages.")
clock_group = AppGroup("clock", help="Periodic jobs.")


@worker.command("run")
def run() -> None:
    """Work until SIGTERM or Ctrl-C."""
    starting.refuse()
    stopping = threading.Event()

    def stop(_number: int, _frame: FrameType | None) -> None:
        stopping.set()

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    work(stopping, f"{socket.gethostname()[:24]}:{os.getpid()}")


def work(stopping: threading.Event, name: str) -> None:
    """Rounds until `stopping`; a round under way is finished. A failing database is retried, not fatal."""
    last: dict[str, int] = {}
    beaten = -BEAT
    while not stopping.is_set():
        try:
            with current_app.app_context():  # what is cached for a request lives for one round here
                if time.monotonic() - beaten >= BEAT:
                    jobs.beat(name)
                    beaten = time.monotonic()
                jobs.run_due(last)
        except Exception as error:
            jobs.log.error("worker_round_failed", kind=type(error).__name__)
            stopping.wait(5)
        stopping.wait(ROUND)
    jobs.finish()


@sms.command("deliver")
@click.option("--once", is_flag=True, required=True, help="One round; `worker run` does it all the time.")
def deliver(once: bool) -> None:
    """Send what is due now."""
    from portal.messaging.delivery import deliver_once

    click.echo(f"已处理 {deliver_once()} 条短信。")


@clock_group.command("run")
@click.option("--once", is_flag=True, required=True, help="One round; `worker run` does it all the time.")
def run_clock(once: bool) -> None:
    """Run every periodic job now."""
    for job in jobs.JOBS.values():
        job.run()
        db.session.remove()
        click.echo(f"{job.name} ✓")
