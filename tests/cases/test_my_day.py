"""今天要办: what is late, due today or waits for a first hand, for whoever has to take the next step."""

import pytest

from portal.cases import services, supervising
from portal.core import clock
from portal.core.writing import writing
from portal.domain.roles import Role
from portal.identity.models import StaffPost
from tests.builders.cases import give, make_case
from tests.builders.identity import make_post, sign_in_staff


def lines(page, heading):
    """(when, what to do, title) of each line beneath this heading."""
    for part in page.root.all("section"):
        if any(heading in h.text for h in part.all("h2")):
            rows = [[cell.text for cell in row.all("td")[:3]] for row in part.all("tr")]
            return [tuple(row) for row in rows if row]
    return []


@pytest.fixture
def day(world, new_client):
    """`day(Role.AGENCY)`: the page as this officer finds it now, freshly signed in."""

    def of(who):
        browser = new_client()
        sign_in_staff(browser, who if isinstance(who, StaffPost) else world.posts[who])
        return browser.visit("/desk/today")

    return of


def test_the_next_step_decides_when_it_is_due(world, day, at):
    fresh = make_case(world, words="单元门锁坏了，关不上")
    assert lines(day(Role.STREET), "等我来办") == [("6 月 18 日", "受理", fresh.title)]
    assert "今天没有要办的" in day(Role.AGENCY).main
    give(world, fresh)
    assert "单元门锁" not in day(Role.STREET).main
    [(_when, step, title)] = lines(day(Role.AGENCY), "今天到期") + lines(day(Role.AGENCY), "等我来办")
    assert (step, title) == ("签收", fresh.title)


def test_late_first_then_what_is_due_today(world, day, at):
    old = make_case(world, words="屋面返水两次没修好，请来看看")
    give(world, old)
    with writing():
        services.sign(world.actor(Role.AGENCY), old)
    at("2024-06-24 08:30")  # five working days: its answer is due today
    assert [step for _w, step, _t in lines(day(Role.AGENCY), "已过时限")] == ["首次联系"]
    with writing():
        services.contact(world.actor(Role.AGENCY), old, way="phone", words="约好今天上门修。")
    assert [step for _w, step, _t in lines(day(Role.AGENCY), "今天到期")] == ["答复"]
    at("2024-06-25 08:30")
    assert [step for _w, step, _t in lines(day(Role.AGENCY), "已过时限")] == ["答复"]


def test_what_a_colleague_has_in_hand_is_not_mine(world, day):
    case = give(world, make_case(world))
    with writing():
        services.sign(world.actor(Role.AGENCY), case)
        other = make_post(Role.AGENCY, "agency9", "钱小燕", agency=world.units["FWZX"])
    assert case.title in day(Role.AGENCY).main
    assert case.title not in day(other).main


def test_orders_and_calls_stand_there_too(world, day):
    case = give(world, make_case(world))
    with writing():
        services.sign(world.actor(Role.AGENCY), case)
        supervising.supervise(
            world.actor(Role.DISTRICT), case, requirement="请到现场核实，三天内办结。", due_on=clock.today()
        )
    [(_when, _step, title)] = lines(day(Role.AGENCY), "督办单")
    assert case.title in title
    assert not lines(day(Role.DISTRICT), "督办单")
    with writing():
        supervising.answer(world.actor(Role.AGENCY), case, words="已到现场，灯座已换。")
    assert lines(day(Role.DISTRICT), "督办单") and not lines(day(Role.AGENCY), "督办单")


def test_the_unit_complained_about_sees_nothing_of_it(world, day):
    case = make_case(world, category="conduct", concerned_id=world.units["FWZX"].id, words="维修的人态度很差，骂人")
    assert case.title in day(Role.DISTRICT).main
    for role in (Role.AGENCY, Role.CONTRACTOR, Role.COMMUNITY):
        assert case.title not in day(role).main


def test_more_lines_cost_no_more_statements(world, desk, sql_count):
    def statements():
        desk(Role.STREET).get("/desk/today")
        with sql_count() as seen:
            desk(Role.STREET).get("/desk/today")
        return len(seen)

    make_case(world)
    few = statements()
    for n in range(8):
        make_case(world, phone=f"+8613800{n:06d}")
    assert statements() == few
    assert few <= 17, few
