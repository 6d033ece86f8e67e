"""Counters of the dashboards, moved by differences in the writing transaction and provable by a recount."""

from collections import Counter
from datetime import date, datetime

from sqlalchemy import delete, insert, select
from sqlalchemy.orm import joinedload

from portal.cases.models import STANDING, Case, CaseCount
from portal.core import clock
from portal.core.calendar import working_calendar
from portal.core.dialects import upsert
from portal.core.extensions import db
from portal.domain.case_exclusion import ExclusionState
from portal.domain.case_figures import CaseFigureFacts, contributions
from portal.domain.deadlines import due_day

Key = tuple[date, int, str, int, str]


def contributions_of(case: Case) -> Counter[Key]:
    """What this case adds to the counters as it stands: (day, building, category, unit, measure) → count."""
    found: Counter[Key] = Counter()
    for (day, measure), n in contributions(facts_of(case)).items():
        found[day or STANDING, case.building_id, case.category_code, case.agency_id or 0, measure] += n
    return found


def facts_of(case: Case) -> CaseFigureFacts:
    """In time is the last answer, so that a bad first one gains nothing; how long it took is told by the first."""

    def day(moment: datetime | None) -> date | None:
        return clock.local(moment).date() if moment else None

    excluded = case.exclusion
    contact_in_time = None
    if case.contacted_at and case.contact_due:
        contact_in_time = case.contacted_at <= case.contact_due
    handling_days = None
    if case.first_replied_at and case.accepted_at:
        start, end = clock.local(case.accepted_at).date(), clock.local(case.first_replied_at).date()
        handling_days = working_calendar().working_days_between(start, end)
    return CaseFigureFacts(
        building_id=case.building_id,
        category=case.category_code,
        agency_id=case.agency_id,
        status=case.status,
        track=case.track,
        submitted_on=clock.local(case.submitted_at).date(),
        assigned_on=day(case.assigned_at),
        contact_in_time=contact_in_time,
        due_on=due_day(case.reply_due),
        replied_on=day(case.first_replied_at),
        reply_in_time=case.replied_at <= case.reply_due if case.replied_at else None,
        handling_days=handling_days,
        closed_on=day(case.closed_at),
        outcome=case.outcome,
        solved_halves=case.solved_halves,
        rating=case.rating,
        rated_on=day(case.rated_at),
        promised_on=due_day(case.promise_due),
        excluded=excluded.kind if excluded and excluded.state is ExclusionState.APPROVED else None,
    )


def apply(before: Counter[Key], after: Counter[Key]) -> None:
    """Add the difference in one statement, sorted by key: unsorted upserts of two writers deadlock."""
    changed = {key: after[key] - before[key] for key in {*before, *after} if after[key] != before[key]}
    if not changed:
        return
    rows = [_row(key, n) for key, n in sorted(changed.items())]
    statement = upsert(CaseCount).values(rows)
    db.session.execute(
        statement.on_conflict_do_update(
            index_elements=["day", "building_id", "category_code", "agency_id", "measure"],
            set_={"n": CaseCount.n + statement.excluded.n},
        )
    )


def _row(key: Key, n: int) -> dict[str, object]:
    return dict(zip(("day", "building_id", "category_code", "agency_id", "measure"), key, strict=True)) | {"n": n}


def recount() -> Counter[Key]:
    """The counters as they should stand, from every case."""
    total: Counter[Key] = Counter()
    every = select(Case).options(joinedload(Case.exclusion)).execution_options(yield_per=500)
    for case in db.session.scalars(every):
        total.update(contributions_of(case))
    return total


def stored() -> Counter[Key]:
    rows = db.session.scalars(select(CaseCount).where(CaseCount.n != 0))
    return Counter({(r.day, r.building_id, r.category_code, r.agency_id, r.measure): r.n for r in rows})


def rebuild() -> None:
    """Replace the counters by a recount (after a repair; flushes)."""
    db.session.execute(delete(CaseCount))
    rows = [_row(key, n) for key, n in sorted(recount().items())]
    if rows:
        db.session.execute(insert(CaseCount), rows)
