"""The demo's time moves forward only, stays with its data, and starts where it is told."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask

from portal.cli import demo_clock
from portal.core import clock
from portal.core.writing import writing

NINE = datetime(2024, 6, 17, 1, 0, tzinfo=UTC)


def minutes_from(moment: datetime) -> float:
    return abs((clock.now() - moment).total_seconds()) / 60


def test_a_demo_begins_in_the_middle_of_the_works(app: Flask) -> None:
    demo_clock.start()
    assert minutes_from(NINE) < 1


@pytest.mark.settings(NOW="2024-07-01T18:30:00+08:00")
def test_now_says_where_it_begins(app: Flask) -> None:
    demo_clock.start()
    assert minutes_from(datetime(2024, 7, 1, 10, 30, tzinfo=UTC)) < 1


def test_a_restart_goes_on(app: Flask) -> None:
    demo_clock.start()
    demo_clock.forward(timedelta(days=3))
    demo_clock.start()
    assert minutes_from(NINE + timedelta(days=3)) < 1


@pytest.mark.parametrize(("typed", "seconds"), [("3d", 259_200), ("12h", 43_200), ("30m", 1_800), ("1d12h", 129_600)])
@pytest.mark.databases("sqlite")
def test_forward_by(app: Flask, typed: str, seconds: int) -> None:
    demo_clock.start()
    said = app.test_cli_runner().invoke(args=["demo", "clock", "--forward", typed])
    assert said.exit_code == 0, said.output
    assert minutes_from(NINE + timedelta(seconds=seconds)) < 1


def test_to_a_moment_of_shanghai(app: Flask) -> None:
    demo_clock.start()
    said = app.test_cli_runner().invoke(args=["demo", "clock", "--to", "2024-06-20T09:00"])
    assert "2024-06-20 09:00" in said.output
    assert minutes_from(datetime(2024, 6, 20, 1, 0, tzinfo=UTC)) < 1


@pytest.mark.parametrize(
    "arguments", [["--to", "2024-06-01T09:00"], ["--forward", "soon"], ["--forward", ""], ["--to", "tomorrow"], []]
)
@pytest.mark.databases("sqlite")
def test_back_and_nonsense_are_refused_in_words(app: Flask, arguments: list[str]) -> None:
    demo_clock.start()
    said = app.test_cli_runner().invoke(args=["demo", "clock", *arguments])
    assert said.exit_code == 2
    assert said.output.strip()
    assert minutes_from(NINE) < 1


@pytest.mark.settings(DEMO="0", BASE_URL="https://renewal.example")
@pytest.mark.databases("sqlite")
def test_a_real_clock_is_never_moved(app: Flask) -> None:
    said = app.test_cli_runner().invoke(args=["demo", "clock", "--forward", "3d"])
    assert said.exit_code == 2
    assert minutes_from(datetime.now(UTC)) < 1


def test_another_process_follows_within_two_seconds(app: Flask, at: Callable[[str], datetime]) -> None:
    demo_clock.start()
    elsewhere = clock.Clock(follows_database=True)
    before = elsewhere.now()
    with writing():
        clock.set_shift(app.extensions["clock"].shift + timedelta(days=1))
    elsewhere._looked -= 2
    assert elsewhere.now() - before >= timedelta(days=1)
