"""`posters sheet`: a compound's posters as one printable document."""

from pathlib import Path

import click
from flask import current_app, g
from flask.cli import AppGroup

from portal.core.settings import settings
from portal.domain.actors import Actor
from portal.domain.errors import DomainError
from portal.places.sheets import sheet_html

posters = AppGroup("posters", help="The codes on the wall.")


@posters.command("sheet")
@click.option("--compound", required=True, metavar="CODE", help="For example DJZ.")
@click.option("--output", required=True, type=click.Path(dir_okay=False, path_type=Path))
def sheet(compound: str, output: Path) -> None:
    """One A4 page per building, in one HTML file that needs no other file; missing posters are issued."""
    with current_app.test_request_context(base_url=settings().base_url):
        g.actor = Actor.guest()
        try:
            html = sheet_html(compound.upper())
        except DomainError as refused:
            raise click.ClickException(
                f"没有代码为 {compound} 的小区。 There is no compound with this code."
            ) from refused
    output.write_text(html, encoding="utf-8")
    click.echo(f"{output}")
