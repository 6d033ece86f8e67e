"""A provider with 30 % faults and a worker that is killed: nothing is lost in silence, no code comes twice (security.md §3)."""

import json
import os
import time
from collections import Counter
from collections.abc import Callable
from datetime import datetime, timedelta
from multiprocessing import get_context
from random import Random

import pytest
from flask import Flask
from sqlalchemy import func, select

from portal.core import clock
from portal.core.extensions import db
from portal.core.writing import writing
from portal.messaging import results
from portal.messaging.delivery import deliver_once
from portal.messaging.models import OutboxMessage
from portal.messaging.notify import Recipient, notify
from portal.messaging.reconcile import reconcile_once
from tests.fakes.twilio import FakeTwilio
from tests.fakes.twilio_behaviour import Accept, Behaviour, Break, Drop, Refuse
from tests.messaging.worker import PREPARED, work_until_killed

FAULTS: tuple[Behaviour, ...] = (Refuse(20429), Break(), Break(after_accept=True), Drop(), Drop(after_accept=True))
IS_LONG = os.environ.get("FAULTS") == "long"  # `make faults`: the figures of security.md §3
KILLS, CODES, NOTICES = (200, 2000, 8000) if IS_LONG else (10, 200, 800)


def faults(count: int, random: Random) -> list[Behaviour]:
    """30 % faults of every kind."""
    return [random.choice(FAULTS) if random.random() < 0.3 else Accept() for _ in range(count)]


def write(codes: int = 0, notices: int = 0, first: int = 0) -> None:
    """Each to a number of its own, so that no cap stands in the way."""
    with writing():
        for n in range(first, first + codes):
            values = {"purpose": "登录", "otp": f"{n:06}"}
            notify(Recipient.phone(f"+8613811{n:06}"), "login_code", values, subject="sign_in")
        for n in range(notices):
            values = {"code": f"H7K{n:05}"}
            notify(Recipient.phone(f"+8613822{n:06}"), "case_withdrawn", values, subject=f"case:{n}")


def forward(span: timedelta) -> None:
    with writing():
        clock.set_shift(clock.now() + span - clock.real_now())


def count_by_state(purpose: str) -> dict[str, int]:
    db.session.rollback()
    counted = select(OutboxMessage.state, func.count()).where(OutboxMessage.purpose == purpose)
    return {state.value: count for state, count in db.session.execute(counted.group_by(OutboxMessage.state))}


def drain() -> None:
    """Rounds of a healthy worker until nothing is open; an hour passes between them."""
    for _round in range(60):
        deliver_once()
        reconcile_once(1000)
        open_states = {"queued", "sending", "uncertain"} & {*count_by_state("code"), *count_by_state("notice")}
        if not open_states:
            return
        forward(timedelta(hours=1))
    raise AssertionError("messages are left open")


def copies(fake: FakeTwilio, start: str) -> list[int]:
    """How often each number was served."""
    return list(Counter(message.to for message in fake.messages if message.to.startswith(start)).values())


@pytest.mark.databases("sqlite")
@pytest.mark.slow
@pytest.mark.settings(SMS_DAILY_LIMIT="20000")
def test_a_killed_worker_loses_nothing(
    fake_twilio: FakeTwilio, app: Flask, settings: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    with writing():
        clock.set_shift(datetime.fromisoformat("2030-06-17T09:00+08:00") - clock.real_now())
    random = Random(7)
    fake_twilio.next(*faults(3 * (CODES + NOTICES), random))
    write(notices=NOTICES)
    arguments = (
        app.extensions["settings"].database_url,
        str(app.extensions["settings"].instance_dir),
        json.dumps(settings),
    )
    monkeypatch.setenv(PREPARED, json.dumps(arguments))
    start_worker = worker_of(fake_twilio, arguments)
    for kill in range(KILLS):
        write(codes=CODES // KILLS, first=kill * CODES // KILLS)  # a code lives ten minutes: each has its worker
        start_worker(random.randrange(30, 90))
        forward(timedelta(minutes=4))
    drain()
    codes, notices = count_by_state("code"), count_by_state("notice")
    assert sum(codes.values()) == CODES and set(codes) <= {"sent", "failed"}
    assert codes["sent"] == len(copies(fake_twilio, "+8613811")), "what was taken is known to be taken"
    assert set(copies(fake_twilio, "+8613811")) == {1}, "a code never comes twice"
    assert notices == {"sent": NOTICES}
    assert copies(fake_twilio, "+8613822") == [1] * NOTICES


def worker_of(fake: FakeTwilio, arguments: tuple[str, str, str]) -> Callable[[int], None]:
    """Starts a worker and kills it after so many requests to the provider, letters in its hands."""
    context = get_context("forkserver")
    context.set_forkserver_preload(["tests.messaging.worker"])

    def run(requests: int) -> None:
        seen = len(fake.requests)
        worker = context.Process(target=work_until_killed, args=arguments, daemon=True)
        worker.start()
        wait_for(lambda: len(fake.requests) >= seen + requests or not worker.is_alive())
        assert worker.is_alive(), "a worker ended by itself"
        worker.kill()
        worker.join()
        time.sleep(0.1)  # what the dead worker had already put on the wire arrives

    return run


def wait_for(condition: Callable[[], bool], seconds: float = 15) -> None:
    end = time.monotonic() + seconds
    while not condition() and time.monotonic() < end:
        time.sleep(0.005)


@pytest.mark.databases("sqlite")
def test_this_measurement_finds_a_worker_that_sends_blindly_again(
    fake_twilio: FakeTwilio, app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The negative control: with the question to the provider left out, there are copies."""
    clock.travel(datetime.fromisoformat("2030-06-17T09:00+08:00"))
    monkeypatch.setattr(results, "uncertain", lambda row, why: results.refused(row, "connect"))
    fake_twilio.next(*faults(300, Random(7)))
    write(notices=60)
    for _round in range(4):
        deliver_once()
        clock.travel(clock.now() + timedelta(minutes=30))
    clock.travel(None)
    assert max(copies(fake_twilio, "+8613822")) > 1
