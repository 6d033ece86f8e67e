"""Texts that must fit and codes that must be new, refused in words instead of by a constraint."""

import re

from sqlalchemy import String, select
from sqlalchemy.orm import InstrumentedAttribute

from portal.core.extensions import db
from portal.domain.errors import Conflict, DomainError

Texts = InstrumentedAttribute[str] | InstrumentedAttribute[str | None]
CODE = re.compile(r"[A-Z0-9]{2,}")


def fitting(column: Texts, text: str, field: str) -> str:
    """`text` without blanks around it; a DomainError at `field` when it is longer than the column."""
    text = text.strip()
    limit = _limit(column)
    if len(text) <= limit:
        return text
    if column.key in {"short_name", "sms_name"}:
        raise DomainError(
            "“%(text)s” stands in text messages and may have at most %(limit)s characters; it has %(length)s.",
            field=field, text=text, limit=limit, length=len(text),
        )  # fmt: skip
    raise DomainError(
        "At most %(limit)s characters, please; it has %(length)s.", field=field, limit=limit, length=len(text)
    )


def needed(column: Texts, text: str, field: str) -> str:
    if not text.strip():
        raise DomainError("Please fill in this field.", field=field)
    return fitting(column, text, field)


def fresh(column: Texts, text: str, field: str) -> str:
    """As `needed`, and nobody else has it yet."""
    text = needed(column, text, field)
    if field == "code" and not CODE.fullmatch(text.upper().replace("-", "").replace("_", "")):
        raise DomainError("A code has letters A to Z and digits only, at least two of them.", field=field)
    if db.session.scalar(select(column).where(column == text)) is not None:
        raise Conflict("“%(text)s” is already taken.", field=field, text=text)
    return text


def _limit(column: Texts) -> int:
    assert isinstance(column.type, String)
    return column.type.length or 0
