"""The components keep what every page relies on: words beside drawings, linked messages, nothing inline."""

import re

import pytest
from flask import Flask, render_template_string

from portal.core.settings import ROOT
from tests.visitor import Visitor
from tests.visitor.page import Page

pytestmark = pytest.mark.databases("sqlite")
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))
STATES = [
    *("submitted", "held", "accepted", "assigned", "in_progress", "need_info", "returned", "extension", "extended"),
    *("suspended", "invalid", "overdue", "replied", "closed", "reopened", "merged", "not_accepted", "withdrawn"),
]


@pytest.fixture
def styleguide(app: Flask) -> Page:
    visitor = Visitor.of(app)
    visitor.get("/styleguide")
    assert visitor.page is not None
    return visitor.page


def test_every_error_line_leads_to_its_field(styleguide: Page) -> None:
    box = styleguide.by_id("errors")[0]

    assert "请改一下这 5 处" in box.text
    targets = [link["href"].removeprefix("#") for link in box.all("a")]
    assert [len(styleguide.by_id(target)) for target in targets] == [1, 1, 1, 1]
    assert "wrong-category-0" in targets  # a group of choices: its first one


def test_a_wrong_field_says_so_to_a_screen_reader(styleguide: Page) -> None:
    phone = styleguide.by_id("wrong-phone")[0]

    assert phone["aria-invalid"] == "true"
    described = [styleguide.by_id(key)[0].text for key in phone["aria-describedby"].split()]
    assert described == ["用来通知您进度，邻居看不到", "手机号应是 11 位，您填了 9 位，请再看看"]


def test_hints_and_optional_stand_outside_the_label(styleguide: Page) -> None:
    names = {styleguide.name_of(control) for control in styleguide.controls()}

    assert {"手机号", "怎么称呼您", "查询码", "说说情况", "楼栋", "拍照", "从相册选", "我不留手机号"} <= names


def test_camera_and_album_are_two_inputs(styleguide: Page) -> None:
    camera, album = styleguide.by_id("camera")[0], styleguide.by_id("album")[0]

    assert (camera["capture"], "multiple" in camera) == ("environment", False)
    assert ("capture" in album, "multiple" in album) == (False, True)
    assert camera["accept"] == album["accept"] == "image/*"


@pytest.mark.parametrize("staff", [False, True])
def test_every_state_has_a_chinese_word_and_a_drawing(app: Flask, staff: bool) -> None:
    show = '{% import "components/ui.html" as ui %}{{ ui.status_tag(key, staff=staff) }}'
    for key in STATES:
        with app.test_request_context("/"):
            tag = render_template_string(show, key=key, staff=staff)
        assert re.search(r"[一-鿿]{2}", tag), key
        assert "<use href=" in tag, key


def test_the_three_ways_a_case_ends(app: Flask) -> None:
    show = '{% import "components/ui.html" as ui %}{{ ui.status_tag("closed", outcome=outcome) }}'
    with app.test_request_context("/"):
        words = [
            re.sub("<.*?>", "", render_template_string(show, outcome=outcome)).strip()
            for outcome in ("resolved", "explained", "silent")
        ]
    assert words == ["已解决", "已说明，暂没解决", "未回应，已结束"]


def test_the_button_says_what_one_will_get(app: Flask) -> None:
    visitor = Visitor.of(app)
    visitor.get("/styleguide")
    assert visitor.page is not None and visitor.page.has_button("大字版")
    visitor.set_cookie("display", "large")
    visitor.get("/styleguide")
    assert visitor.page.has_button("标准版")
    html = visitor.page.root.first("html")
    assert html is not None and html["data-size"] == "large"


def test_templates_name_only_drawings_that_exist() -> None:
    drawn = set(re.findall(r'<symbol id="([\w-]+)"', (ROOT / "static/icons.svg").read_text(encoding="utf-8")))
    used = {
        name
        for path in TEMPLATES
        for name in re.findall(r'(?:icon|drawing)\(\s*"([\w-]+)"|icon="([\w-]+)"', path.read_text(encoding="utf-8"))
    }
    assert {first or second for first, second in used} - drawn == set()


def test_templates_hold_nothing_inline() -> None:
    inline = re.compile(r"<style|<script(?![^>]*\bsrc=)|<[a-z][^>{]*\s(style|on[a-z]+)=\"")
    pages = [path for path in TEMPLATES if path.name != "poster_file.html"]  # a file to take away, with its own style
    assert [path.name for path in pages if inline.search(path.read_text(encoding="utf-8"))] == []


def test_the_landing_page_loads_little() -> None:
    """Style sheet, drawings and scripts of the first load together; the page itself comes on top (100 KB in all)."""
    first = [
        "css/site.css",
        "css/places.css",
        "icons.svg",
        "mark.svg",
        "js/start.js",
        "js/page.js",
        "img/lit-windows.svg",
    ]
    weight = sum((ROOT / "static" / name).stat().st_size for name in first if (ROOT / "static" / name).exists())
    assert weight < 60_000
    assert all(path.stat().st_size < 4096 for path in (ROOT / "static/js").glob("*.js"))
