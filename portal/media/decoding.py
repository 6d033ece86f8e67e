"""Uploads opened in one limited child process per request: photos to clean JPEGs, a PDF to the number of its pages.

A file that kills the child costs only itself.
"""

import json
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from threading import BoundedSemaphore
from typing import Any

import structlog

from portal.media import child
from portal.media.checking import Format, Reason

CHILD = child.__file__  # started by path: `-m` would load the portal's __init__ first
TOTAL_SECONDS = 25.0  # wall clock for all photos of a request, retries and waiting for a place included
_ENVIRONMENT = {"LC_ALL": "C.UTF-8", "MALLOC_ARENA_MAX": "2"}  # no secrets; threads' arenas eat address space
_places = BoundedSemaphore(2)  # children at once per web process: 2 × 1 GiB at the very worst

log = structlog.get_logger()


@dataclass(frozen=True)
class Decoded:
    """A re-encoded photo and its thumbnail, still in the working folder. Width and height in pixels."""

    full: Path
    thumb: Path
    width: int
    height: int


Outcome = Decoded | Reason


def decode_all(folder: Path, formats: Mapping[int, Format], *, small: bool = False) -> dict[int, Outcome]:
    """Decode folder/0, folder/1 … ; every number asked for has an outcome, whatever happens to the children.

    `small`: at most 1600 px and 400,000 bytes, and no thumbnail.
    """
    deadline = time.monotonic() + TOTAL_SECONDS
    outcomes: dict[int, Outcome] = {}
    if formats and _places.acquire(timeout=TOTAL_SECONDS):
        try:
            _decode_until(deadline, folder, formats, outcomes, small)
        finally:
            _places.release()
    return {number: outcomes.get(number, Reason.BROKEN) for number in formats}


def _decode_until(
    deadline: float, folder: Path, formats: Mapping[int, Format], outcomes: dict[int, Outcome], small: bool
) -> None:
    """Start children until each file has its outcome; the file a child died on is broken, the rest goes on."""
    while waiting := {n: f for n, f in formats.items() if n not in outcomes}:
        settled = dict(_outcomes_of(_run_child(_order(folder, waiting, small), deadline - time.monotonic()), folder))
        if not settled:
            return
        outcomes.update(settled)


def count_pages(path: Path) -> int:
    """0 for a PDF that cannot be opened."""
    if not _places.acquire(timeout=TOTAL_SECONDS):
        return 0
    try:
        said = _run_child({"pdf": str(path)}, TOTAL_SECONDS)
    finally:
        _places.release()
    return int(json.loads(said)["pages"]) if said else 0


def _order(folder: Path, formats: Mapping[int, Format], small: bool) -> dict[str, Any]:
    return {"folder": str(folder), "formats": formats, "small": small}


def _run_child(order: Mapping[str, Any], seconds: float) -> bytes:
    """What the child said on standard output before it ended or was killed (see `child`); empty when out of time."""
    if seconds <= 0:
        return b""
    command = [sys.executable, "-I", CHILD]
    try:
        ended = subprocess.run(  # noqa: S603 - our own interpreter and file
            command,
            input=json.dumps(order).encode(),
            capture_output=True,
            env=_ENVIRONMENT,
            timeout=seconds,
            check=False,
        )
    except subprocess.TimeoutExpired as late:
        log.warning("upload_opening_late")
        return late.output or b""
    if ended.returncode:
        log.warning("upload_opening_ended", code=ended.returncode)
    return ended.stdout


def _outcomes_of(said: bytes, folder: Path) -> Iterator[tuple[int, Outcome]]:
    """Outcomes in the child's lines; a file that was started and never finished counts as broken."""
    started: int | None = None
    for line in said.splitlines():
        step = json.loads(line)
        started = step["file"] if step["outcome"] == "started" else None
        if started is None:
            yield step["file"], _outcome(step, folder)
    if started is not None:
        yield started, Reason.BROKEN


def _outcome(step: dict[str, Any], folder: Path) -> Outcome:
    if step["outcome"] != "decoded":
        return Reason(step["outcome"])
    number = step["file"]
    return Decoded(folder / f"{number}.jpg", folder / f"{number}.thumb.jpg", step["width"], step["height"])
