"""Addresses of group robots, their signature, and how notices become one message."""

import pytest

from portal.domain.errors import DomainError
from portal.domain.group_robots import MOST_BYTES, Line, RobotKind, check_secret, compose, parse_address, signature

KEY = "73febdcb-1b38-4d1b-a994-790f21fc8d30"
WECOM = f"https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key={KEY}"


def test_an_address_is_read_into_its_kind_and_its_token():
    assert parse_address(f"  {WECOM}\n") == (RobotKind.WECOM, KEY)
    dingtalk = f"https://OAPI.dingtalk.com/robot/send?access_token={'b1' * 32}"
    assert parse_address(dingtalk) == (RobotKind.DINGTALK, "b1" * 32)


@pytest.mark.parametrize(
    "address",
    [
        "",
        "机器人",
        KEY,
        WECOM.replace("https", "http"),
        WECOM.replace(".com/", ".com.evil.example/"),
        WECOM.replace("qyapi", "evil.qyapi"),
        WECOM.replace(".com/", ".com:8443/"),
        WECOM.replace("https://", "https://qyapi.weixin.qq.com@127.0.0.1/"),
        WECOM.replace("https://", "https://user:word@"),
        "https://127.0.0.1/cgi-bin/webhook/send?key=" + KEY,
        "https://[::1/cgi-bin/webhook/send?key=" + KEY,
        WECOM.replace("/send", "/send/../upload_media"),
        WECOM.replace("key=", "access_token="),
        WECOM + "&key=" + KEY,
        WECOM + "&next=x",
        WECOM + "#x",
        WECOM + "%0d%0aHost:x",
        WECOM.split("=")[0] + "=short",
        WECOM + "x" * 200,
    ],
)
def test_nothing_else_is_an_address(address):
    with pytest.raises(DomainError) as refusal:
        parse_address(address)
    assert refusal.value.field == "address"


def test_only_dingtalk_signs():
    check_secret(RobotKind.DINGTALK, "SEC" + "0" * 61)
    check_secret(RobotKind.WECOM, "")
    for kind, secret in ((RobotKind.WECOM, "SEC" + "0" * 61), (RobotKind.DINGTALK, "short")):
        with pytest.raises(DomainError):
            check_secret(kind, secret)


def test_the_signature_is_the_one_that_openssl_makes():
    """printf '1577262236757\\nthis is secret' | openssl dgst -sha256 -hmac 'this is secret' -binary | base64"""
    assert signature("this is secret", 1577262236757) == "hmPWwU+7lVdm3ZZz0r9tSfx0L4Q26jWOZr9+Gs6EZQM="


def test_one_notice_stands_alone_and_several_are_numbered_as_far_as_they_fit():
    line = Line("督办单D24-0001：请6月20日前办结HD240617-00001。", "https://x.example/desk/cases/HD240617-00001")
    assert compose("河东旧改", [line]) == (f"【河东旧改】{line.text}\n{line.link}", 1)
    text, count = compose("河东旧改", [line, line._replace(perhaps_twice=True)])
    assert count == 2 and text.startswith("【河东旧改】2条通知\n1. 督办单") and "\n2. （可能重复）督办单" in text
    text, count = compose("河东旧改", [line] * 30)
    assert 10 <= count < 30 and len(text.encode()) <= MOST_BYTES
    assert compose("河东旧改", [line._replace(text="长" * 3000), line])[1] == 1
