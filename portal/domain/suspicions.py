"""What a moderator should look at in a text: numbers in disguise, addresses of homes, words of the operator's list.

Nothing here decides: a finding holds a post for a look and is shown highlighted. Plain phone and ID numbers are stopped
before (`personal_data`). Words that people need for criticism (质量, 投诉, 信访, 腐败 …) are on no list of ours.
"""

import re
from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum

from portal.domain import personal_data


class Suspicion(StrEnum):
    DISGUISED_NUMBER = "disguised_number"  # 像是手机号
    ADDRESS = "address"  # 像是住址
    WORD = "word"  # 词表
    CONTACT = "contact"  # 微信、QQ 号


@dataclass(frozen=True)
class Spot:
    """`text[start:end]` is of this kind."""

    start: int
    end: int
    kind: Suspicion


# What stands for a digit when somebody hides a number: 幺三八, 壹叁捌, ①③⑧, ㈠, letters that look like digits.
_SPOKEN = {
    **{char: str(at) for at, char in enumerate("〇一二三四五六七八九")},
    **{char: str(at) for at, char in enumerate("零壹贰叁肆伍陆柒捌玖")},
    **{char: str(at) for at, char in enumerate("⓪①②③④⑤⑥⑦⑧⑨")},
    **{char: str(at) for at, char in enumerate("０１２３４５６７８９")},
    **{char: str(at) for at, char in enumerate("0123456789")},
    "幺": "1",
    "妖": "1",
    "俩": "2",
    "两": "2",
    "仨": "3",
    "洞": "0",
    "拐": "7",
    "勾": "9",
    "o": "0",
    "O": "0",
    "l": "1",
    "I": "1",
    "s": "5",
    "S": "5",
}
_FEWEST, _MOST = 11, 18
_GAP = 3  # characters between two digits that still belong together: 幺三八，零零，一三
_NOT_A_GAP = re.compile(r"[\u4e00-\u9fff]{2,}")  # two characters of running text end a number
_HOME = re.compile(r"\d{1,3}\s*号?楼\s*\d{1,2}\s*(?:门|单元)\s*\d{2,4}|\d{1,3}-\d{1,2}-\d{2,4}")
_CONTACT = re.compile(r"(?:微信|v信|薇信|wx|vx|qq|加v)[号:：\s是]{0,3}[A-Za-z0-9_-]{5,20}", re.I)


def find(text: str, words: Collection[str] = ()) -> list[Spot]:
    """In the order of the text. `words` is the operator's list; blanks between its characters do not hide a word."""
    spots = [*_numbers(text), *_matches(text, _HOME, Suspicion.ADDRESS), *_matches(text, _CONTACT, Suspicion.CONTACT)]
    for word in words:
        spots += _matches(text, _spaced(word), Suspicion.WORD)
    return sorted(spots, key=lambda spot: (spot.start, spot.end))


def _spaced(word: str) -> re.Pattern[str]:
    return re.compile(r"[\s\W_]{0,2}".join(map(re.escape, word)), re.I)


def _matches(text: str, pattern: re.Pattern[str], kind: Suspicion) -> list[Spot]:
    return [Spot(match.start(), match.end(), kind) for match in pattern.finditer(text)]


def _numbers(text: str) -> list[Spot]:
    """Runs of what can be read as digits; long enough, and beginning like a mobile number or as long as an ID."""
    found: list[Spot] = []
    run: list[int] = []
    for at, char in enumerate(text):
        if char not in _SPOKEN:
            continue
        if run and not _together(text[run[-1] + 1 : at]):
            found += _judged(text, run)
            run = []
        run.append(at)
    return found + _judged(text, run)


def _together(between: str) -> bool:
    return len(between) <= _GAP and not _NOT_A_GAP.search(between) and "\n" not in between


def _judged(text: str, run: list[int]) -> list[Spot]:
    digits = "".join(_SPOKEN[text[at]] for at in run)
    start = re.search(r"1[3-9]\d{9}", digits)
    if not start or len(digits) > _MOST + 2:
        return []
    first, last = run[start.start()], run[start.end() - 1]
    return [] if personal_data.find(text[first : last + 1]) else [Spot(first, last + 1, Suspicion.DISGUISED_NUMBER)]


# Words for those who moderate, beside the names of their units and people. 社区 alone is where everybody lives.
OFFICES = (
    "居委会",
    "社区书记",
    "社区主任",
    "社区干部",
    "社区工作人员",
    "党组织书记",
    "网格员",
    "社区党组织",
    "审核员",
    "管理员",
)


def speaks_of(text: str, names: Collection[str]) -> bool:
    """Whether it names the moderator, their unit, or what everybody calls them: then the street looks (FO5, ux.md §3.16)."""
    plain = re.sub(r"\s", "", text)
    return any(name in plain for name in (*OFFICES, *names) if len(name) >= 2)
