"""Phone and ID numbers that slip into free text: found, pointed out, masked for everybody but the author.

Finds full-width digits and digits held apart (138-0013-8000). Leaves alone case numbers, short numbers, dates, amounts,
and what somebody wrote in Chinese numerals on purpose.
"""

import re
from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class PersonalKind(StrEnum):
    PHONE = "phone"
    ID_NUMBER = "id_number"


@dataclass(frozen=True)
class Found:
    """`text[start:end]` is of this kind."""

    start: int
    end: int
    kind: PersonalKind


# One character for one character, so that positions stay those of the original text.
_ASCII = str.maketrans("０１２３４５６７８９Ｘｘ＋－　", "0123456789Xx+- ")
_GAP = r"[ \t\-‐‑‒–—―−_.·]{0,2}"
_NO_DIGIT_BEFORE, _NO_DIGIT_AFTER = r"(?<!\d)", r"(?!\d)"

_PHONE = re.compile(rf"{_NO_DIGIT_BEFORE}(?:(?:\+|00)?86{_GAP})?(1(?:{_GAP}\d){{10}}){_NO_DIGIT_AFTER}")
_ID_18 = re.compile(rf"{_NO_DIGIT_BEFORE}[1-9](?:{_GAP}\d){{16}}{_GAP}[\dXx]{_NO_DIGIT_AFTER}")
_ID_15 = re.compile(rf"{_NO_DIGIT_BEFORE}[1-9](?:{_GAP}\d){{14}}{_NO_DIGIT_AFTER}")
_DIGIT_GROUPS = re.compile(r"\d+")

# GB 11643: weights of the first 17 digits, the check character by the sum modulo 11, the codes of the provinces.
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECK = "10X98765432"
_PROVINCES = frozenset(
    str(code)
    for region in (
        range(11, 16),
        range(21, 24),
        range(31, 38),
        range(41, 47),
        range(50, 55),
        range(61, 66),
        (71, 81, 82),
    )
    for code in region
)

_MASK_OF_ID = "身份证号****"


def find(text: str) -> list[Found]:
    """In the order of the text, never overlapping; an ID number before a phone that could be read out of it."""
    plain = text.translate(_ASCII)
    found: list[Found] = []
    for pattern, is_one, kind in _KINDS:
        for match in pattern.finditer(plain):
            if is_one(match.group()) and not any(_overlap(match, other) for other in found):
                found.append(Found(match.start(), match.end(), kind))
    return sorted(found, key=lambda one: one.start)


def mask(text: str) -> str:
    """The same text with 138**** and 身份证号**** in place of the numbers."""
    for one in reversed(find(text)):
        text = text[: one.start] + _masked(text[one.start : one.end], one.kind) + text[one.end :]
    return text


def _masked(number: str, kind: PersonalKind) -> str:
    if kind is PersonalKind.ID_NUMBER:
        return _MASK_OF_ID
    return f"{_compact(number.translate(_ASCII))[-11:][:3]}****"


def _compact(text: str) -> str:
    return re.sub(r"[^0-9X]", "", text.upper())


def _overlap(match: re.Match[str], other: Found) -> bool:
    return match.start() < other.end and other.start < match.end()


def _is_phone(text: str) -> bool:
    """A mobile number; a list of small numbers (13 14 15 16 17 2) is not one, digit by digit (1 3 8 0 …) is."""
    sizes = {len(group) for group in _DIGIT_GROUPS.findall(text)}
    return "3" <= _compact(text)[-10] <= "9" and (max(sizes) >= 3 or sizes == {1})


def _is_id_18(text: str) -> bool:
    number = _compact(text)
    total = sum(int(digit) * weight for digit, weight in zip(number, _WEIGHTS, strict=False))
    return number[:2] in _PROVINCES and _is_day(number[6:14]) and number[17] == _CHECK[total % 11]


def _is_id_15(text: str) -> bool:
    """The form given out until 1999, without a century and a check character."""
    number = _compact(text)
    return number[:2] in _PROVINCES and _is_day(f"19{number[6:12]}")


def _is_day(digits: str) -> bool:
    try:
        return date.fromisoformat(digits).year >= 1900
    except ValueError:
        return False


_KINDS = (
    (_ID_18, _is_id_18, PersonalKind.ID_NUMBER),
    (_ID_15, _is_id_15, PersonalKind.ID_NUMBER),
    (_PHONE, _is_phone, PersonalKind.PHONE),
)


def mask_name(text: str, name: str | None) -> str:
    """What the author is called, wherever their own words say it: 张** (a single character names nobody)."""
    name = (name or "").strip()
    return text if len(name) < 2 else text.replace(name, name[0] + "*" * (len(name) - 1))
