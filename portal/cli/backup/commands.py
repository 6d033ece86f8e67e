"""`backup create`, `backup check`, `backup restore`; the worker makes its own (`keeper`)."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click
from flask.cli import AppGroup

from portal.audit.journal import verify
from portal.cli.backup import archive, databases, trying
from portal.cli.backup.databases import CannotBackUp
from portal.cli.backup.sealed_file import NotOurs
from portal.core import clock, triggers
from portal.core.extensions import db
from portal.core.settings import settings

backup = AppGroup("backup", help="Backups of database and photos, encrypted with DATA_KEYS.")
FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@contextmanager
def _saying_why() -> Iterator[None]:
    try:
        yield
    except (NotOurs, CannotBackUp) as reason:
        raise click.ClickException(str(reason)) from reason


@backup.command("create")
@click.argument("folder", metavar="DIR", type=click.Path(file_okay=False, path_type=Path))
def create(folder: Path) -> None:
    """Write a backup into DIR while everything runs."""
    with _saying_why():
        target = archive.create(folder)
    click.echo(f"{target}  ({target.stat().st_size / 1024**2:.1f} MB)")


@backup.command("check")
@click.argument("file", type=FILE)
def check(file: Path) -> None:
    """Open FILE and try everything in it: hashes, database, rows, journal. Exit 1 and the reason when it is not whole."""
    with _saying_why(), archive.opened(file) as contents:
        if found := trying.problems_in(contents):
            raise click.ClickException(
                "备份有问题 The backup is damaged:\n" + "\n".join(f"  - {each}" for each in found)
            )
        rows = sum(contents.manifest["rows"].values())
        click.echo(f"备份完整 whole: {contents.made_at:%Y-%m-%d %H:%M:%S}Z, {rows} rows, {contents.photos} photos")


@backup.command("restore")
@click.argument("file", type=FILE)
def restore(file: Path) -> None:
    """Replace database and photos by those in FILE. What was there is kept as a backup beside the data first."""
    with _saying_why(), archive.opened(file) as contents:
        if contents.manifest["database"] != databases.kind():
            raise click.ClickException(
                f"这是 {contents.manifest['database']} 的备份。 It was made of another kind of database."
            )
        if found := trying.problems_in(contents):
            raise click.ClickException(found[0])
        if db.inspect(db.engine).get_table_names():
            click.echo(f"原有数据已另存 kept: {archive.create(Path(settings().instance_dir) / 'before-restore')}")
        databases.restore(contents.database)
        archive.put_photos_back(contents)
        triggers.install(db.engine)
    verdict = verify()
    if verdict.broken_at is not None:
        raise click.ClickException(f"journal broken at entry {verdict.broken_at}: {verdict.reason}")
    click.echo(
        f"已恢复到 {clock.local(contents.made_at):%Y-%m-%d %H:%M:%S}（北京时间）。 Restored. 请重启网站和后台进程。"
    )
