"""Which backups are kept, and when one of them is tried: all of a day, then one a day, then one a month (security.md §4)."""

from collections.abc import Iterable
from datetime import datetime, time, timedelta

from portal.domain.local_time import SHANGHAI, local, local_day

ALL = timedelta(hours=24)
DAYS = 14
MONTHS = 6
CHECKED_AT = time(3)


def kept(moments: Iterable[datetime], now: datetime) -> set[datetime]:
    """All of the last 24 hours, the last of each of 14 days, the last of each of 6 months; the newest of all, however old."""
    ordered = sorted(moments)
    last_of_day = {local_day(moment): moment for moment in ordered}
    last_of_month = {_month(moment): moment for moment in ordered}
    return {
        *(moment for moment in ordered if now - moment <= ALL),
        *(moment for day, moment in last_of_day.items() if (local_day(now) - day).days < DAYS),
        *(moment for month, moment in last_of_month.items() if _month(now) - month < MONTHS),
        *ordered[-1:],
    }


def _month(moment: datetime) -> int:
    """Months since year 0, local."""
    there = local(moment)
    return there.year * 12 + there.month


def check_is_due(since: datetime, now: datetime) -> bool:
    """Whether three in the morning has passed since the last check, or since the first backup where there was none."""
    there = local(now)
    night = datetime.combine(there.date(), CHECKED_AT, SHANGHAI)
    if there < night:
        night -= timedelta(days=1)
    return since < night
