"""The worker backs up by itself: at once, each quarter of an hour, photos once; readiness knows when one is late or damaged."""

import os
import shutil
import threading
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask

from portal.audit import journal
from portal.cli.backup import databases, keeper
from portal.cli.backup.archive import media_folder
from portal.cli.worker import work
from portal.core import backups, clock, jobs
from portal.core.extensions import db
from portal.core.writing import writing
from portal.domain.actors import Actor
from tests.visitor import Visitor

from .test_backup import run, tools  # noqa: F401 - a fixture

PHOTO = "ab" * 16 + ".jpg"
BEGIN = "2024-06-17 01:00"


@pytest.fixture(autouse=True)
def real(app: Flask, monkeypatch: pytest.MonkeyPatch, at) -> Iterator[None]:  # type: ignore[no-untyped-def]
    """Real time, held still and moved by `pass_on`."""
    at(BEGIN)
    monkeypatch.setattr(clock, "real_now", clock.now)
    yield


def pass_on(**span: float) -> None:
    clock.travel(clock.now() + timedelta(**span))


def put_photo(name: str = PHOTO, content: bytes = b"\xff\xd8 a photo") -> Path:
    photo = media_folder() / name[:2] / name
    photo.parent.mkdir(parents=True, exist_ok=True)
    photo.write_bytes(content)
    return photo


def one_deed() -> None:
    with writing():
        journal.record("test:done", Actor.system(), "test:1")


def files() -> list[Path]:
    return list(backups.made(backups.folder()).values())


def test_a_backup_holds_everything_and_photos_are_written_once(app: Flask) -> None:
    put_photo()
    one_deed()
    keeper.back_up()
    sealed = backups.folder() / "photos" / "ab" / f"{PHOTO}.sealed"
    first = sealed.stat().st_ino
    pass_on(minutes=15)
    keeper.back_up()
    assert len(files()) == 2
    assert sealed.stat().st_ino == first
    assert b"a photo" not in sealed.read_bytes()
    shutil.rmtree(media_folder())
    said = run(app, "restore", files()[-1])
    assert said.exit_code == 0, said.output
    assert (media_folder() / "ab" / PHOTO).read_bytes() == b"\xff\xd8 a photo"


@pytest.mark.parametrize("damage", ["lost", "flipped", "exchanged"])
def test_a_photo_lost_altered_or_exchanged_is_found(app: Flask, damage: str) -> None:
    put_photo()
    put_photo("cd" * 16 + ".jpg", b"\xff\xd8 another")
    keeper.back_up()
    sealed = backups.folder() / "photos" / "ab" / f"{PHOTO}.sealed"
    content = bytearray(sealed.read_bytes())
    content[-1] ^= 1
    other = backups.folder() / "photos" / "cd" / ("cd" * 16 + ".jpg.sealed")
    if damage == "lost":
        sealed.unlink()
    else:
        sealed.write_bytes(bytes(content) if damage == "flipped" else other.read_bytes())
    said = run(app, "check", files()[0])
    assert said.exit_code == 1
    assert "Traceback" not in said.output


def test_old_backups_go_and_the_photos_that_only_they_had(app: Flask) -> None:
    photo = put_photo()
    for _ in range(3):
        keeper.back_up()
        pass_on(minutes=15)
    assert len(files()) == 3
    photo.unlink()
    pass_on(days=20)
    keeper.back_up()
    assert len(files()) == 2, "the last of the early ones stays for its day's month"
    sealed = backups.folder() / "photos" / "ab" / f"{PHOTO}.sealed"
    assert sealed.exists()
    os.utime(sealed, (0, 0))
    pass_on(minutes=15)
    keeper.back_up()
    assert not sealed.exists()


def test_at_night_one_is_tried(app: Flask, client: Visitor) -> None:
    one_deed()
    keeper.back_up()
    assert backups.last_check() is None, "the night has not come"
    pass_on(hours=2, minutes=1)
    keeper.back_up()
    checked = backups.last_check()
    assert checked is not None
    assert (checked.file, checked.problem) == (files()[-1].name, "")
    pass_on(minutes=15)
    keeper.back_up()
    assert backups.last_check() == checked, "once a night"
    assert "portal_backup_whole 1.0" in client.get("/metrics").text


def test_a_backup_that_cannot_be_restored_makes_the_site_not_ready(
    app: Flask, client: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    keeper.back_up()
    jobs.beat("w1")
    assert client.get("/readyz").status_code == 200
    pass_on(hours=2, minutes=5)
    jobs.beat("w1")
    dump = databases.dump
    monkeypatch.setattr(databases, "dump", lambda target: {**dump(target), "cases": 7})  # the seeded fault
    keeper.back_up()
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json["backup"]) == (503, "the last one tried was damaged")
    assert "portal_backup_whole 0.0" in client.get("/metrics").text


def test_a_late_backup_makes_the_site_not_ready(app: Flask, client: Visitor) -> None:
    jobs.beat("w1")
    assert client.get("/readyz").json["backup"] == "none yet"
    keeper.back_up()
    for minutes, status in ((20, 200), (30, 503)):
        pass_on(minutes=minutes)
        jobs.beat("w1")
        assert client.get("/readyz").status_code == status
    assert client.get("/readyz").json["backup"] == "newest is 50 min old"
    assert "portal_backup_age_seconds 3000.0" in client.get("/metrics").text


def test_a_worker_that_never_gets_one_done_is_noticed(app: Flask, client: Visitor) -> None:
    assert jobs.take(jobs.JOBS["backup"])
    pass_on(minutes=50)
    jobs.beat("w1")
    assert client.get("/readyz").json["backup"] == "none"


@pytest.mark.databases("postgresql")
def test_a_machine_without_the_programs_leaves_it_to_others(
    app: Flask, client: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", "/nowhere")
    keeper.back_up()
    assert files() == []
    jobs.beat("w1")
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json["backup"]) == (200, "made elsewhere")


def test_several_workers_make_one_and_a_demos_moved_clock_makes_none(app: Flask) -> None:
    job = jobs.JOBS["backup"]
    assert [jobs.take(job) for _ in range(3)] == [True, False, False]
    with pytest.MonkeyPatch.context() as patch:
        here = clock.now()
        patch.setattr(clock, "real_now", lambda: here)
        pass_on(days=3)
        assert not jobs.take(job)
    assert jobs.take(job)


@pytest.mark.databases("sqlite")
def test_the_worker_does_it_beside_its_rounds_and_ends_what_it_began(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Held up for as long as it likes, the backup does not stop the rounds."""
    held, rounds, stopping = threading.Event(), threading.Event(), threading.Event()
    dump = databases.dump

    def slow(target: Path) -> databases.Counts:
        held.wait(20)
        return dump(target)

    ran: list[int] = []
    monkeypatch.setattr(databases, "dump", slow)
    monkeypatch.setitem(
        jobs.JOBS, "rounds", jobs.Job("rounds", timedelta(seconds=1), lambda: ran.append(1), every_worker=True)
    )
    monkeypatch.setattr(clock, "now", lambda: START + timedelta(seconds=len(ran) * 2))

    def working() -> None:
        with app.app_context():
            work(stopping, "w1")

    worker = threading.Thread(target=working)
    worker.start()
    for _ in range(200):
        if len(ran) > 3:
            rounds.set()
            break
        threading.Event().wait(0.05)
    stopping.set()
    assert rounds.is_set()
    assert files() == []
    held.set()
    worker.join(30)
    assert len(files()) == 1
    db.session.rollback()


START = clock.real_now()
