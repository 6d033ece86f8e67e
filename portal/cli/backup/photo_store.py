"""The photos of the backups in a folder: each lies beside them once, sealed under its own name.

A photo never changes, so every quarter of an hour only the new ones are written. One that was erased from the platform goes from
here too, as soon as no kept backup can need it any more.
"""

import os
import time
from collections.abc import Iterable, Mapping
from datetime import timedelta
from pathlib import Path

from portal.cli.backup.sealed_file import NotOurs, Reader, Writer, sealed_with
from portal.core.settings import settings

KEPT_UNSEEN = timedelta(days=7 * 31)  # the oldest monthly backup is younger


def of(folder: Path) -> Path:
    return folder / "photos"


def keep(photos: Iterable[Path], store: Path) -> dict[str, str]:
    """Seal what is new and mark all as seen. Each photo's name, with the name under which its content is sealed."""
    listed: dict[str, str] = {}
    first: dict[tuple[int, int], str] = {}
    for photo in photos:
        try:
            file = photo.stat()
            name = first.setdefault((file.st_dev, file.st_ino), photo.name)  # a demo's photos have several names
            target = _place(store, name)
            if not sealed_with(target, settings().data_keys[0]):
                _seal(photo, name, target)
        except FileNotFoundError:  # erased meanwhile
            continue
        os.utime(target)
        listed[photo.name] = name
    return listed


def _place(store: Path, name: str) -> Path:
    return store / name[:2] / f"{name}.sealed"


def _seal(photo: Path, name: str, target: Path) -> None:
    """Its name comes first: copies cannot be exchanged for each other."""
    content = photo.read_bytes()
    target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    part = target.with_suffix(".part")
    with open(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as out:
        sealed = Writer(out, settings().data_keys[0])
        sealed.write(name.encode() + b"\n" + content)
        sealed.close()
        out.flush()
        os.fsync(out.fileno())
    part.replace(target)


def lay_out(listed: Mapping[str, str], store: Path, media: Path) -> None:
    """Open each into `media` as the platform stores it; NotOurs for the first that is missing or altered."""
    for name, sealed_as in listed.items():
        target = media / name[:2] / name
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(_open(_place(store, sealed_as), sealed_as))


def _open(sealed: Path, name: str) -> bytes:
    try:
        with sealed.open("rb") as source:
            label, _, content = Reader(source, settings().data_keys).readall().partition(b"\n")
    except FileNotFoundError:
        raise NotOurs(f"旁边的 photos 里缺照片。 A photo is missing in the folder beside it: {sealed.name}") from None
    if label.decode(errors="replace") != name:
        raise NotOurs(f"照片被调换过。 A photo was exchanged: {sealed.name}")
    return content


def forget(store: Path) -> int:
    """Remove what no backup has listed for longer than any is kept, and half-written ones. How many."""
    limit = time.time() - KEPT_UNSEEN.total_seconds()
    gone = [path for path in store.glob("??/*") if path.suffix == ".part" or path.stat().st_mtime < limit]
    for path in gone:
        path.unlink(missing_ok=True)
    return len(gone)
