"""`config check`: every mis-setting with its reason."""

import click
from flask.cli import AppGroup

from portal.cli import starting
from portal.core.settings import settings

config = AppGroup("config", help="Settings.")


@config.command("check")
def check() -> None:
    """Exit 0 when this instance may start, else 1 and every reason."""
    found = starting.reasons()
    if not found:
        mode = "演示 demo" if settings().demo else "正式 production"
        click.echo(f"设置没有问题（{mode}）。 No problems.")
        return
    click.echo(f"发现 {len(found)} 个问题 problem(s):", err=True)
    for reason in found:
        click.echo(f"  - {reason}", err=True)
    raise SystemExit(1)
