"""Working days with 调休: public holidays on weekdays are off, some weekends are worked instead."""

from dataclasses import dataclass
from datetime import date, timedelta

SATURDAY = 5
ONE_DAY = timedelta(days=1)


@dataclass(frozen=True)
class WorkingCalendar:
    """Days that differ from the rule "Monday to Friday".

    `off_days` holds weekdays that are free (weekends may be listed too, they change nothing), `make_up_days` weekends
    that are worked. A year outside `confirmed_years` has no State Council notice yet: the weekend rule applies and the
    desk shows a warning (domain.md §11).
    """

    off_days: frozenset[date] = frozenset()
    make_up_days: frozenset[date] = frozenset()
    confirmed_years: frozenset[int] = frozenset()

    def is_working_day(self, day: date) -> bool:
        if day in self.make_up_days:
            return True
        return day not in self.off_days and day.weekday() < SATURDAY

    def next_working_day(self, day: date) -> date:
        """`day` itself when it is worked, else the first working day after it (民法典 art. 203)."""
        while not self.is_working_day(day):
            day += ONE_DAY
        return day

    def add_working_days(self, day: date, count: int) -> date:
        """The `count`-th working day after `day`; `day` itself is never counted (民法典 art. 201)."""
        if count < 0:
            raise ValueError("working days are counted forwards")
        for _ in range(count):
            day = self.next_working_day(day + ONE_DAY)
        return day

    def working_days_before(self, day: date, count: int) -> date:
        """The `count`-th working day before `day`; `day` itself is never counted."""
        for _ in range(count):
            day -= ONE_DAY
            while not self.is_working_day(day):
                day -= ONE_DAY
        return day

    def working_days_between(self, start: date, end: date) -> int:
        """Working days after `start` up to and including `end`; negative when `end` lies before `start`."""
        if end < start:
            return -self.working_days_between(end, start)
        days = (start + ONE_DAY * n for n in range(1, (end - start).days + 1))
        return sum(self.is_working_day(day) for day in days)

    def workdays_in(self, year: int) -> int:
        return self.working_days_between(date(year - 1, 12, 31), date(year, 12, 31))

    def is_confirmed(self, year: int) -> bool:
        return year in self.confirmed_years
