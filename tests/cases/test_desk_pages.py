"""The desk's pages as an officer meets them: the list with its filters and searches, a case, the administrator's tables."""

from datetime import date

import pytest

from portal.cases import services
from portal.cases.models import Source
from portal.core.calendar import CalendarDay
from portal.core.extensions import db
from portal.core.writing import writing
from portal.domain.case_lifecycle import CaseStatus
from portal.domain.roles import Role
from tests.builders.cases import make_case
from tests.builders.identity import sign_in_staff


@pytest.fixture
def street(world, client):
    sign_in_staff(client, world.posts[Role.STREET])
    return client


def assigned(world, case, unit="FWZX"):
    with writing():
        services.accept(
            world.actor(Role.DISTRICT),
            case,
            category_code=case.category_code,
            level=case.level,
            agency_id=world.units[unit].id,
        )
    return case


def titles(page):
    return [cell.text for cell in page.root.all("td") if "what" in cell["class"]]


def test_the_list_shows_what_must_be_done_first(world, street, at):
    make_case(world, words="路灯不亮，等了一周", place="2 门")
    make_case(world, words="脚手架晃，怕掉下来", category="safety", danger=True)
    page = street.visit("/desk")
    assert page.h1 == "办件台"
    assert titles(page) == ["A 特急脚手架晃，怕掉下来", "路灯不亮，等了一周"]
    assert "还剩 5 天" in page.main
    assert "2 门" in page.main
    at("2024-06-25 09:00")
    sign_in_staff(street, world.posts[Role.STREET])
    assert "超 1 天" in street.visit("/desk").main
    assert street.follow("已超期").path == "/desk?show=overdue"
    assert len(titles(street.here)) == 2


@pytest.mark.databases("sqlite")
def test_an_empty_desk_and_an_empty_search_say_so(world, street):
    assert "没有要办的件。" in street.visit("/desk").main
    make_case(world)
    page = street.visit("/desk?q=没有这回事")
    assert "这个条件下没有件" in page.main
    assert len(titles(street.follow("清除筛选"))) == 1


def test_search_by_number_place_and_word(world, street):
    case = make_case(world, words="单元门锁坏了，关不上")
    make_case(world, words="楼道灯不亮，黑得很", building_id=world.other_building.id)
    for typed in (case.number, case.number[-5:], "门锁", "东局子小区 3 号楼", "DJZ03"):
        street.visit("/desk")
        assert titles(street.submit("查看", {"搜索": typed})) == [case.title], typed
    assert len(titles(street.visit("/desk?source=phone"))) == 0
    assert len(titles(street.visit("/desk?category=lighting_dark"))) == 2


def test_many_are_taken_on_and_signed_for_at_once(world, street, new_client):
    cases = [make_case(world, category="property") for _ in range(3)]
    street.visit("/desk")
    page = street.submit("受理选中的", {f"选中 {cases[0].title}": True})
    assert "选了 1 件，办好 1 件。" in page.text
    assert sorted(case.status for case in cases) == ["assigned", "submitted", "submitted"]
    assert [case.agency.code for case in cases if case.agency] == ["WY"]

    mine = assigned(world, make_case(world))
    unit = new_client()
    sign_in_staff(unit, world.posts[Role.AGENCY])
    unit.visit("/desk?show=assigned")
    assert "受理选中的" not in unit.here.text
    unit.submit("签收选中的", {f"选中 {mine.title}": True})
    assert mine.status is CaseStatus.IN_PROGRESS


@pytest.mark.databases("sqlite")
def test_pages_follow_one_another(world, street):
    for n in range(23):
        make_case(world, words=f"第 {n} 件事，灯不亮")
    assert len(titles(street.visit("/desk"))) == 20
    assert len(titles(street.follow("下一页"))) == 3
    assert len(titles(street.follow("上一页"))) == 20


def test_statements_do_not_grow_with_the_cases(world, street, sql_count):
    def statements(path):
        street.get(path)
        with sql_count() as seen:
            street.get(path)
        return len(seen)

    case = assigned(world, make_case(world))
    few = statements("/desk")
    for n in range(40):
        made = make_case(world, words=f"第 {n} 件事，灯不亮", phone=f"+8613800{n:06d}")
        if n % 2:
            assigned(world, made)
    assert statements("/desk") == few
    assert few <= 16, few  # four of them count what waits, for the menu
    assert statements(f"/desk/cases/{case.number}") <= 18


def test_a_case_shows_the_residents_words_masked_and_its_dates(world, street):
    case = make_case(world, words="灯不亮，请打 13912345678 找我", source=Source.PHONE)
    page = street.visit(f"/desk/cases/{case.number}")
    assert page.h1 == f"办件 {case.number}"
    assert "灯不亮，请打 139****" in page.main
    assert "6 月 24 日（星期一）前答复" in page.main
    assert "还剩 5 个工作日" in page.main
    assert "张阿姨" in page.main
    assert "已留手机号" in page.main


@pytest.mark.databases("sqlite")
def test_the_contractor_sees_place_and_words_and_reports_to_its_unit(world, client):
    case = make_case(world, words="灯不亮，我是张阿姨", phone_shared=True)
    with writing():
        services.accept(
            world.actor(Role.DISTRICT),
            case,
            category_code=case.category_code,
            level=case.level,
            agency_id=world.units["FWZX"].id,
            executor_id=world.units["SG"].id,
        )
    with writing():
        services.sign(world.actor(Role.AGENCY), case)
    sign_in_staff(client, world.posts[Role.CONTRACTOR])
    page = client.visit(f"/desk/cases/{case.number}")
    assert "2 门三楼" in page.main
    for hidden in ("张阿姨", "手机号", "查看电话", "内部备注"):
        assert hidden not in page.main
    client.follow("报告办理情况")
    assert "已报给承办单位" in client.submit("报告办理情况", {"现场做了什么": "灯已换好"}).text


@pytest.mark.databases("sqlite")
def test_an_unconfirmed_year_is_said_to_those_who_promise_dates(world, street, at):
    assert "工作日历还没填" not in street.visit("/desk").text
    at("2026-11-03 09:00")
    sign_in_staff(street, world.posts[Role.STREET])
    assert "2027 年的工作日历还没填" in street.visit("/desk").text


def test_the_administrator_changes_a_route_and_it_is_logged(world, client):
    sign_in_staff(client, world.posts[Role.ADMIN])
    assert client.visit("/admin/categories").h1 == "问题类别与默认承办单位"
    client.visit("/admin/categories/lighting_dark/route")
    page = client.submit("保存", {"承办单位": "物业"})
    assert page.path == "/admin/categories"
    assert "管理员" in page.text[page.text.index("变更记录") :]
    assert services.suggested(make_case(world)).agency_id == world.units["WY"].id


@pytest.mark.databases("sqlite")
def test_the_administrator_changes_a_category(world, client):
    sign_in_staff(client, world.posts[Role.ADMIN])
    client.visit("/admin/categories/lighting_dark")
    page = client.submit("保存", {"简称": "楼道照明不足啊"})
    assert any("最多 6 个字" in alert for alert in page.alerts)
    client.submit("保存", {"简称": "照明不足", "紧急程度": "B 紧急"})
    assert "照明不足" in client.here.text
    assert make_case(world).level == "B"


def test_the_administrator_keeps_the_calendar(world, client):
    sign_in_staff(client, world.posts[Role.ADMIN])
    page = client.visit("/admin/calendar?year=2027")
    assert "2027 年的放假通知还没填" in page.text
    client.submit("保存", {"日期": "2027-01-01", "这天是": "放假", "说明": "元旦"})
    assert "元旦" in client.here.main
    assert db.session.get(CalendarDay, date(2027, 1, 1)).kind == "off"
    page = client.press("2027 年的都填好了")
    assert "已按国务院办公厅通知填好" in page.text
    client.press("去掉")
    assert db.session.get(CalendarDay, date(2027, 1, 1)) is None


@pytest.mark.databases("sqlite")
def test_only_the_administrator_keeps_them(world, street):
    for path in ("/admin/categories", "/admin/calendar", "/admin/categories/lighting_dark"):
        assert street.visit(path).status == 403
