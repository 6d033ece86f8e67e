"""The visitor reads a page as a person does, and notices what is wrong with it."""

import pytest
from flask import Flask, redirect, request

from tests.visitor import Visitor

FRAME = """<!doctype html><html lang="zh-CN"><head><meta name="viewport" content="width=device-width">
<title>试</title></head><body><main><h1>试</h1>{}</main></body></html>"""

FORM = """<form method="post" enctype="multipart/form-data">
<input type="hidden" name="csrf_token" value="t"><input type="hidden" name="once" value="o">
<label for="door">具体位置 <span>（可以不填）</span></label><input id="door" name="door" value="旧">
<label>楼栋 <select name="building"><option value="1">1 号楼</option><option value="2">2 号楼</option></select></label>
<fieldset><legend>第 1 项 电梯</legend>
<label><input type="radio" name="lift" value="yes" checked> 同意</label>
<label><input type="radio" name="lift" value="no"> 反对</label></fieldset>
<fieldset><legend>希望怎样通知</legend>
<label><input type="checkbox" name="by" value="sms"> 短信</label>
<label><input type="checkbox" name="by" value="call"> 电话</label></fieldset>
<label>照片 <input type="file" name="photo" multiple></label>
<label>说明 <textarea name="words">
先写的</textarea></label>
<button name="go" value="next">下一步</button><button formaction="/draft">先存着</button></form>"""


@pytest.fixture
def seen() -> list[tuple[str, dict]]:
    return []


@pytest.fixture
def visitor(seen: list) -> Visitor:
    app = Flask("sketch")
    app.test_client_class = Visitor

    @app.route("/form", methods=["GET", "POST"])
    @app.route("/draft", methods=["POST"], endpoint="draft")
    def form():
        if request.method == "POST":
            photos = [(photo.filename, photo.read()) for photo in request.files.getlist("photo")]
            seen.append((request.path, {**request.form.to_dict(flat=False), "photos": photos}))
            return redirect("/thanks?n=1", 303)
        return FRAME.format(FORM)

    @app.get("/thanks")
    def thanks():
        rows = "".join(f'<li>{name} <a href="/pick/{name}">查看</a></li>' for name in ("甲", "乙"))
        return FRAME.format(f'<p role="alert">已收到。</p><ul>{rows}</ul>')

    @app.get("/pick/<name>")
    def pick(name: str):
        return FRAME.format(f"<p>您选了{name}</p>")

    @app.get("/broken")
    def broken():
        return FRAME.format(request.args["html"])

    return Visitor.of(app)


def test_a_form_is_filled_in_by_its_words_and_leads_on(visitor: Visitor, seen: list) -> None:
    visitor.visit("/form")
    page = visitor.submit(
        "下一步",
        {
            "具体位置": "二门三楼",
            "楼栋": "2号楼",
            "第1项": "反对",
            "希望怎样通知": ["短信", "电话"],
            "照片": [(b"jpeg", "a.jpg"), (b"png", "b.png")],
        },
    )

    assert (page.path, page.status, page.alerts) == ("/thanks?n=1", 200, ["已收到。"])
    [(path, sent)] = seen
    assert path == "/form"
    assert sent == {
        "csrf_token": ["t"],
        "once": ["o"],
        "door": ["二门三楼"],
        "building": ["2"],
        "lift": ["no"],
        "by": ["sms", "call"],
        "words": ["先写的"],
        "go": ["next"],
        "photos": [("a.jpg", b"jpeg"), ("b.png", b"png")],
    }


def test_another_button_leads_elsewhere_and_untouched_fields_stay(visitor: Visitor, seen: list) -> None:
    visitor.visit("/form")
    visitor.press("先存着")

    [(path, sent)] = seen
    assert path == "/draft"
    assert (sent["door"], sent["building"], sent["lift"], "by" in sent, "go" in sent) == (
        ["旧"],
        ["1"],
        ["yes"],
        False,
        False,
    )


def test_a_link_is_found_in_the_row_that_has_the_words(visitor: Visitor) -> None:
    visitor.visit("/thanks")

    assert visitor.follow("查看", within="乙").main == "试 您选了乙"


def test_what_is_not_there_is_said_with_what_is(visitor: Visitor) -> None:
    visitor.visit("/form")

    with pytest.raises(AssertionError, match="先存着"):
        visitor.press("提交")
    with pytest.raises(AssertionError, match="具体位置"):
        visitor.submit("下一步", {"手机": "1"})


@pytest.mark.parametrize(
    ("html", "fault"),
    [
        ("<h1>二</h1>", "2 h1"),
        ('<p id="a"></p><p id="a"></p>', "used 2 times"),
        ('<p style="color:red">x</p>', "style="),
        ('<a href="/" onclick="x()">去</a>', "onclick="),
        ("<script>x()</script>", "inline <script>"),
        ('<img alt="" src="https://cdn.example/x.png">', "fetched from"),
        ('<input name="a">', "no label"),
        ('<label for="no">甲</label>', "not there"),
        ('<form method="post"><button>走</button></form>', "0 hidden csrf_token"),
        ("<p><b>粗</p>", "closes while"),
        ("<div>", "closes while"),
        ('<img src="/x.png">', "no alt"),
        ('<a href="/"></a>', "bears no word"),
        ("<p>%(n)s 张</p>", "says '%('"),
        ("<p>Please choose a building</p>", "English"),
    ],
)
def test_a_broken_page_does_not_pass(visitor: Visitor, html: str, fault: str) -> None:
    with pytest.raises(AssertionError, match=fault.replace("(", r"\(")):
        visitor.get("/broken", query_string={"html": html})
    with visitor.no_lint():
        assert visitor.visit("/thanks").status == 200
