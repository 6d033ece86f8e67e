"""What is highlighted to a moderator, and what people must be able to say."""

from itertools import pairwise

import pytest

from portal.domain.suspicion import NEVER_LISTED, MarkKind, find, may_be_listed


def seen(text: str, words: tuple[str, ...] = ()) -> list[tuple[str, str]]:
    return [(mark.kind.value, text[mark.start : mark.end]) for mark in find(text, words)]


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("太吵了，幺三八零零一三八零零零可以找我商量", "幺三八零零一三八零零零"),
        ("打１３８ 然后 0013 再 8000", "１３８ 然后 0013 再 8000"),
        ("①③⑧⓪⓪①③⑧⓪⓪⓪", "①③⑧⓪⓪①③⑧⓪⓪⓪"),
        ("1三8零零1三8零零零", "1三8零零1三8零零零"),
        ("加我微信：lao_wang88 细聊", "微信：lao_wang88"),
    ],
)
def test_numbers_in_disguise(text: str, number: str) -> None:
    assert seen(text) == [("number", number)]


@pytest.mark.parametrize(
    "text",
    [
        "2024 年 6 月 17 日 9:00 开会，991 户、28 栋楼都来",
        "一共三百二十三万二千元，中央一百六十一万六千",
        "十三号楼的十五户里有十二户同意",
        "打 12345 或者 022-00000101 都可以",
        "3 号楼的车棚太小，2 门旁边还能再放 20 辆",
        "信访、投诉、上访都试过，工程质量还是不行，是不是有腐败",
    ],
)
def test_ordinary_words_are_left_alone(text: str) -> None:
    assert seen(text) == []


@pytest.mark.parametrize(
    ("text", "door"),
    [
        ("就是 3 号楼 2 门 301 那家在吵", "3 号楼 2 门 301"),
        ("2单元502室天天漏水", "2单元502室"),
        ("3-2-301 的人最清楚", "3-2-301"),
        ("住 301室的老李", "301室"),
    ],
)
def test_somebodys_door(text: str, door: str) -> None:
    assert seen(text) == [("address", door)]


def test_listed_words_through_blanks_and_widths() -> None:
    assert seen("你这个王 八*蛋，ＶＩＰ贷款", ("王八蛋", "vip贷款")) == [("word", "王 八*蛋"), ("word", "ＶＩＰ贷款")]
    assert find("王八蛋") == []


def test_marks_never_overlap() -> None:
    marks = find("3 号楼 2 门 301，电话幺三八零零一三八零零零，微信 abc12345", ("电话",))
    assert all(before.end <= after.start for before, after in pairwise(marks))
    assert [mark.kind for mark in marks] == [MarkKind.ADDRESS, MarkKind.WORD, MarkKind.NUMBER, MarkKind.NUMBER]


@pytest.mark.parametrize("word", [*NEVER_LISTED, "投 诉", "投诉信", "质", "  ", "我要上访"])
def test_what_may_not_be_listed(word: str) -> None:
    assert not may_be_listed(word)


def test_what_may_be_listed() -> None:
    assert may_be_listed("王八蛋") and may_be_listed("刷单")
