"""What a backup holds and how it is written and opened.

Inside the encryption a tar: `manifest.json` first (when, which database, rows by table, SHA-256 of the database), then
`database.gz`, then `media/…`, at the end `media.json` with the SHA-256 of each photo. The backups that the worker makes every
quarter of an hour hold only the photos' names; the photos lie beside them, each sealed once (`photo_store`).
"""

import gzip
import hashlib
import io
import json
import os
import shutil
import tarfile
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from portal.cli.backup import databases, photo_store
from portal.cli.backup.sealed_file import NotOurs, Reader, Writer
from portal.core import clock
from portal.core.backups import NAME
from portal.core.settings import settings

BENCH = ".backup-"


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


def create(folder: Path, *, photos_beside: bool = False) -> Path:
    """One file in `folder`; it appears only when it is whole."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    target = folder / NAME.format(at=clock.real_now())
    part = target.with_suffix(".part")
    try:
        with _workshop() as bench, open(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as out:
            counts = databases.dump(bench / "database")
            store = photo_store.of(folder) if photos_beside else None
            _write(bench / "database", counts, Writer(out, settings().data_keys[0]), store)
            out.flush()
            os.fsync(out.fileno())
        part.replace(target)
    finally:
        part.unlink(missing_ok=True)
    return target


@contextmanager
def _workshop() -> Iterator[Path]:
    """A folder beside the data, not in /tmp: the database is unencrypted in it for a moment."""
    with tempfile.TemporaryDirectory(prefix=BENCH, dir=settings().instance_dir) as name:
        yield Path(name)


def _write(database: Path, counts: databases.Counts, sealed: Writer, store: Path | None) -> None:
    manifest = {
        "made_at": clock.real_now().isoformat(),
        "database": databases.kind(),
        "rows": dict(counts),
        "sha256": _sha256(database),
        "photos": "inside" if store is None else "beside",
    }
    with tarfile.open(fileobj=sealed, mode="w|", bufsize=1024 * 1024) as tar:
        _add(tar, "manifest.json", json.dumps(manifest, sort_keys=True).encode())
        tar.add(_compressed(database), "database.gz")
        photos: object = _add_photos(tar) if store is None else photo_store.keep(photos_here(), store)
        _add(tar, "media.json", json.dumps(photos, sort_keys=True).encode())
    sealed.close()


def _compressed(database: Path) -> Path:
    """Quick rather than small: this happens every quarter of an hour."""
    target = database.with_suffix(".gz")
    with database.open("rb") as plain, gzip.open(target, "wb", compresslevel=1) as out:
        shutil.copyfileobj(plain, out, 1024 * 1024)
    return target


def _add(tar: tarfile.TarFile, name: str, content: bytes) -> None:
    entry = tarfile.TarInfo(name)
    entry.size = len(content)
    tar.addfile(entry, io.BytesIO(content))


def _add_photos(tar: tarfile.TarFile) -> dict[str, str]:
    """Photos never change once written; one erased meanwhile is simply not there."""
    hashes = {}
    for path in photos_here():
        try:
            content = path.read_bytes()
        except FileNotFoundError:
            continue
        hashes[path.name] = hashlib.sha256(content).hexdigest()
        _add(tar, f"media/{path.parent.name}/{path.name}", content)
    return hashes


def photos_here() -> list[Path]:
    return sorted(_files(media_folder()))


def _files(media: Path) -> Iterator[Path]:
    """Photos and documents."""
    return (path for path in media.glob("??/*") if path.suffix in {".jpg", ".pdf"})


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
        with gzip.open(bench / "database.gz") as packed, (bench / "database").open("wb") as plain:
            shutil.copyfileobj(packed, plain, 1024 * 1024)
        yield _checked(bench, photo_store.of(file.parent))


def _checked(bench: Path, store: Path) -> Contents:
    manifest = json.loads((bench / "manifest.json").read_text())
    if _sha256(bench / "database") != manifest["sha256"]:
        raise NotOurs("内容和清单对不上。 The content does not match its list.")
    listed = json.loads((bench / "media.json").read_text())
    if manifest["photos"] == "beside":
        photo_store.lay_out(listed, store, bench / "media")
    else:
        _check_photos(bench / "media", listed)
    return Contents(manifest, bench / "database", bench / "media", len(listed))


def _check_photos(media: Path, hashes: Mapping[str, str]) -> None:
    found = {path.name: path for path in _files(media)}
    if found.keys() != hashes.keys():
        raise NotOurs("内容和清单对不上。 The content does not match its list.")
    if wrong := [name for name, path in found.items() if _sha256(path) != hashes[name]]:
        raise NotOurs(f"{len(wrong)} 张照片对不上。 {len(wrong)} photos do not match.")


def _sha256(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def put_photos_back(contents: Contents, advance: Callable[[], None] = lambda: None) -> None:
    for path in _files(contents.media):
        target = media_folder() / path.parent.name / path.name
        target.parent.mkdir(parents=True, exist_ok=True)
        path.replace(target)
        advance()
