"""What a report is about: the resident's choice, the second level behind it, and what each choice leads to."""

from portal.domain.case_statuses import CaseTrack
from portal.domain.category_keywords import KEYWORDS
from portal.domain.category_seed import CATEGORIES, GROUPS, RESIDENT_CATEGORIES, Category, ResidentCategory

__all__ = [
    "BY_CODE",
    "CATEGORIES",
    "GROUPS",
    "RESIDENT_BY_CODE",
    "RESIDENT_CATEGORIES",
    "Category",
    "ResidentCategory",
    "default_level2",
    "guess",
    "track_of",
]

BY_CODE: dict[str, Category] = {category.code: category for category in CATEGORIES}
RESIDENT_BY_CODE: dict[str, ResidentCategory] = {choice.code: choice for choice in RESIDENT_CATEGORIES}

_TRACKS = {"conduct": CaseTrack.CONFLICT, "integrity": CaseTrack.SEALED}


def track_of(code: str) -> CaseTrack:
    """Of a resident's choice or of a second-level category: conflict, sealed, else ordinary (D12)."""
    resident_code = BY_CODE[code].resident_code if code in BY_CODE else code
    return _TRACKS.get(resident_code, CaseTrack.ORDINARY)


def default_level2(resident_code: str, text: str = "") -> str:
    """The second level to start with: what the words point to within the choice, else the usual one."""
    choice = RESIDENT_BY_CODE[resident_code]
    rows = [category for category in CATEGORIES if category.resident_code == resident_code]
    best = max(rows, key=lambda row: _weight(row, text), default=None)
    return best.code if best is not None and _weight(best, text) else choice.default


def guess(text: str) -> str | None:
    """The resident's choice that the words point to, None when they point nowhere. Only ever a suggestion."""
    weights = dict.fromkeys(RESIDENT_BY_CODE, 0)
    for category in CATEGORIES:
        weights[category.resident_code] = max(weights[category.resident_code], _weight(category, text))
    best = max(weights, key=lambda code: weights[code])
    return best if weights[best] else None


def _weight(category: Category, text: str) -> int:
    """Longer words say more: the sum of the squared lengths of those that occur."""
    return sum(len(word) ** 2 for word in KEYWORDS.get(category.code, ()) if word in text)
