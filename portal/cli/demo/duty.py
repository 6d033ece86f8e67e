"""Duty rosters of the demo's units: an officer by day, a mobile phone by night, the unit's telephone behind both."""

from datetime import datetime, time, timedelta

from portal.cases import targets
from portal.cli.demo.places import Ground
from portal.cli.demo.staff import officer
from portal.core import clock
from portal.core.writing import writing
from portal.domain.actors import Actor
from portal.domain.case_targets import CaseClock
from portal.domain.levels import Level, working_days
from portal.identity import deputies, shifts
from portal.identity.models import StaffPost
from portal.identity.shifts import Line

UNITS = ("JD1", "JD2", "ZJW", "FWZX", "DIAN", "SHUI", "QI", "RE", "XF", "DC")
WORKDAYS, WEEKEND, EVERY_DAY = (1, 2, 3, 4, 5), (6, 7), (1, 2, 3, 4, 5, 6, 7)
MORNING, EVENING = time(8, 30), time(17, 30)


def fill(ground: Ground, posts: dict[str, StaffPost]) -> None:
    """The lines, and a figure of the ladder that the operator has changed; flushed.

    In a demo no message leaves the machine; the numbers belong to nobody.
    """
    of_unit = {post.agency_id: post for username, post in posts.items() if not username.startswith(("duty-", "admin"))}
    for number, code in enumerate(UNITS):
        unit = ground.units[code]
        post = of_unit.get(unit.id)
        day, night = f"199000091{number:02d}", f"199000092{number:02d}"
        for line in (
            Line(
                post.name if post else "值班员", day, MORNING, EVENING, 1, WORKDAYS, post_id=post.id if post else None
            ),
            Line("夜间值班员", night, EVENING, MORNING, 1, EVERY_DAY),
            Line("周末值班员", night, MORNING, EVENING, 1, WEEKEND),
            Line("总值班室", unit.phone, time(0), time(0), 2, EVERY_DAY),
        ):
            shifts.keep(Actor.system(), unit, line)
    targets.change(
        Actor.system(),
        Level.D,
        CaseClock.REMIND,
        working_days(3),
        "区旧改办工作例会（演示）",
        "复杂件多留一天准备（演示）",
    )


def go_on_leave(end: datetime) -> None:
    """One officer of the district is away later in the week; the other stands in."""
    clock.travel(end)
    first = clock.today() + timedelta(days=3)
    with writing():
        away, deputy = officer("district1"), officer("district2")
        deputies.name(away, away.id or 0, deputy.id or 0, first, first + timedelta(days=1), "外出培训（演示）")
