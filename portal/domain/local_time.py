"""The clock on the wall in Tianjin. Moments are stored in UTC; days, deadlines and quiet hours are local."""

from datetime import date, datetime, time, timedelta, timezone

# China has had one zone without summer time since 1991, so no zone database is read here.
SHANGHAI = timezone(timedelta(hours=8), "Asia/Shanghai")


def local(moment: datetime) -> datetime:
    """The same aware moment, told in Asia/Shanghai."""
    if moment.tzinfo is None:
        raise ValueError("a moment needs its time zone")
    return moment.astimezone(SHANGHAI)


def local_day(moment: datetime) -> date:
    return local(moment).date()


def end_of_day(day: date) -> datetime:
    """24:00 of `day`, which is 00:00 of the next one (民法典 art. 203: the last day ends at 24:00)."""
    return datetime.combine(day + timedelta(days=1), time(), SHANGHAI)


def start_of_day(day: date) -> datetime:
    return datetime.combine(day, time(), SHANGHAI)
