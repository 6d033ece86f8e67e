"""常用筛选: kept under a name, opened, made the first, deleted; each officer's own."""

import pytest

from portal.cases import saved_filters
from portal.core.writing import writing
from portal.domain.errors import DomainError, NotFound
from portal.domain.roles import Role
from tests.builders.cases import give, make_case

pytestmark = pytest.mark.databases("sqlite")


@pytest.fixture
def two(world):
    """One waits to be taken on, one has been given to the unit."""
    fresh = make_case(world, words="单元门锁坏了，关不上")
    return fresh, give(world, make_case(world, words="楼道灯不亮，黑得很"))


def test_kept_opened_and_deleted(world, desk, two):
    fresh, given = two
    street = desk(Role.STREET)
    assert "保存这个筛选" not in street.visit("/desk").main, "there is nothing to keep"
    street.visit("/desk?show=submitted&q=门锁")
    page = street.follow("保存这个筛选")
    assert "待受理 · “门锁”" in page.main
    page = street.submit("保存", {"筛选的名字": ""})
    assert any("请给这个筛选起个名字" in alert for alert in page.alerts) and "门锁" in page.main
    page = street.submit("保存", {"筛选的名字": "门的事"})
    assert page.path.startswith("/desk?show=submitted") and "已存为“门的事”。" in page.text
    street.visit("/desk")
    page = street.follow("门的事")
    assert fresh.title in page.main and given.title not in page.main
    assert "门的事" not in desk(Role.DISTRICT).visit("/desk").main
    street.visit("/desk/filters")
    page = street.press("删除")
    assert "还没有存过筛选" in page.main


def test_the_desk_opens_with_the_default_and_everything_is_one_click_away(world, desk, two):
    fresh, given = two
    street = desk(Role.STREET)
    street.visit("/desk?show=submitted")
    street.follow("保存这个筛选")
    street.submit("保存", {"筛选的名字": "新来的", "打开办件台先看这个": True})
    page = street.visit("/desk")
    assert fresh.title in page.main and given.title not in page.main
    page = street.follow("全部在办")
    assert fresh.title in page.main and given.title in page.main
    street.visit("/desk/filters")
    assert "默认" in street.here.main
    street.press("取消默认")
    assert given.title in street.visit("/desk").main
    street.visit("/desk/filters")
    street.press("设为默认")
    assert given.title not in street.visit("/desk").main


def test_a_phone_number_is_not_kept_and_a_strangers_filter_is_none_of_mine(world, app):
    street, district = world.actor(Role.STREET), world.actor(Role.DISTRICT)
    with writing():
        found = saved_filters.save(street, "打电话", {"q": "13912345678", "at": "x", "evil": "1"})
        assert "13912345678" not in found.query and "evil" not in found.query
    for deed in (saved_filters.delete, saved_filters.begin_with):
        with pytest.raises(NotFound), writing():
            deed(district, found.id)
    with pytest.raises(DomainError, match="nothing to keep"), writing():
        saved_filters.save(street, "空", {})


def test_twelve_are_enough_and_the_same_name_is_the_same_filter(world):
    street = world.actor(Role.STREET)
    with writing():
        for n in range(saved_filters.MOST):
            saved_filters.save(street, f"第{n}个", {"show": "urgent"}, default=True)
        saved_filters.save(street, "第0个", {"show": "overdue"})
    assert [each.is_default for each in saved_filters.of(street)].count(True) == 1
    assert saved_filters.values_of(saved_filters.of(street)[0]) == {"show": "overdue"}
    with pytest.raises(DomainError, match="delete one first"), writing():
        saved_filters.save(street, "再来一个", {"show": "urgent"})
