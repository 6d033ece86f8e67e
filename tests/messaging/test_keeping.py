"""What stays of a text, on the terminal and in the database, once it is sent."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask

from portal.core import clock
from portal.messaging import housekeeping
from portal.messaging.delivery import deliver_once
from tests.messaging.sms import LI, outbox, send_code, states, tell


@pytest.fixture(autouse=True)
def in_the_morning(at: Callable[[str], object]) -> None:
    at("2024-06-17 09:00")


@pytest.mark.databases("sqlite")
def test_the_console_shows_neither_number_nor_text(app: Flask, capfd: pytest.CaptureFixture[str]) -> None:
    send_code()
    deliver_once()
    shown = capfd.readouterr().err
    assert "login_code → 138****" in shown
    assert "482913" not in shown and LI not in shown and "13800000001" not in shown
    assert states() == ["sent"]


@pytest.mark.settings(DEMO="0", BASE_URL="https://hedong.example", SMS_GATEWAY="console")
def test_a_code_is_blanked_once_sent_and_other_texts_after_a_month(app: Flask) -> None:
    send_code()
    tell()
    deliver_once()
    assert [message.text is None for message in outbox()] == [True, False]
    clock.travel(clock.now() + timedelta(days=31))
    housekeeping.tidy()
    [notice] = outbox()
    assert notice.text is None and notice.event == "case_closed_rate", "the record stays, the old code's row goes"


def test_the_demo_keeps_codes_readable(app: Flask) -> None:
    send_code()
    deliver_once()
    housekeeping.tidy()
    assert "482913" in (outbox()[0].text or "")
