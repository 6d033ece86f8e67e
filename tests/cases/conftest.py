"""The small district on a Monday morning, and a browser for each officer."""

import pytest

from portal.core.writing import writing
from tests.builders.cases import World, make_world
from tests.builders.identity import sign_in_staff


@pytest.fixture
def world(app, at) -> World:
    at("2024-06-17 09:00")
    with writing():
        return make_world()


@pytest.fixture
def desk(world, new_client):
    """`desk(Role.STREET)`: a browser in which this officer is signed in."""
    browsers = {}

    def of(role):
        if role not in browsers:
            browsers[role] = new_client()
            sign_in_staff(browsers[role], world.posts[role])
        return browsers[role]

    return of
