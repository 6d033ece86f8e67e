"""Homes by door, names covered until somebody says why; corrections take two people and leave a trace."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from portal.audit.models import JournalEntry
from portal.core.extensions import db
from portal.core.writing import writing
from portal.domain.roles import Role
from portal.identity.models import StaffPost
from portal.messaging.models import InboxMessage
from portal.places.models import Building
from portal.roster import facts
from portal.roster.models import Household, HouseholdState, Tenure
from tests.builders.identity import make_account, make_post, sign_in_resident, sign_in_staff
from tests.builders.places import make_compound
from tests.builders.roster import make_household, make_member, make_owner
from tests.visitor import Visitor, settle

PHONE = "+8613912345678"


@pytest.fixture
def building(app: Flask, client: Visitor) -> Building:
    """3 号楼 with three homes; community1 is signed in, community2 and street1 exist."""
    with writing():
        compound = make_compound()
        building = compound.buildings[2]
        make_household(building, room="101", name="张桂兰", phone=PHONE)
        make_household(building, room="102", name="王秀英", area=None).state = HouseholdState.VACANT
        make_household(
            building, room="103", name="赵立新", tenure=Tenure.PUBLIC, owner=make_owner(building, "房管站", kind="unit")
        )
        post = make_post(Role.COMMUNITY, "community1", "周敏", communities=(compound.community,))
        make_post(Role.COMMUNITY, "community2", "赵立群", communities=(compound.community,))
        make_post(Role.STREET, "street1", "孙国强", streets=(compound.community.street,))
    sign_in_staff(client, post)
    return building


def home(room: str) -> Household:
    return db.session.scalars(select(Household).where(Household.room == room)).one()


def other(app: Flask, username: str) -> Visitor:
    visitor = Visitor.of(app)
    sign_in_staff(visitor, db.session.scalars(select(StaffPost).where(StaffPost.username == username)).one())
    return visitor


def test_homes_by_door_building_and_state(client: Visitor, building: Building) -> None:
    page = client.visit("/community/rosters/DJZ")
    assert [line[:5] for line in page.table("东局子小区")[1:]] == [
        ["3 号楼 1 门 101", "张*兰", "私产", "89.50 ㎡", "已留手机号"],
        ["3 号楼 1 门 102", "王*英", "私产", "–", "没留手机号"],
        ["3 号楼 1 门 103", "赵*新", "公房", "89.50 ㎡", "没留手机号"],
    ]
    assert "还有 1 户没有面积" in page.main
    assert "张桂兰" not in page.html
    for query, found in (("q=3-1-102", 1), ("q=３号楼1门102", 1), ("q=9-1-102", 0), ("state=vacant", 1), ("q=102", 1)):
        table = client.visit(f"/community/rosters/DJZ?{query}").table("东局子小区")
        assert len(table) - 1 == found, query
    assert "没有符合条件的户" in client.visit("/community/rosters/DJZ?q=999").main
    assert "赵*新" in client.visit("/community/rosters/DJZ/print").text


def test_a_list_costs_the_same_however_long(client: Visitor, building: Building, sql_count: Any) -> None:
    client.visit("/community/rosters/DJZ")
    with sql_count() as few:
        client.visit("/community/rosters/DJZ")
    with writing():
        for number in range(201, 231):
            make_household(db.session.merge(building), room=str(number))
    with sql_count() as many:
        client.visit("/community/rosters/DJZ")
    assert len(many) == len(few)


def test_names_and_numbers_are_seen_for_a_purpose_and_recorded(client: Visitor, building: Building) -> None:
    number = home("101").id
    page = client.visit(f"/community/rosters/homes/{number}")
    assert "张桂兰" not in page.html
    assert "5678" not in page.html
    client.follow("查看姓名和电话")
    assert client.press("查看姓名和电话").alerts
    page = client.submit("查看姓名和电话", {"为投票的事打电话": True})
    assert "张桂兰" in page.main
    assert "139 1234 5678" in page.main
    settle()
    entry = db.session.scalars(select(JournalEntry).where(JournalEntry.action == "roster:revealed")).one()
    assert (entry.subject, entry.details) == (f"household:{number}", '{"purpose":"vote"}')


@pytest.mark.databases("sqlite")
def test_the_home_is_told_who_looked_and_reads_why(
    client: Visitor, building: Building, new_client: Callable[[], Visitor]
) -> None:
    with writing():
        make_member(home("101"), make_account("+8613912345678"))
    client.visit(f"/community/rosters/homes/{home('101').id}/reveal")
    client.submit("查看姓名和电话", {"为投票的事打电话": True})
    settle()
    told = db.session.scalars(select(InboxMessage).where(InboxMessage.event == "roster_seen")).one()
    assert "看了名册上您家的姓名和手机号" in told.text and told.link == "/me/privacy"
    resident = new_client()
    sign_in_resident(resident, "13912345678")
    page = resident.visit("/me/privacy")
    assert "谁看过您的姓名和手机号" in page.text and "为投票的事打电话" in page.text
    assert resident.get("/me/privacy/export.json").get_json()["looks"][0]["why"] == "为投票的事打电话"


def ask(client: Visitor, room: str, **fields: str) -> None:
    client.visit(f"/community/rosters/homes/{home(room).id}/correct")
    client.submit("交给另一人复核", {"理由": "看了房产证", **fields})


def test_a_correction_takes_another_person(app: Flask, client: Visitor, building: Building) -> None:
    ask(client, "102", 面积="92.3", 住户状态="正常居住")
    assert client.here.path.endswith(f"/homes/{home('102').id}")
    assert "等另一人复核" in client.here.main
    assert home("102").area is None
    assert not client.visit("/desk/approvals").has_link("更正名册")
    colleague = other(app, "community2")
    colleague.visit("/desk/approvals")
    colleague.follow("更正名册：东局子小区 3 号楼 1 门 102")
    page = colleague.follow("看具体改什么")
    assert ["面积", "–", "92.30 ㎡"] in page.table("改动内容")
    colleague.visit("/desk/approvals")
    colleague.follow("更正名册")
    colleague.press("同意")
    settle()
    assert (home("102").area, home("102").state) == (9230, HouseholdState.LIVED_IN)
    page = client.visit(f"/community/rosters/homes/{home('102').id}")
    assert "面积：– → 92.30 ㎡" in page.main
    assert "周敏 提出 · 赵立群 复核" in page.main
    actions = db.session.scalars(select(JournalEntry.action)).all()
    assert "roster:corrected" in actions


def test_the_street_may_decide_and_a_no_changes_nothing(app: Flask, client: Visitor, building: Building) -> None:
    ask(client, "101", **{"房主（承租人）姓名改为": "李四", "手机号改为": "13900009999"})
    street = other(app, "street1")
    street.visit("/desk/approvals")
    street.follow("更正名册")
    page = street.follow("看具体改什么")
    assert ["房主（承租人）", "张*兰", "李四"] in page.table("改动内容")
    assert "1391234" not in page.html
    street.visit("/desk/approvals")
    street.follow("更正名册")
    street.submit("不同意", {"理由": "材料不全"})
    settle()
    assert home("101").persons[0].name == "张桂兰"
    assert "不同意" in client.visit(f"/community/rosters/homes/{home('101').id}").main


def test_one_correction_at_a_time_and_something_must_change(client: Visitor, building: Building) -> None:
    ask(client, "101")
    assert "没有要改的地方" in client.here.alerts[0]
    ask(client, "101", 面积="90")
    ask(client, "101", 面积="91")
    assert "已有一条更正在等复核" in client.here.alerts[0]


def test_bad_values_are_said_at_their_fields(client: Visitor, building: Building) -> None:
    ask(client, "101", 面积="92,3", 手机号改为="1381234567")
    assert "面积请写成 92.3。" in client.here.alerts[0]
    assert client.here.status == 422


def test_a_home_that_moved_meanwhile_is_not_overwritten(app: Flask, client: Visitor, building: Building) -> None:
    ask(client, "101", 面积="90")
    with writing():
        found = home("101")
        facts.write(found, replace(facts.facts_of(found), note="已装修"))
    colleague = other(app, "community2")
    colleague.visit("/desk/approvals")
    colleague.follow("更正名册")
    assert "提出之后这户又有变动" in colleague.press("同意").alerts[0]
    assert home("101").area == 8950
