"""The provider's words, and what may be said to a mainland number when."""

from datetime import datetime, timedelta

import pytest

from portal.domain.local_time import SHANGHAI
from portal.domain.sms_lifecycle import (
    NumberFlag,
    SmsState,
    Verdict,
    check_text,
    receipt_state,
    retry_delay,
    sending_time,
    utf16_units,
    verdict,
)

SIGNED = "【河东旧改】"


def check(body: str) -> list[str]:
    return check_text(SIGNED + body, "河东旧改")


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


@pytest.mark.parametrize(
    ("status", "state"),
    [
        ("accepted", SmsState.SENT),
        ("scheduled", SmsState.SENT),
        ("queued", SmsState.SENT),
        ("sending", SmsState.SENT),
        ("sent", SmsState.SENT),
        ("partially_delivered", SmsState.SENT),
        ("delivered", SmsState.DELIVERED),
        ("read", SmsState.DELIVERED),
        ("undelivered", SmsState.UNDELIVERED),
        ("failed", SmsState.FAILED),
        ("canceled", SmsState.FAILED),
        ("receiving", None),
        ("received", None),
        ("something new", None),
    ],
)
def test_every_status_of_the_provider_has_a_meaning(status, state):
    assert receipt_state(status) is state


@pytest.mark.parametrize("code", ["21211", "21610", "21614", "21635", "30004", "30005", "30006", "30007", "99999", ""])
def test_what_cannot_help_is_not_tried_again(code):
    assert verdict(code).tries == 1


@pytest.mark.parametrize(("code", "tries"), [("30003", 4), ("30008", 2), ("30410", 4), ("20429", 9), ("20003", 9)])
def test_what_may_pass_later_is_tried_again(code, tries):
    assert verdict(code).tries == tries


@pytest.mark.parametrize("code", ["20003", "21408", "21606", "21608", "21612", "30002", "30007"])
def test_what_only_the_operator_can_mend_alarms(code):
    assert verdict(code).alarm


def test_what_is_learnt_of_a_number():
    assert verdict("21211").flag is verdict("30005").flag is NumberFlag.INVALID
    assert verdict("21614").flag is verdict("21635").flag is NumberFlag.UNSUPPORTED
    assert verdict("21610").flag is NumberFlag.UNSUBSCRIBED
    assert verdict("30003").flag is None
    assert verdict("unknown") == Verdict()


def test_the_pause_doubles_up_to_two_hours():
    assert [retry_delay(n) for n in (1, 2, 3)] == [timedelta(seconds=30), timedelta(minutes=1), timedelta(minutes=2)]
    handset_off = verdict("30003").pause
    assert [retry_delay(n, handset_off) for n in (1, 2)] == [timedelta(minutes=10), timedelta(minutes=20)]
    assert retry_delay(50) == timedelta(hours=2)
    assert retry_delay(0) == retry_delay(1)


@pytest.mark.parametrize(
    ("now", "leaves"),
    [
        ("2024-06-17 07:59", "2024-06-17 08:00"),
        ("2024-06-17 08:00", "2024-06-17 08:00"),
        ("2024-06-17 19:59", "2024-06-17 19:59"),
        ("2024-06-17 20:00", "2024-06-18 08:00"),
        ("2024-06-30 23:59", "2024-07-01 08:00"),
        ("2024-06-17 00:00", "2024-06-17 08:00"),
    ],
)
def test_nobody_is_woken(now, leaves):
    assert sending_time(at(now)) == at(leaves)
    assert sending_time(at(now), anytime=True) == at(now)


@pytest.mark.parametrize(
    "body",
    [
        "您反映的问题(H7K392QF)已受理，由国网天津城东供电公司办理，12月31日前答复您。",
        "授权家人验证码482913，10分钟内有效。工作人员不会向您要验证码，请不要告诉任何人。",
        "登录验证码120119，10分钟内有效。",
        "紧急件HD240617-00123：富民路116号院小区10号楼，施工安全隐患。请15分钟内签收，马上派人到现场。",
        "您的登录手机号12月31日已换成尾号0136。不是您本人换的，请马上告诉社区，电话见楼门海报。",
        "12月30日22:00至12月31日17:00，富民路120号院10号楼12门停水停电，请提前存水某。有困难请打海报电话。",
        "您反映的问题(H7K392QF)解决了吗？请12月31日前扫楼门二维码说一声。没回音先按未回应结束，之后仍可要求重办。",
    ],
)
def test_the_house_texts_pass(body):
    assert check(body) == []


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        ("请看 https://a.cn/b/K7", "address"),
        ("请看hedong.gov.cn", "address"),
        ("请看hedong/b/K7QF", "address"),
        ("请打13800138000", "phone number"),
        ("请打022-24312345", "phone number"),
        ("请打24312345", "phone number"),
        ("请打12345。", "short number"),
        ("急事打110", "short number"),
        ("可打12388举报", "short number"),
        ("您的信访件", "forbidden word"),
        ("请填问卷", "forbidden word"),
        ("满意度调查", "forbidden word"),
        ("党支部", "forbidden word"),
        ("银行卡", "forbidden word"),
        ("满意请回复1", "request to reply"),
        ("拒收请回复R", "request to reply"),
        ("退订回T", "request to reply"),
        ("￥100", "symbol"),
        ("【通知】您好", "inner brackets"),
    ],
)
def test_what_no_text_may_hold(body, reason):
    assert check(body) == [reason]


def test_seventy_units_and_no_more():
    assert check("您" * 64) == []
    assert check("您" * 65) == ["longer than 70 units"]
    assert utf16_units("您好") == 2
    assert utf16_units("😀") == 2
