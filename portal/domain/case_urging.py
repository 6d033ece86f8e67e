"""催一催: once per working day, and by when somebody gets back to the resident (ux.md §3.7)."""

from datetime import date, timedelta

from portal.domain.levels import Level, counts_in_days
from portal.domain.working_days import WorkingCalendar

ONE_DAY = timedelta(days=1)


def may_urge_again_on(today: date, calendar: WorkingCalendar) -> date:
    """The first day of the next time. What is pressed on a free day counts for the working day that follows."""
    return calendar.next_working_day(today) + ONE_DAY


def word_by(today: date, promised: date, level: Level, calendar: WorkingCalendar) -> date:
    """The next working day, for urgent levels the next day; never behind the promise while that still stands."""
    soon = calendar.add_working_days(today, 1) if counts_in_days(level) else today + ONE_DAY
    return min(soon, promised) if promised >= today else soon
