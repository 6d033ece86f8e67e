"""What a file is, told by its content; and how its name may be shown."""

import io
from pathlib import Path

import pytest

from portal.media.checking import MAX_BYTES, Format, Reason, Refused, format_of, receive, shown_name
from tests.media import pictures


@pytest.mark.parametrize(
    ("content", "format"),
    [
        (pictures.jpeg(), Format.JPEG),
        (pictures.text_png(), Format.PNG),
        (pictures.webp(), Format.WEBP),
        (pictures.HEIC.read_bytes(), Format.HEIF),
        (pictures.zipped_jpeg(), Format.JPEG),
    ],
)
def test_photos_are_known_by_their_content(content: bytes, format: Format) -> None:
    assert format_of(content[:4096]) is format


@pytest.mark.parametrize(
    "content",
    [
        pictures.moving_gif(),
        pictures.SVG,
        b"%PDF-1.7\n",
        b"PK\x03\x04" + bytes(100),
        b"<html><body>\xff\xd8\xff",
        b"\x00\x00\x00\x1cftypavif\x00\x00\x00\x00avifmif1miaf",
        b"\x00\x00\x00\x18ftypmp42\x00\x00\x00\x00mp42isom",
        b"RIFF\x00\x00\x00\x00WAVEfmt ",
        b"\x00" * 3,
        b"II*\x00" + bytes(60),
    ],
)
def test_everything_else_is_not_a_photo(content: bytes) -> None:
    with pytest.raises(Refused) as refused:
        format_of(content)
    assert refused.value.reason is Reason.NOT_A_PHOTO


def test_ten_mebibytes_are_allowed_and_one_byte_more_is_not(tmp_path: Path) -> None:
    photo = pictures.jpeg()
    full = photo + bytes(MAX_BYTES - len(photo))
    assert receive(io.BytesIO(full), tmp_path / "1") is Format.JPEG
    with pytest.raises(Refused) as refused:
        receive(io.BytesIO(full + b"\x00"), tmp_path / "2")
    assert refused.value.reason is Reason.TOO_BIG


def test_a_far_too_big_file_is_not_read_to_its_end(tmp_path: Path) -> None:
    upload = io.BytesIO(bytes(3 * MAX_BYTES))
    with pytest.raises(Refused):
        receive(upload, tmp_path / "1")
    assert upload.tell() < MAX_BYTES + 100_000


def test_a_name_without_content_is_a_broken_transfer(tmp_path: Path) -> None:
    with pytest.raises(Refused) as refused:
        receive(io.BytesIO(), tmp_path / "1")
    assert refused.value.reason is Reason.BROKEN


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("IMG_0001.HEIC", "IMG_0001.HEIC"),
        ("楼道 漏水.jpg", "楼道 漏水.jpg"),
        ("../../etc/passwd", "passwd"),
        ("..\\..\\boot.ini", "boot.ini"),
        ("a\x00b.jpg", "ab.jpg"),
        ("photo\u202egpj.exe", "photogpj.exe"),
        ("line\r\nSet-Cookie: x.jpg", "lineSet-Cookie: x.jpg"),
        ("..", ""),
        (None, ""),
    ],
)
def test_names_lose_paths_and_control_characters(name: str | None, shown: str) -> None:
    assert shown_name(name) == shown


def test_a_name_of_300_bytes_keeps_both_ends() -> None:
    shown = shown_name("长" * 98 + "x.jpg")
    assert len(shown) <= 40 and shown.startswith("长长") and shown.endswith("x.jpg")
