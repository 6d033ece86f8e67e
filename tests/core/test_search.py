"""Chinese text is found by two characters, on both databases, whatever the spelling of digits, blanks and marks."""

import pytest
from sqlalchemy import select

from portal.core import search
from portal.core.extensions import db
from portal.core.search import SearchGram
from portal.core.writing import writing
from portal.domain.search_terms import grams

TEXTS = {
    1: ("楼道灯坏了", "３ 号楼 2 门三楼，晚上看不清台阶"),
    2: ("电梯经常坏", "电梯故障困人，物业说等配件"),
    3: ("Wi-Fi 没信号", "地下车库 100% 没有 _ 信号"),
}


@pytest.fixture
def kept(app) -> None:
    with writing():
        for number, texts in TEXTS.items():
            search.keep("note", number, *texts)
        search.keep("other", 1, "电梯")


def found(text: str) -> list[int]:
    statement = select(SearchGram.subject_id).where(SearchGram.kind == "note").distinct()
    return sorted(db.session.scalars(statement.where(search.matches("note", SearchGram.subject_id, text))))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("电梯", [2]),
        ("电梯故障", [2]),
        ("灯坏", [1]),
        ("3号楼", [1]),
        ("３号楼 台阶", [1]),
        ("台阶，晚上", [1]),
        ("wi-fi", [3]),
        ("坏", [1, 2]),
        ("阶", [1]),
        ("故梯", []),
        ("灯坏 电梯", []),
        ("%", [1, 2, 3]),
        ("_", [1, 2, 3]),
        ("", [1, 2, 3]),
        ("'); DROP TABLE x; --", []),
        ("😀", [1, 2, 3]),
    ],
)
def test_what_is_found(kept, text, expected):
    assert found(text) == expected


def test_what_was_changed_or_forgotten_is_found_no_more(kept):
    with writing():
        search.keep("note", 1, "水管漏水")
        search.forget("note", 2)
    assert (found("灯坏"), found("漏水"), found("电梯")) == ([], [1], [])
    assert db.session.scalars(select(SearchGram.gram).where(SearchGram.kind == "other")).all() == ["电梯"]


def test_a_long_text_is_cut_and_never_refused(kept):
    assert len(grams("楼" * 5000)) == 1
    assert found("坏" * 4000) == []
