"""What an answer to a resident must be: long enough to say something, without officialese (ux.md §3.18)."""

from portal.domain.errors import DomainError

SHORTEST = 10
OFFICE_WORDS = ("已阅", "已转", "转呈", "妥否", "请阅处", "阅处", "酌处", "拟办", "呈批")


def check_words(words: str) -> None:
    """Raises DomainError at the field `words`."""
    if len("".join(words.split())) < SHORTEST:
        raise DomainError("What you write to the resident needs at least %(n)s characters.", field="words", n=SHORTEST)
    found = next((word for word in OFFICE_WORDS if word in words), None)
    if found:
        raise DomainError(
            "“%(word)s” is office language. Please say it in words the resident understands.", field="words", word=found
        )
