"""Status callbacks: signed, forged, twice, reversed, early, late."""

from collections.abc import Callable

import pytest
from flask import Flask

from portal.core import clock
from portal.core.extensions import db
from portal.messaging import gateways
from portal.messaging.delivery import claim, deliver_once, record
from portal.messaging.models import SmsNumber
from tests.fakes.twilio import FakeTwilio, Message
from tests.fakes.twilio_behaviour import Break
from tests.messaging.sms import outbox, reasons, send_code, states, tell
from tests.visitor import Visitor


@pytest.fixture
def sent(fake_twilio: FakeTwilio, app: Flask, at: Callable[[str], object]) -> Message:
    """One notice that Twilio has taken."""
    at("2024-06-17 09:00")
    tell()
    deliver_once()
    return fake_twilio.messages[0]


def test_a_delivered_message_says_so(fake_twilio: FakeTwilio, sent: Message, client: Visitor) -> None:
    for callback in fake_twilio.reports(sent, "sent", "delivered"):
        assert callback.post_to(client) == 204
    [row] = outbox()
    assert (row.state, row.final_at) == ("delivered", clock.now())


def test_forged_receipts_are_refused(fake_twilio: FakeTwilio, sent: Message, client: Visitor) -> None:
    callback = fake_twilio.report(sent, "failed")
    tampered = [callback.forged(), callback.unsigned(), callback.altered(MessageStatus="delivered")]
    assert [false.post_to(client) for false in tampered] == [403, 403, 403]
    assert states() == ["sent"]


def test_receipts_twice_and_reversed_never_go_back(fake_twilio: FakeTwilio, sent: Message, client: Visitor) -> None:
    callbacks = fake_twilio.reports(sent, "queued", "sent", "delivered")
    late = fake_twilio.report(sent, "undelivered", 30003)
    for callback in [*reversed(callbacks), *callbacks, late, late]:
        assert callback.post_to(client) == 204
    assert states() == ["delivered"]


def test_a_telephone_that_was_off_is_tried_again_three_times(
    fake_twilio: FakeTwilio, sent: Message, client: Visitor
) -> None:
    for times in range(1, 10):
        receipt = fake_twilio.report(fake_twilio.messages[-1], "undelivered", 30003)
        receipt.post_to(client)
        receipt.post_to(client)
        if states() != ["queued"]:
            break
        clock.travel(outbox()[0].due_at)
        deliver_once()
        assert len(fake_twilio.messages) == times + 1
    assert (states(), reasons()) == (["undelivered"], ["30003"])
    assert 2 <= len(fake_twilio.messages) <= 4


def test_a_receipt_of_an_earlier_try_changes_nothing(fake_twilio: FakeTwilio, sent: Message, client: Visitor) -> None:
    old = fake_twilio.report(sent, "undelivered", 30003)
    old.post_to(client)
    clock.travel(outbox()[0].due_at)
    deliver_once()
    old.post_to(client)
    fake_twilio.report(sent, "delivered").post_to(client)
    assert states() == ["sent"]


def test_filtered_content_and_dead_numbers_are_final(fake_twilio: FakeTwilio, sent: Message, client: Visitor) -> None:
    fake_twilio.report(sent, "undelivered", 30005).post_to(client)
    [row] = outbox()
    assert row.state == "undelivered"
    assert db.session.get_one(SmsNumber, row.number_index).flag == "invalid"


def test_a_code_that_did_not_arrive_is_not_repeated(fake_twilio: FakeTwilio, app: Flask, client: Visitor) -> None:
    send_code()
    deliver_once()
    fake_twilio.report(fake_twilio.messages[0], "undelivered", 30003).post_to(client)
    assert states() == ["undelivered"]


def test_a_receipt_that_overtakes_the_answer_is_kept(fake_twilio: FakeTwilio, app: Flask, client: Visitor) -> None:
    send_code()
    [letter] = claim(1)
    outcome = gateways.gateway().send(letter)
    fake_twilio.report(fake_twilio.messages[0], "delivered").post_to(client)
    assert states() == ["delivered"]
    record([(letter, outcome)], "twilio")
    assert states() == ["delivered"]


def test_a_receipt_clears_up_an_uncertain_message(fake_twilio: FakeTwilio, app: Flask, client: Visitor) -> None:
    fake_twilio.next(Break(after_accept=True))
    send_code()
    deliver_once()
    assert states() == ["uncertain"]
    fake_twilio.report(fake_twilio.messages[0], "sent").post_to(client)
    assert states() == ["sent"]


def test_a_receipt_for_an_unknown_message_is_taken_quietly(
    fake_twilio: FakeTwilio, sent: Message, client: Visitor
) -> None:
    sent.sid, sent.callback = "SM" + "0" * 32, "http://127.0.0.1:8000/webhooks/twilio/status"
    assert fake_twilio.report(sent, "delivered").post_to(client) == 204
    assert states() == ["sent"]


@pytest.mark.databases("sqlite")
def test_without_twilio_no_receipt_is_believed(client: Visitor) -> None:
    assert client.post("/webhooks/twilio/status", data={"MessageSid": "SM1"}).status_code == 403
