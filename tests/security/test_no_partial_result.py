"""While a ballot is open nothing anywhere depends on how anybody voted (D7).

The same small district is built twice. The same people do the same at the same minute, only their answers are opposite. Then
everybody walks through every address, and pages, files, messages, log, journal, tables, the length of what is sealed and the
number of statements must be the same in both: whatever tells a partial result would differ.
"""

import io
import logging
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
import structlog
from flask import Flask
from sqlalchemy import String, select, type_coerce

from portal.ballots import paper, scheduling, sealing, sheets, voting
from portal.ballots.models import Ballot, RollEntry
from portal.core import backups, clock, jobs
from portal.core.access import access_of
from portal.core.base import Base, Encrypted
from portal.core.extensions import db
from portal.core.writing import writing
from portal.domain.actors import Actor
from portal.domain.roles import STAFF_ROLES, Role
from portal.identity import sessions
from portal.identity.services import account_of
from tests.builders.ballots import make_open
from tests.builders.cases import World, make_world
from tests.builders.identity import make_account
from tests.builders.roster import make_household, make_member
from tests.builders.votes import answers, entries, vote_as
from tests.fixtures.app import make_app
from tests.fixtures.databases import sqlite_copy
from tests.statements import counted
from tests.visitor import Visitor

pytestmark = [pytest.mark.slow, pytest.mark.databases("sqlite")]
PHONES = [f"+861390000000{n}" for n in range(8)]
OPPOSITE = str.maketrans("+-", "-+")
APART = {"/metrics", "/readyz", "/demo/clock", "/desk/account/totp"}  # figures of the process, real time, new secrets
SAME = (
    (re.compile(r"[0-9a-f]{12,}"), "#"),  # digests, keys of forms and requests
    (re.compile(r'(name="(?:csrf_token|once)"[^>]*value=")[^"]+'), r"\1#"),
    (re.compile(r'("(?:ms|timestamp|id)": )("[^"]*"|[\d.]+)'), r"\1#"),
)


@dataclass
class Seen:
    """What anybody can get hold of, by where it came from."""

    pages: dict[str, str] = field(default_factory=dict)
    tables: dict[str, list[str]] = field(default_factory=dict)
    log: str = ""
    afterwards: list[dict[int, str]] = field(default_factory=list)


def district(signs: Callable[[str], str]) -> Ballot:
    """Eight homes of an open ballot: five voted online, one of them twice, one is filling in, two are on paper."""
    with writing():
        world = make_world()
        for n in range(8):
            home = make_household((world.building, world.other_building)[n % 2], room=f"{n + 1}01", area=8000 + n)
            make_member(home, make_account(PHONES[n]))
        ballot = make_open(world.building.compound)
    for entry, given in zip(entries(ballot)[:5], ("++", "+-", "++", "-+", "o+"), strict=True):
        vote_as(entry, signs(given))
    vote_as(entries(ballot)[2], signs("+-"))
    with writing():
        filling = entries(ballot)[1]
        voting.keep(Actor("resident", account_of(PHONES[1]).id), ballot, filling, answers(signs("-+")))
    on_paper(world, ballot, signs)
    return ballot


def on_paper(world: World, ballot: Ballot, signs: Callable[[str], str]) -> None:
    """A batch that is counted in, and one that was read once."""
    readers = (world.actor(Role.COMMUNITY), world.actor(Role.STREET))
    for number, (entry, given) in enumerate(zip(entries(ballot)[5:7], ("++", "-+"), strict=True), 1):
        with writing():
            paper.open_batch(readers[0], ballot, building_id=None, box="", expected=1, witnesses=["王建国", "李秀英"])
        for turn, reader in enumerate(readers[: 3 - number], 1):
            with writing():
                found = db.session.get_one(RollEntry, entry.id)
                sheet = sheets.Found(found, found.roll_homes[0].household)
                paper.read(reader, ballot, number, turn, sheet, answers(signs(given)))
            with writing():
                paper.finish(reader, ballot.id, number, turn)


def everywhere(app: Flask, ballot_id: int) -> Iterator[tuple[str, str]]:
    """(who, address) of everything that answers a GET and exists here."""
    known = {
        "ballot_id": ballot_id,
        "number": 1,
        "entry_id": 1,
        "home_id": 1,
        "code": "DJZ03",
        "household_id": 1,
        "reading_id": 1,
    }
    with app.test_request_context():
        for rule in sorted(app.url_map.iter_rules(), key=lambda rule: rule.rule):
            if "GET" not in (rule.methods or ()) or rule.endpoint == "static" or rule.rule in APART:
                continue
            if not set(rule._converters) <= set(known):
                continue
            address = rule.build({name: known[name] for name in rule._converters})[1]  # type: ignore[index]
            kind, roles = access_of(app, rule.endpoint) or ("", frozenset())
            if kind == "staff":
                yield from ((role, address) for role in sorted(map(str, roles or STAFF_ROLES)))
            else:
                yield from ((who, address) for who in ("guest", "resident"))
            if "ballot_id" in rule._converters:
                yield "community", f"{address}?building=1&entry=1&again=6"


def browser_of(app: Flask, who: str) -> Visitor:
    from portal.identity.models import StaffPost

    client = Visitor.of(app)
    if who == "guest":
        return client
    with writing():
        if who == "resident":
            token = sessions.open_session(account=account_of(PHONES[0]))
        else:
            token = sessions.open_session(post=db.session.scalars(select(StaffPost).filter_by(role=Role(who))).one())
    client.set_cookie(sessions.cookie_name(), token)
    return client


def pages(app: Flask, ballot_id: int) -> dict[str, str]:
    browsers: dict[str, Visitor] = {}
    found = {}
    for who, address in everywhere(app, ballot_id):
        browser = browsers.setdefault(who, browser_of(app, who)) if who not in browsers else browsers[who]
        with browser.no_lint(), counted() as statements:
            response = browser.get(address)
        body = response.get_data().decode("utf-8", "replace") if response.is_json or "text" in response.mimetype else ""
        size = len(response.get_data()) if not body else 0
        found[f"{who} {address}"] = same(f"{response.status_code} {size} {len(statements)} statements\n{body}")
    return found


def tables() -> dict[str, list[str]]:
    """Every row of every table as those can read it who hold its keys; of what is under lock only how long it is."""
    found = {}
    for table in Base.metadata.sorted_tables:
        columns = [
            type_coerce(column, String).label(column.name)
            if isinstance(column.type, Encrypted) and column.type.purpose == "ballot"
            else column
            for column in table.columns
        ]
        found[table.name] = sorted(same(shown(row)) for row in db.session.execute(select(*columns)))
    return found


def shown(row: Any) -> str:
    return " | ".join(
        f"{len(value)} sealed" if name == "sealed" and value else "·" if isinstance(value, datetime) else str(value)
        for name, value in row._mapping.items()
    )


def same(text: str) -> str:
    """Without what differs each time by chance."""
    for pattern, word in SAME:
        text = pattern.sub(word, text)
    return text


@pytest.fixture
def log() -> Iterator[io.StringIO]:
    out = io.StringIO()
    handler, root, before = logging.StreamHandler(out), logging.getLogger(), logging.getLogger().level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    kept = structlog.get_config()
    structlog.configure(logger_factory=structlog.PrintLoggerFactory(out), cache_logger_on_first_use=False)
    yield out
    structlog.configure(**kept)
    root.removeHandler(handler)
    root.setLevel(before)


def look(folder: Path, log: io.StringIO, signs: Callable[[str], str]) -> Seen:
    folder.mkdir()
    app = make_app(sqlite_copy(folder.with_suffix(".db")), folder)
    with app.app_context():
        log.truncate(0)
        clock.travel(datetime(2024, 6, 17, 9, tzinfo=clock.ZONE))
        ballot = district(signs)
        jobs.run_due({backups.JOB: jobs.current_slot(jobs.JOBS[backups.JOB])})
        jobs.finish()
        seen = Seen(pages(app, ballot.id), tables(), same(log.getvalue()))
        clock.travel(ballot.ends_at)
        scheduling.run_schedule()
        found = sealing.counted(db.session.get_one(Ballot, ballot.id, populate_existing=True))
        seen.afterwards = [each.answers for each in found]
        db.session.rollback()
        db.engine.dispose()
        return seen


def differences(one: Seen, other: Seen) -> list[str]:
    found = [
        f"{where}: {first}"
        for where in one.pages
        for first in sorted(set(one.pages[where].splitlines()) ^ set(other.pages[where].splitlines()))[:1]
    ]
    for name, rows in one.tables.items():
        found += [f"{name}: {row}" for row, twin in zip(rows, other.tables[name], strict=True) if row != twin]
    return found


def test_opposite_answers_look_the_same_everywhere_until_the_close(tmp_path: Path, log: io.StringIO) -> None:
    one, other = (look(tmp_path / name, log, signs) for name, signs in (("one", str), ("other", opposite)))
    found = differences(one, other)
    assert not found, "\n".join(found[:60])
    assert one.log == other.log
    assert one.afterwards != other.afterwards, "the control: under lock they are opposite"


def opposite(signs: str) -> str:
    return signs.translate(OPPOSITE)
