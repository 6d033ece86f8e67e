"""Whom somebody has to call: answered cases whose resident reads no text (回访), and texts that did not arrive.

A call-back judges the answer and is never made by the handler. A call about a lost text only tells what the text said;
both stand in the timeline with who called, when, and whether somebody was reached.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import ColumnElement, Select, String, and_, cast, exists, literal, or_, select
from sqlalchemy.orm import aliased, joinedload

from portal.cases.deeds import HANDLING, deed
from portal.cases.models import Case, CaseEvent
from portal.cases.queries import LOADED
from portal.cases.visibility import visible_to
from portal.core import clock
from portal.core.extensions import db
from portal.domain.actors import Actor
from portal.domain.case_closing import CallbackAnswer, CallOutcome
from portal.domain.case_lifecycle import CaseAction, CaseStatus, CaseTrack
from portal.messaging.models import OutboxMessage
from portal.messaging.queries import did_not_arrive

LOOK_BACK = timedelta(days=30)  # an older text is told by nobody any more


class How(StrEnum):
    """By what a call-back is made."""

    PHONE = "phone"
    VISIT = "visit"  # no number was left


# --- 回访 ---------------------------------------------------------------------------------------------------------


def callbacks(actor: Actor, how: How | None = None) -> Select[Case]:
    """Answered, worked by somebody else, and the resident gets no text, got none, or has not reacted."""
    handled = select(CaseEvent.case_id).where(CaseEvent.post_id == actor.id, CaseEvent.deed.in_(HANDLING))
    statement = (
        select(Case)
        .where(visible_to(actor), Case.status == CaseStatus.REPLIED, Case.id.not_in(handled))
        .where(or_(Case.phone_index.is_(None), Case.sms.is_(False), Case.reminded_at.is_not(None), answer_unread()))
        .options(*LOADED, joinedload(Case.handler))
    )
    if how is not None:
        without = Case.phone_index.is_(None)
        statement = statement.where(without if how is How.VISIT else ~without)
    return statement


def answer_unread() -> ColumnElement[bool]:
    """The text about the answer that stands, or the one after it, did not arrive."""
    return exists().where(_to_author(OutboxMessage), OutboxMessage.created_at >= Case.replied_at, did_not_arrive())


def _to_author(row: type[OutboxMessage]) -> ColumnElement[bool]:
    subject, key = literal("case:") + cast(Case.id, String), literal("phone:") + Case.phone_index
    return and_(row.subject == subject, row.recipient_key == key)


def unreached_since(case: Case, since: datetime) -> Sequence[datetime]:
    """When somebody called after the answer and reached nobody."""
    return _tries([case.id], since).get(case.id, [])


def _tries(case_ids: Iterable[int], since: datetime | None = None) -> dict[int, list[datetime]]:
    statement = select(CaseEvent.case_id, CaseEvent.at).where(
        CaseEvent.case_id.in_(list(case_ids)),
        CaseEvent.deed == CaseAction.CALLBACK,
        CaseEvent.facts["answer"].as_string() == CallbackAnswer.UNREACHABLE,
    )
    if since is not None:
        statement = statement.where(CaseEvent.at >= since)
    found: dict[int, list[datetime]] = {}
    for row in db.session.execute(statement.order_by(CaseEvent.id)):
        found.setdefault(row.case_id, []).append(row.at)
    return found


def tries_of(cases: Sequence[Case]) -> dict[int, list[datetime]]:
    """By case: the calls since its answer that reached nobody, in one query."""
    found = _tries(case.id for case in cases)
    return {
        case.id: [at for at in found.get(case.id, []) if case.replied_at is None or at >= case.replied_at]
        for case in cases
    }


# --- texts that did not arrive ------------------------------------------------------------------------------------


def unread(actor: Actor) -> Select[OutboxMessage]:
    """By case the newest text to its author, where it did not arrive and nobody has told them by phone since."""
    newer = aliased(OutboxMessage)
    same = and_(newer.subject == OutboxMessage.subject, newer.recipient_key == OutboxMessage.recipient_key)
    told = exists().where(
        CaseEvent.case_id == Case.id,
        CaseEvent.deed == CaseAction.CALL,
        CaseEvent.at >= OutboxMessage.created_at,
        CaseEvent.facts["outcome"].as_string() == CallOutcome.TOLD,
    )
    of_case = exists().where(_to_author(OutboxMessage), visible_to(actor), Case.track == CaseTrack.ORDINARY, ~told)
    return select(OutboxMessage).where(
        did_not_arrive(),
        OutboxMessage.created_at > clock.now() - LOOK_BACK,
        OutboxMessage.subject.startswith("case:"),
        ~exists().where(same, newer.id > OutboxMessage.id),
        of_case,
    )


def cases_of(messages: Sequence[OutboxMessage]) -> dict[str, Case]:
    """By subject."""
    found = by_id([int(message.subject.removeprefix("case:")) for message in messages])
    return {case.subject: case for case in found.values()}


def by_id(ids: Sequence[int]) -> dict[int, Case]:
    statement = select(Case).where(Case.id.in_(ids)).options(*LOADED, joinedload(Case.handler))
    return {case.id: case for case in db.session.scalars(statement).unique()}


def unread_of(case: Case) -> OutboxMessage | None:
    """The newest text to the author, if it ended unread."""
    statement = select(OutboxMessage).join(Case, _to_author(OutboxMessage)).where(Case.id == case.id)
    newest = db.session.scalar(statement.order_by(OutboxMessage.id.desc()).limit(1))
    if newest is None:
        return None
    return db.session.scalar(select(OutboxMessage).where(OutboxMessage.id == newest.id, did_not_arrive()))


def note_call(actor: Actor, case: Case, outcome: CallOutcome, words: str = "", revision: int | None = None) -> None:
    """电话告知: what the lost text said was told, or nobody was reached. Internal; the case stays as it is."""
    with deed(actor, case, CaseAction.CALL, revision=revision, public=False) as step:
        lost = unread_of(case)
        step.note(outcome=str(outcome), message=lost.id if lost else None, about=lost.event if lost else None)
        step.say(words)


def calls(actor: Actor) -> Select[CaseEvent]:
    """Calls about lost texts that were made, for the page under the list: who called, when, with what outcome."""
    statement = select(CaseEvent).join(Case, Case.id == CaseEvent.case_id)
    return (
        statement.where(visible_to(actor), Case.track == CaseTrack.ORDINARY, CaseEvent.deed == CaseAction.CALL)
        .where(CaseEvent.at > clock.now() - LOOK_BACK)
        .options(joinedload(CaseEvent.text), joinedload(CaseEvent.post), joinedload(CaseEvent.agency))
    )


def last_tries(cases: Sequence[Case]) -> dict[int, tuple[int, datetime]]:
    """By case: how often somebody called about a lost text, and when last."""
    statement = select(CaseEvent.case_id, CaseEvent.at).where(
        CaseEvent.case_id.in_([case.id for case in cases]), CaseEvent.deed == CaseAction.CALL
    )
    found: dict[int, tuple[int, datetime]] = {}
    for row in db.session.execute(statement.order_by(CaseEvent.id)):
        found[row.case_id] = (found.get(row.case_id, (0, row.at))[0] + 1, row.at)
    return found
