"""What an uploaded file is, before anything decodes it: its size, its first bytes, the name we may show."""

import unicodedata
from enum import StrEnum
from pathlib import Path
from typing import IO

import filetype

MAX_BYTES = 10 * 1024 * 1024
HEAD_BYTES = 4096
SHOWN_NAME_LENGTH = 40
_PIECE = 64 * 1024
_HEIF_BRANDS = {b"heic", b"heix", b"heim", b"heis"}  # HEVC stills; AVIF and image sequences are no phone photos
_SIGNATURES = {"image/jpeg": b"\xff\xd8\xff", "image/png": b"\x89PNG\r\n\x1a\n", "image/webp": b"RIFF"}


class Reason(StrEnum):
    """Why a file was not taken in."""

    TOO_BIG = "too_big"
    NOT_A_PHOTO = "not_a_photo"
    TOO_MANY_PIXELS = "too_many_pixels"
    BROKEN = "broken"


class Format(StrEnum):
    """The accepted formats, by Pillow's names."""

    JPEG = "JPEG"
    PNG = "PNG"
    WEBP = "WEBP"
    HEIF = "HEIF"


_FORMATS = {"image/jpeg": Format.JPEG, "image/png": Format.PNG, "image/webp": Format.WEBP}


class Refused(Exception):
    def __init__(self, reason: Reason) -> None:
        super().__init__(reason)
        self.reason = reason


def receive(upload: IO[bytes], target: Path) -> Format:
    """Copy an upload piece by piece to `target` and tell its format; raises Refused, reads little over 10 MiB."""
    size = 0
    with target.open("wb") as out:
        while piece := upload.read(_PIECE):
            size += len(piece)
            if size > MAX_BYTES:
                raise Refused(Reason.TOO_BIG)
            out.write(piece)
    if size == 0:  # a name without content is a transfer that broke off
        raise Refused(Reason.BROKEN)
    with target.open("rb") as stored:
        return format_of(stored.read(HEAD_BYTES))


def format_of(head: bytes) -> Format:
    """Format told by content alone (name and declared type are the sender's words); raises Refused(NOT_A_PHOTO)."""
    if _is_heif(head):
        return Format.HEIF
    mime = filetype.guess_mime(head) or ""
    if mime in _FORMATS and head.startswith(_SIGNATURES[mime]):
        return _FORMATS[mime]
    raise Refused(Reason.NOT_A_PHOTO)


def _is_heif(head: bytes) -> bool:
    if head[4:8] != b"ftyp":
        return False
    box = head[8 : min(int.from_bytes(head[:4], "big"), len(head))]
    major, compatible = box[:4], {box[i : i + 4] for i in range(8, len(box), 4)}
    return major in _HEIF_BRANDS or (major == b"mif1" and bool(compatible & _HEIF_BRANDS))


def shown_name(name: str | None) -> str:
    """The sender's file name made fit to show: last part, no control or direction characters, at most 40 characters."""
    last = (name or "").replace("\\", "/").rsplit("/", 1)[-1]
    clean = "".join(c for c in last if unicodedata.category(c)[0] not in "CZ" or c == " ").strip(" .")
    if len(clean) <= SHOWN_NAME_LENGTH:
        return clean
    half = (SHOWN_NAME_LENGTH - 1) // 2
    return f"{clean[:half]}…{clean[-half:]}"
