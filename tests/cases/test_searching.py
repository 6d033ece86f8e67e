"""The search of the desk, through its page, and what it may never give away."""

from portal.cases import services
from portal.core.extensions import db
from portal.core.search import SearchGram
from portal.core.writing import writing
from portal.domain.roles import Role
from tests.builders.cases import make_case
from tests.builders.identity import sign_in_staff


def numbers(browser, text: str) -> set[str]:
    page = browser.get("/desk", query_string={"q": text}).get_data(as_text=True)
    return {part[:14] for part in page.split("/desk/cases/")[1:]}


def test_by_number_place_and_words(world, client):
    lamp = make_case(world)
    lift = make_case(
        world, building_id=world.other_building.id, words="电梯经常坏，老人下不了楼", place="1 门", phone=None
    )
    sign_in_staff(client, world.posts[Role.STREET])
    for text, expected in {
        lamp.number: {lamp.number},
        lamp.number.lower(): {lamp.number},
        lamp.number[-5:]: {lamp.number},
        "台阶": {lamp.number},
        "电梯": {lift.number},
        "4号楼": {lift.number},
        "DJZ03": {lamp.number},
        "东局子小区 ４ 号楼 电梯": {lift.number},
        "东局子 3号楼 电梯": set(),
        "1门": {lift.number},
        "？！": set(),
    }.items():
        assert numbers(client, text) == expected, text


def test_a_better_title_is_found(world, client):
    lamp = make_case(world, is_public=True)
    with writing():
        services.edit_title(world.actor(Role.STREET), lamp, "楼梯间照明故障")
    sign_in_staff(client, world.posts[Role.STREET])
    assert numbers(client, "照明故障") == {lamp.number}


def test_the_search_shows_nobody_more_than_the_list(world, new_client):
    """A complaint about a unit is found above it only; of a sealed one nothing is kept at all (D12)."""
    about = make_case(world, category="conduct", concerned_id=world.units["FWZX"].id, words="窗口推诿扯皮三次")
    sealed = make_case(world, category="integrity", words="有人收红包，请纪检来查", called="")
    assert db.session.query(SearchGram).filter_by(subject_id=sealed.id).count() == 0
    for role, expected in {
        Role.AGENCY: set(),
        Role.STREET: set(),
        Role.COMMUNITY: set(),
        Role.CONTRACTOR: set(),
        Role.DISTRICT: {about.number},
    }.items():
        browser = new_client()
        sign_in_staff(browser, world.posts[role])
        assert numbers(browser, "推诿") == expected, role
        assert numbers(browser, about.number) == expected, role
        assert numbers(browser, "红包") == set(), role
        assert numbers(browser, sealed.number) == set(), role
