"""What an answer to a resident must be: long enough to say something, without officialese, with a picture (ux.md §3.18)."""

from portal.domain.case_statuses import ReplyResult
from portal.domain.errors import DomainError

SHORTEST = 10
OFFICE_WORDS = ("已阅", "已转", "转呈", "妥否", "请阅处", "阅处", "酌处", "拟办", "呈批")


def check_reply(words: str, result: ReplyResult, *, has_photo: bool, reason: str, photo_expected: bool) -> None:
    """Raises DomainError at the field `words` or `after`. `photo_expected`: the category is a physical repair."""
    if len("".join(words.split())) < SHORTEST:
        raise DomainError("What you write to the resident needs at least %(n)s characters.", field="words", n=SHORTEST)
    found = next((word for word in OFFICE_WORDS if word in words), None)
    if found:
        raise DomainError(
            "“%(word)s” is office language. Please say it in words the resident understands.", field="words", word=found
        )
    if result is ReplyResult.SOLVED and photo_expected and not has_photo and not reason.strip():
        raise DomainError(
            "For “solved”, please add at least one photo of the finished repair, or say why there is none.",
            field="after",
        )
