"""Behind the code on the wall: the right building, light and quick, and safe when the code is not."""

import re
from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import select

from portal.core.extensions import db
from portal.core.writing import writing
from portal.places import posters
from portal.places.models import Building, Poster, PosterScans
from tests.builders.places import SYSTEM, make_building
from tests.visitor import Visitor


@pytest.fixture
def poster(app: Flask) -> Poster:
    with writing():
        return posters.issue(SYSTEM, make_building())


def scanned(client: Visitor, poster: Poster) -> int:
    """One scan, to the last byte: counting happens after it. The scans so far."""
    key = poster.id
    client.get(f"/b/{poster.token}").close()
    db.session.rollback()
    return sum(db.session.scalars(select(PosterScans.scans).where(PosterScans.poster_id == key)))


def test_a_scan_shows_the_building_and_the_three_things_to_do(client: Visitor, poster: Poster) -> None:
    page = client.visit(f"/b/{poster.token}")
    assert page.h1 == "东局子小区 3 号楼"
    assert page.title.startswith("东局子小区 3 号楼")
    for words in (
        "您扫的是这栋楼的码",
        "换一栋",
        "反映问题、",
        "不用注册",
        "查办理进度",
        "这栋楼改到哪一步了",
        "正在施工",
        "屋面防水",
    ):
        assert words in page.text
    assert "这栋楼最近没有公开的问题。" in page.text
    assert "tel:02200000101" in str(client.get(f"/b/{poster.token}").text)


def test_features_that_do_not_exist_yet_have_no_tile(client: Visitor, poster: Poster) -> None:
    page = client.visit(f"/b/{poster.token}")
    for words in ("施工进度", "资金公开"):
        assert words not in page.text
    for link in page.links:
        if link["href"].startswith("/"):
            assert client.get(link["href"]).status_code < 400, link["href"]


def test_the_building_is_remembered_and_the_report_begins_there(client: Visitor, poster: Poster) -> None:
    answer = client.get(f"/b/{poster.token}")
    assert "building=DJZ03" in answer.headers["Set-Cookie"] or "building=DJZ03" in str(answer.headers)
    assert "/report/what?b=djz03" in answer.text
    assert client.visit("/").h1 == "东局子小区 3 号楼"


def test_without_a_building_the_home_page_asks_which(client: Visitor, poster: Poster) -> None:
    page = client.visit("/")
    assert page.h1 == "您住在哪栋楼？"
    page = client.submit("找这栋楼", {"楼栋码": "djz 03"})
    assert page.h1 == "东局子小区 3 号楼"


def test_an_unknown_code_helps_to_find_the_building(client: Visitor, poster: Poster) -> None:
    page = client.visit("/b/XYZ99")
    assert (page.status, page.h1) == (404, "没有找到这栋楼")
    assert "请核对楼道里海报上的楼栋码，例如 DJZ03。" in page.alerts[0]
    assert "东局子小区" in page.text
    assert "12345" in page.text
    assert client.submit("找这栋楼", {"楼栋码": "3号楼"}).text.count("3 号楼") >= 1


def test_a_replaced_code_leads_on_and_says_so_once(client: Visitor, poster: Poster) -> None:
    old = poster.token
    with writing():
        new = posters.supersede(SYSTEM, db.session.get_one(Poster, poster.id)).token
    assert client.get(f"/b/{old}").headers["Location"].endswith(f"/b/{new}")
    page = client.visit(f"/b/{old}")
    assert page.path == f"/b/{new}"
    assert "海报上的码已更新，不影响使用" in page.text
    assert "海报上的码已更新" not in client.visit(f"/b/{new}").text


def test_a_revoked_code_shows_a_safe_page(client: Visitor, poster: Poster) -> None:
    with writing():
        posters.revoke(SYSTEM, db.session.get_one(Poster, poster.id), "被假码盖住")
    page = client.visit(f"/b/{poster.token}")
    assert page.h1 == "这张海报已经停用"
    assert "东局子小区 3 号楼" in page.text
    assert "022-0000 0101" in page.text
    assert "被假码盖住" not in page.text
    answer = client.get(f"/b/{poster.token}")
    assert "/report/what?b=djz03" in answer.text
    assert "building=" not in str(answer.headers)


def test_every_scan_counts_after_the_answer(client: Visitor, poster: Poster) -> None:
    assert scanned(client, poster) == 1
    assert scanned(client, poster) == 2
    client.get("/b/djz03").close()
    client.head(f"/b/{poster.token}").close()
    assert scanned(client, poster) == 3


def test_a_scan_that_cannot_be_counted_breaks_nothing(
    client: Visitor, poster: Poster, monkeypatch: pytest.MonkeyPatch
) -> None:
    from sqlalchemy.exc import OperationalError

    from portal.places import scans

    def locked(*_anything: object) -> None:
        raise OperationalError("insert", {}, Exception("database is locked"))

    monkeypatch.setattr(scans, "count", locked)
    answer = client.get(f"/b/{poster.token}")
    assert answer.status_code == 200
    answer.close()


def test_a_scan_of_a_replaced_sheet_counts_once_and_there(client: Visitor, poster: Poster) -> None:
    with writing():
        old = db.session.get_one(Poster, poster.id)
        new = posters.supersede(SYSTEM, old)
    first = client.get(f"/b/{old.token}")
    first.close()
    client.get(first.headers["Location"]).close()
    db.session.rollback()
    assert dict(db.session.execute(select(PosterScans.poster_id, PosterScans.scans)).all()) == {old.id: 1}
    assert scanned(client, new) == 1


def test_at_most_six_statements_and_a_small_page(
    client: Visitor, poster: Poster, sql_count: Callable[..., object]
) -> None:
    token = poster.token
    client.get("/b/djz03").close()
    with sql_count() as seen:  # type: ignore[attr-defined]
        answer = client.get(f"/b/{token}")
    reading = [statement for statement in seen if not statement.startswith(("BEGIN", "COMMIT", "PRAGMA"))]
    assert len(reading) <= 6, reading
    assert len(answer.data) <= 14 * 1024


@pytest.mark.databases("sqlite")
def test_the_first_load_is_at_most_100_kilobytes(client: Visitor, poster: Poster) -> None:
    page = client.get(f"/b/{poster.token}")
    assets = set(re.findall(r'(?:href|src)="(/static/[^"#]+)', page.text))
    assert any("site.css" in asset for asset in assets)
    assert any("icons.svg" in asset for asset in assets)
    total = len(page.data) + sum(len(client.get(asset.replace("&amp;", "&")).data) for asset in assets)
    assert total <= 100 * 1024, total


def test_large_print_has_no_drawing_and_tracking_comes_first(client: Visitor, poster: Poster) -> None:
    client.set_cookie("display", "large")
    html = client.get(f"/b/{poster.token}").text
    assert "lit-windows" not in html
    assert html.index("反映问题、") < html.index("查办理进度") < html.index("公开的事")


def test_the_size_question_is_asked_once(client: Visitor, poster: Poster) -> None:
    assert "字太小？换成大字版" in client.visit(f"/b/{poster.token}").text
    page = client.press("不用")
    assert page.h1 == "东局子小区 3 号楼"
    assert "字太小？" not in page.text


@pytest.mark.parametrize("stage", ["consult", "publish", "works", "acceptance", "care"])
def test_the_five_steps_say_which_one_it_is(app: Flask, client: Visitor, poster: Poster, stage: str) -> None:
    from portal.places import services
    from portal.places.models import Stage

    with writing():
        services.change_stage(SYSTEM, db.session.get_one(Building, poster.building_id), Stage(stage))
    html = client.get(f"/b/{poster.token}").text
    order = ["consult", "publish", "works", "acceptance", "care"]
    assert html.count('class="stage stage-done"') == order.index(stage)
    assert html.count('aria-current="step"') == 1
