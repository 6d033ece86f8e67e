"""A whole journey with every logger at DEBUG: no number, code, token, name or text reaches the log."""

import io
import logging
import re
from collections.abc import Iterator

import pytest
import structlog
from flask import Flask
from sqlalchemy import select

from portal.cases.models import Case
from portal.core.extensions import db
from portal.core.writing import writing
from portal.media.models import Photo
from tests.builders.cases import make_world
from tests.builders.identity import last_code
from tests.media.pictures import jpeg
from tests.visitor import Visitor

PHONE, NAME, WORDS = "13877776666", "金丝雀阿姨", "二门三楼的楼道灯坏了金丝雀"


@pytest.fixture
def log(app: Flask) -> Iterator[io.StringIO]:
    """What any logger writes, ours and others'."""
    out = io.StringIO()
    handler = logging.StreamHandler(out)
    root, before = logging.getLogger(), logging.getLogger().level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    kept = structlog.get_config()
    structlog.configure(
        logger_factory=structlog.PrintLoggerFactory(out),
        wrapper_class=structlog.make_filtering_bound_logger(logging.DEBUG),
        cache_logger_on_first_use=False,
    )
    yield out
    structlog.configure(**kept)
    root.removeHandler(handler)
    root.setLevel(before)


def test_a_journey_leaves_no_personal_trace(app: Flask, client: Visitor, new_client, log: io.StringIO) -> None:
    with writing():
        make_world()
    client.visit("/report/what?b=DJZ03")
    client.submit("下一步", {"说说": WORDS, "从相册选": (jpeg(), "金丝雀.jpg")})
    client.submit("下一步", {"具体位置": "金丝雀门", "是哪一类问题": "照明", "现在危险吗": "不危险"})
    page = client.submit("提交", {"手机号": PHONE, "怎么称呼": NAME, "可以公开": True})
    assert page.path.startswith("/report/submitted/")
    case = db.session.scalars(select(Case)).one()
    ref, number, token = case.ref, case.number, db.session.scalars(select(Photo.token)).one()
    client.visit("/login")
    client.submit("发送验证码", {"手机号": PHONE})
    code = last_code(app)
    client.submit("登录", {"验证码": code})
    client.visit("/me/cases")
    officer = new_client()
    officer.visit("/staff/login")
    officer.submit("登录", {"用户名": "street1", "密码": "wrong-金丝雀-password"})
    officer.submit("登录", {"用户名": "street1", "密码": "demo-hedong-2023"})
    officer.visit("/desk?q=金丝雀")
    officer.visit(f"/desk/cases/{number}/phone")
    officer.submit("查看电话", {"问清情况": True})
    from portal.messaging.delivery import deliver

    with app.app_context():
        deliver()
    with client.no_lint():
        client.get(f"/case/{ref}%00")
        client.get("/desk/cases/13877776666")
    for endpoint in ("home.help_page",):
        app.view_functions[endpoint] = _broken
    app.testing = False
    client.get("/help")
    written = log.getvalue()
    assert "unexpected_error" in written, "the control: our own log is read here"
    cookies = [found.value for found in (client.get_cookie("portal"), client.get_cookie("portal-id")) if found]
    secrets = {PHONE, PHONE[-4:] + '"', ref, token, code, "金丝雀", "demo-hedong-2023", "阿姨", *cookies}
    assert not {secret for secret in secrets if secret in written}
    assert not re.search(r"1[3-9]\d{9}(?!\d)", written)


def _broken() -> None:
    raise ValueError(f"{PHONE} {NAME} {WORDS}")
