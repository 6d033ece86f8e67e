"""楼栋码海报 at the desk: choosing, issuing, replacing, revoking, noting, within one's own area."""

import pytest
from flask import Flask
from sqlalchemy import select

from portal.core import clock
from portal.core.extensions import db
from portal.core.writing import writing
from portal.domain.roles import Role
from portal.places import posters, scans
from portal.places.models import Compound, Poster
from tests.builders.identity import make_post, sign_in_staff
from tests.builders.places import SYSTEM, make_community, make_compound
from tests.visitor import Visitor


@pytest.fixture
def compound(app: Flask, client: Visitor) -> Compound:
    """Three buildings of two doors; the visitor is signed in for their community."""
    with writing():
        compound = make_compound()
        post = make_post(Role.COMMUNITY, communities=(compound.community,))
    sign_in_staff(client, post)
    return compound


def current() -> list[Poster]:
    return list(db.session.scalars(select(Poster).where(*posters.CURRENT).order_by(Poster.id)))


def tick(client: Visitor, deed: str, *places: str) -> str:
    return client.submit(deed, dict.fromkeys(places, True)).text


def test_codes_are_issued_for_the_ticked_places(client: Visitor, compound: Compound) -> None:
    client.visit("/community/posters?doors=1")
    said = tick(client, "发码", "1 号楼", "2 号楼 1 门")
    assert "已发 2 个码" in said
    assert [poster.place for poster in current()] == ["东局子小区 1 号楼", "东局子小区 2 号楼 1 门"]
    assert "已发 0 个码" in tick(client, "发码", "1 号楼")


def test_without_a_tick_nothing_happens_and_it_is_said(client: Visitor, compound: Compound) -> None:
    client.visit("/community/posters")
    page = client.press("发码")
    assert "请先勾选楼栋或门。" in page.alerts[0]
    assert current() == []


def test_printing_leads_to_the_sheet_and_can_be_noted(client: Visitor, compound: Compound) -> None:
    client.visit("/community/posters")
    tick(client, "发码", "1 号楼")
    page = client.submit("打印 A4", {"1 号楼": True})
    assert page.path.startswith("/community/posters/print")
    assert "DJZ01" in page.text
    client.visit("/community/posters")
    tick(client, "记为已贴好", "1 号楼")
    assert current()[0].printed_at is not None


def test_replacing_and_revoking_ask_first(client: Visitor, compound: Compound) -> None:
    with writing():
        old = posters.issue(SYSTEM, compound.buildings[0])
    client.visit("/community/posters")
    client.follow("换新码")
    page = client.press("换新码")
    assert "新码已发。" in page.text
    (new,) = current()
    assert (new.version, old.superseded_at is not None) == (2, True)
    client.follow("停用")
    page = client.press("停用这个码")
    assert page.status == 422
    assert "请写明为什么停用。" in page.alerts[0]
    assert "这个码已停用。" in client.submit("停用这个码", {"理由": "被撕走"}).text
    assert current() == []


def test_the_list_counts_scans_of_new_and_old_sheets(client: Visitor, compound: Compound) -> None:
    with writing():
        old = posters.issue(SYSTEM, compound.buildings[0])
        new = posters.supersede(SYSTEM, old)
        keys = old.id, new.id
    for key in (keys[0], keys[1], keys[1]):
        scans.count(key, clock.today())
    text = client.visit("/community/posters").text
    assert "2 旧海报 1 次" in text


def test_another_area_is_not_there(client: Visitor, compound: Compound) -> None:
    with writing():
        foreign = make_compound("万东路84号院", "WDL", 1, community=make_community("万东社区"))
        poster = posters.issue(SYSTEM, foreign.buildings[0])
    assert "万东路" not in client.visit("/community/posters").text
    assert client.get("/community/posters?compound=WDL").status_code == 404
    for door in ("supersede", "revoke"):
        assert client.get(f"/community/posters/{poster.id}/{door}").status_code == 404


@pytest.mark.parametrize("role", [Role.AGENCY, Role.CONTRACTOR, Role.AUDITOR])
def test_other_roles_have_no_business_here(app: Flask, client: Visitor, role: Role) -> None:
    with writing():
        post = make_post(role)
    sign_in_staff(client, post)
    assert client.get("/community/posters").status_code == 403
