"""交接: the cases of somebody who leaves or is away go to a colleague in one go, each with the reason in its history."""

from collections.abc import Sequence

from flask_babel import gettext
from sqlalchemy import func, select

from portal.cases.deeds import deed, facts_of
from portal.cases.handing import people
from portal.cases.models import Case
from portal.cases.queries import LOADED
from portal.cases.visibility import visible_to
from portal.core import clock
from portal.core.extensions import db
from portal.domain.actors import Actor
from portal.domain.case_lifecycle import OPEN_STATUSES, SYSTEM, CaseAction, CaseTrack, allowed_actions
from portal.domain.errors import DomainError
from portal.identity import leaving
from portal.identity.models import StaffPost

MOST = 200


def cases_of(actor: Actor, post_id: int) -> Sequence[Case]:
    """Open cases that lie with this person of the actor's unit, the first due first."""
    statement = select(Case).where(
        visible_to(actor),
        Case.agency_id == actor.agency_id,
        Case.handler_id == post_id,
        Case.status.in_(OPEN_STATUSES),
    )
    return db.session.scalars(statement.options(*LOADED).order_by(Case.promise_due, Case.id).limit(MOST)).all()


def hand_on(actor: Actor, post_id: int, numbers: Sequence[str], to_id: int, reason: str) -> int:
    """How many went over. Internal; no clock moves."""
    chosen = [case for case in cases_of(actor, post_id) if case.number in set(numbers)]
    if not chosen:
        raise DomainError("Please choose at least one case.", field="numbers")
    if to_id == post_id or to_id not in {post.id for post in people(actor.agency_id)}:
        raise DomainError("Please choose somebody else of your unit.", field="to")
    for case in chosen:
        with deed(actor, case, CaseAction.HAND, public=False) as step:
            case.handler_id = to_id
            step.note(post=to_id, was=post_id)
            step.say(reason)
    return len(chosen)


def _of_leaver(post: StaffPost, successor: StaffPost | None, reason: str, actor: Actor) -> None:
    statement = select(Case).where(Case.handler_id == post.id, Case.status.in_(OPEN_STATUSES)).order_by(Case.id)
    for case in db.session.scalars(statement).all():
        if CaseAction.HAND not in allowed_actions(facts_of(case), SYSTEM, clock.now()):
            case.handler_id = None  # nobody has to act on it as a person
            continue
        with deed(Actor.system(), case, CaseAction.HAND, public=False) as step:
            goes_on = successor is not None and case.agency_id in {None, successor.agency_id}
            case.handler_id = successor.id if successor and goes_on else None
            step.note(post=case.handler_id, was=post.id, by=actor.id)
            step.say(reason)


def _words(post_id: int) -> str:
    """A number only: the administrator reads no case, and of one about people learns not even that it exists (D12)."""
    mine = Case.handler_id == post_id, Case.status.in_(OPEN_STATUSES), Case.track == CaseTrack.ORDINARY
    count = int(db.session.scalar(select(func.count()).where(*mine)) or 0)
    if not count:
        return ""
    return gettext("Open cases that lie with this person: %(count)s", count=count)


leaving.HANDOVERS.append(leaving.Handover(_words, _of_leaver))
