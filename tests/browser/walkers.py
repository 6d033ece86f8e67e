"""Browsers of people in the middle of something: each begins as a person would, without JavaScript."""

from collections.abc import Callable

from flask import Flask

from portal.core.writing import writing
from portal.domain.roles import STAFF_ROLES, Role
from portal.identity import sessions
from portal.identity.services import account_of, staff_by_name
from tests.builders.busy import Busy
from tests.builders.cases import PHONE
from tests.builders.identity import PASSWORD, make_post
from tests.visitor import Visitor

WORDS = "2 门三楼的楼道灯坏了一个多星期，晚上看不清台阶"
KIND, CONTACT = "下一步：选问题类别", "下一步：留联系方式"


def author(busy: Busy, client: Visitor) -> None:
    """Sends one report, and opens the others with their codes."""
    _to_contact(client)
    page = client.submit("提交", {"手机号": "138 0000 5678", "可以公开": True})
    busy.submitted = page.path.rpartition("/")[2]
    for case in busy.cases.values():
        client.visit("/track")
        client.submit("查进度", {"查询码": case.ref, "校验码": case.secret})


def neighbour(busy: Busy, client: Visitor) -> None:
    client.visit(f"/report/similar/{busy.cases['in_progress'].number}/join")
    busy.joined = client.submit("我也遇到了", {"手机号": "13700007777"}).path.rpartition("/")[2]


def reporter(busy: Busy, client: Visitor) -> None:
    _to_contact(client)


def endangered(busy: Busy, client: Visitor) -> None:
    _to_contact(client, "有危险，可能伤到人")


def _to_contact(client: Visitor, danger: str = "不危险") -> None:
    client.visit("/report/what?b=djz04")
    client.submit(KIND, {"说说情况": WORDS})
    client.submit(CONTACT, {"照明、楼道": True, danger: True})


def waiting(busy: Busy, client: Visitor) -> None:
    client.visit("/login")
    client.submit("发送验证码", {"手机号": "13600006666"})


def at_second_step(busy: Busy, client: Visitor) -> None:
    if staff_by_name("district2") is None:
        with writing():
            agency = busy.world.units["ZJW"]
            make_post(Role.DISTRICT, "district2", "何婷", agency=agency, totp_secret="JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP")
    client.visit("/staff/login")
    client.submit("登录", {"用户名": "district2", "密码": PASSWORD})


def signed_in(busy: Busy, client: Visitor, who: str) -> None:
    with writing():
        if who == "resident":
            token = sessions.open_session(account=account_of(PHONE))
        else:
            token = sessions.open_session(post=busy.world.posts[Role(who)])
    client.set_cookie(sessions.cookie_name(), token)


BEGINNINGS: dict[str, Callable[[Busy, Visitor], None]] = {
    "guest": lambda busy, client: None,
    "author": author,
    "neighbour": neighbour,
    "reporter": reporter,
    "endangered": endangered,
    "waiting for a code": waiting,
    "at the second step": at_second_step,
}
# What they have begun ends after minutes of real time: they begin again right before their walk.
FLEETING = frozenset({"at the second step"})
WALKERS = (*BEGINNINGS, "resident", *sorted(str(role) for role in STAFF_ROLES))


def cookies_of(app: Flask, busy: Busy, who: str) -> dict[str, str]:
    """What this person's browser holds once they have come so far."""
    client = Visitor.of(app)
    if who in BEGINNINGS:
        BEGINNINGS[who](busy, client)
    else:
        signed_in(busy, client, who)
    return {cookie.key: cookie.value for cookie in (client._cookies or {}).values()}
