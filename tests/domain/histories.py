"""Histories of cases as luck would have them: everybody does whatever the table lets them, at any time."""

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from random import Random

from portal.domain.calendar_2023_2026 import CALENDAR
from portal.domain.case_closing import CALLBACK_RESULTS, CallbackAnswer
from portal.domain.case_dates import CaseDates
from portal.domain.case_exclusion import ExclusionState
from portal.domain.case_extensions import ExtensionState
from portal.domain.case_lifecycle import (
    CLOSED_STATUSES,
    SYSTEM,
    TRANSITIONS,
    CaseAction,
    CaseFacts,
    CaseStatus,
    Stand,
    move,
)
from portal.domain.case_returns import RETURN_SPANS
from portal.domain.case_supervision import SupervisionState
from portal.domain.case_suspension import SuspensionState
from portal.domain.deadlines import due, due_day
from portal.domain.errors import DomainError
from portal.domain.levels import DEFAULT_TARGETS, Level
from portal.domain.local_time import SHANGHAI, local_day
from portal.domain.roles import Role

A, S = CaseAction, CaseStatus
PEOPLE = (
    Stand(role=Role.STREET, is_superior=True),
    Stand(role=Role.DISTRICT, is_superior=True, is_above=True),
    Stand(role=Role.AGENCY, is_responsible_unit=True),
    Stand(role=Role.COMMUNITY),
    Stand(role=Role.RESIDENT, is_author=True),
    SYSTEM,
)
# Those that somebody would use to make a case look younger, and the road that leads to them, are tried more often.
LIKELY: dict[CaseAction, float] = {
    A.ACCEPT: 20, A.SIGN: 12, A.ASSIGN: 6, A.RETURN: 6, A.MERGE: 1, A.UNMERGE: 12, A.REPLY: 6, A.DISPUTE: 10, A.URGE: 3,
    A.EXTEND: 12, A.GRANT_EXTENSION: 20, A.SUSPEND: 8, A.GRANT_SUSPENSION: 20, A.RESUME: 10,
    A.EXCLUDE: 0.5, A.GRANT_EXCLUSION: 0.5, A.NOT_EXCLUDE: 0.5, A.LIFT_EXCLUSION: 0.5,
    A.REFUSE: 0.2, A.WITHDRAW: 0.1, A.SEAL: 0.2, A.INVALIDATE: 0.2,
}  # fmt: skip
TRIES = 12


@dataclass(frozen=True)
class Entry:
    """One line of the log: what a reader of the timeline knows, and nothing that the case itself keeps."""

    at: datetime
    deed: str
    level: Level | None = None
    day: date | None = None
    answer: str = ""


@dataclass
class Life:
    facts: CaseFacts
    level: Level
    dates: CaseDates
    log: list[Entry] = field(default_factory=list)

    @property
    def span(self):
        return DEFAULT_TARGETS[self.level].reply


def born(random: Random) -> Life:
    """Half of them around the Spring Festival of 2024."""
    first, days = (date(2024, 1, 29), 24) if random.random() < 0.5 else (date(2023, 12, 20), 330)
    at = datetime.combine(first, datetime.min.time(), SHANGHAI) + timedelta(minutes=random.randrange(days * 24 * 60))
    level = random.choice(list(Level))
    dates = CaseDates.reported(at, DEFAULT_TARGETS[level].reply, CALENDAR)
    facts = CaseFacts(S.SUBMITTED, is_public=True, phone_shared=True, promise_due=dates.promise_due)
    return Life(facts, level, dates, [Entry(at, "submitted", level)])


def live(life: Life, random: Random, steps: int) -> Iterator[datetime]:
    """Yields the moment after each deed. The clock may jump, and now and then it is set back."""
    now = life.log[0].at
    for _step in range(steps):
        now += timedelta(minutes=random.choice((3, 40, 300, 1440, 4000, 20000)) * random.random())
        if random.random() < 0.03:
            now -= timedelta(minutes=random.choice((10, 1440)))
        taken = _somebody(life.facts, now, random)
        if taken is None:
            return
        action, to = taken
        _do(life, action, to, now, random)
        yield now


def _somebody(facts: CaseFacts, now: datetime, random: Random) -> tuple[CaseAction, CaseStatus] | None:
    """Somebody tries something until the table lets it pass."""
    statuses = {facts.status, facts.asked_in} if facts.status is S.NEED_INFO else {facts.status}
    actions, weights = _WISHES[frozenset(statuses)]
    for action in random.choices(actions, weights, k=TRIES):
        for who in PEOPLE:
            with suppress(DomainError):
                row = move(facts, who, action, now)
                assert row.to is not None
                return action, row.to
    return None


def _wishes(statuses: frozenset[CaseStatus | None]) -> tuple[list[CaseAction], list[float]]:
    actions = sorted({action for status, action in TRANSITIONS if status in statuses})
    return actions, [LIKELY.get(action, 1) for action in actions]


_WISHES = {
    key: _wishes(key)
    for key in (*(frozenset({status}) for status in S), *(frozenset({S.NEED_INFO, status}) for status in (*S, None)))
}


def _do(life: Life, action: CaseAction, to: CaseStatus, now: datetime, random: Random) -> None:
    entry = Entry(now, str(action))
    dates, facts = life.dates, life.facts
    changes: dict[str, object] = {}
    match action:
        case A.ACCEPT:
            level = random.choice(list(Level))
            life.level, today = level, local_day(now)
            latest = due_day(due(dates.submitted_at, life.span, CALENDAR))
            wanted = today if today < latest and random.random() < 0.3 else None
            dates, entry = (
                dates.taken_on(life.span, CALENDAR, today=today, wanted=wanted),
                replace(entry, level=level, day=wanted),
            )
        case A.ASSIGN:
            until = due(now, RETURN_SPANS[life.level], CALENDAR)
            changes = {"times_assigned": facts.times_assigned + 1, "return_until": until}
        case A.ASK:
            changes = {"asked_in": facts.status}
        case A.REPLY | A.SOLVE:
            dates = dates.answered(now)
        case A.DISPUTE:
            dates = dates.reopened(now, life.span, CALENDAR)
        case A.CALLBACK:
            said = random.choice(list(CALLBACK_RESULTS))
            to, entry = CALLBACK_RESULTS[said].status, replace(entry, answer=str(said))
            if said is CallbackAnswer.NOT_SOLVED:
                dates = dates.reopened(now, life.span, CALENDAR)
        case A.EXTEND:
            changes = {"extension": ExtensionState.ASKED}
        case A.GRANT_EXTENSION:
            until = CALENDAR.add_working_days(due_day(dates.promise_due), random.randint(1, 5))
            dates, entry = dates.extended(until), replace(entry, day=until)
            changes = {"extension": ExtensionState.APPROVED}
        case A.NOT_EXTEND:
            changes = {"extension": ExtensionState.REFUSED}
        case A.SUSPEND:
            changes = {"suspension": SuspensionState.ASKED}
        case A.GRANT_SUSPENSION:
            until = local_day(now) + timedelta(days=random.randint(8, 180))
            dates, entry = dates.suspended(until), replace(entry, day=until)
            changes = {"suspension": SuspensionState.APPROVED}
        case A.NOT_SUSPEND:
            changes = {"suspension": None}
        case A.RESUME:
            dates, changes = dates.resumed(now, life.span, CALENDAR), {"suspension": None}
        case A.EXCLUDE:
            changes = {"exclusion": ExclusionState.ASKED}
        case A.GRANT_EXCLUSION:
            changes = {"exclusion": ExclusionState.APPROVED}
        case A.NOT_EXCLUDE | A.LIFT_EXCLUSION:
            changes = {"exclusion": None}
        case A.SUPERVISE | A.SUPERVISE_AGAIN:
            changes = {"supervision": SupervisionState.OPEN}
        case A.SUPERVISION_ANSWER:
            changes = {"supervision": SupervisionState.ANSWERED}
        case A.SUPERVISION_CLEAR:
            changes = {"supervision": None}
        case A.MERGE:
            changes = {"merged_from": facts.status, "main_answered": random.random() < 0.3}
        case _:
            pass
    ended = to in CLOSED_STATUSES
    closed_at = (facts.closed_at or now) if ended else None
    life.dates = dates
    life.log.append(entry)
    life.facts = replace(facts, status=to, closed_at=closed_at, promise_due=dates.promise_due, **changes)
