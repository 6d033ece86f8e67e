"""Roster files as a community fills them in."""

from collections.abc import Iterable, Sequence
from io import BytesIO

from portal.core.exports import csv_of, xlsx_of
from portal.roster.importing.columns import HEADS

GOOD = {
    "小区": "", "楼号": "3 号楼", "门": "2 门", "室": "301", "房主姓名": "张桂兰", "手机号": "13900000001",
    "专有面积": "89.50", "产权性质": "私产", "共有人": "", "业主编号": "", "面积来源": "登记簿", "备注": "", "产权单位": "",
}  # fmt: skip


def row(**cells: str) -> list[str]:
    """A row without fault but for what is given by its head: row(室="302", 专有面积="92,3")."""
    assert set(cells) <= set(HEADS)
    return [(GOOD | cells)[head] for head in HEADS]


def xlsx(rows: Iterable[Sequence[str]], head: Sequence[str] = tuple(HEADS)) -> BytesIO:
    return BytesIO(xlsx_of([head, *rows]))


def csv(rows: Iterable[Sequence[str]], head: Sequence[str] = tuple(HEADS), encoding: str = "utf-8") -> BytesIO:
    text = csv_of([head, *rows]).decode("utf-8-sig")
    return BytesIO(text.encode(encoding))
