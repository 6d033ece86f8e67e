"""The frozen roll as one figure: what is published at the opening and recomputed by anybody afterwards."""

import hashlib
from collections.abc import Iterable

Line = tuple[str, int, int, int]  # building code, persons, homes, hundredths of ㎡


def fingerprint(lines: Iterable[Line]) -> str:
    """SHA-256 (64 hex digits) over the entries, sorted, each `code|persons|homes|area` and a line end."""
    text = "".join(f"{code}|{persons}|{homes}|{area}\n" for code, persons, homes, area in sorted(lines))
    return hashlib.sha256(text.encode()).hexdigest()
