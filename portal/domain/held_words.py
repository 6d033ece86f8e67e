"""What may stand on the operator's word list. The list holds a post for a look; it may not silence a complaint."""

# What people must be able to say here (domain.md §6).
ALWAYS_FREE = ("上访", "信访", "投诉", "举报", "质量", "腐败", "贪污", "反对", "批评")
SHORTEST, LONGEST = 2, 20


def may_be_listed(word: str) -> bool:
    """False for a word that is always free, a longer one with it inside, or a piece of it."""
    plain = "".join(character for character in word if character.isalnum()).casefold()
    return len(plain) >= SHORTEST and not any(plain in free or free in plain for free in ALWAYS_FREE)
