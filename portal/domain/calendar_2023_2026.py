"""Public holidays and make-up days 2023–2026 as the State Council's notices set them (domain.md §11).

Only weekdays are listed as off: weekends are free by the rule unless they are made up.
2027 has no notice yet, so it is not confirmed.
"""

from datetime import date

from portal.domain.working_days import WorkingCalendar

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")


def _days(year: int, **months: tuple[int, ...]) -> frozenset[date]:
    return frozenset(date(year, _MONTHS.index(month) + 1, day) for month, days in months.items() for day in days)


_OFF: tuple[frozenset[date], ...] = (
    _days(2023, jan=(2, 23, 24, 25, 26, 27), apr=(5,), may=(1, 2, 3), jun=(22, 23), sep=(29,), oct=(2, 3, 4, 5, 6)),
    _days(2024, jan=(1,), feb=(12, 13, 14, 15, 16), apr=(4, 5), may=(1, 2, 3), jun=(10,)),
    _days(2024, sep=(16, 17), oct=(1, 2, 3, 4, 7)),
    _days(2025, jan=(1, 28, 29, 30, 31), feb=(3, 4), apr=(4,), may=(1, 2, 5), jun=(2,), oct=(1, 2, 3, 6, 7, 8)),
    _days(2026, jan=(1, 2), feb=(16, 17, 18, 19, 20, 23), apr=(6,), may=(1, 4, 5), jun=(19,)),
    _days(2026, sep=(25,), oct=(1, 2, 5, 6, 7)),
)

_MADE_UP: tuple[frozenset[date], ...] = (
    _days(2023, jan=(28, 29), apr=(23,), may=(6,), jun=(25,), oct=(7, 8)),
    _days(2024, feb=(4, 18), apr=(7, 28), may=(11,), sep=(14, 29), oct=(12,)),
    _days(2025, jan=(26,), feb=(8,), apr=(27,), sep=(28,), oct=(11,)),
    _days(2026, jan=(4,), feb=(14, 28), may=(9,), sep=(20,), oct=(10,)),
)

OFF_WEEKDAYS = frozenset[date]().union(*_OFF)
MAKE_UP_DAYS = frozenset[date]().union(*_MADE_UP)
CONFIRMED_YEARS = frozenset({2023, 2024, 2025, 2026})

CALENDAR = WorkingCalendar(OFF_WEEKDAYS, MAKE_UP_DAYS, CONFIRMED_YEARS)
