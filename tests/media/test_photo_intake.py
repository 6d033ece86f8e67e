"""One request's files: the good ones are stored, the bad ones named."""

import io
from pathlib import Path

import pytest
from flask import Flask

from portal.core.settings import settings
from portal.media import intake
from portal.media.checking import Reason
from portal.media.services import take_in
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
    import hashlib

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


def test_uploads_are_read_piece_by_piece(app: Flask) -> None:
    class Careful(io.BytesIO):
        def read(self, size: int | None = -1, /) -> bytes:
            assert size is not None and 0 < size <= 1024 * 1024
            return super().read(size)

    upload = sent(pictures.jpeg())
    upload.stream = Careful(pictures.jpeg())
    assert take_in([upload]).good
