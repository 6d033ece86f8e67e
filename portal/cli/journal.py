"""`journal verify`: walk the chain of the journal."""

import click
from flask.cli import AppGroup

from portal.audit.journal import verify

journal = AppGroup("journal", help="The append-only journal.")


@journal.command("verify")
@click.option("--head", metavar="HASH", help="A head that was published: it must be part of the chain.")
def verify_journal(head: str | None) -> None:
    """Exit 0 when the chain is whole, 1 when it is broken, and where."""
    verdict = verify(head)
    if verdict.broken_at is None:
        click.echo(f"日志完整 whole: {verdict.count} 条 entries, head {verdict.head}")
        return
    click.echo(f"日志在第 {verdict.broken_at} 条断开 broken at entry {verdict.broken_at}: {verdict.reason}", err=True)
    raise SystemExit(1)
