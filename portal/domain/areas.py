"""Floor areas as people write them, in hundredths of ㎡: 92.30 ㎡ is 9230. No floats."""

import re
import unicodedata

from portal.domain.errors import DomainError

LARGEST = 10_000_00  # of one home
_UNITS = re.compile(r"(?:平方米|平米|m2)$", re.IGNORECASE)  # what NFKC makes of ㎡ and m² too
_NUMBER = re.compile(r"\d{1,9}(?:\.\d{1,2})?")
_WITH_COMMA = re.compile(r"\d{1,4},\d{1,2}")


class AreaError(DomainError):
    """The text is no floor area; `code` says what is wrong with it."""

    def __init__(self, msgid: str, *, code: str, **params: object) -> None:
        super().__init__(msgid, field="area", **params)
        self.code = code


def parse_area(text: str) -> int:
    """“92.3”, “９２．３０ ㎡” → 9230. AreaError for anything else."""
    plain = _UNITS.sub("", unicodedata.normalize("NFKC", text).replace(" ", ""))
    if _WITH_COMMA.fullmatch(plain):
        raise AreaError("Please write the area as %(right)s.", code="area_comma", right=plain.replace(",", "."))
    if not _NUMBER.fullmatch(plain):
        raise AreaError("Please write the area like 92.30, with at most two decimals.", code="area_form")
    whole, _, fraction = plain.partition(".")
    found = int(whole) * 100 + int(fraction.ljust(2, "0") or 0)
    if not 0 < found <= LARGEST:
        raise AreaError("The area of a home is more than 0 and at most 10,000 ㎡.", code="area_size")
    return found


def written(hundredths: int | None) -> str:
    """9230 → “92.30”, as it is typed and exported."""
    return "" if hundredths is None else f"{hundredths // 100}.{hundredths % 100:02d}"
