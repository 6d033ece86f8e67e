"""Where the bytes lie: a small interface, and the folder that implements it."""

import os
import re
import secrets
import shutil
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import BinaryIO, Protocol

from portal.core.settings import settings

_KEY = re.compile(r"[0-9a-f]{32}\.(jpg|pdf)")


class Storage(Protocol):
    """Files under random keys that nobody outside chooses; a key, once written, never changes its content."""

    def put(self, source: Path, ending: str = "jpg") -> str:
        """Store a copy of `source` durably and return its new key; `ending`: jpg or pdf."""

    def open(self, key: str) -> BinaryIO:
        """The stored bytes, seekable; raises FileNotFoundError."""

    def delete(self, key: str) -> None:
        """Erase; quiet when there is nothing."""

    def older_than(self, age: timedelta) -> Iterator[str]:
        """Keys written longer ago than `age`, by the machine's own clock."""


class FolderStorage:
    """Keys fanned out over 256 folders. A file appears whole or not at all, also after a power cut."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def put(self, source: Path, ending: str = "jpg") -> str:
        key = f"{secrets.token_hex(16)}.{ending}"
        target = self._path(key)
        target.parent.mkdir(parents=True, exist_ok=True)
        part = target.with_suffix(".part")
        with source.open("rb") as incoming, part.open("xb") as out:
            shutil.copyfileobj(incoming, out)
            out.flush()
            os.fsync(out.fileno())
        part.replace(target)
        for folder in (target.parent, self.root):
            _sync(folder)
        return key

    def open(self, key: str) -> BinaryIO:
        return self._path(key).open("rb")

    def delete(self, key: str) -> None:
        self._path(key).unlink(missing_ok=True)

    def older_than(self, age: timedelta) -> Iterator[str]:
        """Yields whole files; half-written ones of that age are swept away in passing."""
        limit = time.time() - age.total_seconds()  # file times are real time, whatever the demo's clock says
        for path in self.root.glob("??/*"):
            if path.stat().st_mtime >= limit:
                continue
            if path.suffix == ".part":
                path.unlink(missing_ok=True)
            else:
                yield path.name

    def _path(self, key: str) -> Path:
        if not _KEY.fullmatch(key):
            raise FileNotFoundError(key)
        return self.root / key[:2] / key


def _sync(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def storage() -> Storage:
    return FolderStorage(Path(settings().instance_dir) / "media")
