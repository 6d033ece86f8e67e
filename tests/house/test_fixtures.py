"""The tests' own ground: fresh databases on both kinds."""

from flask import Flask
from sqlalchemy import text


def test_every_test_starts_with_tables_and_no_rows(app: Flask, db_session) -> None:
    from portal.core import clock

    assert db_session.execute(text("select count(*) from clock_shifts")).scalar() == 0
    db_session.add(clock.ClockShift(id=1, microseconds=5))
    db_session.commit()


def test_nothing_is_left_by_the_test_before(app: Flask, db_session) -> None:
    assert db_session.execute(text("select count(*) from clock_shifts")).scalar() == 0
