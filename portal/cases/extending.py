"""延期: asked by the unit with words for the resident, decided above it, told when granted (product CA6).

The promise moves; the gross clock `reply_due` stays (D10). The row is the case's only one: a second time there is none.
"""

from datetime import date
from typing import Any

from sqlalchemy import Select, func, select

from portal.cases import clocks, targets
from portal.cases.deeds import Step, deed, facts_of, stand_of
from portal.cases.models import Case, CaseExtension
from portal.cases.requested import case_of, page_of
from portal.cases.visibility import deciding_unit
from portal.core import clock
from portal.core.calendar import working_calendar
from portal.core.formatting import day
from portal.domain.actors import Actor
from portal.domain.case_extensions import EXTENSION_SHORT_NAMES, ExtensionReason, ExtensionState, latest_day
from portal.domain.case_lifecycle import EXTENSION_DECIDERS, TRANSITIONS, CaseAction, CaseStatus, allowed_actions
from portal.domain.case_targets import CaseClock
from portal.domain.deadlines import due_day
from portal.domain.errors import DomainError, NotAllowed
from portal.domain.personal_data import mask
from portal.identity import approvals
from portal.identity.models import Approval

KIND = "case:extension"
# Where the unit still owes the answer; a question to the resident stops nobody.
STILL_ASKED_IN = frozenset(
    {status for status, action in TRANSITIONS if action is CaseAction.NOT_EXTEND} | {CaseStatus.NEED_INFO}
)


def latest(case: Case) -> date:
    return latest_day(case.promise_due, targets.span(case, CaseClock.EXTENSION), working_calendar())


def ask(
    actor: Actor, case: Case, *, until: date, reason: ExtensionReason, words: str, revision: int | None = None
) -> None:
    """申请延期: internal until somebody above the unit agrees."""
    with deed(actor, case, CaseAction.EXTEND, revision=revision, public=False) as step:
        _check_day(case, until)
        decider = deciding_unit(case)
        if decider is None:
            raise NotAllowed("No unit above yours decides on extensions. Please answer in time.", field="until")
        name = EXTENSION_SHORT_NAMES[reason]
        approval = approvals.ask(
            KIND,
            case.subject,
            f"延期：{case.number}，到 {day(until)}，原因：{name}",
            {"case": case.id, "until": until.isoformat(), "reason": str(reason)},
            actor,
            mask(words),
        )
        case.extension = CaseExtension(
            case_id=case.id,
            agency_id=case.agency_id,
            decider_id=decider,
            approval_id=approval.id,
            asked_at=step.at,
            until=until,
            reason=reason,
            words=mask(words),
        )
        step.note(until=until.isoformat(), reason=str(reason), approval=approval.id)
        step.say(words)


def _check_day(case: Case, until: date) -> None:
    if until <= due_day(case.promise_due):
        raise DomainError("The new date must be later than the date promised now.", field="until")
    if until > latest(case):
        longest = targets.span(case, CaseClock.EXTENSION).amount
        raise DomainError(
            "At most %(days)s working days longer, until %(date)s", field="until", days=longest, date=day(latest(case))
        )


def _is_theirs(actor: Actor, approval: Approval) -> bool:
    """Above the unit that asked and still has the case; a request that the case has outrun waits for nobody."""
    case = case_of(approval)
    return CaseAction.NOT_EXTEND in allowed_actions(facts_of(case), stand_of(case, actor), clock.now())


def _waiting(actor: Actor) -> Select[Any]:
    """How many wait for the actor's unit."""
    return (
        select(func.count())
        .select_from(CaseExtension)
        .join(Case, Case.id == CaseExtension.case_id)
        .join(Approval, Approval.id == CaseExtension.approval_id)
        .where(
            CaseExtension.state == ExtensionState.ASKED,
            CaseExtension.decider_id == actor.agency_id,
            CaseExtension.agency_id == Case.agency_id,
            Case.status.in_(STILL_ASKED_IN),
            Approval.asked_by != actor.id,
        )
    )


def _refuse(approval: Approval, actor: Actor) -> None:
    """不同意: the unit alone hears of it."""
    case = case_of(approval)
    with deed(actor, case, CaseAction.NOT_EXTEND, public=False) as step:
        _settle(case, step, ExtensionState.REFUSED)
        step.say(approval.decision_reason or "")


@approvals.handler(
    KIND,
    may=lambda actor: actor.role in EXTENSION_DECIDERS,
    concerns=_is_theirs,
    refused=_refuse,
    count=_waiting,
    details=page_of,
)
def _grant(approval: Approval, actor: Actor) -> None:
    """同意: the resident is told the new day and the unit's words; what was overdue stays overdue."""
    case = case_of(approval)
    with deed(actor, case, CaseAction.GRANT_EXTENSION) as step:
        extension = _settle(case, step, ExtensionState.APPROVED)
        clocks.keep(case, clocks.dates_of(case).extended(extension.until))
        step.say(extension.words)


def _settle(case: Case, step: Step, state: ExtensionState) -> CaseExtension:
    assert case.extension is not None
    case.extension.state, case.extension.decided_at = state, step.at
    step.note(until=case.extension.until.isoformat(), reason=str(case.extension.reason))
    return case.extension
