"""Loading a demo: places, people, then months of cases, always the same for the same seed."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from random import Random

from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeElapsedColumn

from portal.audit import journal
from portal.cli import demo_clock
from portal.cli.demo import cases, codes, photos, places, routes, staff
from portal.cli.demo.world import World
from portal.core import calendar, clock
from portal.core.settings import settings
from portal.core.writing import writing
from portal.domain.actors import Actor
from portal.identity.passwords import hash_password


@dataclass(frozen=True)
class Plan:
    """How much. `households` None: the plan's numbers."""

    compounds: int = 4
    households: int | None = None
    cases: int = 300
    seed: int = 2023


def load(plan: Plan, *, quiet: bool = False) -> None:
    """Fill the empty database up to the demo's present moment, then let the clock run from there."""
    end = clock.now() if demo_clock.is_started() else demo_clock.first_moment().astimezone(UTC)
    password_hash = hash_password(settings().demo_password)
    try:
        with _progress(quiet) as progress:
            ground = _lay(plan, end, password_hash)
            if plan.cases:
                _fill(plan, end, ground, progress)
    finally:
        clock.travel(None)
    demo_clock.start()


def _lay(plan: Plan, end: datetime, password_hash: str) -> list[int]:
    """Places, people, categories and routes, as of the day before the first case. The ids of the buildings."""
    clock.travel(end - timedelta(days=cases.DAYS + 1))
    with writing():
        calendar.seed()
        ground = places.lay(plan.compounds, plan.households, Random(plan.seed))
        staff.hire(ground, password_hash)
        routes.seed(ground)
        journal.record("demo:loaded", Actor.system(), "demo", seed=plan.seed)
        return [building.id for building in ground.buildings]


def _fill(plan: Plan, end: datetime, building_ids: list[int], progress: Progress) -> None:
    drawn = progress.add_task("照片 photos", total=photos.COUNT)
    pairs = photos.process(plan.seed, lambda done: progress.advance(drawn, done))
    told = progress.add_task("诉求 cases", total=plan.cases)
    world = World(Random(plan.seed + 1), end, pairs, building_ids)
    with codes.seeded(Random(f"{plan.seed}:codes")):
        cases.simulate(world, plan.cases, lambda done: progress.advance(told, done))
    photos.discard(pairs)


def _progress(quiet: bool) -> Progress:
    columns = (TextColumn("{task.description}"), BarColumn(), TaskProgressColumn(), TimeElapsedColumn())
    return Progress(*columns, console=Console(stderr=True), disable=quiet)
