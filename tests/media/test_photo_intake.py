"""One request's files: the good ones are stored, the bad ones named."""

import hashlib
import io
import os
import time
from pathlib import Path

import pytest
from flask import Flask, request

from portal.core.settings import settings
from portal.media import intake
from portal.media.checking import Reason
from portal.media.services import sweep_orphans, take_in
from portal.media.storage import storage
from tests.media import pictures
from tests.media.pictures import sent

pytestmark = pytest.mark.databases("sqlite")  # nothing here asks the database


def stored_files(app: Flask) -> list[Path]:
    return list((settings().instance_dir / "media").glob("*/*"))


def test_each_bad_file_is_named_and_the_good_ones_stay(app: Flask) -> None:
    taken = take_in(
        [
            sent(pictures.phone_jpeg(), "door.jpg"),
            sent(pictures.SVG, "../x\u202e.svg"),
            sent(pictures.HEIC.read_bytes(), "IMG_2.HEIC"),
            sent(bytes(11 * 1024 * 1024), "film.jpg"),
            sent(pictures.pixel_bomb(), "bomb.png"),
            sent(b"", "empty.jpg"),
        ]
    )
    assert [photo.index for photo in taken.good] == [1, 3]
    assert [(bad.index, bad.filename_shown, bad.reason) for bad in taken.bad] == [
        (2, "x.svg", Reason.NOT_A_PHOTO),
        (4, "film.jpg", Reason.TOO_BIG),
        (5, "bomb.png", Reason.TOO_MANY_PIXELS),
        (6, "empty.jpg", Reason.BROKEN),
    ]
    assert len(stored_files(app)) == 4


def test_what_lies_on_the_disk_says_nothing_but_pixels(app: Flask) -> None:
    take_in([sent(pictures.phone_jpeg()), sent(pictures.zipped_jpeg()), sent(pictures.HEIC.read_bytes())])
    for path in stored_files(app):
        pictures.assert_says_nothing(path.read_bytes())


def test_what_is_told_of_a_photo_is_what_is_stored(app: Flask) -> None:
    [photo] = take_in([sent(pictures.jpeg(3000, 2000))]).good
    content = storage().open(photo.key).read()
    assert (photo.width, photo.height) == (2560, 1707)
    assert (photo.bytes, photo.sha256) == (len(content), hashlib.sha256(content).hexdigest())


def test_inputs_left_empty_are_no_files(app: Flask) -> None:
    assert take_in([sent(b"", ""), sent(pictures.jpeg()), sent(b"", "")]).good[0].index == 1
    assert take_in([]).good == [] and take_in([sent(b"", "")]).bad == []


def test_one_request_cannot_bring_any_number(app: Flask) -> None:
    small = pictures.jpeg(40, 30)
    taken = take_in([sent(small) for _ in range(intake.MAX_AT_ONCE + 3)])
    assert len(taken.good) == intake.MAX_AT_ONCE and taken.left_out == 3


def test_a_disk_that_takes_nothing_is_an_upload_that_broke(app: Flask) -> None:
    (settings().instance_dir / "media").write_text("a file where the folder should be")
    [bad] = take_in([sent(pictures.jpeg())]).bad
    assert bad.reason is Reason.BROKEN


def test_originals_never_outlive_their_request(app: Flask) -> None:
    take_in([sent(pictures.phone_jpeg()), sent(pictures.SVG)])
    incoming = settings().instance_dir / "incoming"
    assert list(incoming.iterdir()) == []
    for name, hours in (("killed", 2), ("running", 0)):
        (incoming / name).mkdir()
        (incoming / name / "1").write_bytes(pictures.phone_jpeg())
        then = time.time() - hours * 3600
        os.utime(incoming / name, (then, then))
    sweep_orphans()
    assert [left.name for left in incoming.iterdir()] == ["running"]


def test_no_room_for_working_is_an_upload_that_broke(app: Flask) -> None:
    (settings().instance_dir / "incoming").write_text("a file where the folder should be")
    assert [bad.reason for bad in take_in([sent(pictures.jpeg()), sent(pictures.webp())]).bad] == [Reason.BROKEN] * 2


@pytest.mark.parametrize(
    "name",
    ["../../../etc/cron.d/x.jpg", "a\x00.php.jpg", "\u202egpj.exe", "长" * 98 + ".jpg", "a" * 300, "; rm -rf.jpg"],
)
def test_hostile_names_reach_no_path_and_no_page(app: Flask, name: str) -> None:
    files = {"album": [(io.BytesIO(pictures.jpeg()), name), (io.BytesIO(pictures.SVG), name)]}
    with app.test_request_context("/", method="POST", data=files):
        taken = take_in(request.files.getlist("album"))
    assert [photo.index for photo in taken.good] == [1]
    [bad] = taken.bad
    assert len(bad.filename_shown) <= 40 and not set("/\\\x00\u202e") & set(bad.filename_shown)
    assert all(len(path.name) == 36 and path.suffix == ".jpg" for path in stored_files(app))


def test_uploads_are_read_piece_by_piece(app: Flask) -> None:
    class Careful(io.BytesIO):
        def read(self, size: int | None = -1, /) -> bytes:
            assert size is not None and 0 < size <= 1024 * 1024
            return super().read(size)

    upload = sent(pictures.jpeg())
    upload.stream = Careful(pictures.jpeg())
    assert take_in([upload]).good
