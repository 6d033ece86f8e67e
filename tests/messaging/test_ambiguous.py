"""A send of which nobody knew whether it was taken, and of which the provider lists two: kept as sent, and flagged."""

from datetime import timedelta

import pytest
from flask import Flask

from portal.core import clock
from portal.messaging.delivery import deliver_once
from portal.messaging.reconcile import reconcile_once
from tests.fakes.twilio import FakeTwilio
from tests.fakes.twilio_behaviour import Break
from tests.messaging.sms import LI, outbox, tell


@pytest.mark.databases("sqlite")
@pytest.mark.parametrize(("copies", "flag"), [(1, None), (2, "perhaps_twice")])
def test_two_matches_are_flagged_and_never_sent_a_third_time(
    fake_twilio: FakeTwilio, app: Flask, at, copies: int, flag: str | None
) -> None:
    at("2030-06-17 09:00")
    fake_twilio.next(Break(after_accept=True))
    tell(number=LI)
    deliver_once()
    assert outbox()[0].state == "uncertain"
    first = fake_twilio.sent_to(LI)[0]
    for _more in range(copies - 1):
        fake_twilio.accept({"To": first.to, "Body": first.body, "From": first.sender or ""})
    clock.travel(clock.now() + timedelta(minutes=5))
    reconcile_once()
    [row] = outbox()
    assert (row.state, row.error_code) == ("sent", flag)
    clock.travel(clock.now() + timedelta(hours=3))
    deliver_once()
    assert len(fake_twilio.sent_to(LI)) == copies
