"""How dates, codes, areas and money are written on pages and in texts (ux.md §4.2: blanks between digits and characters)."""

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta

from babel.lists import format_list
from flask import Flask
from flask_babel import get_locale

from portal.core import clock
from portal.domain.levels import Span, SpanUnit

WEEKDAYS = "一二三四五六日"


def _english() -> bool:
    locale = get_locale()
    return locale is not None and locale.language == "en"


def _as_date(value: date | datetime) -> date:
    return clock.local(value).date() if isinstance(value, datetime) else value


def day(value: date | datetime | None) -> str:
    """6 月 21 日; another year than this one is named."""
    if value is None:
        return ""
    found = _as_date(value)
    if _english():
        return f"{found:%-d %B}" if found.year == clock.today().year else f"{found:%-d %B %Y}"
    short = f"{found.month} 月 {found.day} 日"
    return short if found.year == clock.today().year else f"{found.year} 年 {short}"


def full_day(value: date | datetime | None) -> str:
    """2024 年 6 月 21 日: on papers that are kept the year always stands."""
    if value is None:
        return ""
    found = _as_date(value)
    return f"{found:%-d %B %Y}" if _english() else f"{found.year} 年 {found.month} 月 {found.day} 日"


def day_week(value: date | datetime | None) -> str:
    """6 月 21 日（星期五）"""
    if value is None:
        return ""
    found = _as_date(value)
    return f"{found:%A} {day(found)}" if _english() else f"{day(found)}（星期{WEEKDAYS[found.weekday()]}）"


def moment(value: datetime | None) -> str:
    """6 月 17 日（星期一）10:20"""
    return "" if value is None else f"{day_week(value)}{' ' if _english() else ''}{clock.local(value):%H:%M}"


def clock_time(value: datetime | None) -> str:
    """09:30"""
    return "" if value is None else f"{clock.local(value):%H:%M}"


def stamp(value: datetime | None) -> str:
    """06-17 10:20, for dense tables."""
    return "" if value is None else f"{clock.local(value):%m-%d %H:%M}"


def sms_day(value: date | datetime) -> str:
    """12月31日: no year, no zero, no blanks (ux.md §6)."""
    found = _as_date(value)
    return f"{found.month}月{found.day}日"


def sms_moment(value: datetime) -> str:
    """5月21日18:30. Midnight sharp is a deadline: it ends the day before, 5月21日24:00."""
    if clock.local(value).time() == time.min:
        return f"{sms_day(value - timedelta(minutes=1))}24:00"
    return f"{sms_day(value)}{clock.local(value):%H:%M}"


def sms_span(span: Span) -> str:
    """15分钟, 2小时: how long an urgent case may wait."""
    if span.unit is SpanUnit.MINUTES and span.amount % 60:
        return f"{span.amount}分钟"
    return f"{span.amount // 60 if span.unit is SpanUnit.MINUTES else span.amount}小时"


def code(text: str | None) -> str:
    """H7K3 92QF: groups of four."""
    return "" if not text else " ".join(text[at : at + 4] for at in range(0, len(text), 4))


def area(hundredths: int | None) -> str:
    """9230 → 92.30 ㎡"""
    return "" if hundredths is None else f"{hundredths // 100:,}.{hundredths % 100:02d} ㎡"


def yuan(fen: int | None) -> str:
    return "" if fen is None else f"{fen // 100:,}.{fen % 100:02d} 元"


def file_size(count: int) -> str:
    """Bytes as people know them: 812 KB, 2.4 MB; never 0."""
    if count < 1_000_000:
        return f"{max(count // 1000, 1)} KB"
    tenths = count // 100_000
    return f"{tenths // 10}.{tenths % 10} MB"


def percent(numerator: int, denominator: int) -> str:
    """One decimal, rounded half up in integers; empty when there is nothing to divide by."""
    if not denominator:
        return ""
    tenths = (2000 * numerator + denominator) // (2 * denominator)
    return f"{tenths // 10}.{tenths % 10}%"


def listed(words: Iterable[str]) -> str:
    """“甲、乙和丙”."""
    return format_list(list(words), locale=get_locale() or "zh")


def register(app: Flask) -> None:
    for function in (
        day,
        full_day,
        day_week,
        moment,
        clock_time,
        stamp,
        sms_day,
        sms_moment,
        code,
        area,
        yuan,
        file_size,
        listed,
    ):
        app.template_filter(function.__name__)(function)
    app.jinja_env.globals["percent"] = percent
