"""`journal verify` says whether the chain is whole, and where not."""

import pytest
from flask import Flask
from sqlalchemy import text

from portal.audit import journal
from portal.core import triggers
from portal.core.base import Base
from portal.core.extensions import db
from portal.core.writing import writing
from portal.domain.actors import Actor


@pytest.fixture
def five_entries(app: Flask) -> list[str]:
    """Their hashes."""
    with writing():
        return [journal.record("test:done", Actor.system(), f"test:{n}", n=n).hash for n in range(5)]


def verify(app: Flask, *arguments: str) -> tuple[int, str]:
    said = app.test_cli_runner().invoke(args=["journal", "verify", *arguments])
    return said.exit_code, said.output


def tamper(statement: str) -> None:
    """As somebody with the database file would: the triggers go first."""
    with db.engine.begin() as connection:
        on = " ON journal_entries" if connection.dialect.name == "postgresql" else ""
        for name in triggers._names("journal_entries", connection.dialect.name):
            connection.execute(text(f"DROP TRIGGER {name}{on}"))
        connection.execute(text(statement))


def test_a_whole_chain(app: Flask, five_entries: list[str]) -> None:
    code, said = verify(app)
    assert code == 0
    assert five_entries[-1] in said


def test_a_published_head_is_found(app: Flask, five_entries: list[str]) -> None:
    assert verify(app, "--head", five_entries[2])[0] == 0
    assert verify(app, "--head", "f" * 64)[0] == 1


@pytest.mark.parametrize(
    ("statement", "place"),
    [
        ("UPDATE journal_entries SET action = 'test:other' WHERE id = 3", "3"),
        ("DELETE FROM journal_entries WHERE id = 2", "2"),
        ("DELETE FROM journal_entries WHERE id = 5", "5"),
    ],
)
def test_a_broken_chain_says_where(app: Flask, five_entries: list[str], statement: str, place: str) -> None:
    tamper(statement)
    code, said = verify(app)
    assert code == 1
    assert f"第 {place} 条" in said


def test_no_table_guards_itself_less_than_it_says(app: Flask) -> None:
    assert "journal_entries" in Base.metadata.tables
    assert triggers.missing(db.engine) == []
