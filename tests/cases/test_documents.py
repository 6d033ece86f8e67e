"""Papers to print: who may print which, and what stands on them."""

import pytest

from portal.cases import services
from portal.core.writing import writing
from portal.domain.levels import Level
from portal.domain.roles import Role
from tests.builders.cases import make_case
from tests.builders.identity import sign_in_staff

pytestmark = pytest.mark.databases("sqlite")


@pytest.fixture
def case(world):
    case = make_case(world)
    with writing():
        services.accept(
            world.actor(Role.DISTRICT), case, category_code=case.category_code, level=Level.C,
            agency_id=world.units["FWZX"].id,
        )  # fmt: skip
    return case


def test_the_street_prints_receipt_and_notice(world, case, client):
    sign_in_staff(client, world.posts[Role.STREET])
    client.visit(f"/desk/cases/{case.number}")
    page = client.follow("受理告知书")
    for words in (case.number, "张阿姨", "区房产服务中心", "6 月 24 日", "东新街道", "东局子小区 3 号楼"):
        assert words in page.text, words
    assert case.ref not in page.html and "0001234" not in page.html
    assert client.visit(f"/desk/cases/{case.number}/documents/receipt").text.count(case.number) == 1
    for wrong in ("extension", "nonsense"):
        assert client.get(f"/desk/cases/{case.number}/documents/{wrong}").status_code == 404


def test_whoever_works_it_prints_none_and_of_a_complaint_about_a_unit_there_is_none(world, case, new_client):
    about = make_case(world, category="conduct", concerned_id=world.units["WY"].id)
    for role, number, expected in (
        (Role.AGENCY, case.number, 403),
        (Role.CONTRACTOR, case.number, 403),
        (Role.STREET, about.number, 404),
        (Role.COMMUNITY, about.number, 404),
    ):
        browser = new_client()
        sign_in_staff(browser, world.posts[role])
        assert browser.get(f"/desk/cases/{number}/documents/receipt").status_code == expected, role
