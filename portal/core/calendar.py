"""The working calendar as rows that officials keep (调休 is announced every November), read once per request."""

from datetime import date
from enum import StrEnum

from flask import g, has_app_context
from sqlalchemy import Integer, String, cast, null, select, union_all
from sqlalchemy.orm import Mapped, mapped_column

from portal.core.base import Base, enum_column
from portal.core.extensions import db
from portal.domain.calendar_2023_2026 import CALENDAR
from portal.domain.working_days import WorkingCalendar


class DayKind(StrEnum):
    OFF = "off"
    WORK = "work"


class CalendarDay(Base):
    """A day that differs from Monday-to-Friday."""

    __tablename__ = "calendar_days"
    day: Mapped[date] = mapped_column(primary_key=True)
    kind: Mapped[DayKind] = enum_column(DayKind)
    note: Mapped[str] = mapped_column(String(20), default="")


class CalendarYear(Base):
    """A year whose State Council notice has been entered; others follow the weekend rule, with a warning."""

    __tablename__ = "calendar_years"
    year: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)


# One statement: every page that promises a date asks.
_DAYS_AND_YEARS = union_all(
    select(CalendarDay.day, CalendarDay.kind, cast(null(), Integer).label("year")),
    select(cast(null(), CalendarDay.day.type), cast(null(), CalendarDay.kind.type), CalendarYear.year),
)


def working_calendar() -> WorkingCalendar:
    if has_app_context() and "working_calendar" in g:
        return g.working_calendar  # type: ignore[no-any-return]
    rows = db.session.execute(_DAYS_AND_YEARS).all()
    found = WorkingCalendar(
        off_days=frozenset(row.day for row in rows if row.kind is DayKind.OFF),
        make_up_days=frozenset(row.day for row in rows if row.kind is DayKind.WORK),
        confirmed_years=frozenset(row.year for row in rows if row.year is not None),
    )
    g.working_calendar = found
    return found


def seed() -> None:
    """The notices of 2023–2026, for a new instance (flushes)."""
    db.session.add_all(CalendarDay(day=day, kind=DayKind.OFF, note="") for day in sorted(CALENDAR.off_days))
    db.session.add_all(CalendarDay(day=day, kind=DayKind.WORK, note="") for day in sorted(CALENDAR.make_up_days))
    db.session.add_all(CalendarYear(year=year) for year in sorted(CALENDAR.confirmed_years))
    db.session.flush()
