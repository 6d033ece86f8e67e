"""What a text to a mainland number may hold (product D3, ux.md §6: one segment, no link, no number, no risky word)."""

import re

SEGMENT_UNITS = 70

_TOP_LEVEL = "cn|com|net|org|gov|edu|info|top|xyz|vip|site|io|me|cc|app|link|中国|网址"
_NO_NEIGHBOUR_BEFORE, _NO_NEIGHBOUR_AFTER = r"(?<![0-9A-Za-z\-])", r"(?![0-9A-Za-z\-:号门室栋楼层件天月日])"
_FORBIDDEN: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("address", re.compile(rf"https?:|www\.|://|[0-9A-Za-z\-]\.(?:{_TOP_LEVEL})(?![A-Za-z])|/[0-9A-Za-z]", re.I)),
    ("phone number", re.compile(r"(?<![0-9A-Za-z\-])(?:\+?\d{7,}|\d{3,4}-\d{7,8})")),
    (
        "short number",
        re.compile(rf"{_NO_NEIGHBOUR_BEFORE}(?:11[0-9]|12[0-9]|12\d{{3}}|9[56]\d{{3}}|10\d{{3}}){_NO_NEIGHBOUR_AFTER}"),
    ),
    ("forbidden word", re.compile(r"信访|上访|问卷|调查|党|银行")),
    ("request to reply", re.compile(r"回复?\s*[0-9A-Za-zＮＴＹ]")),
    ("symbol", re.compile(r"[¥￥★☆]")),
    ("inner brackets", re.compile(r"[【】]")),
)


def utf16_units(text: str) -> int:
    """The length that counts in an SMS with Chinese in it; an emoji is two."""
    return len(text.encode("utf-16-le")) // 2


def check_text(text: str, signature: str = "") -> list[str]:
    """Why a text, with its 【signature】 in front, may not go out; empty when it may. For operators, not translated."""
    reasons = [] if utf16_units(text) <= SEGMENT_UNITS else [f"longer than {SEGMENT_UNITS} units"]
    body = text.removeprefix(f"【{signature}】") if signature else text
    return reasons + [name for name, pattern in _FORBIDDEN if pattern.search(body)]
