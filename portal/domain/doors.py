"""Door numbers in free text: covered wherever a neighbour reads (可以公开 promises 不显示门牌); the entrance may stay."""

import re

_ROOM = r"(?:[甲乙丙丁A-Da-d])?\d{3,4}"
_NUMBERS = re.compile(
    rf"(?<![\d-])\d{{1,2}}\s*[-－—]\s*(?:\d{{1,2}}\s*[-－—]\s*)?{_ROOM}(?!\d)(?:\s*[室户号])?"  # 3-2-301
    rf"|(?<!\d){_ROOM}\s*(?:室|户|号房|房间)"  # 301 室
    rf"|(?<=[门栋楼层])\s*{_ROOM}(?!\d)(?!\s*[年月号路米元㎡平块])(?:\s*[室户])?"  # 2 门 301
    r"|[一二三四五六七八九十〇零]{3,4}\s*室"  # 三〇一室
)
_ENTRANCE = re.compile(r"(?<!\d)(\d{1,2}|[一二三四五六七八九十]{1,2})\s*(?:门|单元)")
COVER = "**"


def without_doors(text: str) -> str:
    """“2 门 301 室漏水” → “2 门 ** 漏水”: which home it is stays unknown."""
    return _NUMBERS.sub(COVER, text)


def entrance_in(place: str) -> str:
    """“2 门三楼楼道” → “2 门”: enough to judge whether it is the same matter; empty when none is named."""
    found = _ENTRANCE.search(place)
    return f"{found.group(1)} 门" if found else ""
