"""`make run`: demo data are loaded once, a broken-off load begins anew, and a port in use is said at once."""

import socket
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select

from portal.cli import demo_clock, ports, processes
from portal.cli.demo import first_load
from portal.cli.demo.load import Plan, load
from portal.core import clock
from portal.core.extensions import db
from portal.core.writing import writing
from portal.places.models import Compound
from tests.builders.places import make_building

PLACES = Plan(cases=0)


@pytest.fixture
def taken() -> Iterator[int]:
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server.getsockname()[1]


def compounds() -> int:
    return db.session.scalar(select(func.count()).select_from(Compound)) or 0


def test_a_port_in_use_is_named_with_a_way_out(taken: int) -> None:
    with pytest.raises(SystemExit, match=rf"(?s)端口 {taken} 已被占用.*PORT={taken + 1} make run"):
        ports.refuse_taken("127.0.0.1", taken)


def test_no_such_port() -> None:
    with pytest.raises(SystemExit, match="没有端口 70000"):
        ports.refuse_taken("127.0.0.1", 70000)


def test_a_free_port_is_fine(taken: int) -> None:
    ports.refuse_taken("127.0.0.1", 0)


@pytest.mark.databases("sqlite")
def test_a_second_start_does_not_load_again(app: Flask, capsys: pytest.CaptureFixture[str]) -> None:
    first_load.fill(PLACES)
    assert "正在装入演示数据" in capsys.readouterr().out
    first_load.fill(Plan(compounds=2, cases=0))
    assert capsys.readouterr().out == ""
    assert compounds() == 4


@pytest.mark.databases("sqlite")
def test_a_load_that_was_broken_off_begins_anew(app: Flask, capsys: pytest.CaptureFixture[str]) -> None:
    def stop() -> None:
        raise processes.Stop

    with pytest.raises(processes.Stop):
        load(Plan(cases=1), quiet=True, on_step=stop)
    assert compounds() == 4
    first_load.fill(Plan(compounds=2, cases=0))
    assert "重新开始" in capsys.readouterr().out
    assert compounds() == 2


@pytest.mark.databases("sqlite")
def test_what_was_set_up_by_hand_stays(app: Flask) -> None:
    with writing():
        make_building()
    first_load.fill(PLACES)
    assert compounds() == 1


@pytest.mark.databases("sqlite")
@pytest.mark.settings(NOW="2024-05-20T10:00:00+08:00")
def test_the_demo_starts_when_it_is_told_to(app: Flask) -> None:
    first_load.fill(PLACES)
    ahead = clock.now() - demo_clock.first_moment()
    assert timedelta() <= ahead < timedelta(minutes=1)
    assert f"{clock.local(clock.now()):%Y-%m-%d %H}" == "2024-05-20 10"


def test_two_first_starts_do_not_meet(tmp_path: Path) -> None:
    with processes.alone(tmp_path), pytest.raises(SystemExit, match="另一次启动"), processes.alone(tmp_path):
        pass
    with processes.alone(tmp_path):
        pass


def test_a_stop_that_came_at_a_bad_moment_is_not_forgotten() -> None:
    processes.heed()
    processes.asked_to_stop.set()
    try:
        with pytest.raises(processes.Stop):
            processes.heed()
    finally:
        processes.asked_to_stop.clear()
