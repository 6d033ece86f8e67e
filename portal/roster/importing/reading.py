"""An uploaded file to packed rows. Reading happens in a limited child: whatever the file does, it does to the child."""

import json
import os
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

import structlog
from flask_babel import lazy_gettext as _l

from portal.core.exports import fused
from portal.domain.errors import DomainError
from portal.roster.importing import child
from portal.roster.importing.columns import order_of
from portal.roster.importing.packing import packed

CHUNK = 256 * 1024
FILE_BYTES = 16 * 1024 * 1024
SECONDS = 20.0  # a table of 150,000 rows takes two or three
CHILD = child.__file__  # started by path: `-m` would load the portal's __init__ first
_places = threading.BoundedSemaphore(2)  # children at once per web process
_ENVIRONMENT = {"LC_ALL": "C.UTF-8", "PYTHONIOENCODING": "utf-8", "MALLOC_ARENA_MAX": "1"}  # no secrets

log = structlog.get_logger()

REFUSALS = {
    "empty": _l("The file is empty."),
    "password": _l("The file cannot be opened; perhaps it has a password. Save it without one and try again."),
    "old_excel": _l("This is an old .xls file. Save it as “.xlsx” and try again."),
    "not_a_table": _l("This file is not a table. Please use the template."),
    "too_large": _l("The table is too large when unpacked. Copy the rows into the template and try again."),
    "too_many_rows": _l("The table has more than 150,000 rows. Delete the empty rows below, or split it."),
    "macros": _l("The file contains macros. Save it as “.xlsx” without macros and try again."),
    "external": _l("The file refers to other files. Copy the rows into the template as values and try again."),
    "doctype": _l("The file contains what a table does not need. Copy the rows into the template and try again."),
    "formulas": _l("Cell %(where)s holds a formula. Copy the table, paste it as values and try again."),
    "merged": _l("The cells %(where)s are merged. Take the merge off, fill every row and try again."),
    "broken": _l("The file is damaged and cannot be read. Save it again and try once more."),
    "late": _l("Reading the file took too long. Copy the rows into the template and try again."),
    "too_big": _l("The file is larger than 16 MB. Split it, or delete what is not needed."),
    "no_rows": _l("The table has a head but no rows."),
}


class NotUsable(DomainError):
    """No rows can be got out of the file."""


def unusable(reason: str, where: str = "") -> NotUsable:
    """`reason` is a key of REFUSALS."""
    words = str(REFUSALS[reason]).replace("%(where)s", where)
    return NotUsable(words, field="file")


@dataclass(frozen=True)
class Table:
    """`content` holds [row number, cells in the order of COLUMNS] for each row, packed."""

    content: str
    rows: int


def read(source: IO[bytes]) -> Table:
    """NotUsable, or BadHead, with the reason in words; nothing of the file stays on the disk."""
    with _on_disk(source) as path, _running(path) as lines:
        head = next(lines, None)
        if head is None:
            raise unusable("empty")
        order = order_of(head[1])
        counted = _Counted(_ordered(row, order) for row in lines)
        content = packed(counted)
    if not counted.count:
        raise unusable("no_rows")
    return Table(content, counted.count)


class _Counted:
    def __init__(self, rows: Iterator[Any]) -> None:
        self.rows, self.count = rows, 0

    def __iter__(self) -> Iterator[Any]:
        for row in self.rows:
            self.count += 1
            yield row


def _ordered(row: list[Any], order: list[int]) -> list[Any]:
    number, cells = row
    return [number, [fused(cells[at]).strip() if 0 <= at < len(cells) else "" for at in order]]


@contextmanager
def _on_disk(source: IO[bytes]) -> Iterator[Path]:
    """At most FILE_BYTES; gone afterwards. In memory where the machine has a place for it."""
    place = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None  # noqa: S108 - mkstemp's own name, mode 0600
    handle, name = tempfile.mkstemp(prefix="roster-", dir=place)
    try:
        with os.fdopen(handle, "wb") as target:
            _copy(source, target)
        yield Path(name)
    finally:
        os.unlink(name)


def _copy(source: IO[bytes], target: IO[bytes]) -> None:
    left = FILE_BYTES
    while piece := source.read(CHUNK):
        left -= len(piece)
        if left < 0:
            raise unusable("too_big")
        target.write(piece)


@contextmanager
def _running(path: Path) -> Iterator[Iterator[Any]]:
    """The child's lines while it runs; it is ended when time is up or nobody listens any more."""
    if not _places.acquire(timeout=SECONDS):
        raise unusable("late")
    try:
        with _child(path) as lines:
            yield lines
    finally:
        _places.release()


@contextmanager
def _child(path: Path) -> Iterator[Iterator[Any]]:
    command = [sys.executable, "-I", CHILD, str(path)]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env=_ENVIRONMENT)  # noqa: S603
    late = threading.Event()
    timer = threading.Timer(SECONDS, _end, (process, late))
    timer.start()
    try:
        with process:  # closes its pipe and waits
            try:
                yield _lines(process, late)
            finally:
                process.kill()
    finally:
        timer.cancel()


def _end(process: "subprocess.Popen[bytes]", late: threading.Event) -> None:
    late.set()
    process.kill()


def _lines(process: "subprocess.Popen[bytes]", late: threading.Event) -> Iterator[Any]:
    assert process.stdout is not None
    for line in process.stdout:
        found = json.loads(line) if line.endswith(b"\n") else None
        if isinstance(found, dict):
            raise unusable(found["refused"], found["where"])
        if found is not None:
            yield found
    code = process.wait()
    if late.is_set():
        raise unusable("late")
    if code:
        log.warning("roster_reading_ended", code=code)
        raise unusable("too_large")  # killed by its limits
