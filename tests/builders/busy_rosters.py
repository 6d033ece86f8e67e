"""Imports in every state and a correction that waits, for the walk through every page."""

from dataclasses import dataclass, replace

from sqlalchemy import select

from portal.core.extensions import db
from portal.core.writing import writing
from portal.domain.roles import Role
from portal.membership import roster_correcting as correcting
from portal.roster import facts
from portal.roster.importing import reading, services
from portal.roster.models import Household, ImportState
from tests.builders.cases import World
from tests.builders.roster_files import row, xlsx

WRONG = [row(室="101"), row(室="102", 楼号="3栋", 专有面积="92,3"), row(室="103", 手机号="1381234567")]
TWINS = [row(室=f"{floor}01") for floor in range(1, 7)]
RIGHT = [*TWINS, row(室="801", 专有面积="692.3", 手机号=""), row(室="802", 专有面积="", 产权性质="")]


@dataclass(frozen=True)
class Rosters:
    """Ids: `jobs` by their state, the home that a correction is asked for, the correction."""

    jobs: list[int]
    home: int
    change: int


def make_rosters(world: World) -> Rosters:
    jobs = [_job(world, WRONG)]
    jobs += [_job(world, RIGHT, state) for state in (None, ImportState.DONE, ImportState.CHECKING, ImportState.FAILED)]
    with writing():
        home = db.session.scalars(select(Household).order_by(Household.id)).first()
        assert home is not None
        wanted = replace(facts.facts_of(home), area=9230, name="李四", phone="+8613900009999")
        change = correcting.ask(world.actor(Role.COMMUNITY), home, wanted, "看了房产证")
        return Rosters(jobs, home.id, change.id)


def _job(world: World, rows: list[list[str]], state: ImportState | None = None) -> int:
    table = reading.read(xlsx(rows))
    with writing():
        job = services.begin(world.actor(Role.COMMUNITY), world.building.compound, table)
        job.state = state or job.state
        return job.id
