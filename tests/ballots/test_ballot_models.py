"""What the tables themselves refuse, whoever asks."""

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import delete, update
from sqlalchemy.exc import DBAPIError

from portal.ballots.models import Ballot, BallotItem, RollEntry, RollHome
from portal.core import clock
from portal.core.extensions import db
from portal.core.writing import writing
from portal.domain.ballot_kinds import BallotState
from tests.builders.ballots import make_announced, make_ballot
from tests.builders.cases import make_world
from tests.builders.roster import make_household


def opened(app: Flask) -> Ballot:
    """An open ballot with one entry, put there row by row."""
    with writing():
        building = make_world().building
        home = make_household(building)
        ballot = make_announced(building.compound)
        entry = RollEntry(ballot=ballot, household_id=home.id, building_id=building.id, homes=1, area=8950)
        entry.roll_homes = [RollHome(ballot_id=ballot.id, household_id=home.id, area=8950)]
        db.session.add(entry)
        db.session.flush()
        ballot.state, ballot.opened_at, ballot.fingerprint = BallotState.OPEN, clock.now(), "0" * 64
    return ballot


@pytest.mark.parametrize(
    "statement",
    [
        update(RollEntry).values(area=1),
        update(RollHome).values(area=1),
        delete(RollHome),
        delete(RollEntry),
        update(BallotItem).values(cost=1),
        delete(BallotItem),
        update(Ballot).values(starts_at=clock.real_now()),
        update(Ballot).values(ends_at=clock.real_now() + timedelta(days=6)),
        update(Ballot).values(fingerprint="1" * 64),
        update(Ballot).values(budget=1),
        update(Ballot).values(state=BallotState.ANNOUNCED),
        delete(Ballot),
    ],
    ids=str,
)
def test_after_the_opening_nothing_of_it_changes(app: Flask, statement: object) -> None:
    opened(app)
    with pytest.raises(DBAPIError), writing():
        db.session.execute(statement)  # type: ignore[call-overload]


def test_nobody_joins_the_roll_after_the_opening(app: Flask) -> None:
    ballot = opened(app)
    with pytest.raises(DBAPIError), writing():
        home = make_household(db.session.get_one(Ballot, ballot.id).scopes[0].compound.buildings[0])
        db.session.add(RollEntry(ballot_id=1, household_id=home.id, building_id=home.building_id, homes=1, area=1))
        db.session.flush()


def test_only_the_end_moves_and_only_later(app: Flask) -> None:
    opened(app)
    with writing():
        found = db.session.get_one(Ballot, 1)
        assert found.ends_at is not None
        found.ends_at += timedelta(days=2)
        db.session.execute(update(RollEntry).values(revision=1, channel="online"))


def test_what_is_announced_is_what_is_voted(app: Flask) -> None:
    with writing():
        ballot = make_announced(make_world().building.compound)
    for column in ({"title": "别的"}, {"budget": 5}):
        with pytest.raises(DBAPIError), writing():
            db.session.execute(update(Ballot).values(**column))
    with pytest.raises(DBAPIError), writing():
        db.session.add(BallotItem(ballot_id=ballot.id, position=9, category="none", answer="tick", title="夹带"))
        db.session.flush()


def test_a_draft_goes_with_everything_in_it(app: Flask) -> None:
    with writing():
        ballot = make_ballot(make_world().building.compound)
        db.session.delete(ballot)
    assert db.session.query(BallotItem).count() == 0
