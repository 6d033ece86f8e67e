"""剔除: proposed by the street or the unit, approved by the district, lifted by the district; the case goes on (domain.md §2.3).

No clock moves and nobody is told anything new; the counters move in the same transaction, so that a rate and the list
of what is not in it are always of one moment.
"""

from typing import Any

from sqlalchemy import ColumnElement, Select, func, or_, select

from portal.cases import exclusion_ends
from portal.cases.deeds import HANDLING, Step, deed, facts_of, stand_of, units_that_had
from portal.cases.exclusion_models import CaseExclusion
from portal.cases.models import Case, CaseEvent
from portal.cases.requested import case_of, page_of
from portal.cases.visibility import districts
from portal.core import clock
from portal.core.extensions import db
from portal.domain.actors import Actor
from portal.domain.case_exclusion import EXCLUSION_NAMES, ExclusionKind, ExclusionState, check_kind
from portal.domain.case_lifecycle import CaseAction, CaseTrack, allowed_actions
from portal.domain.case_transitions import EXCLUSION_DECIDERS
from portal.domain.errors import DomainError
from portal.domain.personal_data import mask
from portal.identity import approvals
from portal.identity.models import Approval

KIND = exclusion_ends.KIND


def ask(actor: Actor, case: Case, *, kind: ExclusionKind, reason: str, revision: int | None = None) -> None:
    """Between offices until the district agrees; every figure stays as it is."""
    with deed(actor, case, CaseAction.EXCLUDE, revision=revision, public=False) as step:
        check_kind(kind, has_phone=case.phone_index is not None, status=case.status)
        _check_somebody_decides(case)
        approval = approvals.ask(
            KIND,
            case.subject,
            f"剔除：{case.number}，{EXCLUSION_NAMES[kind]}",
            {"case": case.id},
            actor,
            mask(reason),
        )
        row = CaseExclusion(
            case_id=case.id, agency_id=actor.agency_id, approval_id=approval.id, kind=kind, reason=mask(reason),
            asked_at=step.at,
        )  # fmt: skip
        db.session.add(row)
        _settle(case, step, row)
        step.say(reason)


def _check_somebody_decides(case: Case) -> None:
    """What the district itself has worked nobody above it approves (D13): it stays in the figures."""
    if not set(districts()) - units_that_had(case):
        raise DomainError(
            "The district has handled this case itself, so nobody can approve this. It stays in the figures."
        )


def _settle(case: Case, step: Step, row: CaseExclusion) -> None:
    """The counters that are written after the step read the row anew."""
    step.note(kind=str(row.kind))
    db.session.flush()
    db.session.expire(case, ["exclusion"])


def _row_of(case: Case) -> CaseExclusion:
    assert case.exclusion is not None  # the table lets nobody here without one
    return case.exclusion


def _is_theirs(actor: Actor, approval: Approval) -> bool:
    case = case_of(approval)
    if case.exclusion is None or case.exclusion.approval_id != approval.id:
        return False
    return CaseAction.NOT_EXCLUDE in allowed_actions(facts_of(case), stand_of(case, actor), clock.now())


def _waiting(actor: Actor) -> Select[Any]:
    """How many wait for this officer of the district."""
    return (
        select(func.count())
        .select_from(CaseExclusion)
        .join(Case, Case.id == CaseExclusion.case_id)
        .join(Approval, Approval.id == CaseExclusion.approval_id)
        .where(
            CaseExclusion.state == ExclusionState.ASKED,
            Case.track == CaseTrack.ORDINARY,
            Approval.asked_by != actor.id,
            ~_had_by(actor.agency_id),
        )
    )


def _had_by(agency_id: int | None) -> ColumnElement[bool]:
    worked = select(CaseEvent.id).where(
        CaseEvent.case_id == Case.id, CaseEvent.agency_id == agency_id, CaseEvent.deed.in_(HANDLING)
    )
    return or_(func.coalesce(Case.agency_id, 0) == agency_id, worked.exists())


def _refuse(approval: Approval, actor: Actor) -> None:
    """不同意: it stays in every figure."""
    case = case_of(approval)
    with deed(actor, case, CaseAction.NOT_EXCLUDE, public=False) as step:
        row = _row_of(case)
        row.state, row.decided_at = ExclusionState.REFUSED, step.at
        _settle(case, step, row)
        step.say(approval.decision_reason or "")


@approvals.handler(
    KIND,
    may=lambda actor: actor.role in EXCLUSION_DECIDERS,
    concerns=_is_theirs,
    refused=_refuse,
    count=_waiting,
    details=page_of,
)
def _grant(approval: Approval, actor: Actor) -> None:
    """同意: from now on it is in no rate. What had to be true when it was asked has to be true still."""
    case = case_of(approval)
    with deed(actor, case, CaseAction.GRANT_EXCLUSION, public=False) as step:
        row = _row_of(case)
        check_kind(row.kind, has_phone=case.phone_index is not None, status=case.status)
        row.state, row.decided_at = ExclusionState.APPROVED, step.at
        _settle(case, step, row)
        step.say(approval.decision_reason or "")


def lift(actor: Actor, case: Case, *, reason: str, revision: int | None = None) -> None:
    """恢复统计: it is in every figure again, as if it had never been left out."""
    with deed(actor, case, CaseAction.LIFT_EXCLUSION, revision=revision, public=False) as step:
        row = _row_of(case)
        row.state, row.lifted_at, row.lifted_by = ExclusionState.LIFTED, step.at, actor.id
        row.why_lifted = mask(reason)
        _settle(case, step, row)
        step.say(reason)
