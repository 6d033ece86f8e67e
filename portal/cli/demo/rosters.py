"""How a demo's roster came to be: an import for each compound, a correction in force and one that waits for a second person."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy import select

from portal.cli.demo.places import Ground
from portal.core import clock
from portal.core.extensions import db
from portal.core.writing import writing
from portal.domain.actors import Actor
from portal.identity import approvals
from portal.identity.models import Approval, ApprovalState, StaffPost
from portal.identity.sessions import staff_actor
from portal.membership import roster_correcting as correcting
from portal.places.models import Building, Compound
from portal.roster import facts, queries
from portal.roster.facts import Facts
from portal.roster.models import Household, HouseholdState, ImportState, RosterImport, Tenure

KEEPERS = {"DJZ": "community2", "ALL": "community2"}  # the others belong to community3


def note_imports(ground: Ground) -> None:
    for compound in ground.compounds:
        homes, area = queries.totals(compound.id)
        if homes:
            db.session.add(_imported(compound, homes, area))
    db.session.flush()


def _imported(compound: Compound, homes: int, area: int) -> RosterImport:
    post = _post(KEEPERS.get(compound.code, "community3"))
    by, at = post.id if post else None, clock.now()
    return RosterImport(
        compound=compound, uploaded_by=by, confirmed_by=by, uploaded_at=at, finished_at=at, state=ImportState.DONE,
        rows=homes, done=homes, added=homes, homes=homes, area=area,
    )  # fmt: skip


def correct(end: datetime) -> None:
    """By the real services, at the moments when it was asked and decided."""
    asker, decider = _post("community2"), _post("community1")
    homes = _homes()
    if asker is None or decider is None or len(homes) < 2:
        return
    asking, deciding = staff_actor(asker), staff_actor(decider)
    moved, measured = homes
    _at(end - timedelta(days=12, hours=20), lambda: _ask(asking, moved, "上门两次没有人，邻居说已搬走", _vacant))
    _at(end - timedelta(days=12, hours=17), lambda: _approve(deciding))
    _at(end - timedelta(days=3, hours=18), lambda: _ask(asking, measured, "住户拿来了新的不动产权证", _larger))


def _post(username: str) -> StaffPost | None:
    return db.session.scalar(select(StaffPost).where(StaffPost.username == username))


def _homes() -> list[int]:
    """Two private homes of the first compound."""
    first = select(Compound.id).order_by(Compound.id).limit(1).scalar_subquery()
    plain = (Household.tenure == Tenure.PRIVATE, Household.state == HouseholdState.LIVED_IN)
    homes = select(Household.id).join(Household.building).where(Building.compound_id == first, *plain)
    return list(db.session.scalars(homes.order_by(Household.id).limit(2)))


def _at(moment: datetime, deed: Callable[[], object]) -> None:
    clock.travel(moment)
    with writing():
        deed()


def _ask(actor: Actor, home_id: int, reason: str, wanted: Callable[[Facts], Facts]) -> None:
    home = queries.household(home_id)
    correcting.ask(actor, home, wanted(facts.facts_of(home)), reason)


def _vacant(said: Facts) -> Facts:
    return replace(said, state=HouseholdState.VACANT, note="已搬走，空置")


def _larger(said: Facts) -> Facts:
    return replace(said, area=(said.area or 0) + 120)


def _approve(actor: Actor) -> None:
    waiting = select(Approval.id).where(Approval.kind == correcting.CORRECTION, Approval.state == ApprovalState.ASKED)
    approvals.decide(db.session.scalars(waiting).one(), True, "", actor)
