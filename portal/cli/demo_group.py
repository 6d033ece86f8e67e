"""`demo load` and `demo clock`."""

import click
from flask.cli import AppGroup

from portal.cli import demo_clock, schema
from portal.cli.demo.load import Plan, load
from portal.cli.demo.reset import erase_everything
from portal.core.settings import settings

demo = AppGroup("demo", help="Demo data and the demo's time.")


@demo.command("clock")
@click.option("--forward", "span", metavar="3d|12h|30m", help="By how much.")
@click.option("--to", "moment", metavar="ISO", help="To which moment (Asia/Shanghai unless an offset is given).")
def move(span: str | None, moment: str | None) -> None:
    """Move the demo's time forward while everything runs; running processes follow within 2 seconds."""
    if (span is None) == (moment is None):
        raise click.UsageError("请给出 --forward 或 --to 其中一个。 Give either --forward or --to.")
    try:
        when = (
            demo_clock.forward(demo_clock.parse_span(span))
            if span
            else demo_clock.to(demo_clock.parse_moment(moment or ""))
        )
    except demo_clock.CannotMove as refused:
        click.echo(str(refused), err=True)
        raise SystemExit(2) from refused
    click.echo(f"演示时间现在是 {when:%Y-%m-%d %H:%M}。")


@demo.command("load")
@click.option("--compounds", default=4, show_default=True, type=click.IntRange(1, 60))
@click.option("--households", default=None, type=click.IntRange(1), help="In all.  [default: the plan's 991]")
@click.option("--cases", default=300, show_default=True, type=click.IntRange(0))
@click.option("--seed", default=2023, show_default=True)
@click.option("--reset", is_flag=True, help="Erase everything first.")
def load_demo(compounds: int, households: int | None, cases: int, seed: int, reset: bool) -> None:
    """Fill an empty demo with data; the same seed gives the same data."""
    if not settings().demo:
        raise click.ClickException("演示数据只能用于演示（PORTAL_DEMO=1）。 Only with PORTAL_DEMO=1.")
    schema.bring_up_to_date()
    if reset:
        erase_everything()
    if not schema.is_empty():
        raise click.ClickException(
            "数据库里已有数据；要清空重来，请加 --reset。 Not empty: add --reset to erase everything."
        )
    load(Plan(compounds=compounds, households=households, cases=cases, seed=seed))
