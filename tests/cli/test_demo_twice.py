"""The same seed makes the same demo, whoever loads it: what people see, read and receive is equal."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from random import Random
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import inspect, select

from portal.audit.models import JournalEntry
from portal.ballots.models import Ballot, RollEntry
from portal.cases import submitting
from portal.cases.models import Case, CaseEvent, CaseFollower, CaseRating
from portal.cli.demo import codes, stories
from portal.cli.demo.load import Plan, load
from portal.core.extensions import db
from portal.domain import codes as domain_codes
from portal.messaging.models import OutboxMessage
from portal.places.models import Poster
from portal.roster.models import Household, HouseholdPerson
from tests.fixtures.app import make_app
from tests.fixtures.databases import sqlite_copy

pytestmark = pytest.mark.slow
CASES = 40
SHOWN = (
    Ballot,
    RollEntry,
    Case,
    CaseEvent,
    CaseFollower,
    CaseRating,
    OutboxMessage,
    Poster,
    JournalEntry,
    Household,
    HouseholdPerson,
)


def load_into(folder: Path) -> Flask:
    folder.mkdir()
    app = make_app(sqlite_copy(folder / "portal.db"), folder)
    with app.app_context():
        load(Plan(cases=CASES, seed=2023), quiet=True)
    return app


def rows(kind: Any) -> list[dict[str, str]]:
    """Every column, as this instance's keys open it."""
    names = [each.key for each in inspect(kind).column_attrs]
    found = db.session.scalars(select(kind).order_by(kind.id))
    return [{name: str(getattr(row, name)) for name in names} for row in found]


def seen(app: Flask) -> dict[str, list[dict[str, str]]]:
    with app.app_context():
        return {kind.__name__: rows(kind) for kind in SHOWN}


@pytest.fixture(scope="module")
def loaded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    app = load_into(tmp_path_factory.mktemp("demo") / "one")
    yield app
    with app.app_context():
        db.engine.dispose()


ELSEWHERE = """
import json, sys
from pathlib import Path
from test_demo_twice import load_into, seen
print(json.dumps(seen(load_into(Path(sys.argv[1])))))
"""


def test_another_process_makes_the_same_demo(loaded: Flask, tmp_path: Path) -> None:
    """In a process of its own, because the order of sets differs between processes."""
    here = Path(__file__).parent
    environment = {**os.environ, "PYTHONHASHSEED": "77", "PYTHONPATH": f"{here}:{here.parent.parent}"}
    command = [sys.executable, "-c", ELSEWHERE, str(tmp_path / "two")]
    done = subprocess.run(command, env=environment, stdout=subprocess.PIPE, text=True, check=True)
    first, second = seen(loaded), json.loads(done.stdout)
    assert len(first["Case"]) == CASES + 1  # one was made from a discussion
    assert len(first["OutboxMessage"]) > CASES
    for kind, found in first.items():
        assert second[kind] == found, kind


def test_most_public_cases_have_a_title_written_by_staff(loaded: Flask) -> None:
    with loaded.app_context():
        hidden = ["held", "invalid", "withdrawn"]
        shown = db.session.scalars(select(Case).where(Case.is_public, Case.status.not_in(hidden)))
        titled = [case.is_titled for case in shown]
        written = set(db.session.scalars(select(Case.title).where(Case.is_titled)))
    assert sum(titled) / len(titled) >= 0.8
    assert written <= {each.title for each in stories.situations()}


def test_codes_are_secrets_again_after_loading(loaded: Flask) -> None:
    with loaded.app_context(), codes.seeded(Random(1)):
        assert submitting.new_code is not domain_codes.new_code
    for name in codes.SEEDED:
        assert getattr(submitting, name) is getattr(domain_codes, name)


def test_titles_are_short_and_name_no_door() -> None:
    for each in stories.situations():
        assert 4 <= len(each.title) <= 20
        assert not set(each.title) & set("{}0123456789我")
