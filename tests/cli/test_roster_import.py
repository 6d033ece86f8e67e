"""`roster import`: exit 0, 2 or 3, every fault with row, column, value, reason and remedy; nothing half-imported."""

from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select

from portal.core.extensions import db
from portal.core.writing import writing
from portal.roster.models import Household, RosterImport
from tests.builders.places import make_compound
from tests.builders.roster_files import csv, row, xlsx

pytestmark = pytest.mark.databases("sqlite")


@pytest.fixture
def place(app: Flask) -> None:
    with writing():
        make_compound()


def run(app: Flask, path: Path, *more: str) -> tuple[int, str]:
    done = app.test_cli_runner().invoke(args=["roster", "import", str(path), "--compound", "DJZ", *more])
    return done.exit_code, done.output


def homes() -> int:
    return db.session.scalar(select(func.count()).select_from(Household)) or 0


def test_a_good_file(app: Flask, place: None, tmp_path: Path) -> None:
    path = tmp_path / "名册.xlsx"
    path.write_bytes(xlsx([row(室="101"), row(室="102")]).getvalue())
    code, said = run(app, path, "--dry-run")
    assert (code, homes()) == (0, 0)
    assert "新增 2 户" in said
    assert "像是同一位业主，没有业主编号：3-2-101、3-2-102" in said
    assert not db.session.scalars(select(RosterImport)).all()
    assert run(app, path)[0] == 0
    assert homes() == 2
    code, said = run(app, path)
    assert (code, homes()) == (0, 2)
    assert "新增 0 户，变动 0 户" in said


def test_a_wrong_row(app: Flask, place: None, tmp_path: Path) -> None:
    path = tmp_path / "roster.csv"
    path.write_bytes(csv([row(室="101"), row(室="102", 楼号="3栋")], encoding="gb18030").getvalue())
    code, said = run(app, path)
    assert (code, homes()) == (2, 0)
    assert "第 3 行 楼号 “3栋”：没有这栋楼。您是不是想写 3 号楼？" in said


def test_no_usable_file(app: Flask, place: None, tmp_path: Path) -> None:
    path = tmp_path / "photo.xlsx"
    path.write_bytes(b"\x89PNG" + bytes(99))
    assert run(app, path) == (3, "这个文件不是表格，请用模板\n")
    assert run(app, tmp_path / "nowhere.csv")[0] == 3
