"""社区工作台: what waits at one community today, and nothing of another's."""

import pytest

from portal.core.extensions import db
from portal.core.writing import writing
from portal.domain.roles import Role
from portal.places.models import Agency, Community
from tests.builders.cases import make_case
from tests.builders.identity import make_post, sign_in_staff

pytestmark = pytest.mark.databases("sqlite")


def test_it_is_where_the_community_begins_and_nobody_else(world, client, new_client):
    sign_in_staff(client, world.posts[Role.COMMUNITY])
    assert client.here.path == "/community" and client.here.h1 == "社区工作台"
    assert "现在没有要办的事。" in client.here.main
    street = new_client()
    sign_in_staff(street, world.posts[Role.STREET])
    assert street.here.path == "/desk"
    assert street.get("/community").status_code == 403


def test_what_waits_stands_there_with_its_date(world, client, at):
    make_case(world, words="有人乱贴广告，楼道里都是", held=True)
    make_case(world, words="水管半夜一直响，睡不着觉", phone="+8613900000000")
    sign_in_staff(client, world.posts[Role.COMMUNITY])
    page = client.here
    assert "现在没有要办的事" not in page.main
    assert page.has_link("待核查的反映 1") and page.has_link("有人乱贴广告") and page.has_link("水管半夜")
    client.follow("新反映，小事可当场解决 1")
    assert client.here.path == "/desk?show=submitted" and "水管半夜" in client.here.main
    at("2024-07-01 09:00")
    sign_in_staff(client, world.posts[Role.COMMUNITY])
    assert client.here.has_link("超过答复日期 1") and "没有快到期的。" in client.here.main


def test_another_community_sees_nothing_of_it_and_the_statements_stay_few(world, client, new_client, sql_count):
    for number in range(8):
        make_case(world, phone=f"+861390000000{number}")
    sign_in_staff(client, world.posts[Role.COMMUNITY])
    with sql_count() as many:
        assert "全部 8 件" in client.visit("/community").main
    assert len(many) <= 14, many
    with writing():
        elsewhere = Community(street=db.session.get_one(Community, world.community.id).street, name="万东路社区")
        unit = Agency(code="JW2", name="万东路社区", short_name="万东路社区", kind=world.units["JW"].kind)
        db.session.add_all([elsewhere, unit])
        db.session.flush()
        other = make_post(Role.COMMUNITY, "community2", "刘芳", agency=unit, communities=(elsewhere,))
    away = new_client()
    sign_in_staff(away, other)
    assert "现在没有要办的事。" in away.here.main and "楼道灯" not in away.here.main
