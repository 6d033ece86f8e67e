"""What a moderator should see at a glance in a post: numbers in disguise, the operator's words, somebody's door.

Nothing found here stops a post: it is held for a look and highlighted. A plain phone or ID number is stopped at the
composer (`personal_data`). Source: ux.md §3.16, domain.md §6.
"""

import re
import unicodedata
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from enum import StrEnum


class MarkKind(StrEnum):
    NUMBER = "number"  # 像是手机号
    WORD = "word"  # 词表
    ADDRESS = "address"  # 门牌


@dataclass(frozen=True)
class Mark:
    """`text[start:end]` deserves a look."""

    start: int
    end: int
    kind: MarkKind


# Spoken and written-out digits; 幺 is how a one is read aloud in a number.
_NUMERALS = {
    character: str(digit)
    for digit, characters in enumerate(
        ("零〇洞", "一壹幺", "二贰两", "三叁", "四肆", "五伍", "六陆", "七柒拐", "八捌", "九玖勾")
    )
    for character in characters
}
_BETWEEN = 4  # characters that may stand between two digits of a number in disguise
_MOBILE = re.compile(r"1[3-9]\d{9}")
_ACCOUNT = re.compile(r"(?:微信|薇信|[vVwW][xX信]|扣扣|[qQ]{2})\s*(?:号|是|[:：])?\s*[A-Za-z0-9_\-]{5,}")
_NUMBER = r"[0-9０-９一二三四五六七八九十]{1,3}"
_ROOM = r"[0-9０-９]{3,4}"
_DOORS = (
    re.compile(rf"{_NUMBER}\s*(?:号楼|栋|幢)?\s*{_NUMBER}\s*(?:门|单元)\s*{_ROOM}(?:\s*[室号])?"),
    re.compile(rf"{_NUMBER}\s*(?:门|单元)\s*{_ROOM}(?:\s*[室号])?"),
    re.compile(rf"{_NUMBER}\s*(?:号楼|栋|幢)\s*{_ROOM}(?:\s*[室号])?(?!\s*[户元米平㎡])"),
    re.compile(r"(?<![0-9\-])[0-9]{1,2}-[0-9]{1,2}-[0-9]{3,4}(?![0-9\-])"),
    re.compile(r"(?<![0-9])[0-9]{3,4}\s*室"),
)

# What people must be able to say here (domain.md §6); no word that would hold one of these may be listed.
NEVER_LISTED = ("上访", "信访", "投诉", "举报", "质量", "腐败", "贪污", "反对", "批评")
LONGEST_WORD = 20


def find(text: str, words: Collection[str] = ()) -> list[Mark]:
    """In the order of the text, never overlapping."""
    found: list[Mark] = []
    for mark in (*_numbers(text), *_listed(text, words), *_addresses(text)):
        if not any(mark.start < other.end and other.start < mark.end for other in found):
            found.append(mark)
    return sorted(found, key=lambda mark: mark.start)


def may_be_listed(word: str) -> bool:
    """False for what would silence a complaint: 投诉 itself, a longer word with it, a piece of it."""
    plain = _squeezed(word)[0]
    return len(plain) >= 2 and not any(plain in free or free in plain for free in NEVER_LISTED)


def _numbers(text: str) -> Iterator[Mark]:
    for run in _runs_of_digits(text):
        digits = "".join(digit for _at, digit in run)
        for match in _MOBILE.finditer(digits):
            yield Mark(run[match.start()][0], run[match.end() - 1][0] + 1, MarkKind.NUMBER)
    for match in _ACCOUNT.finditer(text):
        yield Mark(match.start(), match.end(), MarkKind.NUMBER)


def _runs_of_digits(text: str) -> Iterator[list[tuple[int, str]]]:
    """(position, digit) of digits in any script that stand close together."""
    run: list[tuple[int, str]] = []
    for at, character in enumerate(text):
        digit = _digit(character)
        if digit is None:
            continue
        if run and at - run[-1][0] > _BETWEEN + 1:
            yield run
            run = []
        run.append((at, digit))
    if run:
        yield run


def _digit(character: str) -> str | None:
    if character in _NUMERALS:
        return _NUMERALS[character]
    value = unicodedata.digit(character, None)
    return None if value is None else str(value)


def _listed(text: str, words: Collection[str]) -> Iterator[Mark]:
    """Words are found through blanks, punctuation, other widths and cases: 'f u c k' is what it is."""
    plain, places = _squeezed(text)
    for word in sorted(words, key=len, reverse=True):
        wanted = _squeezed(word)[0]
        at = plain.find(wanted) if wanted else -1
        while at >= 0:
            yield Mark(places[at], places[at + len(wanted) - 1] + 1, MarkKind.WORD)
            at = plain.find(wanted, at + len(wanted))


def _squeezed(text: str) -> tuple[str, list[int]]:
    """Letters and digits only, in one width and case, each with its place in `text`."""
    pairs = [
        (plain, at)
        for at, character in enumerate(text)
        for plain in unicodedata.normalize("NFKC", character).casefold()
        if plain.isalnum()
    ]
    return "".join(plain for plain, _at in pairs), [at for _plain, at in pairs]


def _addresses(text: str) -> Iterator[Mark]:
    for pattern in _DOORS:
        for match in pattern.finditer(text):
            yield Mark(match.start(), match.end(), MarkKind.ADDRESS)
