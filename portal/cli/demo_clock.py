"""The demo's time: where it starts and how it is moved. It never goes back."""

import re
from datetime import datetime, timedelta

from portal.core import clock
from portal.core.clock import ClockShift
from portal.core.extensions import db
from portal.core.settings import settings
from portal.core.writing import writing

FIRST_MOMENT = datetime(2024, 6, 17, 9, 0, tzinfo=clock.ZONE)  # in the middle of the plan's works
UNITS = {"d": "days", "h": "hours", "m": "minutes"}


class CannotMove(ValueError):
    """Words that say why, Chinese and English."""


def first_moment() -> datetime:
    return settings().now or FIRST_MOMENT


def is_started() -> bool:
    return db.session.get(ClockShift, 1) is not None


def start() -> None:
    """On the first start the clock stands at NOW; later starts go on from where the data are."""
    with writing():
        if not is_started():
            clock.set_shift(first_moment() - clock.real_now())


def parse_span(text: str) -> timedelta:
    """'3d', '12h', '30m', also together: '1d12h'."""
    parts = re.findall(r"(\d{1,5})([dhm])", text)
    if not parts or "".join(number + unit for number, unit in parts) != text:
        raise CannotMove(f"看不懂 {text!r}。请写成 3d、12h 或 30m。 Write 3d, 12h or 30m.")
    return sum((timedelta(**{UNITS[unit]: int(number)}) for number, unit in parts), timedelta())


def parse_moment(text: str) -> datetime:
    """ISO 8601; without an offset it is Shanghai time."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise CannotMove(f"看不懂 {text!r}。请写成 2024-06-20T09:00。 Write 2024-06-20T09:00.") from error
    return clock.as_typed(moment)


def forward(span: timedelta) -> datetime:
    return to(clock.now() + span)


def to(moment: datetime) -> datetime:
    """Move to `moment`; CannotMove when it lies behind. The new time, local."""
    with writing():
        if not settings().demo:
            raise CannotMove("只有演示才能拨时间。 Only a demo's clock can be moved.")
        if moment < clock.now():
            raise CannotMove(
                f"演示时间不能往回拨，现在是 {clock.local(clock.now()):%Y-%m-%d %H:%M}。 It never goes back."
            )
        clock.set_shift(moment - clock.real_now())
    return clock.local(moment)
