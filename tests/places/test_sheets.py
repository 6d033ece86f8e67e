"""What comes out of the printer: every page of the compound's document, every code decoded by somebody else's reader."""

import re
from collections.abc import Callable
from pathlib import Path

import pypdfium2
import pytest
import zxingcpp
from flask import Flask
from playwright.sync_api import Page
from sqlalchemy import select

from portal.core.extensions import db
from portal.core.writing import writing
from portal.domain.errors import NotFound
from portal.domain.roles import Role
from portal.places import posters, sheets
from portal.places.models import Poster
from tests.builders.identity import make_post, sign_in_staff
from tests.builders.places import SYSTEM, make_compound
from tests.fixtures.browser import Live
from tests.visitor import Visitor

MM = 72 / 25.4
LINES = (
    "旧改的事，扫这里说", "楼栋码", "DJZ01", "微信扫一扫", "拍照、说两句", "等短信通知", "022-0000 0101", "12345", "119", "110",
    "不下载、不注册、不收费", "一个字都不差", "要付款、要银行卡号的是假码", "纸质登记：居委会", "印制", "第 1 版", "DJZ01-01-",
)  # fmt: skip


def test_the_file_needs_no_other_file_and_has_every_line(app: Flask) -> None:
    with writing():
        make_compound(buildings=2)
    html = sheets.sheet_html("djz")
    assert html.count('class="sheet a4 poster"') == 2
    assert not re.search(r'(src|href)="(?!#)', html)
    assert not [line for line in LINES if line not in html]
    assert "扫开后应看到“东局子小区 1 号楼”，网址应是 127.0.0.1:8000/ ，一个字都不差" in html


def test_the_file_issues_what_is_missing_and_keeps_what_hangs(app: Flask) -> None:
    with writing():
        compound = make_compound(buildings=2)
        hanging = posters.issue(SYSTEM, compound.buildings[0]).token
    sheets.sheet_html("DJZ")
    sheets.sheet_html("DJZ")
    db.session.rollback()
    tokens = db.session.scalars(select(Poster.token).order_by(Poster.building_id)).all()
    assert len(tokens) == 2
    assert tokens[0] == hanging


def test_an_unknown_compound_is_said_so(app: Flask) -> None:
    with pytest.raises(NotFound):
        sheets.sheet_html("NIX")


@pytest.mark.browser
@pytest.mark.databases("sqlite")
@pytest.mark.parametrize("form", ["site", "file", "a5"])
def test_chromium_prints_it_and_every_code_decodes(live: Live, page: Page, tmp_path: Path, form: str) -> None:
    with writing():
        compound = make_compound("富民路116号院小区", "FML", buildings=4)
        expected = [posters.address_of(posters.issue(SYSTEM, building)) for building in compound.buildings]
        post = make_post(Role.COMMUNITY, communities=(compound.community,))
        username = post.username
    if form == "file":
        (tmp_path / "FML.html").write_text(sheets.sheet_html("FML"), "utf-8")
        page.set_content((tmp_path / "FML.html").read_text("utf-8"))
    else:
        sign_in(page, live, username)
        page.goto(live.url(f"/community/posters/print?compound=FML&size={'a5' if form == 'a5' else 'a4'}"))
    page.pdf(path=tmp_path / "FML.pdf", prefer_css_page_size=True, print_background=True)
    assert found_on(tmp_path / "FML.pdf") == (
        [expected[:2], expected[2:]] if form == "a5" else [[one] for one in expected]
    )


def sign_in(page: Page, live: Live, username: str) -> None:
    page.goto(live.url("/staff/login"))
    page.get_by_label("用户名").fill(username)
    page.get_by_label("密码").fill("demo-hedong-2023")
    page.get_by_role("button", name="登录").click()


def found_on(path: Path) -> list[list[str]]:
    """Addresses per page, from above; each page is A4 and holds at least one code."""
    document = pypdfium2.PdfDocument(path)
    pages = []
    for sheet in document:
        assert abs(sheet.get_width() - 210 * MM) < 3
        assert abs(sheet.get_height() - 297 * MM) < 3
        codes = zxingcpp.read_barcodes(sheet.render(scale=2).to_pil())
        pages.append([code.text for code in sorted(codes, key=lambda code: code.position.top_left.y)])
    document.close()
    return pages


@pytest.mark.browser
@pytest.mark.databases("sqlite")
def test_the_symbol_is_ninety_millimetres_wide_and_nothing_is_cut(live: Live, page: Page) -> None:
    with writing():
        make_compound("富民路116号院小区", "FML", buildings=1)
    page.set_content(sheets.sheet_html("FML"))
    millimetre = 96 / 25.4
    widths = page.evaluate("""() => [...document.querySelectorAll('.qr')].map(e => {
      const box = e.viewBox.baseVal.width; return e.getBoundingClientRect().width * (box - 8) / box })""")
    assert all(abs(width / millimetre - 90) < 0.5 for width in widths)
    overflow: Callable[[str], bool] = page.evaluate
    assert not overflow("() => [...document.querySelectorAll('.sheet')].some(e => e.scrollHeight > e.clientHeight + 1)")
    foot = page.locator(".poster-foot").bounding_box()
    above = page.locator(".poster-phones").bounding_box()
    assert foot
    assert above
    assert foot["y"] >= above["y"] + above["height"]


def test_the_sheet_shows_only_ones_own_area(app: Flask, client: Visitor) -> None:
    with writing():
        compound = make_compound(buildings=1)
        posters.issue(SYSTEM, compound.buildings[0])
        stranger = make_post(Role.COMMUNITY, communities=())
    sign_in_staff(client, stranger)
    assert client.get("/community/posters/print?compound=DJZ").status_code == 404
