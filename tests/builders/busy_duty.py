"""A duty roster, and an urgent case that waits for somebody to take it on."""

from dataclasses import dataclass
from datetime import time

from portal.cases import escalating, submitting
from portal.cases.models import Case
from portal.core import clock
from portal.core.writing import writing
from portal.domain.actors import Actor
from portal.domain.roles import Role
from portal.identity import deputies, shifts
from portal.identity.shifts import Line
from tests.builders.cases import World, report
from tests.builders.identity import make_post


@dataclass(frozen=True)
class Duty:
    """`shift`: a line of the street's roster by its id."""

    shift: int
    case: Case


def make_duty(world: World) -> Duty:
    """In transactions of its own."""
    admin, today = world.actor(Role.ADMIN), clock.today()
    week = (1, 2, 3, 4, 5, 6, 7)
    with writing():
        street = world.units["JD"]
        first = shifts.add(
            admin, street,
            Line("李晓明", "13700000011", time(8, 30), time(17, 30), weekdays=(1, 2, 3, 4, 5), post_id=world.posts[Role.STREET].id),
        )  # fmt: skip
        shifts.add(admin, street, Line("值班室", "022-2431 2345", time(17, 30), time(8, 30), 2, week))
        shifts.add(
            admin, world.units["ZJW"], Line("孙悦", "13700000012", time(0), time(0), first_day=today, last_day=today)
        )
        case = submitting.submit(
            Actor.guest(), report(world, danger=True, words="三门口脚手架的扣件掉下来了，差点砸到人")
        )
        shift_id = first.id
    escalating.run_takings()
    with writing():
        colleague = make_post(Role.DISTRICT, "district9", "何婷", agency=world.units["ZJW"])
        away = world.posts[Role.DISTRICT]
        deputies.name(world.actor(Role.DISTRICT), away.id, colleague.id, today, today, "外出培训")
    return Duty(shift_id, case)
