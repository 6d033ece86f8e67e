"""Loading a demo: places, people, then months of cases, always the same for the same seed."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from random import Random

from rich.console import Console
from rich.progress import BarColumn, Progress, TaskID, TaskProgressColumn, TextColumn, TimeElapsedColumn
from sqlalchemy import select

from portal.audit import journal
from portal.audit.models import JournalEntry
from portal.cli import demo_clock
from portal.cli.demo import (
    ballots,
    cases,
    codes,
    duty,
    exclusions,
    forum,
    habits,
    households,
    lost_texts,
    members,
    photos,
    places,
    rosters,
    routes,
    staff,
    usual_answers,
)
from portal.cli.demo.world import World
from portal.core import calendar, clock
from portal.core.extensions import db
from portal.core.settings import settings
from portal.core.writing import writing
from portal.domain.actors import Actor
from portal.forum.settings import seed_words
from portal.identity.passwords import hash_password

LOADED = "demo:loaded"


@dataclass(frozen=True)
class Plan:
    """How much. `households` None: the plan's numbers."""

    compounds: int = 4
    households: int | None = None
    cases: int = 300
    seed: int = 2023


def load(plan: Plan, *, quiet: bool = False, on_step: Callable[[], None] = lambda: None) -> None:
    """Fill the empty database up to the demo's present moment, then let the clock run from there.

    `on_step` is called before each step; what it raises breaks the loading off.
    """
    end = clock.now() if demo_clock.is_started() else demo_clock.first_moment().astimezone(UTC)
    password_hash = hash_password(settings().demo_password)
    try:
        with _progress(quiet) as progress:
            ground = _lay(plan, end, password_hash)
            if plan.cases:
                _fill(plan, end, ground, progress, on_step)
                lost_texts.lose(end, plan.seed)
            _hold_votes(plan, end, progress, on_step)
        exclusions.propose(end)
        duty.go_on_leave(end)
        rosters.correct(end)
        habits.keep()
    finally:
        clock.travel(None)
    demo_clock.start()


def _lay(plan: Plan, end: datetime, password_hash: str) -> list[int]:
    """Places, homes, people, categories and routes, as of the day before the first case. The ids of the buildings."""
    clock.travel(end - timedelta(days=cases.DAYS + 1))
    with writing():
        calendar.seed()
        ground = places.lay(plan.compounds, plan.households, Random(plan.seed))
        duty.fill(ground, staff.hire(ground, password_hash))
        routes.seed(ground)
        usual_answers.keep()
        seed_words(Actor.system())
        households.fill(ground, plan.seed)
        rosters.note_imports(ground)
        members.fill(ground, plan.seed, end)
        journal.record(LOADED, Actor.system(), "demo", seed=plan.seed)
        building_ids = [building.id for building in ground.buildings]
    forum.discuss(end, plan.seed)
    return building_ids


def _hold_votes(plan: Plan, end: datetime, progress: Progress, on_step: Callable[[], None]) -> None:
    on_step()
    held = progress.add_task("投票 votes", total=1)
    ballots.hold(end, plan.seed, with_pictures=bool(plan.cases))
    progress.advance(held)


def was_laid() -> bool:
    """Whether what is here, finished or not, came from `load`: an instance set up by hand is nobody's to erase."""
    return db.session.scalar(select(JournalEntry.id).where(JournalEntry.action == LOADED).limit(1)) is not None


def _fill(plan: Plan, end: datetime, building_ids: list[int], progress: Progress, on_step: Callable[[], None]) -> None:
    def advance(task: TaskID) -> Callable[[int], None]:
        def step(done: int) -> None:
            on_step()
            progress.advance(task, done)

        return step

    drawn = progress.add_task("照片 photos", total=photos.COUNT)
    pairs = photos.process(plan.seed, advance(drawn))
    told = progress.add_task("诉求 cases", total=plan.cases)
    world = World(Random(plan.seed + 1), end, pairs, building_ids)
    with codes.seeded(Random(f"{plan.seed}:codes")):
        cases.simulate(world, plan.cases, advance(told))
    progress.update(told, completed=plan.cases)
    photos.discard(pairs)


def _progress(quiet: bool) -> Progress:
    columns = (TextColumn("{task.description}"), BarColumn(), TaskProgressColumn(), TimeElapsedColumn())
    return Progress(*columns, console=Console(stderr=True), disable=quiet)
