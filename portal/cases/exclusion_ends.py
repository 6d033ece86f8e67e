"""剔除 that ends without anybody deciding: a duplicate that is taken apart, a case that is sealed."""

from datetime import datetime

from sqlalchemy import select

from portal.cases.exclusion_models import CaseExclusion
from portal.cases.models import Case
from portal.core.extensions import db
from portal.domain.case_exclusion import ExclusionKind, ExclusionState
from portal.identity import approvals

KIND = "case:exclusion"


def by_itself(case: Case, at: datetime, *, only: ExclusionKind | None = None) -> bool:
    """Whether one that was asked for or in force ended here; nobody has to decide it any more."""
    found = case.exclusion
    if found is None or (only is not None and found.kind is not only):
        return False
    if found.state is ExclusionState.ASKED:
        approvals.lapse(KIND, case.subject)
        found.state, found.decided_at = ExclusionState.REFUSED, at
    else:
        found.state, found.lifted_at = ExclusionState.LIFTED, at
    db.session.flush()
    db.session.expire(case, ["exclusion"])
    return True


def of_a_sealed_case(case: Case, at: datetime) -> None:
    """No words about it stay with the offices (product D12)."""
    by_itself(case, at)
    for row in db.session.scalars(select(CaseExclusion).where(CaseExclusion.case_id == case.id)):
        row.reason = row.why_lifted = ""
