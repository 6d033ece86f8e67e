"""我家在不在名册上？: on the building's page and beside a vote, for whoever is not verified yet (ID10)."""

from typing import Any

import pytest

from portal.core.writing import writing
from tests.builders.ballots import make_open
from tests.builders.cases import World
from tests.builders.identity import make_account, sign_in_resident
from tests.builders.roster import make_household, make_member
from tests.visitor import Visitor

pytestmark = pytest.mark.databases("sqlite")
CARD, NUMBER = "我家在不在名册上？", "+8613800000136"


def test_it_leads_a_stranger_to_the_answer_and_leaves_the_verified_alone(
    world: World, client: Visitor, new_client: Any
) -> None:
    with writing():
        home = make_household(world.building, room="301", phone=NUMBER)
        vote = make_open(world.building.compound).id
    for path in ("/b/djz03", f"/votes/{vote}"):
        assert CARD in client.visit(path).text
    client.follow("去看看")
    assert client.visit("/b/djz03").status == 200
    sign_in_resident(client, NUMBER)
    assert CARD in client.visit("/b/djz03").text
    page = client.follow("去看看")
    assert "名册上有您的手机号" in page.text and "东局子小区 3 号楼" in page.main and "301" not in page.main
    with writing():
        make_member(home, make_account("+8613800000137"))
    sign = new_client()
    sign_in_resident(sign, "+8613800000137")
    for path in ("/b/djz03", f"/votes/{vote}"):
        assert CARD not in sign.visit(path).text
