"""督办: an order from above to finish a case, by hand or by itself; answered by the unit, cleared or asked for again.

No clock moves: what was late stays late. The resident reads that the unit was ordered, and by when (ux.md §3.19).
"""

from collections.abc import Sequence
from datetime import date, timedelta

from sqlalchemy import func, or_, select

from portal.cases import targets
from portal.cases.deeds import Step, deed
from portal.cases.holding import above, holder_of
from portal.cases.models import Case, CaseEvent, CaseRating, Satisfaction
from portal.cases.order_models import SupervisionOrder, SupervisionSequence
from portal.cases.queries import is_overdue, overdue
from portal.core import clock
from portal.core.calendar import working_calendar
from portal.core.dialects import upsert
from portal.core.extensions import db
from portal.core.jobs import periodic
from portal.core.writing import writing
from portal.domain.actors import Actor
from portal.domain.case_lifecycle import CaseAction, CaseStatus, CaseTrack
from portal.domain.case_supervision import (
    REQUIREMENTS,
    TIMES_UNSATISFIED,
    SupervisionOrigin,
    SupervisionState,
    order_number,
    why_urged,
)
from portal.domain.case_targets import CaseClock
from portal.domain.codes import random_order_number
from portal.domain.deadlines import due, due_day
from portal.domain.errors import DomainError, NotAllowed
from portal.domain.personal_data import mask
from portal.media.models import PhotoKind
from portal.media.services import Picture


def proposed_day(case: Case) -> date:
    """The day to finish by that an order proposes, from today."""
    return due_day(due(clock.now(), targets.span(case, CaseClock.SUPERVISE), working_calendar()))


def supervise(
    actor: Actor,
    case: Case,
    *,
    requirement: str,
    due_on: date,
    copy_id: int | None = None,
    origin: SupervisionOrigin = SupervisionOrigin.ORDERED,
    revision: int | None = None,
) -> SupervisionOrder:
    """督办. By hand the order comes from the actor's unit, by itself from the unit above the holder."""
    with deed(actor, case, CaseAction.SUPERVISE, revision=revision) as step:
        _check_day(due_on)
        holder = holder_of(case)
        by = actor.agency_id if actor.is_staff else next(iter(above(case)), None)
        if holder is None or by is None or by == holder:
            raise NotAllowed("No unit stands above the one that has this case.")
        order = SupervisionOrder(
            number=_number(case, clock.local(step.at).year),
            case_id=case.id,
            agency_id=holder,
            by_id=by,
            copy_id=copy_id,
            origin=origin,
            post_id=actor.id if actor.is_staff else None,
            issued_at=step.at,
            due_on=due_on,
            requirement=mask(requirement),
        )
        db.session.add(order)
        db.session.flush()
        _say(step, order, requirement)
    return order


def answer(
    actor: Actor, case: Case, *, words: str, photos: Sequence[Picture] = (), revision: int | None = None
) -> None:
    """整改情况: what the unit did, for the office above; the resident gets an answer of their own."""
    with deed(actor, case, CaseAction.SUPERVISION_ANSWER, revision=revision, public=False) as step:
        order = _order(case)
        order.state, order.answered_at = SupervisionState.ANSWERED, step.at
        step.note(order=order.number)
        step.say(words)
        step.show(photos, PhotoKind.REPORT)


def clear(actor: Actor, case: Case, *, words: str, revision: int | None = None) -> None:
    """核销: the office above is content."""
    with deed(actor, case, CaseAction.SUPERVISION_CLEAR, revision=revision, public=False) as step:
        order = _order(case)
        order.state, order.cleared_at = SupervisionState.CLEARED, step.at
        step.note(order=order.number)
        step.say(words)


def again(actor: Actor, case: Case, *, requirement: str, due_on: date, revision: int | None = None) -> None:
    """再督办: the same order with a new demand and a new day."""
    with deed(actor, case, CaseAction.SUPERVISE_AGAIN, revision=revision, public=False) as step:
        _check_day(due_on)
        order = _order(case)
        order.state, order.answered_at, order.rounds = SupervisionState.OPEN, None, order.rounds + 1
        order.requirement, order.due_on = mask(requirement), due_on
        _say(step, order, requirement)


def _order(case: Case) -> SupervisionOrder:
    assert case.order is not None  # the table lets nobody here without one
    return case.order


def _say(step: Step, order: SupervisionOrder, requirement: str) -> None:
    db.session.flush()
    db.session.refresh(step.case, ["order"])
    step.note(
        order=order.number,
        due=order.due_on.isoformat(),
        agency=holder_of(step.case),
        copy=order.copy_id,
        late=is_overdue(step.case),
        why=str(order.origin),
    )
    step.say(requirement)


def _check_day(due_on: date) -> None:
    today = clock.today()
    if due_on < today:
        raise DomainError("The date lies in the past.", field="due_on")
    if due_on > today + timedelta(days=90):
        raise DomainError("The date is more than 90 days away.", field="due_on")


def _number(case: Case, year: int) -> str:
    return _next_number(year) if case.track is CaseTrack.ORDINARY else random_order_number(year)


def _next_number(year: int) -> str:
    statement = upsert(SupervisionSequence).values(year=year, last=1)
    statement = statement.on_conflict_do_update(index_elements=["year"], set_={"last": SupervisionSequence.last + 1})
    return order_number(year, int(db.session.execute(statement.returning(SupervisionSequence.last)).scalar_one()))


# --- by itself ----------------------------------------------------------------------------------------------------


def after_urge(case: Case) -> None:
    """In the transaction of a 催一催."""
    if why_urged(case.urges, overdue=is_overdue(case)):
        open_by_itself(case, SupervisionOrigin.URGED)


def after_no(case: Case) -> None:
    """In the transaction of a 没解决 or a 不满意: the second time opens an order."""
    if times_unsatisfied(case) >= TIMES_UNSATISFIED:
        open_by_itself(case, SupervisionOrigin.UNSATISFIED)


def times_unsatisfied(case: Case) -> int:
    """How often the resident said no: each reopening, and a bad rating that was not followed by one."""
    said_no = or_(
        CaseEvent.deed == CaseAction.DISPUTE,
        (CaseEvent.deed == CaseAction.CALLBACK) & (CaseEvent.status == CaseStatus.REOPENED),
    )
    reopened = db.session.scalars(select(CaseEvent.at).where(CaseEvent.case_id == case.id, said_no)).all()
    bad = select(CaseRating.at).where(CaseRating.case_id == case.id)
    rated = db.session.scalars(bad.where(CaseRating.satisfaction == Satisfaction.UNSATISFIED)).all()
    alone = [at for at in rated if not any(at <= later for later in reopened)]
    return len(reopened) + min(len(alone), 1)


def open_by_itself(case: Case, origin: SupervisionOrigin) -> bool:
    """False where one is open already, where nobody stands above, for what no office may know of, and for what is
    answered with another case."""
    alone = case.track is CaseTrack.SEALED or case.status is CaseStatus.MERGED
    if case.order is not None or alone or not above(case):
        return False
    supervise(Actor.system(), case, requirement=REQUIREMENTS[origin], due_on=proposed_day(case), origin=origin)
    return True


@periodic("case_supervision", timedelta(minutes=5))
def run_overdue() -> int:
    """超期自动督办: once for each promise that passed without an answer."""
    return sum(_supervise_overdue(case_id) for case_id in _overdue_unsupervised())


def _overdue_unsupervised() -> Sequence[int]:
    known = select(SupervisionOrder.id).where(
        SupervisionOrder.case_id == Case.id,
        or_(SupervisionOrder.state != SupervisionState.CLEARED, SupervisionOrder.issued_at > Case.promise_due),
    )
    statement = select(Case.id).where(overdue(), Case.track != CaseTrack.SEALED, ~known.exists())
    return db.session.scalars(statement.order_by(Case.promise_due, Case.id).limit(500)).all()


def _supervise_overdue(case_id: int) -> int:
    with writing():
        case = db.session.get_one(Case, case_id)
        return int(is_overdue(case) and open_by_itself(case, SupervisionOrigin.OVERDUE))


def count_open(agency_id: int) -> int:
    """Orders that a unit owes an answer to, for the menu."""
    statement = select(func.count()).select_from(SupervisionOrder).join(Case, Case.id == SupervisionOrder.case_id)
    waits = statement.where(SupervisionOrder.state == SupervisionState.OPEN, Case.agency_id == agency_id)
    return int(db.session.scalar(waits) or 0)
