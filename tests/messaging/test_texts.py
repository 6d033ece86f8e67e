"""The texts of ux.md §6: one segment each, nothing forbidden, whatever their variables hold."""

import re

import pytest

from portal.messaging import catalogue
from portal.messaging.catalogue import EVENTS, TEXTS, Purpose, UnfitValueError, longest, problems, render, signed

SIGNATURE = "河东旧改"
FORBIDDEN = ("信访", "问卷", "调查", "党", "银行", "¥", "★", "【", "】")


@pytest.mark.parametrize("key", EVENTS)
def test_the_longest_text_fits_one_segment_and_says_nothing_forbidden(key: str) -> None:
    body = render(key, longest(key))
    assert len(signed(body, SIGNATURE).encode("utf-16-le")) // 2 <= 70
    assert not [word for word in FORBIDDEN if word in body]
    assert not re.search(r"回复?\s*[0-9A-Za-z]", body), "nothing to be answered"
    assert not re.search(r"https?:|www\.|[a-z]\.[a-z]|/", body), "no address"
    assert not re.search(r"(?<![A-Z0-9-])(1[1-9]\d|\d{7,})(?!\d)(?!号)", body), "no telephone number"


@pytest.mark.parametrize("key", EVENTS)
def test_every_text_has_a_variable_so_that_none_is_sent_twice_alike(key: str) -> None:
    assert catalogue.variables(key)


def test_every_file_is_an_event_and_every_event_a_file() -> None:
    assert {path.stem for path in TEXTS.rglob("*.txt")} == set(EVENTS)


def test_a_text_is_filled_as_written() -> None:
    values = {"code": "H7K3 92QF", "unit": "区房产服务中心", "date": "6月21日"}
    assert render("case_accepted", values) == "您反映的问题(H7K392QF)已受理，由区房产服务中心办理，6月21日前答复您。"


@pytest.mark.parametrize("unit", [None, "", "国网天津城东供电公司某"])
def test_a_missing_or_too_long_value_is_refused(unit: str | None) -> None:
    with pytest.raises(UnfitValueError, match="unit"):
        render("case_accepted", {"code": "H7K392QF", "unit": unit, "date": "6月21日"})


def test_staff_texts_name_the_number_of_the_case() -> None:
    text = render("staff_lowrate", {"code": "HD240617-00123", "date": "6月21日"})
    assert "HD240617-00123" in text


def test_a_signature_too_long_for_any_text_is_refused_at_the_start() -> None:
    assert problems(SIGNATURE) == []
    assert any("phone_revealed" in problem for problem in problems("天津市河东区老旧小区改造"))


def test_only_urgent_staff_events_and_the_digest_leave_as_sms() -> None:
    staff = {key for key, event in EVENTS.items() if event.purpose is Purpose.STAFF and event.sms}
    assert staff == {"staff_urgent", "staff_supervise", "staff_digest"}
