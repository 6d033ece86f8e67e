"""投票进展 (BA12): how far to a valid result, at whose door to knock, and nothing about how anybody voted."""

import pytest

from portal.ballots import scheduling
from portal.core.writing import writing
from portal.domain.ballot_kinds import Channel
from portal.domain.roles import Role
from portal.roster.models import Household
from tests.builders.ballots import make_ballot, make_open
from tests.builders.identity import sign_in_staff
from tests.builders.roster import make_household, make_owner


def nine_homes(world) -> list[Household]:
    homes = [make_household(world.building, room=str(301 + n)) for n in range(6)]
    return homes + [make_household(world.other_building, room=str(401 + n)) for n in range(3)]


def took_part(ballot, homes, channel=Channel.ONLINE) -> None:
    from sqlalchemy import update

    from portal.ballots.models import RollEntry
    from portal.core.extensions import db

    ids = [home.id for home in homes]
    db.session.execute(
        update(RollEntry)
        .where(RollEntry.ballot_id == ballot.id, RollEntry.household_id.in_(ids))
        .values(channel=channel, revision=1)
    )


def test_the_board_says_what_is_missing_and_where(world, client):
    with writing():
        homes = nine_homes(world)
        ballot = make_open(world.building.compound)
        took_part(ballot, homes[:3])
        took_part(ballot, homes[6:8], Channel.PAPER)
    sign_in_staff(client, world.posts[Role.COMMUNITY])
    page = client.visit("/community/votes")
    assert "5 / 9" in page.text
    page = client.visit(f"/community/votes/{ballot.id}")
    assert "还差 1" in page.text, "six of nine are needed, five took part"
    assert "线上 3，纸质 2" in page.text
    for word in ("同意", "反对", "弃权"):
        assert word not in page.text
    page = client.visit(f"/community/votes/{ballot.id}/doors?building={world.building.id}")
    assert all(f"3 号楼 1 门 {room}" in page.text for room in (304, 305, 306))
    assert "301" not in page.text and "403" not in page.text
    assert "403" in client.visit(f"/community/votes/{ballot.id}/doors").text


def test_doors_are_listed_only_while_it_is_open_and_to_the_community_and_the_street(world, new_client, at):
    with writing():
        nine_homes(world)
        ballot = make_open(world.building.compound)
    for role, board, doors in (
        (Role.COMMUNITY, 200, 200), (Role.STREET, 200, 200), (Role.DISTRICT, 200, 403), (Role.AGENCY, 403, 403),
        (Role.AUDITOR, 403, 403), (Role.ADMIN, 403, 403),
    ):  # fmt: skip
        browser = new_client()
        sign_in_staff(browser, world.posts[role])
        with browser.no_lint():
            assert browser.get(f"/community/votes/{ballot.id}").status_code == board, role
            assert browser.get(f"/community/votes/{ballot.id}/doors").status_code == doors, role
    at("2024-07-03 09:00")
    with writing():
        scheduling.close_ballot(ballot.id)
    browser = new_client()
    sign_in_staff(browser, world.posts[Role.COMMUNITY])
    with browser.no_lint():
        assert browser.get(f"/community/votes/{ballot.id}/doors").status_code == 409


@pytest.mark.databases("sqlite")
def test_a_draft_says_what_it_lacks(world, client):
    with writing():
        ballot = make_ballot(world.building.compound, items=(), starts_at=None, ends_at=None)
    sign_in_staff(client, world.posts[Role.COMMUNITY])
    page = client.visit(f"/community/votes/{ballot.id}")
    assert "交给另一人复核前还缺这些" in page.text and "还没有填项目" in page.text
    with client.no_lint():
        assert client.get("/community/votes/987654").status_code == 404


@pytest.mark.databases("sqlite")
def test_statements_do_not_grow_with_the_roll(world, client, sql_count):
    with writing():
        owner = make_owner(world.building, number="G1")
        few = [make_household(world.building, room=f"1{n:02d}", owner=owner if n < 2 else None) for n in range(4)]
        ballot = make_open(world.building.compound)
        took_part(ballot, few[:1])
    sign_in_staff(client, world.posts[Role.COMMUNITY])

    def statements(path):
        client.get(path)
        with sql_count() as seen:
            client.get(path)
        return len(seen)

    pages = ("/community/votes", f"/community/votes/{ballot.id}", f"/community/votes/{ballot.id}/doors")
    before = [statements(page) for page in pages]
    with writing():
        for n in range(40):
            make_household(world.building, room=f"5{n:02d}")
        second = make_open(world.building.compound, rule=ballot.rule)
    sign_in_staff(client, world.posts[Role.COMMUNITY])
    after = [statements(page.replace(str(ballot.id), str(second.id))) for page in pages]
    assert after == before
    assert max(after) <= 16, after
