"""Passwords of staff: Argon2id, and which ones are refused.

Hashing takes a tenth of a second and 64 MiB: callers do it outside any transaction.
"""

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError, VerifyMismatchError

from portal.domain.errors import DomainError

SHORTEST, LONGEST = 12, 128
_HASHER = PasswordHasher(time_cost=3, memory_cost=64 * 1024, parallelism=1)
# What an unknown name is checked against, so that it takes as long as a known one.
NOBODY = "$argon2id$v=19$m=65536,t=3,p=1$7rLvvRezr/Ar9P++rzVE8w$EKDsGVSPKg5qGwxiC7VDf9EqN3Hc27HtKdC0je7tlkM"

# The beginnings of lists of leaked passwords, also with digits after them: 'password2024!' is no better.
_COMMON_STEMS = (
    "password", "passw0rd", "p@ssw0rd", "p@ssword", "qwertyuiop", "qwerty", "1qaz2wsx", "1q2w3e4r", "zaq12wsx", "abc123",
    "abcd1234", "iloveyou", "woaini", "administrator", "admin", "letmein", "welcome", "monkey", "dragon", "asdfghjkl",
    "zxcvbnm", "changeme", "hedong", "tianjin", "mima",
)  # fmt: skip
_PADDING = "0123456789!@#$%^&*()_-+=. "
_BARE_STEMS = {"", *(stem.strip(_PADDING) for stem in _COMMON_STEMS)}


class WeakPassword(DomainError):
    """Too short, or one of those everybody tries first."""


def hash_password(password: str) -> str:
    return _HASHER.hash(password)


def matches(stored: str | None, password: str) -> bool:
    """Whether `password` belongs to the hash; None (nobody) and "" (none drawn yet) take the same time, never match."""
    try:
        return _HASHER.verify(stored or NOBODY, password[:LONGEST]) and bool(stored)
    except (VerifyMismatchError, VerificationError, InvalidHashError):
        return False


def check(password: str, username: str = "") -> None:
    """WeakPassword with its reason."""
    if len(password) < SHORTEST:
        raise WeakPassword("The password needs at least %(count)s characters.", field="password", count=SHORTEST)
    if len(password) > LONGEST:
        raise WeakPassword("The password may have at most %(count)s characters.", field="password", count=LONGEST)
    if is_common(password) or (username and username.lower() in password.lower()):
        raise WeakPassword("This password is too easy to guess. Please choose another one.", field="password")


def is_common(password: str) -> bool:
    """One of the stems with only digits and signs around it, one run of keys, or few different characters."""
    plain = password.lower()
    bare = plain.strip(_PADDING)
    return bare in _BARE_STEMS or len(set(plain)) < 5
