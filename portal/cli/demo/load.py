"""Loading a demo: places, people, then months of cases, always the same for the same seed."""

from dataclasses import dataclass
from random import Random

from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeElapsedColumn

from portal.audit import journal
from portal.cli import demo_clock
from portal.cli.demo import places, staff
from portal.core import clock
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
    now = clock.now() if demo_clock.is_started() else demo_clock.first_moment()
    password_hash = hash_password(settings().demo_password)
    random = Random(plan.seed)
    with _progress(quiet) as progress:
        step = progress.add_task("演示数据 demo data", total=2)
        with _at(now), writing():
            ground = places.lay(plan.compounds, plan.households, random)
            progress.advance(step)
            staff.hire(ground, password_hash)
            journal.record("demo:loaded", Actor.system(), "demo", seed=plan.seed)
            progress.advance(step)
    demo_clock.start()


def _progress(quiet: bool) -> Progress:
    columns = (TextColumn("{task.description}"), BarColumn(), TaskProgressColumn(), TimeElapsedColumn())
    return Progress(*columns, console=Console(stderr=True), disable=quiet)


class _at:  # noqa: N801 - reads like a preposition
    """The clock stands at a moment meanwhile."""

    def __init__(self, moment: object) -> None:
        self.moment = moment

    def __enter__(self) -> None:
        clock.travel(self.moment)  # type: ignore[arg-type]

    def __exit__(self, *_rest: object) -> None:
        clock.travel(None)
