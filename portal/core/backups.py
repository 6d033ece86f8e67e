"""What this machine knows of the backups that the worker makes: where they lie, how old the newest is, what the last check said.

All of it in real time: a demo whose clock is moved loses no backup by it.
"""

import json
import re
import shutil
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import func, select

from portal.core import clock
from portal.core.extensions import db
from portal.core.jobs import JobSlot
from portal.core.settings import settings

JOB = "backup"
EVERY = timedelta(minutes=15)
LATE = timedelta(minutes=40)  # two were missed
NAME = "portal-{at:%Y%m%dT%H%M%S}Z.backup"
_NAMED = re.compile(r"portal-(\d{8}T\d{6})Z\.backup")


@dataclass(frozen=True)
class Check:
    """The last try of a backup; `problem` is empty when it was whole."""

    at: datetime
    file: str
    problem: str


def folder() -> Path:
    return Path(settings().instance_dir) / "backups"


def made(where: Path) -> dict[datetime, Path]:
    """The backups in a folder by the moment they were made, oldest first."""
    named = [(_NAMED.fullmatch(path.name), path) for path in sorted(where.glob("*.backup"))]
    return {datetime.strptime(f"{name[1]}Z", "%Y%m%dT%H%M%S%z"): path for name, path in named if name}


def age() -> timedelta | None:
    moments = list(made(folder()))
    return clock.real_now() - moments[-1] if moments else None


def possible() -> bool:
    """A PostgreSQL without its client programs on this machine is backed up elsewhere."""
    return db.engine.dialect.name == "sqlite" or shutil.which("pg_dump") is not None


def last_check() -> Check | None:
    try:
        said = json.loads(_verdict().read_text())
    except FileNotFoundError:
        return None
    return Check(datetime.fromisoformat(said["at"]), said["file"], said["problem"])


def note_check(file: str, problem: str) -> None:
    said = {"at": clock.real_now().astimezone(UTC).isoformat(), "file": file, "problem": problem}
    fresh = _verdict().with_suffix(".new")
    fresh.write_text(json.dumps(said))
    fresh.replace(_verdict())


def _verdict() -> Path:
    return folder() / "last-check.json"


def state() -> str:
    """'ok', or what is to be known; `FINE` lists the words that are no alarm."""
    if not possible():
        return "made elsewhere"
    found, checked = age(), last_check()
    if found is None:
        return "none" if _waited() > LATE else "none yet"
    if found > LATE:
        return f"newest is {int(found.total_seconds() // 60)} min old"
    return "the last one tried was damaged" if checked and checked.problem else "ok"


FINE = frozenset({"ok", "none yet", "made elsewhere"})


def _waited() -> timedelta:
    """How long a worker has been trying without a result."""
    first = db.session.scalar(select(func.min(JobSlot.taken_at)).where(JobSlot.job == JOB))
    return clock.real_now() - first if first else timedelta()
