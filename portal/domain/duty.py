"""值班: who of a unit answers the telephone at this hour (issue: duty contact per agency and hour)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from portal.domain.errors import DomainError
from portal.domain.local_time import end_of_day, local, start_of_day


@dataclass(frozen=True)
class Shift:
    """One line of the roster: the days it begins on, and from when to when.

    `weekdays` 1–7, Monday first: every week. Empty: every day from `first_day` to `last_day`, which goes before the
    weekly lines. `ends` not after `begins`: until then on the next day; equal: the whole day round.
    `rank` 1 is called first, then 2.
    """

    id: int
    begins: time
    ends: time
    weekdays: frozenset[int] = frozenset()
    first_day: date | None = None
    last_day: date | None = None
    rank: int = 1

    @property
    def is_dated(self) -> bool:
        return not self.weekdays


def check_days(first_day: date, last_day: date, today: date) -> None:
    """Of a turn, or of a time away; raises DomainError at the field `last_day`."""
    if last_day < first_day:
        raise DomainError("The last day lies before the first.", field="last_day")
    if last_day < today:
        raise DomainError("The date lies in the past.", field="last_day")


def begins_on(shift: Shift, day: date) -> bool:
    if shift.is_dated:
        return shift.first_day is not None and shift.last_day is not None and shift.first_day <= day <= shift.last_day
    return day.isoweekday() in shift.weekdays


def lasts(shift: Shift, day: date) -> tuple[datetime, datetime]:
    """From when to when, of the turn that begins on that day."""
    begin = datetime.combine(day, shift.begins, start_of_day(day).tzinfo)
    end = datetime.combine(day, shift.ends, begin.tzinfo)
    return begin, end if shift.ends > shift.begins else end + timedelta(days=1)


def turn_at(shift: Shift, moment: datetime) -> tuple[datetime, datetime] | None:
    """The turn of this line that runs at the moment, begun today or in the evening before."""
    today = local(moment).date()
    for day in (today, today - timedelta(days=1)):
        if begins_on(shift, day):
            begin, end = lasts(shift, day)
            if begin <= moment < end:
                return begin, end
    return None


def on_duty(shifts: Iterable[Shift], moment: datetime) -> list[Shift]:
    """Who is on duty, the first to be called first. A dated line takes the place of the weekly ones of its rank."""
    running = [shift for shift in shifts if turn_at(shift, moment) is not None]
    dated = {shift.rank for shift in running if shift.is_dated}
    kept = [shift for shift in running if shift.is_dated or shift.rank not in dated]
    return sorted(kept, key=lambda shift: (shift.rank, shift.id))


def turns_of(shifts: Sequence[Shift], day: date) -> list[tuple[Shift, datetime, datetime]]:
    """The turns that begin on a day, in the order of time; for the week's sheet."""
    starting = [shift for shift in shifts if begins_on(shift, day)]
    dated = [shift for shift in starting if shift.is_dated]
    found = [
        (shift, *lasts(shift, day))
        for shift in starting
        if shift.is_dated or not any(_replaces(other, shift, day) for other in dated)
    ]
    return sorted(found, key=lambda turn: (turn[1], turn[0].rank, turn[0].id))


def _replaces(dated: Shift, weekly: Shift, day: date) -> bool:
    """A dated turn of the same rank covers the weekly one from beginning to end."""
    begin, end = lasts(weekly, day)
    first, last = lasts(dated, day)
    return dated.rank == weekly.rank and first <= begin and end <= last


def uncovered(shifts: Sequence[Shift], day: date) -> bool:
    """Whether at some time of the day nobody is on duty."""
    edges = {start_of_day(day)}
    for shift in shifts:
        for start in (day - timedelta(days=1), day):
            if begins_on(shift, start):
                edges |= {moment for moment in lasts(shift, start) if start_of_day(day) <= moment < end_of_day(day)}
    return any(not on_duty(shifts, moment) for moment in edges)
