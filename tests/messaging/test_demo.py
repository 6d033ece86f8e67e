"""The demo's telephone: /demo/sms and /demo/sms.json exactly as contract.md says."""

import re
from collections.abc import Callable

import pytest
from flask import Flask

from portal.messaging.delivery import deliver_once
from tests.messaging.sms import LI, send_code, tell
from tests.visitor import Visitor


@pytest.fixture(autouse=True)
def in_the_morning(at: Callable[[str], object]) -> None:
    at("2024-06-17 09:00")


def test_the_list_names_what_was_sent_newest_first(app: Flask, client: Visitor) -> None:
    tell("case_received", code="H7K392QF")
    send_code(otp="482913")
    deliver_once()
    code, received = client.get("/demo/sms.json").json
    assert code == {
        "to": LI,
        "template": "login_code",
        "text": "【河东旧改】登录验证码482913，10分钟内有效。工作人员不会向您要验证码，请不要告诉任何人。",
        "created_at": "2024-06-17T09:00:00+08:00",
        "state": "sent",
    }
    assert re.findall(r"\d{6}", code["text"]) == ["482913"]
    assert "查询码H7K392QF" in received["text"]


def test_the_page_shows_the_same_to_people(app: Flask, client: Visitor) -> None:
    send_code(otp="482913")
    page = client.visit("/demo/sms")
    assert page.h1 == "演示手机"
    assert "482913" in page.text and "等待发送" in page.text


def test_what_stayed_in_the_inbox_reached_no_telephone(app: Flask, client: Visitor) -> None:
    for case in range(1, 6):
        tell("case_reopened", case=case)
    assert len(client.get("/demo/sms.json").json) == 4


def test_long_lists_are_paged(app: Flask, client: Visitor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("portal.messaging.demo.JSON_SIZE", 2)
    for number in range(3):
        send_code(f"+861380000000{number}")
    first = client.get("/demo/sms.json")
    assert [entry["to"][-1] for entry in first.json] == ["2", "1"]
    following = client.get(re.search(r"<(.+)>", first.headers["Link"])[1])  # type: ignore[index]
    assert [entry["to"][-1] for entry in following.json] == ["0"]


@pytest.mark.settings(DEMO="0", BASE_URL="https://hedong.example", SQLITE_SYNCHRONOUS="FULL", RATE_LIMITS="on")
@pytest.mark.databases("sqlite")
def test_outside_the_demo_there_is_no_such_telephone(app: Flask, client: Visitor) -> None:
    assert client.get("/demo/sms.json").status_code == 404
    with client.no_lint():
        assert client.get("/demo/sms").status_code == 404
