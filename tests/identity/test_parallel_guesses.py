"""Two hundred at once: limits are one statement each (security.md §1.3)."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from flask import Flask, current_app
from sqlalchemy import func, select

from portal.core import clock, crypto
from portal.core.extensions import db
from portal.core.writing import writing
from portal.domain.errors import LimitReached
from portal.identity import codes, delays, services
from portal.identity.codes import Verdict
from portal.identity.models import Account, SignInCode
from portal.messaging.models import OutboxMessage
from tests.builders.identity import last_code

NUMBER = "+8613800001234"
HERE = services.Visitor("device", "127.0.0.1", True)
TIMES, THREADS = 200, 8


def at_once(app: Flask, deed) -> list[object]:
    """`deed` two hundred times from eight threads, each in a transaction of its own; time stands still meanwhile."""
    clock.travel(clock.now())

    def one(turn: int) -> object:
        with app.app_context():
            try:
                with writing():
                    return deed(turn)
            except LimitReached as refusal:
                return refusal

    with ThreadPoolExecutor(THREADS) as pool:
        answers = list(pool.map(one, range(TIMES)))
    clock.travel(None)
    db.session.rollback()
    return answers


@pytest.fixture
def compared(monkeypatch) -> list[str]:
    """Every comparison of a typed code with the stored one."""
    seen: list[str] = []
    real = codes.hmac.compare_digest

    def noted(one: str, other: str) -> bool:
        seen.append(one)
        return real(one, other)

    monkeypatch.setattr(codes.hmac, "compare_digest", noted)
    return seen


def test_two_hundred_guesses_compare_five(app, compared) -> None:
    with writing():
        services.send_code(NUMBER, HERE)
    code = known_code()
    wrong = [f"{guess:06}" for guess in range(TIMES + 1) if f"{guess:06}" != code]
    verdicts = at_once(app, lambda turn: services.check_code(NUMBER, wrong[turn])[0])
    assert len(compared) == 5
    assert set(verdicts) == {Verdict.WRONG, Verdict.SPENT}
    with writing():
        assert services.check_code(NUMBER, code)[0] is Verdict.SPENT


def test_the_right_code_opens_once(app) -> None:
    with writing():
        services.send_code(NUMBER, HERE)
    code = known_code()
    verdicts = at_once(app, lambda turn: services.check_code(NUMBER, code)[0])
    assert verdicts.count(Verdict.RIGHT) == 1
    assert db.session.scalar(select(func.count()).select_from(Account)) == 1


def test_two_hundred_requests_send_one(app) -> None:
    answers = at_once(app, lambda turn: services.send_code(NUMBER, HERE))
    assert answers.count(None) == 1
    assert db.session.scalar(select(func.count()).select_from(OutboxMessage)) == 1
    assert db.session.scalar(select(func.count()).select_from(SignInCode)) == 1


def test_passwords_are_tried_a_few_at_a_time(app) -> None:
    answers = at_once(app, lambda turn: delays.claim("password:street1:127.0.0.1"))
    assert answers.count(None) == delays.FREE


def known_code() -> str:
    """What the telephone showed."""
    return last_code(current_app)


def test_a_code_of_one_number_or_purpose_is_worth_nothing_for_another(app) -> None:
    with writing():
        services.send_code(NUMBER, HERE)
    code, index = known_code(), crypto.blind_index(NUMBER)
    with writing():
        assert services.check_code("+8613900001234", code)[0] is Verdict.OVER
        assert codes.compare(index, "household", code) is Verdict.OVER
        assert services.check_code(NUMBER, code)[0] is Verdict.RIGHT


def test_three_codes_an_hour_for_a_number_and_ten_wrong_a_day(app, at) -> None:
    wrong = 0
    for hour in range(9, 12):
        at(f"2024-06-17 {hour:02}:00")
        with writing():
            services.send_code(NUMBER, HERE)
        code = known_code()
        guess = "000000" if code != "000000" else "111111"
        for _ in range(4):
            with writing():
                verdict = services.check_code(NUMBER, guess)[0]
            wrong += verdict is Verdict.WRONG
    assert wrong == 10 and verdict is Verdict.DAY_OVER
    at("2024-06-17 13:00")
    for minute in ("00", "02", "05"):
        at(f"2024-06-17 13:{minute}")
        with writing():
            services.send_code(NUMBER, HERE)
    at("2024-06-17 13:20")
    with pytest.raises(LimitReached), writing():
        services.send_code(NUMBER, HERE)


@pytest.mark.settings(RATE_LIMITS="on")
def test_an_address_that_asks_a_lot_lets_browsers_through_that_stayed(app) -> None:
    for turn in range(codes.SOFT_PER_ADDRESS):
        with writing():
            services.send_code(f"+86138{turn:08}", services.Visitor(f"device{turn}", "10.0.0.1", False))
    with pytest.raises(LimitReached), writing():
        services.send_code(NUMBER, services.Visitor("new", "10.0.0.1", False))
    with writing():
        services.send_code(NUMBER, services.Visitor("old", "10.0.0.1", True))
