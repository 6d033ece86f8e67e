"""How Chinese text is cut for searching: into every two neighbouring characters, because nobody writes blanks between words.

“电梯坏了” holds 电梯, 梯坏 and 坏了; who looks for 电梯故障 asks for texts that hold 电梯, 梯故 and 故障. No dictionary is
needed, two-character words are found (SQLite's trigram tables find none), and both databases do the same.
"""

import unicodedata

LONGEST_TEXT = 2000  # characters of one text that are looked at
MOST_TERMS = 6
MOST_GRAMS = 24  # per search


def plain(text: str) -> str:
    """One spelling: full-width and half-width, upper and lower case alike; everything but letters and digits is a blank."""
    folded = unicodedata.normalize("NFKC", text[:LONGEST_TEXT]).casefold()
    return "".join(mark if mark.isalnum() else " " for mark in folded)


def grams(text: str) -> set[str]:
    """Every pair of neighbours. Blanks and marks between Chinese characters do not part them: “3 号楼” is “3号楼”."""
    run = plain(text).replace(" ", "")
    return {run[at : at + 2] for at in range(len(run) - 1)}


def terms(text: str) -> list[str]:
    """What somebody typed, cut at blanks: each part must be found, in any order."""
    return list(dict.fromkeys(plain(text).split()))[:MOST_TERMS]
