"""An encrypted stream in a file: AES-256-GCM in chunks, in order, with a marked end.

    HDPBAK1\\n · 8 letters key id · 8 random bytes · then per chunk: 4 bytes length, ciphertext
The nonce is the 8 bytes and the chunk's number; the last chunk says so in its authenticated data, so a file cut off,
put together from two, or altered anywhere does not open.
"""

import hashlib
import io
import secrets
import struct
from pathlib import Path
from typing import BinaryIO

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

MAGIC = b"HDPBAK1\n"
CHUNK = 1024 * 1024


class NotOurs(Exception):
    """The file is no backup, no key opens it, or it was altered or cut off."""


def _cipher(key: str) -> AESGCM:
    return AESGCM(HKDF(SHA256(), 32, salt=b"portal", info=b"backup").derive(key.encode()))


def _key_id(key: str) -> bytes:
    return hashlib.sha256(b"backup:" + key.encode()).hexdigest()[:8].encode()


def sealed_with(file: Path, key: str) -> bool:
    """Whether `file` is there and was written with this key, going by its head."""
    try:
        with file.open("rb") as source:
            return source.read(len(MAGIC) + 8) == MAGIC + _key_id(key)
    except FileNotFoundError:
        return False


class Writer(io.RawIOBase):
    """Write only; `close` writes the end."""

    def __init__(self, out: BinaryIO, key: str) -> None:
        self._out, self._cipher = out, _cipher(key)
        self._prefix, self._number, self._waiting = secrets.token_bytes(8), 0, bytearray()
        out.write(MAGIC + _key_id(key) + self._prefix)

    def writable(self) -> bool:
        return True

    def write(self, piece: "bytes | bytearray | memoryview") -> int:  # type: ignore[override]
        self._waiting += piece
        while len(self._waiting) > CHUNK:
            self._put(bytes(self._waiting[:CHUNK]), last=False)
            del self._waiting[:CHUNK]
        return len(piece)

    def _put(self, plain: bytes, *, last: bool) -> None:
        nonce = self._prefix + struct.pack(">I", self._number)
        sealed = self._cipher.encrypt(nonce, plain, b"last" if last else b"more")
        self._out.write(struct.pack(">I", len(sealed)) + sealed)
        self._number += 1

    def close(self) -> None:
        if not self.closed:
            self._put(bytes(self._waiting), last=True)
        super().close()


class Reader(io.RawIOBase):
    """Read only; NotOurs at the first byte that is not what was written."""

    def __init__(self, source: BinaryIO, keys: tuple[str, ...]) -> None:
        head = source.read(len(MAGIC) + 16)
        if not head.startswith(MAGIC) or len(head) < len(MAGIC) + 16:
            raise NotOurs("这不是本平台的备份文件。 This is not a backup of this portal.")
        key = next((key for key in keys if _key_id(key) == head[len(MAGIC) : len(MAGIC) + 8]), None)
        if key is None:
            raise NotOurs("DATA_KEYS 里没有打开它的密钥。 No key in DATA_KEYS opens it.")
        self._source, self._cipher, self._prefix = source, _cipher(key), head[-8:]
        self._number, self._ready, self._ended = 0, b"", False

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: "bytearray | memoryview") -> int:  # type: ignore[override]
        while not self._ready and not self._ended:
            self._ready = self._next()
        piece = self._ready[: len(buffer)]
        buffer[: len(piece)] = piece
        self._ready = self._ready[len(piece) :]
        return len(piece)

    def _next(self) -> bytes:
        size = self._source.read(4)
        if len(size) < 4:
            raise NotOurs("文件不完整。 The file is cut off.")
        length = struct.unpack(">I", size)[0]
        sealed = self._source.read(length) if length <= CHUNK + 16 else b""
        nonce = self._prefix + struct.pack(">I", self._number)
        self._number += 1
        for mark in (b"more", b"last"):
            try:
                plain = self._cipher.decrypt(nonce, sealed, mark)
            except (InvalidTag, ValueError):
                continue
            self._ended = mark == b"last"
            return plain
        raise NotOurs("文件被改动过或损坏。 The file was altered or is damaged.")
