"""`serve`: a living site in one command; web and worker as two processes, ended together."""

import os
import urllib.error
import urllib.request

import click
from flask import Flask

from portal.cli import demo_clock, environment, ports, processes, schema, starting, welcome
from portal.cli.demo import first_load
from portal.cli.demo.load import Plan
from portal.core.i18n import compile_catalogues
from portal.core.settings import settings


@click.command("serve")
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", default=8000, show_default=True, type=int, envvar="PORT")
def serve(host: str, port: int) -> None:
    """Prepare database and demo data, then serve until Ctrl-C."""
    processes.heed_signals()
    ports.refuse_taken(host, port)
    try:
        words = prepare(host, port)
        logs = environment.instance_dir() / "log"
        children = [
            processes.start("web", logs, "-m", "portal.cli.server", f"{host}:{port}"),
            processes.start("worker", logs, "-m", "flask", "--app", "app", "worker", "run"),
        ]
    except processes.Stop:
        raise SystemExit(130) from None
    ended = processes.watch(children, on_start=lambda: _greet(host, port, words))
    if ended:
        click.echo(ended.last_words(), err=True)
        raise SystemExit(
            f"{ended.name} 进程意外结束，已全部停止。 The {ended.name} process ended; everything was stopped."
        )
    click.echo("已停止。 Stopped.")


def prepare(host: str, port: int) -> str:
    """Settings, tables, translations, demo data, in this process. What to print once the site answers."""
    if not environment.is_configured():
        click.echo(f"已生成 {environment.write_demo()}（演示 demo）")
    app = _application(host, port)
    with processes.alone(environment.instance_dir()), app.app_context():
        compile_catalogues()
        schema.bring_up_to_date()
        starting.refuse()
        if settings().demo:
            first_load.fill(Plan(), on_step=processes.heed)
            demo_clock.start()
        return welcome.words(app)


def _application(host: str, port: int) -> Flask:
    """A second application: the first was made before there were settings. A demo's links follow the port."""
    from portal import create_app

    app = create_app()
    if app.extensions["settings"].demo and app.extensions["settings"].base_url == "http://127.0.0.1:8000":
        os.environ["PORTAL_BASE_URL"] = f"http://{'127.0.0.1' if host == '0.0.0.0' else host}:{port}"  # noqa: S104
        app = create_app()
    return app


def _greet(host: str, port: int, words: str) -> bool:
    """Say where it is as soon as it answers. True once said, False while it does not answer yet."""
    address = f"http://{'127.0.0.1' if host == '0.0.0.0' else host}:{port}/healthz"  # noqa: S104
    try:
        urllib.request.urlopen(address, timeout=2).close()
    except urllib.error.HTTPError:
        pass  # it answers
    except OSError:
        return False
    click.echo(words)
    return True
