"""A complaint about a unit goes to whoever stands above it, and is worked there from end to end (product D12)."""

import pytest

from portal.cases import queries, services
from portal.core.writing import writing
from portal.domain.case_lifecycle import CaseStatus, ReplyResult
from portal.domain.errors import NotAllowed, NotFound
from portal.domain.roles import Role
from tests.builders.cases import make_case
from tests.builders.identity import sign_in_staff

ANSWER = "已经找当事人谈话并批评教育，以后办事一次告知，向您道歉。"
# Who is complained about, who works it, in whose hands it lies.
ROUTES = [
    ("JD", Role.DISTRICT, "ZJW"),
    ("FWZX", Role.DISTRICT, "ZJW"),
    ("DIAN", Role.DISTRICT, "ZJW"),
    ("RX", Role.DISTRICT, "ZJW"),
    ("JW", Role.STREET, "JD"),
    ("WY", Role.STREET, "JD"),
    ("SG", Role.AGENCY, "FWZX"),
    ("ZJW", Role.AUDITOR, "DC"),
    (None, Role.DISTRICT, "ZJW"),
]


def about(world, code):
    concerned = world.units[code].id if code else None
    return make_case(world, category="conduct", words="窗口的人态度很差，让我跑了三趟", concerned_id=concerned)


@pytest.mark.parametrize(("code", "role", "unit"), ROUTES)
@pytest.mark.databases("sqlite")
def test_the_superior_takes_it_on_and_answers(world, client, code, role, unit):
    case = about(world, code)
    assert case.agency.code == unit
    sign_in_staff(client, world.posts[role])
    client.visit("/desk")
    client.follow(case.title)
    client.follow("受理")
    client.submit("受理", {"承办单位": world.units[unit].name})
    client.follow("签收")
    client.submit("签收")
    client.follow("答复")
    page = client.submit("答复", {"结果": "已解决", "做了什么": ANSWER, "为什么没有照片": "不是修理"})
    assert "已答复" in page.text
    assert case.status is CaseStatus.REPLIED


@pytest.mark.databases("sqlite")
def test_it_cannot_be_given_to_a_unit_that_may_not_see_it(world):
    case = about(world, "JD")
    for code in ("FWZX", "JW", "JD", "DIAN"):
        with pytest.raises(NotAllowed), writing():
            services.accept(
                world.actor(Role.DISTRICT),
                case,
                category_code=case.category_code,
                level=case.level,
                agency_id=world.units[code].id,
            )


@pytest.mark.databases("sqlite")
def test_who_is_below_the_unit_complained_about_sees_nothing(world):
    """The hotline answers to the district, so it is out of a complaint about the district."""
    case = about(world, "ZJW")
    for role in (Role.DISTRICT, Role.HOTLINE, Role.STREET, Role.COMMUNITY, Role.AGENCY, Role.CONTRACTOR):
        with pytest.raises(NotFound):
            queries.case_for(world.actor(role), case.number)


@pytest.mark.databases("sqlite")
def test_an_inspection_works_only_what_lies_with_it(world):
    case = make_case(world)
    with pytest.raises(NotAllowed), writing():
        services.reply(world.actor(Role.AUDITOR), case, result=ReplyResult.PARTLY, words=ANSWER)


@pytest.mark.databases("sqlite")
def test_only_units_with_somebody_above_can_be_named(world):
    codes = {unit.code for unit in queries.concernable(world.building)}
    assert {"JD", "ZJW", "SG", "FWZX"} <= codes
    assert not codes & {"DC", "JJ"}
