"""The folder behind the storage interface."""

import os
import time
from datetime import timedelta
from pathlib import Path

import pytest

from portal.media.storage import FolderStorage

DAY = timedelta(days=1)


@pytest.fixture
def shelf(tmp_path: Path) -> FolderStorage:
    return FolderStorage(tmp_path / "media")


def source(folder: Path, content: bytes) -> Path:
    path = folder / "source"
    path.write_bytes(content)
    return path


def age(path: Path, days: float) -> None:
    then = time.time() - days * 86_400
    os.utime(path, (then, then))


def test_what_is_put_can_be_opened_until_it_is_deleted(shelf: FolderStorage, tmp_path: Path) -> None:
    key = shelf.put(source(tmp_path, b"pixels"))
    with shelf.open(key) as stored:
        assert stored.read() == b"pixels"
    shelf.delete(key)
    with pytest.raises(FileNotFoundError):
        shelf.open(key)
    shelf.delete(key)


def test_keys_are_random_and_spread_over_folders(shelf: FolderStorage, tmp_path: Path) -> None:
    keys = {shelf.put(source(tmp_path, b"the same")) for _ in range(20)}
    assert len(keys) == 20
    assert {path.parent.name for path in shelf.root.glob("*/*.jpg")} == {key[:2] for key in keys}


@pytest.mark.parametrize(
    "key", ["../../etc/passwd", "/etc/passwd", "", "a\x00b", "0" * 32, "0" * 32 + ".jpg/..", "0" * 32 + ".jpg\n"]
)
def test_no_other_name_reaches_the_disk(shelf: FolderStorage, key: str) -> None:
    with pytest.raises(FileNotFoundError):
        shelf.open(key)


def test_old_files_are_listed_and_half_written_ones_swept(shelf: FolderStorage, tmp_path: Path) -> None:
    old, young = (shelf.put(source(tmp_path, b"x")) for _ in range(2))
    part = (shelf.root / old[:2] / old).with_suffix(".part")
    part.write_bytes(b"half")
    for path in (part, shelf.root / old[:2] / old):
        age(path, 1.1)
    assert list(shelf.older_than(DAY)) == [old]
    assert not part.exists() and (shelf.root / young[:2] / young).exists()


def test_an_empty_store_lists_nothing(shelf: FolderStorage) -> None:
    assert list(shelf.older_than(DAY)) == []
