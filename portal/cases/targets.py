"""办理时限 as rows that the administrator keeps; every change stands beside the figure before it, with its source."""

from collections.abc import Sequence

from flask import g, has_request_context
from sqlalchemy import select

from portal.audit import journal
from portal.cases.models import Case, TargetChange
from portal.core import clock, crypto
from portal.core.extensions import db
from portal.domain.actors import Actor
from portal.domain.case_targets import CaseClock, Target, check_span, target_at
from portal.domain.levels import Level, Span


def span(case: Case, which: CaseClock, level: Level | None = None) -> Span:
    """The figure for this case: that of the day of its report (`level` when it is about to change)."""
    return target_at(known(), level or case.level, which, case.submitted_at).span


def in_force(level: Level, which: CaseClock) -> Target:
    return target_at(known(), level, which, clock.now())


def all_in_force() -> dict[Level, dict[CaseClock, Target]]:
    return {level: {which: in_force(level, which) for which in CaseClock} for level in Level}


def change(actor: Actor, level: Level, which: CaseClock, wanted: Span, source: str, reason: str) -> TargetChange:
    """Holds for cases reported from now on. DomainError where the figure makes no sense."""
    before = in_force(level, which)
    check_span(level, which, wanted, {each: in_force(level, each).span for each in CaseClock})
    row = TargetChange(
        level=level,
        clock=which,
        amount=wanted.amount,
        unit=wanted.unit,
        source=source,
        reason=reason,
        before_amount=before.span.amount,
        before_unit=before.span.unit,
        at=clock.now(),
        post_id=actor.id if actor.is_staff else None,
    )
    db.session.add(row)
    db.session.flush()
    if has_request_context():
        g.pop("target_changes", None)
    journal.record(
        "deadline:changed", actor, f"deadline:{level}:{which}",
        before=f"{before.span.amount} {before.span.unit}", after=f"{wanted.amount} {wanted.unit}",
        source=crypto.digest(source)[:32], why=crypto.digest(reason)[:32],
    )  # fmt: skip
    return row


def changes(limit: int = 50) -> Sequence[TargetChange]:
    """Newest first."""
    return db.session.scalars(select(TargetChange).order_by(TargetChange.id.desc()).limit(limit)).all()


def known() -> list[Target]:
    """All changes, in their order; a handful of rows, read once per request."""
    if has_request_context() and "target_changes" in g:
        return g.target_changes  # type: ignore[no-any-return]
    rows = db.session.scalars(select(TargetChange).order_by(TargetChange.id))
    found = [Target(row.level, row.clock, Span(row.amount, row.unit), row.source, row.at) for row in rows]
    if has_request_context():
        g.target_changes = found
    return found
