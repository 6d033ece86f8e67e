"""From an upload to stored files. Slow (a child decodes): outside any transaction; `services.keep` makes the rows."""

import hashlib
import shutil
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import structlog
from werkzeug.datastructures import FileStorage

from portal.core.settings import settings
from portal.media.checking import Format, Reason, Refused, receive, shown_name
from portal.media.decoding import Decoded, decode_all
from portal.media.storage import Storage, storage

MAX_AT_ONCE = 12  # files looked at per request; the rest is left out, so that one request cannot fill the disk

log = structlog.get_logger()


@dataclass(frozen=True)
class Processed:
    """A photo in storage that no row refers to yet; never kept, it is swept away after a day."""

    index: int
    key: str
    thumb_key: str
    sha256: str
    width: int
    height: int
    bytes: int


@dataclass(frozen=True)
class BadFile:
    """A file not taken in. `index` counts the chosen files from 1, as in 第 1 张; the name is fit to show."""

    index: int
    filename_shown: str
    reason: Reason


@dataclass(frozen=True)
class Intake:
    """Both lists in the order of choosing. `left_out`: how many files beyond MAX_AT_ONCE nobody looked at."""

    good: list[Processed]
    bad: list[BadFile]
    left_out: int = 0


def take_in(files: Sequence[FileStorage], at_most: int = MAX_AT_ONCE) -> Intake:
    """Check, decode and store what was uploaded; a file input left empty is no file. Bad ones never spoil the good."""
    chosen = [file for file in files if file.filename]
    names = {index: shown_name(file.filename) for index, file in enumerate(chosen[:at_most], 1)}
    outcomes = _in_a_folder(chosen[:at_most])
    good = [outcome for outcome in outcomes.values() if isinstance(outcome, Processed)]
    bad = [BadFile(index, names[index], outcome) for index, outcome in outcomes.items() if isinstance(outcome, Reason)]
    return Intake(good, bad, len(chosen[at_most:]))


def take_small(file: FileStorage) -> bytes | Reason:
    """A clean JPEG of at most 1600 px and 400,000 bytes that is stored nowhere: for what may only lie encrypted."""
    try:
        with TemporaryDirectory(dir=incoming(), ignore_cleanup_errors=True) as folder:
            received = _received(file, Path(folder) / "1")
            if isinstance(received, Reason):
                return received
            decoded = decode_all(Path(folder), {1: received}, small=True)[1]
            return decoded if isinstance(decoded, Reason) else decoded.full.read_bytes()
    except OSError as error:
        log.error("photo_not_received", kind=type(error).__name__)
        return Reason.BROKEN


def forget_incoming(age: timedelta) -> None:
    """Erase working folders a killed process left behind: they hold the originals, positions and all."""
    limit = time.time() - age.total_seconds()  # file times are real time, whatever the demo's clock says
    for folder in incoming().iterdir():
        if folder.stat().st_mtime < limit:
            shutil.rmtree(folder, ignore_errors=True)


def incoming() -> Path:
    """On the instance's disk: /tmp is memory on many machines, and nobody would clean it up."""
    folder = settings().instance_dir / "incoming"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder


def _in_a_folder(files: Sequence[FileStorage]) -> Mapping[int, Processed | Reason]:
    try:
        with TemporaryDirectory(dir=incoming(), ignore_cleanup_errors=True) as folder:
            return _outcomes(Path(folder), files)
    except OSError as error:
        log.error("photos_not_received", kind=type(error).__name__)
        return dict.fromkeys(range(1, len(files) + 1), Reason.BROKEN)


def _outcomes(folder: Path, files: Sequence[FileStorage]) -> Mapping[int, Processed | Reason]:
    received = {index: _received(file, folder / str(index)) for index, file in enumerate(files, 1)}
    decoded = decode_all(folder, {index: found for index, found in received.items() if isinstance(found, Format)})
    return {index: _settled(index, decoded.get(index, found)) for index, found in received.items()}


def _received(file: FileStorage, target: Path) -> Format | Reason:
    try:
        return receive(file.stream, target)
    except Refused as refused:
        return refused.reason
    except OSError as error:  # a full disk: the person can try again
        log.error("photo_not_received", kind=type(error).__name__)
        return Reason.BROKEN


def _settled(index: int, outcome: Decoded | Format | Reason) -> Processed | Reason:
    if isinstance(outcome, Reason):
        return outcome
    if isinstance(outcome, Format):
        return Reason.BROKEN
    try:
        return _stored(index, outcome, storage())
    except OSError as error:
        log.error("photo_not_stored", kind=type(error).__name__)
        return Reason.BROKEN


def _stored(index: int, decoded: Decoded, shelf: Storage) -> Processed:
    content = decoded.full.read_bytes()
    return Processed(
        index,
        key=shelf.put(decoded.full),
        thumb_key=shelf.put(decoded.thumb),
        sha256=hashlib.sha256(content).hexdigest(),
        width=decoded.width,
        height=decoded.height,
        bytes=len(content),
    )
