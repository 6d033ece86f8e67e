"""协办: who may be asked, what they see and do, whom they tell, and that it ends with the assignment."""

import pytest
from sqlalchemy import select

from portal.cases import co_units, merging, queries, returning, services, taxonomy
from portal.cases.models import CASE_CO_UNITS
from portal.core.extensions import db
from portal.core.writing import writing
from portal.domain.case_lifecycle import CaseTrack
from portal.domain.case_returns import ReturnReason
from portal.domain.case_routing import Answerable
from portal.domain.errors import DomainError, NotAllowed, NotFound
from portal.domain.levels import Level
from portal.domain.roles import Role
from portal.identity.sessions import staff_actor
from portal.messaging.models import InboxMessage
from tests.builders.cases import make_case
from tests.builders.identity import make_post, sign_in_staff

PHONE = "138 0000 1234"


@pytest.fixture
def grid(world):
    """Somebody of the power company, which answers for nothing here."""
    with writing():
        return make_post(Role.AGENCY, "dian1", "冯电", agency=world.units["DIAN"])


def helped(world, *codes, **changes):
    case = make_case(world, **changes)
    with writing():
        services.accept(
            world.actor(Role.DISTRICT), case, category_code=case.category_code, level=Level.C,
            agency_id=world.units["FWZX"].id, co_unit_ids=[world.units[code].id for code in codes],
        )  # fmt: skip
        services.sign(world.actor(Role.AGENCY), case)
    return case


def told(post):
    return db.session.scalars(select(InboxMessage.event).where(InboxMessage.recipient_key == f"staff:{post.id}")).all()


def test_asked_on_the_page_seen_reported_and_read_by_the_unit_that_answers(world, desk, new_client, grid):
    case = make_case(world)
    district = desk(Role.DISTRICT)
    district.visit(f"/desk/cases/{case.number}/accept")
    page = district.submit("受理", {"承办单位": "区房产服务中心", "协办单位": ["供电公司", "物业"]})
    assert "物业和供电公司协办" in page.main and "协办单位" in page.main
    desk(Role.AGENCY).visit(f"/desk/cases/{case.number}/sign")
    desk(Role.AGENCY).submit("签收")

    helper = new_client()
    sign_in_staff(helper, grid)
    assert case.title in helper.visit("/desk?show=helping").main
    assert case.title not in helper.visit("/desk").main
    assert "报告办理情况" in helper.visit("/desk/today").main
    page = helper.visit(f"/desk/cases/{case.number}")
    assert "居民原话" in page.main and "已留手机号" not in page.main and "前答复" in page.main
    assert not any(page.has_link(word) for word in ("答复", "查看电话", "退回", "转办"))
    helper.follow("报告办理情况")
    page = helper.submit("报告办理情况", {"现场做了什么": "线路已查过，是灯具坏了"})
    assert "线路已查过" in page.main
    assert "报告办理情况" not in helper.visit("/desk/today").main
    assert "staff_help" in told(grid) and "staff_reported" in told(world.posts[Role.AGENCY])
    assert "线路已查过" in desk(Role.AGENCY).visit(f"/desk/cases/{case.number}").main


def test_a_helper_answers_nobody_and_reads_no_number(world, grid):
    case = helped(world, "DIAN")
    actor = staff_actor(grid)
    for deed in (
        lambda: services.sign(actor, case),
        lambda: services.reveal(actor, case, "question"),
        lambda: services.contact(actor, case, way="phone", words="打过电话了", photos=[]),
        lambda: merging.merge(actor, case, into=make_case(world).number),
    ):
        with pytest.raises(DomainError), writing():
            deed()


def test_it_ends_when_the_case_goes_on_to_another_unit(world, grid):
    case = helped(world, "DIAN")
    actor = staff_actor(grid)
    assert queries.case_for(actor, case.number).id == case.id
    with writing():
        returning.send_back(world.actor(Role.AGENCY), case, reason=ReturnReason.NOT_OURS, basis="不在合同范围内")
    assert db.session.execute(select(CASE_CO_UNITS)).all() == []
    with pytest.raises(NotFound):
        queries.case_for(actor, case.number)


def test_the_street_asks_nobody_it_could_not_name(world):
    case = make_case(world)
    names = {unit.code for unit in co_units.candidates(world.actor(Role.STREET), case)}
    assert names == {"JD", "JW", "WY"}
    assert {unit.code for unit in co_units.candidates(world.actor(Role.DISTRICT), case)} == names | {"FWZX", "DIAN"}
    with pytest.raises(NotAllowed), writing():
        services.accept(
            world.actor(Role.STREET), case, category_code=case.category_code, level=Level.C,
            agency_id=world.units["WY"].id, co_unit_ids=[world.units["DIAN"].id],
        )  # fmt: skip


def test_nobody_helps_with_a_complaint_about_a_unit(world, grid):
    case = make_case(world, category="conduct", concerned_id=world.units["WY"].id)
    assert case.track is CaseTrack.CONFLICT and co_units.candidates(world.actor(Role.DISTRICT), case) == []
    with writing():
        services.accept(
            world.actor(Role.STREET), case, category_code=case.category_code, level=Level.C,
            agency_id=world.units["JD"].id, co_unit_ids=[world.units["DIAN"].id],
        )  # fmt: skip
    assert case.co_units == []
    with pytest.raises(NotFound):
        queries.case_for(staff_actor(grid), case.number)


def test_the_table_proposes_them_and_bulk_acceptance_asks_those_it_may(world, desk):
    with writing():
        taxonomy.set_route(
            world.actor(Role.ADMIN), "lighting_dark", None,
            Answerable(world.units["WY"].id, None, (world.units["JW"].id, world.units["DIAN"].id)),
        )  # fmt: skip
    case, other = make_case(world), make_case(world, words="门洞口的灯一闪一闪，晚上晃眼睛")
    street = desk(Role.STREET)
    page = street.visit(f"/desk/cases/{case.number}/accept")
    boxes = {page.name_of(box): "checked" in box for box in page.controls() if box["name"] == "co_units"}
    assert boxes["东局子社区"] and not boxes["物业"] and "供电公司" not in boxes
    street.visit("/desk?show=submitted")
    street.submit("受理选中的", {f"选中 {other.title}": True})
    db.session.refresh(other)
    assert (other.agency.code, [unit.code for unit in other.co_units]) == ("WY", ["JW"])
