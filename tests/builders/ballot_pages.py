"""A voter before the pages of an open ballot."""

from typing import Any

from portal.ballots.models import Ballot
from portal.core.extensions import db
from portal.membership.models import Membership
from portal.roster.models import Household
from tests.builders.ballots import make_open
from tests.builders.cases import World
from tests.builders.identity import make_account, sign_in_resident
from tests.builders.roster import make_member
from tests.visitor import Visitor
from tests.visitor.page import Page


def voter_of(home: Household, number: str = "+8613800001234") -> Membership:
    return make_member(home, make_account(number))


def ballot_of(world: World, **values: Any) -> Ballot:
    ballot = make_open(world.building.compound, **values)
    db.session.commit()
    return ballot


def start(client: Visitor, ballot: Ballot) -> Page:
    sign_in_resident(client)
    client.visit(f"/votes/{ballot.id}")
    return client.follow("去投票")


def vote_both(client: Visitor, first: str = "同意", second: str = "反对") -> Page:
    client.submit("下一步：核对选票", {"1. 围墙": first, "2. 车棚": second})
    return client.submit("确认，交上选票")


def chosen(client: Visitor) -> list[str]:
    return [field["value"] for field in client.here.root.all("input") if "checked" in field]
