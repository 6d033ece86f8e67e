"""What the tables themselves promise about homes and voters."""

import pytest
from flask import Flask
from sqlalchemy.exc import IntegrityError

from portal.core.writing import writing
from portal.domain.actors import Actor
from portal.membership import queries
from portal.membership.models import MembershipRole, MembershipState
from tests.builders.cases import make_world
from tests.builders.roster import make_household, make_member


def test_a_home_has_one_voter(app: Flask) -> None:
    with writing():
        home = make_household(make_world().building)
        make_member(home)
    with pytest.raises(IntegrityError), writing():
        make_member(home, role=MembershipRole.FAMILY)


@pytest.mark.parametrize(
    ("role", "state"),
    [(MembershipRole.RENTER, MembershipState.VERIFIED), (MembershipRole.OWNER, MembershipState.PENDING)],
)
def test_renters_and_the_unverified_are_never_voters(app: Flask, role: MembershipRole, state: MembershipState) -> None:
    with writing():
        member = make_member(make_household(make_world().building), role=role, state=state)
    with pytest.raises(IntegrityError), writing():
        member.is_voter = True


def test_the_voter_s_homes_are_found(app: Flask) -> None:
    with writing():
        world = make_world()
        voter = make_member(make_household(world.building))
        second = make_member(make_household(world.other_building), voter.account)
        make_member(make_household(world.other_building), voter.account, role=MembershipRole.RENTER)
    actor = Actor("resident", voter.account_id)

    assert queries.voting_homes(actor) == {voter.household_id, second.household_id}
    assert len(queries.homes_of(actor)) == 3
    assert len(queries.recipients_of([voter.household_id, second.household_id])) == 1
