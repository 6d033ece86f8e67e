"""Rows and reports as compact text for an encrypted column: JSON lines, deflated, base64."""

import base64
import json
import zlib
from collections.abc import Iterable, Iterator
from typing import Any

CHUNK = 256 * 1024


def packed(lines: Iterable[Any]) -> str:
    press = zlib.compressobj(3)
    pieces = [
        press.compress(json.dumps(line, ensure_ascii=False, separators=(",", ":")).encode() + b"\n") for line in lines
    ]
    pieces.append(press.flush())
    return base64.b64encode(b"".join(pieces)).decode()


def unpacked(text: str) -> Iterator[Any]:
    """One by one, so that a hundred thousand rows never stand in memory at once."""
    press = zlib.decompressobj()
    raw = base64.b64decode(text)
    rest = b""
    for start in range(0, len(raw), CHUNK):
        *lines, rest = (rest + press.decompress(raw[start : start + CHUNK])).split(b"\n")
        yield from map(json.loads, lines)
