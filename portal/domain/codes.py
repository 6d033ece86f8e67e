"""Codes that people read aloud, copy from a poster and type on a phone (product decisions D1, D2)."""

import re
import secrets
import unicodedata
from collections.abc import Callable, Sequence
from datetime import date

# Without 0 and O, 1 and I and L, and without U, which is misread as V.
ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
LETTERS = "ABCDEFGHJKMNPQRSTVWXYZ"

POSTER_TOKEN_LENGTH = 10
REF_LENGTH = 8
SECRET_LENGTH = 4
RECEIPT_LENGTH = 12
INVITE_LENGTH = 10

Choice = Callable[[Sequence[str]], str]

_SEPARATORS = re.compile(r"[\s\-‐‑‒–—―−_·.]+")


def new_code(length: int, choice: Choice = secrets.choice) -> str:
    return "".join(choice(ALPHABET) for _ in range(length))


def normalise(text: str) -> str:
    """What was meant: upper case, ASCII instead of full-width, no spaces, hyphens or dots."""
    return _SEPARATORS.sub("", unicodedata.normalize("NFKC", text)).upper()


def is_code(text: str, length: int) -> bool:
    """Whether `text`, already normalised, is a code of this length."""
    return len(text) == length and set(text) <= set(ALPHABET)


def pretty(code: str) -> str:
    """Groups of four for the eye: H7K392QF → H7K3 92QF."""
    return " ".join(code[start : start + 4] for start in range(0, len(code), 4))


def case_number(prefix: str, day: date, sequence: int) -> str:
    """The public name 编号 of a case: HD240617-00123. `day` is the local day, `sequence` counts from 1 on it."""
    if sequence < 1:
        raise ValueError("the sequence of a day begins with 1")
    return f"{prefix}{day:%y%m%d}-{sequence:05d}"


def random_case_number(prefix: str, day: date, choice: Choice = secrets.choice) -> str:
    """A number for an accusation (D12): no gap in the day's sequence shows that it exists.

    Five characters of the alphabet, at least one a letter, so that it never equals a counted number.
    """
    tail = new_code(5, choice)
    while tail.isdigit():
        tail = new_code(4, choice) + choice(LETTERS)
    return f"{prefix}{day:%y%m%d}-{tail}"


def random_order_number(year: int, choice: Choice = secrets.choice) -> str:
    """Of an order about what must leave no trace (D12), for the same reason: D24-KW7M.

    Two letters in front, so that it never equals a counted one.
    """
    return f"D{year % 100:02d}-{choice(LETTERS)}{choice(LETTERS)}{new_code(2, choice)}"


def is_case_number(text: str, prefix: str) -> bool:
    """Whether a typed text has the shape of a 编号 with this prefix."""
    shape = rf"{re.escape(prefix.upper())}\d{{6}}-?(?:\d{{5,}}|[{ALPHABET}]{{5}})"
    return re.fullmatch(shape, unicodedata.normalize("NFKC", text).strip().upper()) is not None


def case_secret(phone_e164: str | None, choice: Choice = secrets.choice) -> str:
    """The 校验码: the phone's last four digits, or four random characters where no phone was left (D2)."""
    return phone_e164[-SECRET_LENGTH:] if phone_e164 else new_code(SECRET_LENGTH, choice)
