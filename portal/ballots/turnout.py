"""参与: how many have voted, by building and channel, and what is missing to a valid vote. Never how anybody voted."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from sqlalchemy import case, func, select

from portal.ballots.models import Ballot, RollEntry
from portal.core.extensions import db
from portal.domain.ballot_kinds import Channel
from portal.domain.shares import Share
from portal.places.models import Building


@dataclass(frozen=True)
class Turnout:
    """Entries and hundredths of ㎡: all, and those that took part by channel."""

    persons: int = 0
    area: int = 0
    online: int = 0
    paper: int = 0
    area_in: int = 0
    units: int = 0

    @property
    def persons_in(self) -> int:
        return self.online + self.paper

    @property
    def missing(self) -> int:
        return self.persons - self.persons_in


@dataclass(frozen=True)
class Needed:
    """One measure of the quorum: `need` in all, `short` still missing; areas in hundredths of ㎡."""

    measure: str
    part: int
    whole: int
    need: int
    short: int


@dataclass(frozen=True)
class Board:
    total: Turnout
    buildings: list[tuple[Building, Turnout]] = field(default_factory=list)
    needs: list[Needed] = field(default_factory=list)


_SUMS = (
    func.count(RollEntry.id),
    func.coalesce(func.sum(RollEntry.area), 0),
    func.coalesce(func.sum(case((RollEntry.channel == Channel.ONLINE, 1), else_=0)), 0),
    func.coalesce(func.sum(case((RollEntry.channel == Channel.PAPER, 1), else_=0)), 0),
    func.coalesce(func.sum(case((RollEntry.channel != Channel.NONE, RollEntry.area), else_=0)), 0),
    func.coalesce(func.sum(case((RollEntry.is_unit, 1), else_=0)), 0),
)


def total(ballot: Ballot) -> Turnout:
    row = db.session.execute(select(*_SUMS).where(RollEntry.ballot_id == ballot.id)).one()
    return Turnout(*row)


def shares(ballot_ids: Sequence[int]) -> dict[int, Turnout]:
    """By ballot, in one statement: for lists."""
    rows = db.session.execute(
        select(RollEntry.ballot_id, *_SUMS).where(RollEntry.ballot_id.in_(ballot_ids)).group_by(RollEntry.ballot_id)
    )
    return {row[0]: Turnout(*row[1:]) for row in rows}


def board(ballot: Ballot) -> Board:
    rows = db.session.execute(
        select(Building, *_SUMS)
        .join(RollEntry, RollEntry.building_id == Building.id)
        .where(RollEntry.ballot_id == ballot.id)
        .group_by(Building.id)
        .order_by(Building.compound_id, Building.position)
    ).all()
    buildings = [(row[0], Turnout(*row[1:])) for row in rows]
    whole = Turnout(*(sum(column) for column in zip(*(row[1:] for row in rows), strict=True))) if rows else Turnout()
    return Board(whole, buildings, needs(ballot, whole))


def needs(ballot: Ballot, whole: Turnout) -> list[Needed]:
    """What the quorum asks, as counts: at least 661 persons, 53,953.34 ㎡."""
    rule, found = ballot.rule, []
    for measure, part, all_of_it in (("persons", whole.persons_in, whole.persons), ("area", whole.area_in, whole.area)):
        numerator = getattr(rule, f"quorum_{measure}_num")
        if numerator is not None:
            share = Share(numerator, getattr(rule, f"quorum_{measure}_den"), getattr(rule, f"quorum_{measure}_strict"))
            found.append(Needed(measure, part, all_of_it, share.need(all_of_it), share.missing(part, all_of_it)))
    return found
