"""The demo data of a first start."""

from collections.abc import Callable

import click

from portal.cli import demo_clock, schema
from portal.cli.demo.load import Plan, load, was_laid
from portal.cli.demo.reset import erase_everything


def fill(plan: Plan, on_step: Callable[[], None] = lambda: None) -> None:
    """Demo data, once. A first load that was broken off is begun anew: the demo's clock starts only after the last case."""
    if not schema.is_empty():
        if demo_clock.is_started() or not was_laid():
            return
        click.echo("上次装入演示数据时中断，重新开始。 The demo's first load was broken off; it begins anew.")
        erase_everything()
    click.echo("正在装入演示数据，大约一分钟。 Loading demo data, about a minute.")
    load(plan, on_step=on_step)
