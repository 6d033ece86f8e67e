"""挂账 and 销账: proposed by the unit with a plan, approved by the district, told to the resident; it never closes a case.

The promise moves to the review day; the gross clock `reply_due` stays, and what was late stays late in it (D10).
"""

from datetime import date, timedelta
from typing import Any

from sqlalchemy import Select, func, select

from portal.cases import clocks, targets
from portal.cases.deeds import Step, deed, facts_of, stand_of
from portal.cases.models import Case
from portal.cases.requested import case_of, page_of
from portal.cases.suspension_models import CaseSuspension
from portal.core import clock
from portal.core.calendar import working_calendar
from portal.core.extensions import db
from portal.core.formatting import day
from portal.core.jobs import periodic
from portal.core.writing import writing
from portal.domain.actors import Actor
from portal.domain.case_lifecycle import CaseAction, CaseStatus, allowed_actions
from portal.domain.case_suspension import (
    SUSPENSION_SHORT_NAMES,
    SuspensionReason,
    SuspensionState,
    back_on,
)
from portal.domain.case_targets import CaseClock, target_at
from portal.domain.errors import DomainError
from portal.domain.personal_data import mask
from portal.domain.roles import Role
from portal.identity import approvals
from portal.identity.models import Approval

KIND = "case:suspension"
LOOKED_AHEAD = 200  # days: more than the most working days that can be set
# Where the unit still works on it; a question to the resident stops nobody.
STILL_ASKED_IN = (CaseStatus.IN_PROGRESS, CaseStatus.REOPENED, CaseStatus.NEED_INFO)


def ask(
    actor: Actor, case: Case, *, reason: SuspensionReason, plan: str, review_on: date, revision: int | None = None
) -> None:
    """挂账: internal until the district agrees; the work goes on meanwhile."""
    with deed(actor, case, CaseAction.SUSPEND, revision=revision, public=False) as step:
        _check_day(case, review_on)
        _forget_outrun(case, step)
        approval = approvals.ask(
            KIND,
            case.subject,
            f"挂账：{case.number}，到 {day(review_on)}，原因：{SUSPENSION_SHORT_NAMES[reason]}",
            {"case": case.id},
            actor,
            mask(plan),
        )
        row = CaseSuspension(
            case_id=case.id,
            agency_id=case.agency_id,
            approval_id=approval.id,
            asked_at=step.at,
            reason=reason,
            plan=mask(plan),
            review_on=review_on,
        )
        db.session.add(row)
        _flush(case)
        _note(step, row)
        step.say(plan)


def _check_day(case: Case, review_on: date) -> None:
    today, longest = clock.today(), targets.span(case, CaseClock.SUSPEND).amount
    before = targets.span(case, CaseClock.BACK).amount
    if back_on(review_on, working_calendar(), before) <= today:
        raise DomainError(
            "Please give a later day: the case comes back %(days)s working days before it.",
            field="review_on",
            days=before,
        )
    if review_on > today + timedelta(days=longest):
        raise DomainError("At most %(days)s days, then somebody looks again.", field="review_on", days=longest)


def _forget_outrun(case: Case, step: Step) -> None:
    """A request of a unit that has the case no more gives way to a new one."""
    if case.suspension is not None:
        case.suspension.state, case.suspension.decided_at = SuspensionState.REFUSED, step.at
        db.session.flush()


def _flush(case: Case) -> None:
    db.session.flush()
    db.session.expire(case, ["suspension"])


def _note(step: Step, row: CaseSuspension) -> None:
    step.note(until=row.review_on.isoformat(), reason=str(row.reason), agency=step.case.agency_id)


def _is_theirs(actor: Actor, approval: Approval) -> bool:
    case = case_of(approval)
    row = case.suspension
    if row is None or row.approval_id != approval.id:
        return False
    return CaseAction.GRANT_SUSPENSION in allowed_actions(facts_of(case), stand_of(case, actor), clock.now())


def _waiting(actor: Actor) -> Select[Any]:
    """How many wait for the district."""
    return (
        select(func.count())
        .select_from(CaseSuspension)
        .join(Case, Case.id == CaseSuspension.case_id)
        .join(Approval, Approval.id == CaseSuspension.approval_id)
        .where(
            CaseSuspension.state == SuspensionState.ASKED,
            CaseSuspension.agency_id == Case.agency_id,
            Case.status.in_(STILL_ASKED_IN),
            Approval.asked_by != actor.id,
        )
    )


def _refuse(approval: Approval, actor: Actor) -> None:
    """不同意: the unit alone hears of it and goes on."""
    case = case_of(approval)
    with deed(actor, case, CaseAction.NOT_SUSPEND, public=False) as step:
        row = _of(case)
        row.state, row.decided_at = SuspensionState.REFUSED, step.at
        _flush(case)
        _note(step, row)
        step.say(approval.decision_reason or "")


@approvals.handler(
    KIND,
    may=lambda actor: actor.role is Role.DISTRICT,
    concerns=_is_theirs,
    refused=_refuse,
    count=_waiting,
    details=page_of,
)
def _grant(approval: Approval, actor: Actor) -> None:
    """同意: the resident reads reason, plan and the day by which they hear again."""
    case = case_of(approval)
    with deed(actor, case, CaseAction.GRANT_SUSPENSION) as step:
        row = _of(case)
        _check_day(case, row.review_on)
        row.state, row.decided_at = SuspensionState.APPROVED, step.at
        clocks.keep(case, clocks.dates_of(case).suspended(row.review_on))
        case.asked_in = case.answer_by = None
        _flush(case)
        _note(step, row)
        step.say(row.plan)


def _of(case: Case) -> CaseSuspension:
    assert case.suspension is not None  # the table lets nobody here without one
    return case.suspension


def resume(actor: Actor, case: Case, *, words: str = "", revision: int | None = None) -> None:
    """销账: the unit goes on; the promise is never later than the day the resident was told."""
    with deed(actor, case, CaseAction.RESUME, revision=revision) as step:
        row = _of(case)
        row.state, row.ended_at = SuspensionState.ENDED, step.at
        dates = clocks.dates_of(case)
        clocks.keep(case, dates.resumed(step.at, clocks.reply_span(case), working_calendar()))
        _flush(case)
        _note(step, row)
        step.say(words)


@periodic("case_suspensions", timedelta(minutes=15))
def run_reviews() -> int:
    """So many working days before its review day (a figure) a case is back on the unit's desk."""
    near = clock.today() + timedelta(days=LOOKED_AHEAD)
    rows = db.session.execute(
        select(CaseSuspension.case_id, CaseSuspension.review_on, Case.level, Case.submitted_at)
        .join(Case, Case.id == CaseSuspension.case_id)
        .where(
            CaseSuspension.state == SuspensionState.APPROVED,
            CaseSuspension.review_on <= near,
            Case.status == CaseStatus.SUSPENDED,
        )
    ).all()
    today, calendar, known = clock.today(), working_calendar(), targets.known()
    due = [
        row.case_id
        for row in rows
        if back_on(row.review_on, calendar, target_at(known, row.level, CaseClock.BACK, row.submitted_at).span.amount)
        <= today
    ]
    return sum(_back(case_id) for case_id in due)


def _back(case_id: int) -> int:
    with writing():
        case = db.session.get_one(Case, case_id)
        if case.status is not CaseStatus.SUSPENDED:
            return 0
        resume(Actor.system(), case)
    return 1
