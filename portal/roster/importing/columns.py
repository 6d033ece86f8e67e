"""The columns of a roster file, by their Chinese heads, in any order; all but OPTIONAL must be there."""

import re
import unicodedata
from collections.abc import Sequence
from enum import StrEnum

from portal.domain.errors import DomainError


class Column(StrEnum):
    COMPOUND = "小区"
    BUILDING = "楼号"
    ENTRANCE = "门"
    ROOM = "室"
    NAME = "房主姓名"
    PHONE = "手机号"
    AREA = "专有面积"
    TENURE = "产权性质"
    CO_OWNERS = "共有人"
    NUMBER = "业主编号"
    SOURCE = "面积来源"
    NOTE = "备注"
    UNIT = "产权单位"


COLUMNS = tuple(Column)
HEADS = [str(column) for column in COLUMNS]
OPTIONAL = frozenset({Column.UNIT})  # came later: a table made before it is still taken
WIDTHS = (14, 10, 8, 8, 14, 16, 12, 12, 16, 14, 12, 28, 24)
FAULT = "哪里不对"  # the column added to a file of wrong rows
_BRACKETS = re.compile(r"[(（].*?[)）]|[*\s]")


class BadHead(DomainError):
    """The file's first row is not the template's."""


def order_of(head: Sequence[str]) -> list[int]:
    """Where each of COLUMNS stands in a row, -1 for one that is not there. “专有面积（㎡）*” is 专有面积."""
    found = [_BRACKETS.sub("", unicodedata.normalize("NFKC", cell)) for cell in head]
    missing = [name for name in HEADS if name not in found and name not in OPTIONAL]
    if len(missing) == len(HEADS) - len(OPTIONAL):
        raise BadHead("This file is not our table. Please use the template.", field="file")
    if missing:
        raise BadHead("The head lacks the column “%(name)s”.", field="file", name="”“".join(missing))
    doubled = next((name for name in HEADS if found.count(name) > 1), None)
    if doubled:
        raise BadHead("The column “%(name)s” stands twice in the head.", field="file", name=doubled)
    return [found.index(name) if name in found else -1 for name in HEADS]


def template_rows() -> list[list[str]]:
    return [HEADS]
