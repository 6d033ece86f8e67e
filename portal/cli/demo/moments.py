"""When people do things: residents between seven and ten, offices in their hours on working days."""

from datetime import datetime, time, timedelta
from random import Random

from portal.core import clock
from portal.core.calendar import working_calendar

OPENS, CLOSES = time(8, 30), time(17, 30)


def office(moment: datetime, random: Random) -> datetime:
    """The moment itself in office hours, else some minutes after the next opening."""
    local = clock.local(moment)
    calendar = working_calendar()
    if calendar.is_working_day(local.date()) and OPENS <= local.time() <= CLOSES:
        return moment
    day = (
        local.date()
        if calendar.is_working_day(local.date()) and local.time() < OPENS
        else calendar.next_working_day(local.date())
    )
    return datetime.combine(day, OPENS, clock.ZONE) + timedelta(minutes=random.randint(2, 100))


def office_after(moment: datetime, days: int, random: Random) -> datetime:
    """Some time of office hours `days` working days later."""
    day = working_calendar().add_working_days(clock.local(moment).date(), days) if days else clock.local(moment).date()
    later = datetime.combine(day, time(9), clock.ZONE) + timedelta(minutes=random.randint(0, 490))
    return office(max(later, moment + timedelta(minutes=random.randint(20, 90))), random)


def awake(moment: datetime, random: Random) -> datetime:
    """Nobody reports at three in the morning."""
    local = clock.local(moment)
    if time(7) <= local.time() <= time(22):
        return moment
    return datetime.combine(local.date() + timedelta(days=local.hour >= 22), time(7), clock.ZONE) + timedelta(
        minutes=random.randint(5, 240)
    )


def hours(low: float, high: float, random: Random) -> timedelta:
    return timedelta(minutes=round(random.uniform(low, high) * 60))
