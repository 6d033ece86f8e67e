"""The overdue time of a case told from its history alone, deliberately without a rule of the product.

`log`: (moment, deed, level or None, day or None, answer) in the order they were written down.
"""

from datetime import UTC, date, datetime, timedelta
from functools import cache

# State Council's notice for 2024, and what the tests need of its neighbours: weekdays that are free, weekends worked.
FREE = {
    date(2024, 1, 1), *(date(2024, 2, n) for n in range(10, 18)), *(date(2024, 4, n) for n in (4, 5)),
    *(date(2024, 5, n) for n in (1, 2, 3)), date(2024, 6, 10), *(date(2024, 9, n) for n in (16, 17)),
    *(date(2024, 10, n) for n in (1, 2, 3, 4, 7)), date(2025, 1, 1), *(date(2025, 1, n) for n in (28, 29, 30, 31)),
    *(date(2025, 2, n) for n in (3, 4)),
}  # fmt: skip
WORKED = {date(2024, month, n) for month, n in ((2, 4), (2, 18), (4, 7), (4, 28), (5, 11), (9, 14), (9, 29), (10, 12))}
WORKED |= {date(2025, 1, 26), date(2025, 2, 8)}
HOURS, DAYS = {"A": 24, "B": 48}, {"C": 5, "D": 15}
REPLIES, NOES = {"reply", "solve"}, {"dispute"}


@cache
def answer_due(start: datetime, level: str) -> datetime:
    if level in HOURS:
        return start + timedelta(hours=HOURS[level])
    day, left = (start.astimezone(UTC) + timedelta(hours=8)).date(), DAYS[level]
    while left:
        day += timedelta(days=1)
        if day in WORKED or (day.weekday() < 5 and day not in FREE):
            left -= 1
    return datetime(day.year, day.month, day.day, 16, tzinfo=UTC)  # 24:00 in Tianjin


def overdue(log, until: datetime) -> timedelta:
    """From the report, the level it was taken on with, and the answers that were not disputed."""
    level, answered = log[0].level, None
    for entry in log:
        if entry.deed == "accept":
            level = entry.level
        elif entry.deed in REPLIES:
            answered = entry.at
        elif entry.deed in NOES or (entry.deed == "callback" and entry.answer == "not_solved"):
            answered = None
    return max((answered or until) - answer_due(log[0].at, str(level)), timedelta(0))


def promised(log) -> datetime:
    """The end of the day the resident was last told."""
    level, promise = str(log[0].level), answer_due(log[0].at, str(log[0].level))
    for entry in log:
        if entry.deed == "accept":
            level = str(entry.level)
            promise = end(entry.day) if entry.day else answer_due(log[0].at, level)
        elif entry.deed in {"extend_granted", "suspend_granted"}:
            promise = end(entry.day)
        elif entry.deed == "resume":
            promise = min(promise, answer_due(entry.at, level))
        elif entry.deed in NOES or (entry.deed == "callback" and entry.answer == "not_solved"):
            promise = answer_due(entry.at, level)
    return promise


def end(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 16, tzinfo=UTC)
