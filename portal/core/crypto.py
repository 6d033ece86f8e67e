"""Encryption of personal fields and look-up without storing what is looked up.

Keys come from `PORTAL_DATA_KEYS` (the first encrypts, all decrypt) and never from the database. Each purpose has its own
key, derived with HKDF, so that the key that opens phone numbers does not open sealed accusations.
A token is `<key id>.<base64 of nonce and AES-256-GCM ciphertext>`.
"""

import base64
import hashlib
import hmac
import secrets
from functools import lru_cache

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from flask import current_app

KEY_ID_LENGTH = 8
OVERHEAD = KEY_ID_LENGTH + 1 + 12 + 16  # key id, dot, nonce, tag


class CannotDecrypt(Exception):
    """No configured key opens this token."""


@lru_cache(maxsize=64)
def _derived(key: str, purpose: str) -> bytes:
    return HKDF(SHA256(), 32, salt=b"portal", info=purpose.encode()).derive(key.encode())


@lru_cache(maxsize=64)
def _key_id(key: str) -> str:
    return hashlib.sha256(b"id:" + key.encode()).hexdigest()[:KEY_ID_LENGTH]


@lru_cache(maxsize=64)
def _cipher(key: str, purpose: str) -> AESGCM:
    return AESGCM(_derived(key, purpose))


def _keys() -> tuple[str, ...]:
    keys: tuple[str, ...] = current_app.extensions["settings"].data_keys
    return keys


def encrypt(text: str, purpose: str = "data") -> str:
    key_id, body = _sealed(text.encode(), purpose)
    return f"{key_id}.{base64.urlsafe_b64encode(body).decode()}"


def encrypt_bytes(content: bytes, purpose: str = "data") -> bytes:
    """As a token, without base64: `<key id>.` and the raw nonce and ciphertext, `OVERHEAD` bytes longer."""
    key_id, body = _sealed(content, purpose)
    return f"{key_id}.".encode() + body


def _sealed(content: bytes, purpose: str) -> tuple[str, bytes]:
    key, nonce = _keys()[0], secrets.token_bytes(12)
    return _key_id(key), nonce + _cipher(key, purpose).encrypt(nonce, content, purpose.encode())


@lru_cache(maxsize=64)
def _ring(keys: tuple[str, ...], purpose: str) -> dict[str, AESGCM]:
    """What opens a token, by its key id."""
    return {_key_id(key): _cipher(key, purpose) for key in keys}


def decrypt(token: str, purpose: str = "data") -> str:
    key_id, _, body = token.partition(".")
    return _opened(key_id, base64.urlsafe_b64decode(body), purpose).decode()


def decrypt_bytes(token: bytes, purpose: str = "data") -> bytes:
    key_id, _, body = token.partition(b".")
    return _opened(key_id.decode("ascii", "replace"), body, purpose)


def _opened(key_id: str, raw: bytes, purpose: str) -> bytes:
    cipher = _ring(_keys(), purpose).get(key_id)
    if cipher is None:
        raise CannotDecrypt(purpose)
    try:
        return cipher.decrypt(raw[:12], raw[12:], purpose.encode())
    except InvalidTag as error:
        raise CannotDecrypt(purpose) from error


def is_current(token: str) -> bool:
    """Whether the first key wrote it: rotation re-encrypts the others."""
    return token.partition(".")[0] == _key_id(_keys()[0])


def _index(key: str, text: str, purpose: str) -> str:
    return hmac.new(_derived(key, f"index:{purpose}"), text.encode(), hashlib.sha256).hexdigest()


def blind_index(text: str, purpose: str = "phone") -> str:
    """64 hex digits that stand for `text` in look-ups; useless without the key."""
    return _index(_keys()[0], text, purpose)


def blind_indexes(text: str, purpose: str = "phone") -> list[str]:
    """The index under every key, newest first: rows not yet rotated are found too."""
    return [_index(key, text, purpose) for key in _keys()]


def hmac_code(code: str, purpose: str) -> str:
    """One-way form of a short secret (sign-in code, receipt, session id)."""
    return _index(_keys()[-1], code, f"code:{purpose}")


def digest(text: str) -> str:
    """Keyed digest of a text, for the journal: proves the text later, reveals nothing."""
    return _index(_keys()[-1], text, "digest")
