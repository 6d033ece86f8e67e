"""The backups that the worker makes by itself: every quarter of an hour, thinned out with age, one tried every night.

They lie in `instance/backups`. Real time, once however many workers run, beside the rounds that deliver messages.
"""

import shutil
import time
from pathlib import Path

import structlog

from portal.cli.backup import archive, photo_store, trying
from portal.cli.backup.databases import CannotBackUp
from portal.cli.backup.sealed_file import NotOurs
from portal.core import backups, clock
from portal.core.jobs import periodic
from portal.core.settings import settings
from portal.domain.keeping import check_is_due, kept

log = structlog.get_logger()
ABANDONED = 3600.0  # seconds after which a half-made backup is nobody's any more
_told: set[str] = set()


@periodic(backups.JOB, backups.EVERY, real_time=True, aside=True)
def back_up() -> None:
    """One backup; then what is too old goes, and at night one is tried."""
    folder = backups.folder()
    _sweep(folder)
    if not backups.possible():
        _tell_once("backups_made_elsewhere", reason="PostgreSQL without pg_dump on this machine")
        return
    try:
        made = archive.create(folder, photos_beside=True)
    except CannotBackUp as reason:
        log.error("backup_failed", reason=str(reason)[:200])
        return
    _thin_out(folder)
    _try_one(made)


def _tell_once(event: str, **what: str) -> None:
    if event not in _told:
        _told.add(event)
        log.warning(event, **what)


def _thin_out(folder: Path) -> None:
    found = backups.made(folder)
    stay = kept(found, clock.real_now())
    for moment, path in found.items():
        if moment not in stay:
            path.unlink(missing_ok=True)
    photo_store.forget(photo_store.of(folder))


def _try_one(newest: Path) -> None:
    """The newest is laid open in a scratch folder and read whole: hashes, database, rows, journal, photos."""
    checked = backups.last_check()
    since = checked.at if checked else min(backups.made(newest.parent))
    if not check_is_due(since, clock.real_now()):
        return
    problem = _problem_of(newest)
    backups.note_check(newest.name, problem)
    (log.error if problem else log.info)("backup_tried", file=newest.name, problem=problem)


def _problem_of(file: Path) -> str:
    try:
        with archive.opened(file) as contents:
            return "; ".join(trying.problems_in(contents))
    except (NotOurs, CannotBackUp) as reason:
        return str(reason)


def _sweep(folder: Path) -> None:
    """What a killed process left behind, the unencrypted copy above all."""
    limit = time.time() - ABANDONED
    for path in Path(settings().instance_dir).glob(f"{archive.BENCH}*"):
        if path.stat().st_mtime < limit:
            shutil.rmtree(path, ignore_errors=True)
    for path in folder.glob("*.part"):
        if path.stat().st_mtime < limit:
            path.unlink(missing_ok=True)
