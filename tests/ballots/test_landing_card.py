"""The vote on the page behind a building's code."""

from collections.abc import Callable

from flask import Flask

from portal.core.writing import writing
from tests.builders.ballots import make_open
from tests.builders.cases import make_world
from tests.visitor import Visitor


def test_a_building_shows_its_open_vote(app: Flask, client: Visitor, sql_count: Callable[..., object]) -> None:
    with writing():
        world = make_world()
        make_open(world.building.compound)
    client.visit("/b/djz03")
    with sql_count() as seen:  # type: ignore[attr-defined]
        page = client.visit("/b/djz03")
    assert "正在投票" in page.text and "一户一票" in page.text
    reading = [statement for statement in seen if not statement.startswith(("BEGIN", "COMMIT", "PRAGMA"))]
    assert len(reading) <= 6, reading
    assert client.follow("去投票").h1 == "小区先改哪几项"
