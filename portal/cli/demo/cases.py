"""Months of cases: many histories at once, step by step in the order of time, each by the real services."""

import heapq
from collections.abc import Callable, Sequence
from datetime import date, datetime, time, timedelta

from sqlalchemy import update

from portal.cases.clocks import run_silence
from portal.cases.escalating import run_promises, run_takings
from portal.cases.models import Source
from portal.cli.demo import histories, moments, stories, troubles
from portal.cli.demo.histories import Course, History
from portal.cli.demo.stories import Situation
from portal.cli.demo.world import World
from portal.core import clock
from portal.core.extensions import db
from portal.core.writing import writing
from portal.domain.categories import BY_CODE
from portal.domain.levels import Level
from portal.domain.sms_lifecycle import SmsState
from portal.messaging.models import OutboxMessage

DAYS = 120
HEATING_ENDS = (3, 15)
OFFICE_OPENS = time(8, 35)
# What becomes of a hundred cases that had time enough.
ENDINGS = (
    ("confirmed", 54), ("silence", 12), ("called", 8), ("disputed", 9), ("explained", 5), ("on_the_spot", 5),
    ("refused", 3), ("withdrawn", 3), ("invalid", 1),
)  # fmt: skip
# How the most recent cases stand at the demo's present, whatever the dice say.
STANDING = (
    ("held", 3), ("submitted", 7), ("accepted", 5), ("assigned", 6), ("in_progress", 12), ("need_info", 4),
    ("replied", 12), ("reopened", 3),
)  # fmt: skip
TWINS = ((3, 6), (20, 60))  # days before the present within which two neighbours report the same
SHARE_STANDING = 52 / 300
Start = tuple[datetime, Callable[[], History]]


def simulate(world: World, count: int, advance: Callable[[int], None]) -> None:
    """`count` cases end at the demo's present; each step of each case runs at its own moment."""
    queue: list[tuple[datetime, int, Callable[[], History] | History]] = []
    for number, (at, begin) in enumerate(starts(world, count)):
        heapq.heappush(queue, (at, number, begin))
    while queue and queue[0][0] < world.end:
        day = clock.local(queue[0][0]).date()
        _report_upwards(day)
        with writing():
            while queue and queue[0][0] < world.end and clock.local(queue[0][0]).date() == day:
                begun = _step(queue)
                advance(begun)
        clock.travel(min(datetime.combine(day, datetime.max.time(), clock.ZONE), world.end))
        run_silence()
    clock.travel(world.end)
    with writing():
        settle_messages()


def _report_upwards(day: date) -> None:
    """What the worker would have done meanwhile, at the beginning of the day's work."""
    clock.travel(datetime.combine(day, OFFICE_OPENS, clock.ZONE))
    run_takings()
    run_promises()


def _step(queue: list[tuple[datetime, int, Callable[[], History] | History]]) -> int:
    """Do what is next and note when that case goes on. 1 when a case began."""
    at, number, item = heapq.heappop(queue)
    clock.travel(at)
    begins = callable(item)
    history = item() if callable(item) else item
    following = next(history, None)
    if following is not None:
        heapq.heappush(queue, (max(following, at + timedelta(minutes=1)), number, history))
    return int(begins)


def starts(world: World, count: int) -> list[Start]:
    """When each case begins and what it will become."""
    special = _special(world) if count >= 100 else []
    count -= len(TWINS) if special else 0  # each of these is two cases
    standing = round((count - len(special)) * SHARE_STANDING)
    usual = [_usual(world, number) for number in range(count - len(special) - standing)]
    recent = [_standing(world, number) for number in range(standing)]
    return [*special, *usual, *recent]


def _begin(world: World, low: float, high: float) -> datetime:
    """A moment between `low` and `high` days before the present."""
    moment = world.end - timedelta(days=world.random.uniform(low, high))
    return min(moments.awake(moment, world.random), world.end - timedelta(minutes=20))


def _course(world: World, at: datetime, ending: str, *, late: bool = False, stop: str = "") -> Course:
    random = world.random
    situation = random.choice(fitting(at, ending, stop))
    kinds, weights = list(histories.SOURCES), list(histories.SOURCES.values())
    source = random.choices(kinds, weights)[0] if ending not in {"held", "invalid"} else Source.WEB
    return Course(situation, random.choice(world.building_ids), ending, late, stop, source)


def fitting(at: datetime, ending: str, stop: str) -> list[Situation]:
    """Heating is complained about while it runs; a question is asked where there is something to ask about."""
    local = clock.local(at)
    cold = (local.month, local.day) <= HEATING_ENDS
    found = [each for each in stories.situations() if cold or each.code != "outage_heat"]
    if ending == "on_the_spot":
        found = [
            each
            for each in found
            if each.code in {"lighting_stairs", "charging_stairs", "property_advice", "trees_waste"}
        ]
    if stop:
        found = [each for each in found if BY_CODE[each.code].level in {Level.C, Level.D}]
    return found


def spread(shares: Sequence[tuple[str, int]], number: int) -> str:
    """The name at a place in a row where each name stands as often as its share, evenly: rare ones come early too."""
    row = sorted(((turn + 0.5) / share, at, name) for at, (name, share) in enumerate(shares) for turn in range(share))
    return row[number % len(row)][2]


def _usual(world: World, number: int) -> Start:
    at = _begin(world, 1, DAYS)
    return _start(world, at, _course(world, at, spread(ENDINGS, number), late=world.chance(0.06)))


def _start(world: World, at: datetime, course: Course) -> Start:
    return at, lambda: histories.ordinary(world, course, at)


# Days before the present within which such a case began: long enough to get there, too short for what comes next.
_BEGAN = {
    "held": (0.03, 1), "submitted": (0.03, 0.8), "accepted": (3, 6), "assigned": (3, 7), "in_progress": (4, 9),
    "need_info": (6, 11), "replied": (6, 12), "reopened": (16, 26), "overdue": (13, 22),
}  # fmt: skip


def _standing(world: World, number: int) -> Start:
    """Every status appears; a few of those under way are overdue."""
    stop = spread(STANDING, number)
    overdue = stop == "in_progress" and number % 3 == 0
    at = _begin(world, *_BEGAN["overdue" if overdue else stop])
    ending = {"held": "held", "reopened": "disputed"}.get(stop, "confirmed")
    return _start(world, at, _course(world, at, ending, stop=stop))


def _special(world: World) -> list[Start]:
    """Complaints about units, and accusations: few, and each only where it may be seen."""
    return [
        *(_concerning(world, code, words) for code, words in stories.CONFLICTS),
        *(_accusation(world, words) for words in stories.SEALED),
        *(_twins(world, *days) for days in TWINS),
        *(_troubled(world, kind) for kind in troubles.KINDS * 2),
    ]


def _twins(world: World, least: float, most: float) -> Start:
    """Two neighbours report the same; a few days old, it is still being worked on."""
    at = _begin(world, least, most)
    course = _course(world, at, "confirmed", stop="in_progress" if most < 10 else "")
    return at, lambda: histories.twins(world, course, at)


def _troubled(world: World, kind: str) -> Start:
    """In the last working days before the present, so that it stands like this now."""
    at = _begin(world, 4.7, 6)
    course = _course(world, at, "confirmed", stop="in_progress")
    return at, lambda: troubles.troubled(world, course, kind)


def _concerning(world: World, code: str, words: str) -> Start:
    at, place = _begin(world, 2, 90), world.random.choice(world.building_ids)
    return at, lambda: histories.conflict(world, code, words, place)


def _accusation(world: World, words: str) -> Start:
    at, place = _begin(world, 2, 60), world.random.choice(world.building_ids)
    return at, lambda: histories.sealed(world, words, place)


def settle_messages() -> None:
    """The messages of the past arrived in the past: nothing is left for the worker to send now."""
    sent = {
        "state": SmsState.DELIVERED, "attempts": 1, "provider": "console", "due_at": None,
        "sent_at": OutboxMessage.created_at, "final_at": OutboxMessage.created_at,
    }  # fmt: skip
    db.session.execute(update(OutboxMessage).where(OutboxMessage.state == SmsState.QUEUED).values(**sent))
