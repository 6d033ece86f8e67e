"""Sending through the real Twilio client against the fake: every answer has its consequence."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from flask import Flask, current_app

from portal.core import clock
from portal.core.extensions import db
from portal.core.writing import writing
from portal.messaging import gateways
from portal.messaging.delivery import claim, deliver_once, sweep
from portal.messaging.gateways.twilio import TwilioGateway
from portal.messaging.models import SmsNumber
from portal.messaging.reconcile import reconcile_once
from tests.fakes.twilio import FakeTwilio
from tests.fakes.twilio_behaviour import Behaviour, Break, Drop, Hang, Refuse
from tests.messaging.sms import LI, outbox, reasons, send_code, states, tell

At = Callable[[str], datetime]


@pytest.fixture(autouse=True)
def in_the_morning(fake_twilio: FakeTwilio, at: At) -> None:
    at("2024-06-17 09:00")


def later(**span: float) -> None:
    clock.travel(clock.now() + timedelta(**span))


def impatient(seconds: float = 0.3) -> None:
    """The application's gateway, with a shorter patience."""
    sending = gateways.build(current_app.extensions["settings"])
    assert isinstance(sending, TwilioGateway)
    sending.client.http_client.timeout = seconds
    current_app.extensions["sms_gateway"] = sending


def test_twilio_gets_the_signed_text_and_the_address_for_receipts(fake_twilio: FakeTwilio, app: Flask) -> None:
    tell("case_withdrawn", case=7)
    assert deliver_once() == 1
    [message] = fake_twilio.sent_to(LI)
    [row] = outbox()
    assert message.body.startswith("【河东旧改】您反映的问题(00000007)已撤回。")
    assert message.callback == f"http://127.0.0.1:8000/webhooks/twilio/status?attempt={row.attempt}"
    assert (row.state, row.provider, row.provider_sid, row.sent_at) == ("sent", "twilio", message.sid, clock.now())
    assert deliver_once() == 0


@pytest.mark.settings(TWILIO_MESSAGING_SERVICE_SID="MG" + "0" * 32)
@pytest.mark.databases("sqlite")
def test_a_messaging_service_is_used_where_one_is_named(fake_twilio: FakeTwilio, app: Flask) -> None:
    fake_twilio.service_sid = "MG" + "0" * 32
    tell()
    deliver_once()
    assert fake_twilio.messages[0].service == fake_twilio.service_sid and fake_twilio.messages[0].sender is None


def test_what_is_not_due_waits(fake_twilio: FakeTwilio, app: Flask, at: At) -> None:
    at("2024-06-17 21:00")
    tell()
    assert deliver_once() == 0
    at("2024-06-18 08:00")
    assert deliver_once() == 1


def test_a_worker_that_was_away_until_the_night_waits_for_the_morning(
    fake_twilio: FakeTwilio, app: Flask, at: At
) -> None:
    at("2024-06-17 19:50")
    tell()
    at("2024-06-17 22:00")
    send_code()
    assert deliver_once() == 1, "the code passes, the notice waits"
    assert outbox()[0].due_at == at("2024-06-18 08:00")
    assert deliver_once() == 1


def test_codes_overtake_notices(fake_twilio: FakeTwilio, app: Flask) -> None:
    for case in range(3):
        tell(number=f"+861380000001{case}", case=case)
    later(minutes=1)
    send_code()
    [letter] = claim(1)
    assert letter.purpose == "code"


@pytest.mark.parametrize(
    ("code", "flag"), [(21211, "invalid"), (21610, "unsubscribed"), (21614, "unsupported")], ids=str
)
@pytest.mark.databases("sqlite")
def test_a_number_that_cannot_get_sms_is_remembered(fake_twilio: FakeTwilio, app: Flask, code: int, flag: str) -> None:
    fake_twilio.numbers[LI] = Refuse(code)
    tell()
    deliver_once()
    [row] = outbox()
    assert (row.state, row.error_code) == ("failed", str(code))
    assert db.session.get_one(SmsNumber, row.number_index).flag == flag
    tell(case=2)
    assert states() == ["failed", "blocked"]


def test_too_many_requests_come_again_later_and_are_the_same_message(fake_twilio: FakeTwilio, app: Flask) -> None:
    fake_twilio.next(Refuse(20429))
    tell()
    deliver_once()
    assert states() == ["queued"] and deliver_once() == 0
    later(hours=1)
    deliver_once()
    [row] = outbox()
    assert (row.state, row.attempts, len(fake_twilio.messages)) == ("sent", 2, 1)


@pytest.mark.parametrize("fault", [Break(True), Drop(True), Hang(True, 0.6)], ids=str)
def test_an_answer_that_was_lost_is_asked_for_and_nothing_is_sent_twice(
    fake_twilio: FakeTwilio, app: Flask, fault: Behaviour
) -> None:
    impatient()
    fake_twilio.next(fault)
    tell()
    deliver_once()
    assert states() == ["uncertain"]
    later(minutes=2)
    assert reconcile_once() == 1 and deliver_once() == 0
    [row] = outbox()
    assert (row.state, row.provider_sid) == ("sent", fake_twilio.messages[0].sid)


@pytest.mark.parametrize("fault", [Break(), Drop()], ids=str)
def test_what_the_provider_never_took_is_sent_again(fake_twilio: FakeTwilio, app: Flask, fault: Behaviour) -> None:
    fake_twilio.next(fault)
    tell()
    deliver_once()
    later(minutes=2)
    reconcile_once()
    assert states() == ["queued"]
    later(hours=1)
    deliver_once()
    assert states() == ["sent"] and len(fake_twilio.sent_to(LI)) == 1


@pytest.mark.parametrize("fault", [Break(), Refuse(20429), Hang(False, 0.6)], ids=str)
def test_a_sign_in_code_is_never_sent_again(fake_twilio: FakeTwilio, app: Flask, fault: Behaviour) -> None:
    impatient()
    fake_twilio.next(fault)
    send_code()
    for _round in range(3):
        deliver_once()
        later(minutes=3)
        reconcile_once()
    assert states() == ["failed"]
    assert len([request for request in fake_twilio.requests if request[0] == "POST"]) == 1


def test_a_code_that_waited_too_long_is_not_sent(fake_twilio: FakeTwilio, app: Flask) -> None:
    send_code()
    later(minutes=11)
    assert deliver_once() == 0
    assert (states(), reasons()) == (["failed"], ["too_late"])


def test_a_worker_lost_between_claim_and_answer_leaves_an_uncertain_row(fake_twilio: FakeTwilio, app: Flask) -> None:
    tell()
    [letter] = claim(5)
    assert claim(5) == [], "a lease holds others off"
    gateways.gateway().send(letter)
    later(minutes=2)
    sweep()
    assert states() == ["uncertain"]
    later(minutes=1)
    reconcile_once()
    assert states() == ["sent"] and len(fake_twilio.messages) == 1


def test_a_provider_that_is_away_costs_nothing(fake_twilio: FakeTwilio, app: Flask) -> None:
    sending = gateways.build(app.extensions["settings"])
    assert isinstance(sending, TwilioGateway)
    sending.client.http_client.base = sending.client.http_client.base._replace(netloc="127.0.0.1:9")
    app.extensions["sms_gateway"] = sending
    tell()
    deliver_once()
    assert (states(), reasons()) == (["queued"], ["connect"]), "it certainly was not taken, so it may go again"


def test_no_two_workers_take_the_same_letter(fake_twilio: FakeTwilio, app: Flask) -> None:
    for case in range(6):
        tell(number=f"+861380000001{case}", case=case)
    first, second = claim(4), claim(4)
    assert len(first) == 4 and len(second) == 2
    assert not {letter.id for letter in first} & {letter.id for letter in second}


def test_the_database_refuses_a_state_without_its_facts(app: Flask) -> None:
    tell()
    with pytest.raises(Exception, match="lease_while_sending"), writing():
        outbox()[0].state = "sending"
        db.session.flush()
