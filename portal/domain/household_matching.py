"""Comparing what somebody says about a home with the roster, and what may be shown of it before they are known there."""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

TAIL_LENGTH = 4
TRIES = 3  # then a person at the community looks (ux.md §3.9)

_BLANK = re.compile(r"[\s·•・.\-‐‑‒–—―−_]+")
_NUMBER = re.compile(r"\d+")
_UNITS = re.compile(r"(号楼|栋|幢|座|楼|单元|门|号|室|房|户)+$")
_CHINESE = {"一": 1, "二": 2, "三": 3, "四": 4, "五": 5, "六": 6, "七": 7, "八": 8, "九": 9, "十": 10}


@dataclass(frozen=True)
class Named:
    """Somebody the roster names for a home; `tail` are the last four digits of the number it holds, if any."""

    name: str
    tail: str | None


def squeezed(text: str) -> str:
    """For comparing: no blanks, no dots between the parts of a name, one width, one case."""
    return _BLANK.sub("", unicodedata.normalize("NFKC", text)).upper()


def door_number(text: str) -> str:
    """What tells one building, entrance or room from the next: “３ 号楼”, “3栋” and “三号楼” are all 3; “301室” is 301."""
    plain = _UNITS.sub("", squeezed(text))
    if plain in _CHINESE:
        return str(_CHINESE[plain])
    found = _NUMBER.fullmatch(plain)
    return (found.group().lstrip("0") or "0") if found else plain


def is_same_door(typed: str, known: str) -> bool:
    return bool(door_number(typed)) and door_number(typed) == door_number(known)


def matches(name: str, tail: str, named: Iterable[Named]) -> bool:
    """Whether one of the named persons has this name *and* this number; a person without a number never matches."""
    wanted = squeezed(name)
    return bool(wanted) and any(
        squeezed(person.name) == wanted and person.tail == tail for person in named if person.tail
    )


def is_same_name(typed: str, known: str) -> bool:
    return bool(squeezed(typed)) and squeezed(typed) == squeezed(known)


def mask_person(name: str) -> str:
    """张桂兰 → 张*兰, 张兰 → 张*: enough for the family, little for a stranger."""
    short = name.strip()
    if len(short) <= 1:
        return "*"
    return f"{short[0]}*" if len(short) == 2 else f"{short[0]}*{short[-1]}"
