"""The desk's pages as an officer meets them: the list, a case, one page per action, and who may open what."""

import pytest

from portal.core.writing import writing
from portal.domain.roles import Role
from tests.builders.cases import World, make_case, make_world
from tests.builders.identity import sign_in_staff


@pytest.fixture
def world(app, at) -> World:
    at("2024-06-17 09:00")
    with writing():
        return make_world()


def test_every_page_opens(world, client):
    case = make_case(world)
    sign_in_staff(client, world.posts[Role.STREET])
    page = client.visit("/desk")
    assert page.h1 == "办件台"
    assert case.title in page.text
    page = client.visit(f"/desk/cases/{case.number}")
    assert page.h1 == f"办件 {case.number}"
    for slug in ("accept", "ask", "reject", "note", "phone"):
        assert client.visit(f"/desk/cases/{case.number}/{slug}").status == 200, slug
    for path in ("/desk/callbacks", "/community/cases/new"):
        assert client.visit(path).status == 200, path


def test_the_administrators_pages_open(world, client):
    sign_in_staff(client, world.posts[Role.ADMIN])
    for path in (
        "/admin/categories",
        "/admin/categories/lighting_dark",
        "/admin/categories/lighting_dark/route",
        "/admin/calendar",
        "/admin/calendar?year=2027",
    ):
        assert client.visit(path).status == 200, path
