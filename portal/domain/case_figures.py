"""What one case adds to the counters of the dashboards, and the change that a deed makes.

Everything the dashboards show is a sum of these contributions; a recount adds them up again over all cases and must
find the same. Sealed and conflict cases add nothing anywhere (product D12).
"""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from portal.domain.case_exclusion import ExclusionKind
from portal.domain.case_statuses import OPEN_STATUSES, UNANSWERED_STATUSES, CaseOutcome, CaseStatus, CaseTrack

Contributions = dict[tuple[date | None, str], int]


class Measure(StrEnum):
    """What is counted, always on the day named behind it (the cohort)."""

    # the day the report came
    RECEIVED = "received"  # 新收
    # the day of the first assignment
    ASSIGNED = "assigned"  # 已派单
    CONTACTED_IN_TIME = "contacted_in_time"
    # the day promised for the reply, all of them whether answered or not
    DUE = "due"  # 到期
    REPLIED_IN_TIME = "replied_in_time"  # 按期
    # the day of the promise now in force
    OWING = "owing"  # still unanswered; of days past: 已超期, of the next working day: 快到期
    # the day of the reply
    REPLIED = "replied"
    HANDLING_DAYS = "handling_days"  # working days from 受理 to the reply, added up
    HANDLED = "handled"  # replies that have such a duration
    # the day of the close
    CLOSED = "closed"  # 办结
    CLOSED_NO_ANSWER = "closed_no_answer"  # of these by silence, counted apart
    ASKED = "asked"  # the resident said whether it is solved: 有效回访件
    SOLVED_HALVES = "solved_halves"  # yes 2, partly 1, no 0
    CLOSED_RATED = "closed_rated"  # 已评价件 among those closed that day, for 参评率
    # the day of the rating
    RATED = "rated"
    RATED_SATISFIED = "rated_satisfied"
    RATED_FAIR = "rated_fair"
    RATED_UNSATISFIED = "rated_unsatisfied"


# What a rate stands on: the measure that says how many cases are under it.
UNDER_RATES = (Measure.ASSIGNED, Measure.ASKED, Measure.RATED, Measure.CLOSED, Measure.DUE, Measure.HANDLED)
# They leave with an excluded case. 办结 stays: it is a count of cases too, so 参评率 takes the excluded ones off.
_OF_RATES = frozenset(
    {
        *UNDER_RATES, Measure.CONTACTED_IN_TIME, Measure.SOLVED_HALVES, Measure.RATED_SATISFIED, Measure.RATED_FAIR,
        Measure.RATED_UNSATISFIED, Measure.CLOSED_RATED, Measure.REPLIED_IN_TIME, Measure.HANDLING_DAYS,
    }
) - {Measure.CLOSED}  # fmt: skip


def left_out(measure: Measure, kind: ExclusionKind) -> str:
    """The measure of cases that would stand under a rate, had they not been excluded (剔除)."""
    return f"out:{measure}:{kind}"


def standing(status: CaseStatus) -> str:
    """The measure of cases that stand in a status now (day None)."""
    return f"open:{status}"


@dataclass(frozen=True)
class CaseFigureFacts:
    """A case as the counters see it. Days are local (Asia/Shanghai).

    `assigned_on`: of the first assignment. `contact_in_time`: None while nobody was in touch. `due_on`: the promised
    day of the reply. `reply_in_time`: None without a reply. `handling_days`: working days 受理 → first reply.
    `solved_halves`: the resident's word, by button, call-back or rating: yes 2, partly 1, no 0, None not asked.
    `rating`: satisfied, fair or unsatisfied, the last one; `rated_on`: its day, the day of the close where not told.
    `excluded`: left out of every rate by approval, as what.
    `promised_on`: the promise after extensions and questions, `due_on` where not told (D10: the gross one stays).
    """

    building_id: int
    category: str
    agency_id: int | None
    status: CaseStatus
    track: CaseTrack
    submitted_on: date
    assigned_on: date | None = None
    contact_in_time: bool | None = None
    due_on: date | None = None
    replied_on: date | None = None
    reply_in_time: bool | None = None
    handling_days: int | None = None
    closed_on: date | None = None
    outcome: CaseOutcome | None = None
    solved_halves: int | None = None
    rating: str | None = None
    rated_on: date | None = None
    promised_on: date | None = None
    excluded: ExclusionKind | None = None


# Held and invalid reports were never taken on; the others here ended without an answer being owed.
_NOT_TAKEN_ON = frozenset({CaseStatus.HELD, CaseStatus.INVALID})
_NO_REPLY_OWED = frozenset({CaseStatus.NOT_ACCEPTED, CaseStatus.WITHDRAWN, CaseStatus.MERGED})


def contributions(facts: CaseFigureFacts) -> Contributions:
    """(day, measure) → count; day None for what stands open now. Zeros are left out."""
    found: Contributions = {}
    if facts.track is not CaseTrack.ORDINARY:
        return found
    if facts.status in OPEN_STATUSES:
        found[None, standing(facts.status)] = 1
    if facts.status not in _NOT_TAKEN_ON:
        found[facts.submitted_on, Measure.RECEIVED] = 1
        _add_assignment(facts, found)
        _add_reply(facts, found)
        _add_close(facts, found)
        _add_rating(facts, found)
    if facts.excluded is not None:
        found = _without_rates(found, facts.excluded)
    return {key: count for key, count in found.items() if count}


def _without_rates(found: Contributions, kind: ExclusionKind) -> Contributions:
    """Still a case, in no rate; how many were left out of which is counted beside it."""
    kept = {key: count for key, count in found.items() if key[1] not in _OF_RATES}
    out = {(day, left_out(Measure(name), kind)): n for (day, name), n in found.items() if name in UNDER_RATES}
    return kept | out


def _add_assignment(facts: CaseFigureFacts, found: Contributions) -> None:
    if facts.assigned_on:
        found[facts.assigned_on, Measure.ASSIGNED] = 1
        found[facts.assigned_on, Measure.CONTACTED_IN_TIME] = int(facts.contact_in_time or False)


def _add_reply(facts: CaseFigureFacts, found: Contributions) -> None:
    if facts.due_on and facts.status not in _NO_REPLY_OWED | {CaseStatus.SUSPENDED}:  # D10; how many is open:suspended
        found[facts.due_on, Measure.DUE] = 1
        found[facts.due_on, Measure.REPLIED_IN_TIME] = int(facts.reply_in_time or False)
    promised_on = facts.promised_on or facts.due_on
    if promised_on and facts.status in UNANSWERED_STATUSES:
        found[promised_on, Measure.OWING] = 1
    if facts.replied_on:
        found[facts.replied_on, Measure.REPLIED] = 1
    if facts.replied_on and facts.handling_days is not None:
        found[facts.replied_on, Measure.HANDLED] = 1
        found[facts.replied_on, Measure.HANDLING_DAYS] = facts.handling_days


def _add_close(facts: CaseFigureFacts, found: Contributions) -> None:
    if facts.status is not CaseStatus.CLOSED or facts.closed_on is None:
        return
    found[facts.closed_on, Measure.CLOSED] = 1
    found[facts.closed_on, Measure.CLOSED_NO_ANSWER] = int(facts.outcome is CaseOutcome.NO_ANSWER)
    found[facts.closed_on, Measure.CLOSED_RATED] = int(facts.rating is not None)
    if facts.solved_halves is not None:
        found[facts.closed_on, Measure.ASKED] = 1
        found[facts.closed_on, Measure.SOLVED_HALVES] = facts.solved_halves


def _add_rating(facts: CaseFigureFacts, found: Contributions) -> None:
    day = facts.rated_on or facts.closed_on
    if facts.rating is not None and day is not None:
        found[day, Measure.RATED] = 1
        found[day, Measure(f"rated_{facts.rating}")] = 1


def delta(before: CaseFigureFacts | None, after: CaseFigureFacts | None) -> Contributions:
    """What a deed changes; None stands for a case that is not there yet, or no more. Without zeros."""
    old = contributions(before) if before else {}
    new = contributions(after) if after else {}
    changed = {key: new.get(key, 0) - old.get(key, 0) for key in {*old, *new}}
    return {key: count for key, count in changed.items() if count}
