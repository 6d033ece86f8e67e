"""The frozen roll: who stands on it, with how much floor area, under which fingerprint."""

import pytest
from flask import Flask

from portal.ballots import rolls, voting
from portal.ballots.models import Ballot, RollEntry
from portal.core.extensions import db
from portal.core.writing import writing
from portal.domain.actors import Actor
from portal.domain.ballot_kinds import CountUnit
from portal.domain.ballot_roll import fingerprint
from portal.membership.models import MembershipRole
from portal.roster.models import OwnerKind, Tenure
from tests.builders.ballots import make_announced, make_open, make_rule
from tests.builders.cases import make_world
from tests.builders.roster import make_household, make_member, make_owner


def opened(unit: CountUnit) -> tuple[Ballot, list[RollEntry]]:
    """One owner with three homes in two buildings, one with one home, two public homes of one unit."""
    with writing():
        world = make_world()
        many = make_owner(world.building, "王建国", number="A1")
        for building, area in ((world.building, 5000), (world.building, 6000), (world.other_building, 7000)):
            make_household(building, area=area, owner=many)
        make_household(world.building, area=8950)
        office = make_owner(world.building, "区房管站", number="G1", kind=OwnerKind.UNIT)
        for _ in range(2):
            make_household(world.other_building, area=4000, owner=office, tenure=Tenure.PUBLIC)
        ballot = make_open(world.building.compound, rule=make_rule(unit=unit))
    entries = list(db.session.scalars(db.select(RollEntry).order_by(RollEntry.area)))
    return db.session.get_one(Ballot, ballot.id), entries


def test_in_a_poll_each_home_is_one_voice(app: Flask) -> None:
    ballot, entries = opened(CountUnit.HOME)
    assert (ballot.roll_persons, ballot.roll_homes, ballot.roll_area) == (6, 6, 34950)
    assert all(len(entry.roll_homes) == 1 for entry in entries)


def test_in_an_owners_vote_three_homes_are_one_person_with_all_their_area(app: Flask) -> None:
    ballot, entries = opened(CountUnit.OWNER)
    assert (ballot.roll_persons, ballot.roll_homes, ballot.roll_area) == (3, 6, 34950)
    assert [(entry.homes, entry.area, entry.is_unit) for entry in entries] == [
        (2, 8000, True), (1, 8950, False), (3, 18000, False),
    ]  # fmt: skip


def test_of_public_housing_the_tenants_vote_on_their_entrance(app: Flask) -> None:
    ballot, entries = opened(CountUnit.OWNER_OR_TENANT)
    assert ballot.roll_persons == 4
    assert [(entry.homes, entry.is_unit) for entry in entries] == [(1, False), (1, False), (1, False), (3, False)]


def test_the_published_fingerprint_can_be_recomputed(app: Flask) -> None:
    ballot, entries = opened(CountUnit.OWNER)
    lines = [(entry.building.code, entry.persons, entry.homes, entry.area) for entry in entries]
    assert ballot.fingerprint == fingerprint(lines) != fingerprint([*lines[1:], (*lines[0][:3], lines[0][3] + 1)])
    assert ballot.roll_digest == rolls.homes_digest(ballot.id)


def test_what_is_expected_is_what_is_frozen(app: Flask) -> None:
    with writing():
        world = make_world()
        make_household(world.building, area=None)
        make_household(world.other_building, area=5000)
        ballot = make_announced(world.building.compound)
    assert rolls.expected(ballot) == rolls.Expected(persons=2, homes=2, area=5000, unmeasured=1)


@pytest.mark.parametrize(
    ("unit", "voices"),
    [
        (CountUnit.HOME, {"房主", "承租人", "企业承租人"}),  # 意愿征集: one voice per home
        (CountUnit.OWNER, {"房主"}),  # 法定表决: the units vote, on paper
        (CountUnit.OWNER_OR_TENANT, {"房主", "承租人", "企业承租人"}),  # 栋（门）事项: 业主（承租人）
    ],
)
def test_who_votes_depends_on_the_kind(app: Flask, unit: CountUnit, voices: set[str]) -> None:
    """D7: renters never; tenants of public housing in polls and 栋（门）事项; in a 法定表决 the 产权单位."""
    with writing():
        world = make_world()
        kinds = {"房主": Tenure.PRIVATE, "承租人": Tenure.PUBLIC, "企业承租人": Tenure.ENTERPRISE}
        people = {}
        for name, tenure in kinds.items():
            home = make_household(world.building, tenure=tenure)
            role = MembershipRole.OWNER if tenure is Tenure.PRIVATE else MembershipRole.TENANT
            people[name] = make_member(home, role=role)
            people[f"{name}家的租客"] = make_member(home, role=MembershipRole.RENTER)
        ballot = make_open(world.building.compound, rule=make_rule(unit=unit))
        found = {
            name
            for name, member in people.items()
            if any(voice.refusal is None for voice in voting.voices(Actor("resident", member.account_id), ballot))
        }
    assert found == voices
