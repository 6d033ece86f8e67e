"""值班表 on its pages: kept by the unit and by those above it, refused in words, printed for a week."""

import pytest

from portal.core.extensions import db
from portal.core.writing import writing
from portal.domain.roles import Role
from portal.identity import shifts
from portal.identity.shift_models import DutyShift
from tests.builders.busy_duty import make_duty
from tests.builders.identity import sign_in_staff

NIGHT = {"值班人": "夜班甲", "值班电话": "１３７－0000－0011", "从几点": "17:30", "到几点": "8：30"}


def test_a_street_keeps_its_roster_and_those_of_its_units(world, desk, at):
    street = desk(Role.STREET)
    page = street.visit("/desk/duty")
    assert "现在没人值班" in page.text and "还没有排班" in page.text
    street.follow("加一班")
    page = street.submit("保存", NIGHT)
    assert any("请选星期几" in alert for alert in page.alerts) and "夜班甲" in page.html, page.alerts
    page = street.submit("保存", {"值班电话": "12345678901234"})
    assert page.alerts and "夜班甲" in page.html
    page = street.submit("保存", {"值班电话": "137 0000 0011", "星期几": ["星期一", "星期二"]})
    assert page.path == f"/desk/duty?unit={world.units['JD'].id}", page.alerts
    assert "17:30—次日 08:30" in page.text and "137 0000 0011" in page.text and "有的时段没人值班" in page.text
    at("2024-06-18 03:00")
    [on_duty] = shifts.now_on_duty(world.units["JD"].id)
    assert (on_duty.name, on_duty.phone) == ("夜班甲", "+8613700000011")
    at("2024-06-17 09:01")
    assert "夜班甲" in street.visit(f"/desk/duty/print?unit={world.units['JD'].id}").text
    assert street.visit(f"/desk/duty?unit={world.units['JW'].id}").status == 200
    assert street.visit(f"/desk/duty?unit={world.units['FWZX'].id}").status == 404
    street.visit(f"/desk/duty/{on_duty.id}")
    page = street.submit("从值班表去掉")
    assert "还没有排班" in page.text and db.session.get(DutyShift, on_duty.id).retired_at is not None
    assert street.visit(f"/desk/duty/{on_duty.id}").status == 404


@pytest.mark.databases("sqlite")
def test_an_account_brings_its_name_and_number(world, desk):
    with writing():
        world.posts[Role.STREET].phone = "+8613700000077"
    street = desk(Role.STREET)
    street.visit("/desk/duty/new")
    days = {"哪几天": "指定日期", "从哪天": "2024-06-22", "到哪天": "2024-06-21"}
    page = street.submit("保存", {"账号": "李晓明", **days, "从几点": "00:00", "到几点": "00:00"})
    assert any("早于开始日期" in alert for alert in page.alerts), page.alerts
    page = street.submit("保存", {"到哪天": "2024-06-23"})
    assert "137 0000 0077" in page.text and "6 月 22 日—6 月 23 日" in page.text and "00:00—24:00" in page.text


def test_the_call_list_says_who_was_told_and_who_sees_to_it(world, desk, client, sql_count):
    duty = make_duty(world)
    number = duty.case.number
    district = desk(Role.DISTRICT)
    with sql_count() as seen:
        page = district.visit("/desk/calls")
    assert len(seen) < 30
    assert "还没有人接" in page.text and "李晓明" in page.text and "137 0000 0011" in page.text
    assert "请打电话" not in page.text and number in page.text
    street = desk(Role.STREET)
    street.visit(f"/desk/cases/{number}")
    street.follow("我知道了，去处理")
    street.submit("我知道了，去处理")
    page = district.visit("/desk/calls")
    assert "还没有人接" not in page.text and "李晓明" in page.text and "我知道了，去处理" in page.text
    assert number in district.visit("/desk/calls/print?days=1").text
    assert "都按时接了" in desk(Role.AGENCY).visit("/desk/calls").text, "it was never theirs"
    sign_in_staff(client, world.posts[Role.CONTRACTOR])
    with client.no_lint():
        assert client.get("/desk/calls").status_code == client.get("/desk/duty").status_code == 403
