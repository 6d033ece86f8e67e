"""`ballots list`, `ballots export`: what votes there are, and the public record of one after its close."""

import json
from pathlib import Path

import click
from flask.cli import AppGroup
from sqlalchemy import select

from portal.ballots import queries, results
from portal.ballots.models import Ballot
from portal.core.errors import say
from portal.core.extensions import db
from portal.domain.errors import DomainError

ballots = AppGroup("ballots", help="Votes and their public records.")


@ballots.command("list")
@click.option("--json", "as_json", is_flag=True, help="As a JSON list.")
def list_ballots(as_json: bool) -> None:
    """id, title, state of every vote, newest first."""
    found = db.session.execute(select(Ballot.id, Ballot.title, Ballot.state).order_by(Ballot.id.desc())).all()
    if as_json:
        rows = [{"id": row.id, "title": row.title, "state": str(row.state)} for row in found]
        click.echo(json.dumps(rows, ensure_ascii=False, indent=1))
        return
    for row in found:
        click.echo(f"{row.id}\t{row.state}\t{row.title}")


@ballots.command("export")
@click.argument("ballot_id", type=int)
@click.option("--output", type=click.Path(dir_okay=False, path_type=Path), required=True, help="The file to write.")
def export_ballot(ballot_id: int, output: Path) -> None:
    """The public record, byte for byte as on the site. Exit 1 while there is no result on display."""
    try:
        text = results.record_of(queries.public_ballot(ballot_id))
    except DomainError as error:
        click.echo(say(error), err=True)
        raise SystemExit(1) from None
    output.write_bytes(text.encode("utf-8"))
    click.echo(f"{output}：用 python3 portal/verify_ballot.py {output} 核对")
