"""Similar open cases before a report is sent: enough to judge, nothing private; joining counts once."""

import pytest
from sqlalchemy import func, select

from portal.cases import services, similar, submitting
from portal.cases.models import Case, CaseFollower
from portal.core.extensions import db
from portal.core.writing import writing
from portal.domain.actors import Actor
from portal.domain.doors import entrance_in, without_doors
from portal.domain.roles import Role
from tests.builders.cases import make_case

WORDS = "二门三楼楼道灯不亮了，晚上看不清"


def found(app, world, words=WORDS, category="lighting", place=""):
    with app.test_request_context():
        return similar.similar_cases(world.building.id, category, words, place)


def report(client, words=WORDS, category="照明、楼道"):
    client.visit("/report/what?b=djz03")
    client.submit("下一步：选问题类别", {"说说情况": words})
    return client.submit("下一步：留联系方式", {category: True, "不危险": True})


def test_the_same_lamp_in_other_words_is_found(app, world):
    case = make_case(world, is_public=True)
    assert [each.number for each in found(app, world)] == [case.number]


def test_another_matter_or_building_is_not(app, world):
    make_case(world, is_public=True, building_id=world.other_building.id)
    make_case(world, is_public=True, words="垃圾好几天没人收", category="trees", place="")
    assert not found(app, world)


def test_a_public_one_shows_its_words_without_the_door(world, client):
    case = make_case(world, is_public=True, words="2 门 301 室门口的楼道灯坏了，晚上看不清台阶", place="2 门 301")
    with writing():
        services.edit_title(world.actor(Role.COMMUNITY), case, "楼道灯坏了")
    page = report(client)
    assert page.h1 == "这几件像是同一件事，是吗？"
    assert "楼道灯坏了，晚上看不清台阶" in page.main
    assert "301" not in page.main
    assert "东局子小区 3 号楼 2 门" in page.main
    assert "已收到" in page.main


def test_words_that_no_member_of_staff_has_read_are_not_shown(world, client):
    make_case(world, is_public=True, words="楼道灯坏了，是 302 的刘三弄的，晚上看不清台阶")
    page = report(client)
    assert "刘三" not in page.main
    assert "照明" in page.main


def test_a_private_one_shows_no_words(world, client):
    make_case(world, is_public=False)
    page = report(client)
    assert "台阶" not in page.main
    assert "照明" in page.main


@pytest.mark.parametrize("category", ["conduct", "integrity"])
def test_accusations_are_never_suggested_nor_compared(app, world, category):
    make_case(world, category=category, words=WORDS, concerned_id=world.units["JD"].id)
    assert not found(app, world)
    assert not found(app, world, category=category)


def test_going_on_is_asked_once(world, client):
    make_case(world)
    report(client)
    assert client.press("不是，接着填").path == "/report/contact"
    client.visit("/report/where")
    assert client.press("下一步：留联系方式").path == "/report/contact"


def test_joining_counts_and_makes_no_second_case(world, client):
    case = make_case(world, is_public=True)
    report(client)
    client.follow("是同一件，我也遇到了")
    page = client.submit("我也遇到了", {"手机号": "139 1234 5678"})
    assert page.h1 == "已经算上您了"
    db.session.rollback()
    assert db.session.scalar(select(func.count()).select_from(Case)) == 1
    follower = db.session.scalar(select(CaseFollower))
    assert follower.ref in page.main.replace(" ", "")
    assert case.followers == 1
    page = client.follow("看办理进度")
    assert page.path == f"/case/{follower.ref}"


def test_a_phone_is_not_needed_and_a_wrong_one_is_named(world, client):
    case = make_case(world, is_public=True)
    client.visit(f"/report/similar/{case.number}/join")
    assert "手机号应是 11 位" in client.submit("我也遇到了", {"手机号": "139"}).alerts[0]
    page = client.submit("我也遇到了", {"手机号": ""})
    assert "请把两个码存好。" in page.main


def test_a_device_counts_once(world, client):
    case = make_case(world, is_public=True)
    for _ in range(2):
        client.visit(f"/report/similar/{case.number}/join")
        client.press("我也遇到了")
    assert case.followers == 1


def test_who_reported_it_is_told_so(world):
    case = make_case(world)
    with pytest.raises(Exception, match="yourself"), writing():
        submitting.join(Actor.guest(), case, phone="+8613800001234", device="x")


@pytest.mark.parametrize(
    ("text", "covered"),
    [
        ("2 门 301 室漏水", "2 门 ** 漏水"),
        ("3-2-301漏水", "**漏水"),
        ("12 号楼 2 门三楼", "12 号楼 2 门三楼"),
        ("2024 年 6 月坏的", "2024 年 6 月坏的"),
        ("三〇一室门口", "**门口"),
    ],
)
def test_doors_are_covered_and_nothing_else(text, covered):
    assert without_doors(text).replace(" ", "") == covered.replace(" ", "")


def test_the_entrance_stays():
    assert entrance_in("2 门 301") == "2 门"
    assert entrance_in("自行车棚旁") == ""
