"""The robots of 企业微信 and 钉钉 groups: they check what the real ones check, count a minute, and answer in their words.

fake_robots.groups["k" * 20] = Group(RobotKind.WECOM)        # a robot that exists
fake_robots.next(Break(after_accept=True), Redirect())       # for the next requests, whoever makes them
fake_robots.said("k" * 20)                                   # what its group has read, oldest first
"""

import base64
import hashlib
import hmac
import threading
import time
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from flask import Flask, Response, jsonify, redirect, request

from portal.domain.group_robots import RobotKind
from tests.fakes.serving import on_a_port
from tests.fakes.twilio_behaviour import Accept, Break, Drop, Hang
from tests.fakes.twilio_server import hang_up


@dataclass(frozen=True)
class Answer:
    """The message is not taken: `Answer(-1)`."""

    errcode: int
    status: int = 200


@dataclass(frozen=True)
class Redirect:
    """Sends the caller to another page of this server."""


@dataclass(frozen=True)
class Nonsense:
    """Takes the message and answers with a page instead of JSON."""


Deed = Accept | Break | Drop | Hang | Answer | Redirect | Nonsense


@dataclass
class Group:
    """`secret`: its robot wants signed requests; `keyword`: texts without it are refused."""

    kind: RobotKind
    secret: str = ""
    keyword: str = ""
    texts: list[str] = field(default_factory=list)
    at: list[float] = field(default_factory=list)


class FakeRobots:
    def __init__(self) -> None:
        self.base = ""
        self.groups: dict[str, Group] = {}
        self.script: deque[Deed] = deque()
        self.requests: list[str] = []  # paths
        self.released = threading.Event()
        self.most_a_minute = 20

    @property
    def settings(self) -> dict[str, str]:
        return {"GROUP_MESSAGES": "1", "GROUP_API_BASE": self.base}

    def next(self, *deeds: Deed) -> None:
        self.script.extend(deeds)

    def said(self, token: str) -> list[str]:
        return self.groups[token].texts

    def refusal_of(self, kind: RobotKind, group: Group | None, body: Any) -> tuple[int, str] | None:
        """errcode and errmsg of a request the provider would not take."""
        wecom = kind is RobotKind.WECOM
        if group is None or group.kind is not kind:
            return (93000, "invalid webhook url, hint: [1700000000]") if wecom else (300001, "token is not exist")
        content = body.get("text", {}).get("content", "") if isinstance(body, dict) else ""
        if not isinstance(body, dict) or body.get("msgtype") != "text" or not content:
            return (40008, "invalid message type") if wecom else (400105, "unsupported msgtype")
        if len(content.encode()) > (2048 if wecom else 20_000):
            return (40058, "text.content exceed max length 2048") if wecom else (460101, "message too long")
        if group.secret and not _is_signed(group.secret):
            return 310000, "description:机器人发送签名不匹配"
        if group.keyword not in content:
            return 310000, "description:关键词不匹配"
        group.at = [moment for moment in group.at if moment > time.monotonic() - 60]
        if len(group.at) >= self.most_a_minute:
            return (45009, "api freq out of limit") if wecom else (130101, "send too fast")
        return None


def _is_signed(secret: str) -> bool:
    timestamp = request.args.get("timestamp", "0")
    mac = hmac.new(secret.encode(), f"{timestamp}\n{secret}".encode(), hashlib.sha256)
    fresh = abs(int(timestamp) / 1000 - time.time()) < 3600
    return fresh and request.args.get("sign") == base64.b64encode(mac.digest()).decode()


def robots_app(fake: FakeRobots) -> Flask:
    app = Flask("fake-robots")

    @app.before_request
    def note() -> None:
        fake.requests.append(request.path)

    @app.post("/cgi-bin/webhook/send")
    def wecom() -> Response:
        return answer(fake, RobotKind.WECOM, request.args.get("key", ""))

    @app.post("/robot/send")
    def dingtalk() -> Response:
        return answer(fake, RobotKind.DINGTALK, request.args.get("access_token", ""))

    @app.route("/elsewhere", methods=["GET", "POST"])
    def elsewhere() -> Response:
        return jsonify({"errcode": 0, "errmsg": "ok"})

    return app


def answer(fake: FakeRobots, kind: RobotKind, token: str) -> Response:
    group = fake.groups.get(token)
    if refusal := fake.refusal_of(kind, group, request.get_json(silent=True)):
        return jsonify({"errcode": refusal[0], "errmsg": refusal[1]})
    assert group is not None
    deed = fake.script.popleft() if fake.script else Accept()
    if isinstance(deed, Accept | Nonsense) or (isinstance(deed, Break | Drop | Hang) and deed.after_accept):
        group.texts.append(request.get_json()["text"]["content"])
        group.at.append(time.monotonic())
    match deed:
        case Answer(errcode, status):
            return _json({"errcode": errcode, "errmsg": "system busy"}, status)
        case Break(status=status):
            return _json({}, status)
        case Redirect():
            return redirect("/elsewhere", 307)  # type: ignore[return-value]
        case Nonsense():
            return Response("<html>")
        case Drop():
            hang_up()
        case Hang(seconds=seconds):
            fake.released.wait(seconds)
            hang_up()
    return jsonify({"errcode": 0, "errmsg": "ok"})


def _json(said: dict[str, Any], status: int) -> Response:
    response = jsonify(said)
    response.status_code = status
    return response


@contextmanager
def served_robots(fake: FakeRobots) -> Iterator[FakeRobots]:
    with on_a_port(robots_app(fake)) as fake.base:
        try:
            yield fake
        finally:
            fake.released.set()
