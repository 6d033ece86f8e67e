"""The general pages, the list of buildings, and the doors of those who run the platform."""

import pytest
from flask import Flask
from prometheus_client.parser import text_string_to_metric_families

from portal.core import jobs
from portal.core.writing import writing
from portal.places import posters
from tests.builders.places import SYSTEM, make_building
from tests.visitor import Visitor


@pytest.mark.parametrize("address", ["/", "/buildings", "/help", "/privacy", "/accessibility"])
@pytest.mark.parametrize("large", [False, True])
def test_general_pages_open_for_everybody(app: Flask, client: Visitor, address: str, large: bool) -> None:
    if large:
        client.set_cookie("display", "large")
    assert client.visit(address).status == 200


def test_help_names_the_ways_without_a_phone_and_whom_to_call(app: Flask, client: Visitor) -> None:
    with writing():
        make_building()
    text = client.visit("/help").text
    for words in ("用电话办", "请家人办", "到社区办", "022-0000 0101", "12345", "打 119", "周一至周五"):
        assert words in text


def test_privacy_names_twilio_only_where_it_is_used(app: Flask, client: Visitor) -> None:
    text = client.visit("/privacy").text
    assert "Twilio" not in text
    for words in ("存什么、为什么", "存多久", "您的权利", "第十三条", "撤回"):
        assert words in text


@pytest.mark.settings(
    SMS_GATEWAY="twilio",
    TWILIO_ACCOUNT_SID="AC" + "0" * 32,
    TWILIO_AUTH_TOKEN="t" * 32,
    TWILIO_FROM="+15005550006",
    TWILIO_API_BASE="http://127.0.0.1:9",
)
def test_privacy_says_that_twilio_is_abroad(app: Flask, client: Visitor) -> None:
    assert "美国的 Twilio Inc." in client.visit("/privacy").text


@pytest.mark.parametrize(("typed", "found"), [("东局子", 3), ("3号楼", 1), ("3 号楼", 1), ("DJZ0", 3)])
def test_buildings_are_found_by_name_or_part_of_a_code(app: Flask, client: Visitor, typed: str, found: int) -> None:
    with writing():
        make_building()
    client.visit("/buildings")
    page = client.submit("找这栋楼", {"楼栋码": typed})
    assert page.h1 == "换一栋楼"
    assert len([link for link in page.links if link["href"].startswith("/b/")]) == found


def test_a_search_without_result_says_what_to_do(app: Flask, client: Visitor) -> None:
    text = client.visit("/buildings?q=%25_不存在").text
    assert "没有和“%_不存在”对得上的楼。" in text


def test_the_process_answers_and_readiness_waits_for_a_worker(app: Flask, client: Visitor) -> None:
    assert client.get("/healthz").json == {"process": "ok"}
    waiting = client.get("/readyz")
    assert waiting.status_code == 503
    assert waiting.json == {"database": "ok", "worker": "never seen", "backup": "none yet"}
    jobs.beat("w1")
    ready = client.get("/readyz")
    assert (ready.status_code, ready.json["worker"]) == (200, "ok")


def test_metrics_are_prometheus_text_with_numbers_only(app: Flask, client: Visitor) -> None:
    answer = client.get("/metrics")
    names = {family.name for family in text_string_to_metric_families(answer.text)}
    assert {"portal_worker_age_seconds", "portal_messages"} <= names


def test_the_demo_says_where_things_are(app: Flask, client: Visitor) -> None:
    assert client.get("/demo/index.json").json == {}
    with writing():
        token = posters.issue(SYSTEM, make_building()).token
    found = client.get("/demo/index.json").json
    assert found["building"] == "DJZ03"
    assert found["poster_token"] == token


@pytest.mark.settings(DEMO="0", RATE_LIMITS="on")
@pytest.mark.parametrize("address", ["/styleguide", "/demo/index.json"])
def test_outside_a_demo_there_is_no_such_door(app: Flask, client: Visitor, address: str) -> None:
    assert client.get(address).status_code == 404
