"""The dashboard: figures move with the deeds, equal a recount, stay within the viewer's scope."""

from portal.cases import author, counting, queries, services
from portal.cases.models import Satisfaction
from portal.core.writing import writing
from portal.dashboard import figures
from portal.dashboard.figures import Choice
from portal.domain.actors import Actor
from portal.domain.case_lifecycle import ReplyResult
from portal.domain.levels import Level
from portal.domain.roles import Role
from tests.builders.cases import World, make_case
from tests.builders.identity import sign_in_staff

WORDS = "二门三楼的灯已经换好，四楼的也一起换了，请您晚上看看亮不亮。"


def finish(world: World, case, at) -> None:
    with writing():
        services.accept(
            world.actor(Role.DISTRICT),
            case,
            category_code=case.category_code,
            level=Level.C,
            agency_id=world.units["FWZX"].id,
        )
    for step in (
        lambda: services.sign(world.actor(Role.AGENCY), case),
        lambda: services.contact(world.actor(Role.AGENCY), case, way="visit", words="到现场看了，下午换灯"),
        lambda: services.reply(
            world.actor(Role.AGENCY), case, result=ReplyResult.SOLVED, words=WORDS, why_no_photo="不用照片"
        ),
        lambda: author.confirm(Actor.guest(), case),
        lambda: author.rate(Actor.guest(), case, solved_halves=2, satisfaction=Satisfaction.SATISFIED),
    ):
        with writing():
            step()


def test_six_figures_move_with_the_deeds(world, client, at):
    for n in range(6):
        finish(world, make_case(world, phone=f"+861380000100{n}"), at)
    make_case(world, phone="+8613800002000")
    at("2024-06-28 10:00")
    sign_in_staff(client, world.posts[Role.DISTRICT])
    page = client.visit("/desk/dashboard")
    for words in ("响应率", "解决率", "满意率", "按期办结率", "已超期", "在办"):
        assert words in page.text
    assert "100.0%" in page.text
    assert "85.7%" in page.text  # six of seven due were answered in time
    assert "新收 7 件" in page.text


def test_counters_equal_a_recount_after_every_kind_of_end(world, at):
    finish(world, make_case(world), at)
    with writing():
        author.withdraw(Actor.guest(), make_case(world, phone="+8613800002001"))
    make_case(world, held=True)
    make_case(world, category="conduct")
    make_case(world, category="integrity")
    assert counting.stored() == +counting.recount()


def test_what_is_overdue_today_by_the_hour_counts_too(world, at):
    at("2024-06-17 09:00")
    make_case(world, danger=True)
    at("2024-06-18 09:01")
    choice = Choice(figures.period("30", figures.clock.today()))
    [found] = figures.by_building(world.actor(Role.DISTRICT), choice).values()
    assert (found.due_soon, found.overdue) == (0, 1)


def test_a_unit_sees_its_own_figures_only(world, at):
    make_case(world)
    choice = Choice(figures.period("30", figures.clock.today()))
    span = choice.period
    assert figures.totals(world.actor(Role.DISTRICT), choice, span)["received"] == 1
    assert figures.totals(world.actor(Role.AGENCY), choice, span) == {}
    assert figures.totals(world.actor(Role.COMMUNITY), choice, span)["received"] == 1
    assert figures.totals(world.actor(Role.CONTRACTOR), choice, span) == {}


def test_statements_do_not_grow_with_the_cases(world, client, sql_count):
    sign_in_staff(client, world.posts[Role.DISTRICT])
    make_case(world)
    with sql_count() as few:
        client.visit("/desk/dashboard")
    for n in range(8):
        make_case(world, phone=f"+861380000300{n}")
    with sql_count() as many:
        client.visit("/desk/dashboard")
    assert len(many) <= len(few)
    assert len(many) <= 20


def test_an_empty_district_says_so(world, client):
    sign_in_staff(client, world.posts[Role.DISTRICT])
    assert "这段时间没有诉求" in client.visit("/desk/dashboard").text
    client.visit("/desk/dashboard/print")


def test_the_card_and_the_list_agree_on_what_is_overdue(world, client, at):
    for n in range(3):
        make_case(world, phone=f"+861380000400{n}")
    late = make_case(world, danger=True)
    at("2024-06-19 10:00")
    with writing():
        services.accept(
            world.actor(Role.DISTRICT),
            late,
            category_code=late.category_code,
            level=Level.A,
            agency_id=world.units["FWZX"].id,
        )
    at("2024-06-25 10:00")
    with writing():
        services.sign(world.actor(Role.AGENCY), late)
    with writing():
        services.reply(world.actor(Role.AGENCY), late, result=ReplyResult.SOLVED, words=WORDS, why_no_photo="看得见")
    with writing():
        author.dispute(Actor.guest(), late, "还是不亮")
    choice = Choice(figures.period("30", figures.clock.today()))
    counted = figures.by_building(world.actor(Role.DISTRICT), choice)
    assert sum(each.overdue for each in counted.values()) == 3
    assert queries.desk_counts(world.actor(Role.DISTRICT))["overdue"] == 3
