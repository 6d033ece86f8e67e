"""常用答复: kept by each unit for itself and by the administrator for all; put into an answer, then edited (product CA11)."""

from collections.abc import Sequence

from sqlalchemy import Select, or_, select

from portal.audit import journal
from portal.cases.models import Case
from portal.cases.template_models import ReplyTemplate
from portal.core import clock, crypto
from portal.core.extensions import db
from portal.domain.actors import Actor
from portal.domain.case_statuses import ReplyResult
from portal.domain.errors import DomainError, NotFound
from portal.domain.personal_data import mask
from portal.domain.reply_words import check_words
from portal.domain.roles import Role

MOST_OFFERED = 12


def owner_of(actor: Actor) -> int | None:
    """Whose templates this person keeps; the administrator keeps those for everybody."""
    return None if actor.role is Role.ADMIN else actor.agency_id


def kept_by(actor: Actor) -> Select[ReplyTemplate]:
    owner = owner_of(actor)
    mine = ReplyTemplate.agency_id.is_(None) if owner is None else ReplyTemplate.agency_id == owner
    return select(ReplyTemplate).where(mine, ReplyTemplate.retired_at.is_(None))


def own(actor: Actor, template_id: int) -> ReplyTemplate:
    found = db.session.scalar(kept_by(actor).where(ReplyTemplate.id == template_id))
    if found is None:
        raise NotFound("There is no such template.")
    return found


def offered(actor: Actor, case: Case) -> Sequence[ReplyTemplate]:
    """For this case: those of its category first, the unit's own before everybody's."""
    statement = (
        select(ReplyTemplate)
        .where(
            ReplyTemplate.retired_at.is_(None),
            or_(ReplyTemplate.agency_id.is_(None), ReplyTemplate.agency_id == actor.agency_id),
            or_(ReplyTemplate.category_code.is_(None), ReplyTemplate.category_code == case.category_code),
        )
        .order_by(ReplyTemplate.category_code.is_(None), ReplyTemplate.agency_id.is_(None), ReplyTemplate.id)
    )
    return db.session.scalars(statement.limit(MOST_OFFERED)).all()


def save(
    actor: Actor,
    row: ReplyTemplate | None,
    *,
    title: str,
    words: str,
    category_code: str | None,
    result: ReplyResult | None,
) -> ReplyTemplate:
    """Written like an answer: long enough, without office language, and without anybody's number."""
    check_words(words)
    if mask(words) != words:
        raise DomainError("A template may not hold a private phone number or an ID number.", field="words")
    row = row or ReplyTemplate(agency_id=owner_of(actor))
    row.title, row.words, row.category_code, row.result = title, words, category_code, result
    row.changed_at, row.changed_by = clock.now(), actor.id
    db.session.add(row)
    db.session.flush()
    _record(actor, row, "saved")
    return row


def retire(actor: Actor, row: ReplyTemplate) -> None:
    row.retired_at, row.changed_by = clock.now(), actor.id
    db.session.flush()
    _record(actor, row, "retired")


def _record(actor: Actor, row: ReplyTemplate, what: str) -> None:
    journal.record(
        f"template:{what}", actor, f"template:{row.id}",
        category=row.category_code, result=str(row.result or ""), words=crypto.digest(row.words)[:32],
    )  # fmt: skip
