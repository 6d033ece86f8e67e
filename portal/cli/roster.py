"""`roster import`: a compound's list of homes from a file, whole or not at all."""

import sys
from io import BytesIO
from pathlib import Path

import click
from flask.cli import AppGroup
from flask_babel import force_locale

from portal.cli import schema
from portal.core.errors import say
from portal.core.formatting import area
from portal.core.writing import writing
from portal.domain.actors import Actor
from portal.domain.errors import DomainError
from portal.places.models import Compound
from portal.places.queries import compound_for
from portal.roster.importing import reading, services
from portal.roster.importing.findings import Finding
from portal.roster.importing.services import Looked

DONE, WRONG_ROWS, NOT_USABLE = 0, 2, 3
roster = AppGroup("roster", help="The list of homes.")


@roster.command("import")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--compound", required=True, metavar="CODE", help="For example DJZ.")
@click.option("--dry-run", is_flag=True, help="Only say what would happen.")
def import_(file: Path, compound: str, dry_run: bool) -> None:
    """Exit 0 done, 2 rows refused (each with row, column, value, reason, remedy), 3 not a usable file."""
    schema.load_models()
    with force_locale("zh"):
        sys.exit(_import(file, compound, dry_run))


def _import(file: Path, code: str, dry_run: bool) -> int:
    place = compound_for(Actor.system(), code)
    if place is None:
        raise click.ClickException(f"没有代码为 {code} 的小区。 There is no compound with this code.")
    try:
        table = reading.read(BytesIO(file.read_bytes()))
    except OSError:
        click.echo(f"打不开文件 {file}。 The file cannot be opened.", err=True)
        return NOT_USABLE
    except DomainError as refused:
        click.echo(say(refused), err=True)
        return NOT_USABLE
    return _check_and_save(place.id, table, dry_run)


def _check_and_save(compound_id: int, table: reading.Table, dry_run: bool) -> int:
    with writing():
        job = services.by_command(compound_id, table)
        looked = services.look(job)
        _tell(job.compound, looked)
        if looked.table.errors:
            code = WRONG_ROWS
        else:
            code = DONE
            if not dry_run:
                services.at_once(job, looked)
        if code or dry_run:
            services.forget(job)
    click.echo(_ENDINGS[code, dry_run])
    return code


_ENDINGS = {
    (DONE, False): "已导入。",
    (DONE, True): "只是检查，没有改动。可以导入。",
    (WRONG_ROWS, False): "有错误，一行也没有导入。请改好再来。",
    (WRONG_ROWS, True): "只是检查，没有改动。请改好再来。",
}


def _tell(place: Compound, looked: Looked) -> None:
    table, found = looked.table, looked.difference
    for finding in table.findings:
        click.echo(_line(finding), err=finding.is_error)
    right = table.rows - table.errors - table.warnings
    click.echo(f"共 {table.rows} 行：可以导入 {right} 行，要改 {table.errors} 行，请留意 {table.warnings} 行。")
    click.echo(
        f"新增 {len(found.added)} 户，变动 {len(found.changed)} 户，名册里有而表里没有 {len(found.gone)} 户，不变 {found.same} 户。"
    )
    plan = f"方案 {place.planned_households or '–'} 户，{area(place.planned_area) or '–'}"
    click.echo(f"合计 {len(table.homes)} 户，{area(table.area)}；{plan}。")
    for group in table.twins:
        click.echo(f"提醒 像是同一位业主，没有业主编号：{'、'.join(home.label for home in group)}")


def _line(finding: Finding) -> str:
    word = "错误" if finding.is_error else "提醒"
    return f"{word} 第 {finding.row} 行 {finding.column} “{finding.value}”：{finding.problem}。{finding.remedy}"
