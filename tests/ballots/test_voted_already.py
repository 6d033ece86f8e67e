"""您家已投过: the back button, a second tab, the other phones of the home, and receipts after a change of keys."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from portal.ballots import sealing
from portal.ballots.models import Vote
from portal.cli.keys import rotate
from portal.core import clock
from portal.core.extensions import db
from portal.domain.actors import Actor
from portal.domain.ballot_kinds import CountUnit
from portal.membership.models import MembershipRole
from tests.builders.ballot_pages import ballot_of, chosen, start, vote_both, voter_of
from tests.builders.ballots import make_rule
from tests.builders.cases import World, make_world
from tests.builders.identity import sign_in_resident
from tests.builders.roster import make_household, make_member, make_owner
from tests.visitor import Visitor
from tests.visitor.form import PaperForm

pytestmark = pytest.mark.databases("sqlite")


@pytest.fixture
def world(app: Flask) -> World:
    return make_world()


def test_who_comes_back_reads_that_the_home_has_voted(
    app: Flask, client: Visitor, new_client: Callable[[], Visitor], world: World
) -> None:
    voter_of(make_household(world.building))
    ballot = ballot_of(world)
    tab = new_client()
    paper = f"/votes/{ballot.id}/ballot"
    start(client, ballot)
    tab.set_cookie("portal-id", client.get_cookie("portal-id").value)
    tab.visit(paper)
    vote_both(client)

    for address in (paper, f"/votes/{ballot.id}/check"):
        page = client.visit(address)
        assert page.h1 == "您家已投过" and "您本人" in page.text and "网上" in page.text and not chosen(client)
    assert client.follow("看回执").h1 == "选票已交上"

    page = tab.submit("下一步：核对选票", {"1. 围墙": "反对", "2. 车棚": "反对"})
    assert "您家已在" in page.text and "交上这张，就以这张为准" in page.text, "the tab opened before the vote"
    page = client.visit(paper)
    assert "改了一半" in page.text
    client.follow("修改选票")
    assert chosen(client) == ["oppose", "oppose"], "the paper begun in the other tab"
    assert tab.submit("确认，交上选票").h1 == "选票已交上"
    assert [vote.revision for vote in db.session.scalars(select(Vote).order_by(Vote.id))] == [1, 2]


def test_a_second_press_shows_the_receipt_of_the_first(app: Flask, client: Visitor, world: World) -> None:
    voter_of(make_household(world.building))
    ballot = ballot_of(world)
    start(client, ballot)
    client.submit("下一步：核对选票", {"1. 围墙": "同意", "2. 车棚": "反对"})
    check = PaperForm(client.here, client.here.button("确认，交上选票"))
    first, second = client.send(check), client.send(check)
    assert first.location == second.location
    page = client.visit(second.location)
    assert page.h1 == "选票已交上" and "刚才已经交上了" in page.text
    assert len(db.session.scalars(select(Vote)).all()) == 1


def test_the_voter_of_the_owners_other_home_reads_who_voted_but_not_how(
    app: Flask, client: Visitor, new_client: Callable[[], Visitor], world: World
) -> None:
    owner = make_owner(world.building)
    mine = voter_of(make_household(world.building, owner=owner))
    other = make_member(make_household(world.other_building, owner=owner))
    ballot = ballot_of(world, rule=make_rule("general", unit=CountUnit.OWNER))
    start(client, ballot)
    vote_both(client)
    family = new_client()
    sign_in_resident(family, other.account.phone.removeprefix("+86"))
    page = family.visit(f"/votes/{ballot.id}/ballot?change=1")
    assert page.status == 200 and f"尾号 {mine.account.phone[-4:]} 的手机" in page.text
    assert not chosen(family) and "修改选票" not in page.text
    caster, helper = Actor("resident", mine.account_id), Actor("resident", mine.account_id, assisted_by=1)
    assert sealing.cast_by(caster, 1) == {1: "agree", 2: "oppose"}
    for stranger in (Actor("resident", other.account_id), Actor("staff", mine.account_id), helper):
        assert sealing.cast_by(stranger, 1) is None, "only the phone that cast it"


def test_the_family_reads_whose_phone_votes_and_whether_it_has(
    app: Flask, client: Visitor, new_client: Callable[[], Visitor], world: World
) -> None:
    home = make_household(world.building)
    mine = voter_of(home)
    child = make_member(home, role=MembershipRole.FAMILY, voter=False)
    ballot = ballot_of(world)
    family = new_client()
    sign_in_resident(family, child.account.phone.removeprefix("+86"))
    page = family.visit(f"/votes/{ballot.id}/ballot")
    assert f"尾号 {mine.account.phone[-4:]} 的手机" in page.text and "还没交" in page.text
    clock.travel(clock.now() + timedelta(minutes=2))
    start(client, ballot)
    vote_both(client)
    assert "已交上，" in family.visit(f"/votes/{ballot.id}/ballot").text and not chosen(family)


def test_a_receipt_outlives_the_key_it_was_made_with(app: Flask, client: Visitor, world: World) -> None:
    voter_of(make_household(world.building))
    ballot = ballot_of(world)
    start(client, ballot)
    receipt = vote_both(client).root.all("dd")[0].text
    before = app.extensions["settings"]
    new = "another-data-key-" + "n" * 40
    app.extensions["settings"] = replace(before, data_keys=(new, *before.data_keys))
    db.session.rollback()
    rotate()
    app.extensions["settings"] = replace(before, data_keys=(new,))
    db.session.rollback()
    clock.travel(clock.now() + timedelta(minutes=5))
    sign_in_resident(client)
    page = client.visit(f"/votes/{ballot.id}/receipt")
    assert page.root.all("dd")[0].text == receipt
    assert "已计入" in client.submit("查一查", {"回执码": receipt}).text
