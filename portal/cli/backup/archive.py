"""What a backup holds and how it is written and opened.

Inside the encryption a tar: `manifest.json` first (when, which database, rows by table, SHA-256 of the database), then
`database`, then `media/…`, at the end `media.json` with the SHA-256 of each photo.
"""

import hashlib
import io
import json
import os
import tarfile
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from portal.cli.backup import databases
from portal.cli.backup.sealed_file import NotOurs, Reader, Writer
from portal.core import clock
from portal.core.settings import settings

NAME = "portal-{at:%Y%m%dT%H%M%S}Z.backup"


@dataclass(frozen=True)
class Contents:
    """A backup laid open in a folder that its reader removes."""

    manifest: Mapping[str, Any]
    database: Path
    media: Path
    photos: int

    @property
    def made_at(self) -> datetime:
        return datetime.fromisoformat(self.manifest["made_at"])


def create(folder: Path) -> Path:
    """One file in `folder`; it appears only when it is whole."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    target = folder / NAME.format(at=clock.real_now())
    part = target.with_suffix(".part")
    with _workshop() as bench:
        counts = databases.dump(bench / "database")
        with open(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as out:
            _write(bench / "database", counts, Writer(out, settings().data_keys[0]))
            out.flush()
            os.fsync(out.fileno())
    part.replace(target)
    return target


@contextmanager
def _workshop() -> Iterator[Path]:
    """A folder beside the data, not in /tmp: the database is unencrypted in it for a moment."""
    with tempfile.TemporaryDirectory(prefix=".backup-", dir=settings().instance_dir) as name:
        yield Path(name)


def _write(database: Path, counts: databases.Counts, sealed: Writer) -> None:
    manifest = {
        "made_at": clock.real_now().isoformat(),
        "database": databases.kind(),
        "rows": dict(counts),
        "sha256": _sha256(database),
    }
    with tarfile.open(fileobj=sealed, mode="w|", bufsize=1024 * 1024) as tar:
        _add(tar, "manifest.json", json.dumps(manifest, sort_keys=True).encode())
        tar.add(database, "database")
        _add(tar, "media.json", json.dumps(_add_photos(tar), sort_keys=True).encode())
    sealed.close()


def _add(tar: tarfile.TarFile, name: str, content: bytes) -> None:
    entry = tarfile.TarInfo(name)
    entry.size = len(content)
    tar.addfile(entry, io.BytesIO(content))


def _add_photos(tar: tarfile.TarFile) -> dict[str, str]:
    """Photos never change once written; one erased meanwhile is simply not there."""
    hashes = {}
    for path in sorted(media_folder().glob("??/*.jpg")):
        try:
            content = path.read_bytes()
        except FileNotFoundError:
            continue
        hashes[path.name] = hashlib.sha256(content).hexdigest()
        _add(tar, f"media/{path.parent.name}/{path.name}", content)
    return hashes


def media_folder() -> Path:
    return Path(settings().instance_dir) / "media"


@contextmanager
def opened(file: Path) -> Iterator[Contents]:
    """Decrypt and unpack, checking every hash; NotOurs when anything is amiss."""
    with _workshop() as bench, file.open("rb") as source:
        try:
            with tarfile.open(fileobj=io.BufferedReader(Reader(source, settings().data_keys)), mode="r|") as tar:
                tar.extractall(bench, filter="data")
        except tarfile.TarError as error:
            raise NotOurs("文件损坏。 The file is damaged.") from error
        yield _checked(bench)


def _checked(bench: Path) -> Contents:
    manifest = json.loads((bench / "manifest.json").read_text())
    hashes = json.loads((bench / "media.json").read_text())
    found = {path.name: path for path in (bench / "media").glob("??/*.jpg")}
    if _sha256(bench / "database") != manifest["sha256"] or found.keys() != hashes.keys():
        raise NotOurs("内容和清单对不上。 The content does not match its list.")
    if wrong := [name for name, path in found.items() if _sha256(path) != hashes[name]]:
        raise NotOurs(f"{len(wrong)} 张照片对不上。 {len(wrong)} photos do not match.")
    return Contents(manifest, bench / "database", bench / "media", len(found))


def _sha256(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def put_photos_back(contents: Contents, advance: Callable[[], None] = lambda: None) -> None:
    for path in contents.media.glob("??/*.jpg"):
        target = media_folder() / path.parent.name / path.name
        target.parent.mkdir(parents=True, exist_ok=True)
        path.replace(target)
        advance()
