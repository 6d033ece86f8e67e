"""公开的事: what everybody reads, and what nobody may find there."""

import pytest

from portal.cases import services
from portal.core.writing import writing
from portal.domain.levels import Level
from portal.domain.roles import Role
from portal.media import services as media
from portal.media.models import Owner
from portal.media.queries import photos_of
from portal.media.services import take_in
from tests.builders.cases import make_case
from tests.media import pictures

WORDS = "我是张桂兰，2 门 301 室门口的灯坏了，电话 13912345678"


def test_only_what_the_author_released_and_staff_titled(world, client):
    case = make_case(world, is_public=True, words=WORDS)
    page = client.visit("/cases")
    assert page.has_link(case.category.name)
    page = client.visit(f"/cases/{case.number}")
    assert "张桂兰" not in page.text
    with writing():
        services.edit_title(world.actor(Role.COMMUNITY), case, "二门门口的灯坏了")
    page = client.visit(f"/cases/{case.number}")
    assert page.title.startswith("二门门口的灯坏了（公开版）")
    assert "301" not in page.text
    assert "13912345678" not in page.text
    assert case.ref not in page.html
    assert "2 门三楼" not in page.main


@pytest.mark.parametrize("changes", [{"is_public": False}, {"is_public": True, "held": True}])
def test_private_and_held_cases_are_not_there(world, client, changes):
    case = make_case(world, **changes)
    assert "还没有公开的事。" in client.visit("/cases").main
    assert client.get(f"/cases/{case.number}").status_code == 404


@pytest.mark.parametrize("category", ["conduct", "integrity"])
def test_accusations_leave_no_trace(world, client, category):
    case = make_case(world, is_public=True, category=category, concerned_id=world.units["JD"].id)
    for address in ("/cases", "/cases?b=djz03", "/b/djz03", f"/cases/{case.number}"):
        page = client.visit(address)
        assert case.number not in page.html.replace(address, "")
        assert "态度" not in page.main
    assert client.get(f"/report/similar/{case.number}/join").status_code == 404


def test_photos_stand_there_once_staff_let_them(world, client, app):
    case = make_case(world, is_public=True)
    with app.test_request_context():
        good = take_in([pictures.sent(pictures.jpeg()), pictures.sent(pictures.jpeg())]).good
    with writing():
        shown, hidden = (media.keep(photo, Owner("case", case.id)) for photo in good)
    assert "/photo/" not in client.visit(f"/cases/{case.number}").html
    with writing():
        services.release_photos(world.actor(Role.COMMUNITY), case, list(photos_of(Owner("case", case.id))), {shown.id})
    page = client.visit(f"/cases/{case.number}")
    assert shown.token in page.html
    assert hidden.token not in page.html
    assert client.get(f"/cases/{case.number}/photo/{shown.token}?size=thumb").status_code == 200
    assert client.get(f"/cases/{case.number}/photo/{hidden.token}").status_code == 404


def test_the_answer_can_be_read_without_door_numbers(world, client):
    case = make_case(world, is_public=True)
    with writing():
        services.accept(
            world.actor(Role.DISTRICT), case, category_code=case.category_code, level=Level.C,
            agency_id=world.units["FWZX"].id,
        )  # fmt: skip
    with writing():
        services.sign(world.actor(Role.AGENCY), case)
    with writing():
        services.reply(
            world.actor(Role.AGENCY), case, result="solved", words="2 门 301 室门口和楼道的灯都已经换好，请您看看。",
            why_no_photo="灯具本身看得见",
        )  # fmt: skip
    page = client.visit(f"/cases/{case.number}")
    assert "门口和楼道的灯都已经换好" in page.main
    assert "301" not in page.main


def test_the_list_costs_the_same_for_one_and_for_twenty(world, client, sql_count):
    make_case(world, is_public=True)
    client.visit("/cases")
    with sql_count() as one:
        client.visit("/cases")
    for _ in range(22):
        make_case(world, is_public=True)
    with sql_count() as many:
        page = client.visit("/cases")
    assert len(many) == len(one) <= 8
    assert page.has_link("下一页")
    page = client.follow("下一页")
    assert len([link for link in page.links if link["href"].startswith("/cases/HD")]) == 3
    assert page.has_link("上一页")
