"""Pages of a demo as large as the plan, each with its statements, its bytes and its CPU."""

from collections.abc import Iterator

from flask import Flask
from sqlalchemy import insert, select
from werkzeug.test import TestResponse

from portal.cli.demo.load import Plan, load
from portal.core.extensions import db
from portal.core.writing import writing
from portal.domain.moderation import PostState
from portal.forum.models import Post
from tests.bench.ceiling import make_ceiling
from tests.bench.measuring import Cost, Line, cost
from tests.bench.serving import portal
from tests.visitor import Visitor
from tests.visitor.form import PaperForm

POSTS = 10_000


def lines(*, quick: bool) -> Iterator[Line]:
    with portal() as live:
        load(Plan(cases=100 if quick else 300), quiet=True)
        known = live.app.test_client().get("/demo/index.json").get_json()
        yield landing(live.app, known["building"])
        yield page(live.app, "首页 home page", "/", 8)
        yield page(live.app, "公开的事 public board", "/cases", 8)
        yield report(live.app, known["building"])
        yield search(live.app)
        yield topic(live.app, known["topic"])


def client_of(app: Flask) -> Visitor:
    visitor = Visitor.of(app)
    visitor.lints = False
    return visitor


def landing(app: Flask, code: str) -> Line:
    """Interleaved with the ceiling app: the ratio holds where the figures of a shared machine do not."""
    browser, bare = client_of(app), make_ceiling(app.config["SQLALCHEMY_DATABASE_URI"]).test_client()
    rounds = [(cost(lambda: browser.get(f"/b/{code}"), 5), cost(lambda: bare.get(f"/b/{code}"), 5)) for _ in range(3)]
    ours = rounds[0][0]
    ratios = sorted(mine.cpu / theirs.cpu for mine, theirs in rounds)
    measured = f"{ours.statements} SQL, {ours.size / 1024:.1f} KB, {ours.cpu:.1f} ms, {ratios[1]:.1f}×"
    is_met = ours.statements <= 6 and ours.size <= 14 * 1024 and ratios[1] <= 1.6
    return Line("QR landing", "≤ 6 SQL, ≤ 14 KB, ≤ 1.6× ceiling", measured, is_met)


def page(app: Flask, what: str, path: str, most: int) -> Line:
    browser = client_of(app)
    found = cost(lambda: browser.get(path))
    return Line(what, f"≤ {most} SQL", said(found), found.statements <= most)


def said(found: Cost) -> str:
    return f"{found.statements} SQL, {found.size / 1024:.1f} KB, {found.cpu:.1f} ms"


def report(app: Flask, code: str) -> Line:
    """The last press of a report without a photo, each from a browser of its own."""
    ready = [at_the_contact(app, code, turn) for turn in range(8)]

    def send() -> TestResponse:
        browser = ready.pop()
        form = PaperForm(browser.here, browser.here.button("提交"))
        form.fill({"手机号": f"138 0000 {5000 + len(ready)}", "可以公开": True})
        return browser.send(form)

    found = cost(send, len(ready) - 2)
    measured = f"{found.statements} SQL, {found.commits} commits, {found.cpu:.1f} ms"
    return Line("sending a report", "≤ 14 SQL, 1 commit", measured, found.statements <= 14 and found.commits == 1)


def at_the_contact(app: Flask, code: str, turn: int) -> Visitor:
    browser = client_of(app)
    browser.visit(f"/report/what?b={code}")
    browser.submit("下一步：选问题类别", {"说说情况": f"{turn + 2} 楼的水管接头渗水，墙皮湿了一片"})
    browser.submit("下一步：留联系方式", {"漏水、排水、管线": True, "不危险": True})
    if "不是，接着填" in browser.here.text:
        browser.press("不是，接着填")
    return browser


def search(app: Flask) -> Line:
    browser = client_of(app)
    found = cost(lambda: browser.get("/search", query_string={"q": "充电", "kind": "posts"}))
    return Line("search in posts", "shown", said(found), None)


def topic(app: Flask, topic_id: int) -> Line:
    """The same page before and after 10,000 posts were added."""
    browser = client_of(app)
    small = cost(lambda: browser.get(f"/forum/{topic_id}"))
    many_posts(topic_id)
    large = cost(lambda: browser.get(f"/forum/{topic_id}"))
    measured = f"{said(large)}; {large.cpu / small.cpu:.2f}× of the same topic before"
    is_met = large.statements <= small.statements and large.cpu <= 1.5 * small.cpu
    return Line(f"topic of {POSTS:,} posts", "no more SQL, ≤ 1.5×", measured, is_met)


def many_posts(topic_id: int) -> None:
    with writing():
        top = select(Post).where(Post.topic_id == topic_id, Post.parent_id.is_(None), Post.state == PostState.PUBLISHED)
        model = db.session.scalars(top.limit(1)).one()
        row = {column.name: getattr(model, column.name) for column in Post.__table__.columns if column.name != "id"}
        db.session.execute(insert(Post), [row | {"words": f"第 {n} 条：同意先修路面"} for n in range(POSTS)])
