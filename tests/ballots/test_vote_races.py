"""Many at once, over real HTTP and on both databases: one vote per entry, and none without its place in the count."""

import http.client
import re
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from urllib.parse import urlencode

import pytest
from flask import Flask
from sqlalchemy import select

from portal.ballots import casting, results, voting
from portal.ballots.casting import NotOpen
from portal.ballots.models import Ballot, RollEntry, Vote
from portal.ballots.scheduling import close_ballot
from portal.core import clock
from portal.core.extensions import db
from portal.core.writing import writing
from portal.domain.actors import Actor
from portal.domain.ballot_kinds import BallotState
from portal.identity import sessions
from portal.identity.models import Account
from portal.membership.models import Membership
from tests.builders.ballots import make_open
from tests.builders.cases import make_world
from tests.builders.roster import make_household, make_member
from tests.builders.votes import SYSTEM, answers, entries
from tests.fixtures.browser import Live

THREADS = 16


def make_vote(homes: int) -> Ballot:
    with writing():
        world = make_world()
        for number in range(homes):
            make_member(make_household(world.building, room=str(1000 + number)))
        return make_open(world.building.compound)


def filled_in(ballot: Ballot) -> list[tuple[int, str]]:
    """Every home's paper is filled in; (entry id, the cookie of its voter)."""
    found = []
    rows = db.session.execute(
        select(RollEntry, Membership.account_id).join(Membership, Membership.household_id == RollEntry.household_id)
    )
    for entry, account_id in [(row[0], row[1]) for row in rows]:
        with writing():
            voting.keep(Actor("resident", account_id), ballot, entry, answers("+-"))
            token = sessions.open_session(account=db.session.get_one(Account, account_id))
        found.append((entry.id, f"{sessions.cookie_name()}={token}"))
    return found


class Phone:
    """One browser: keeps its cookies, follows nothing."""

    def __init__(self, live: Live, cookie: str) -> None:
        self.host, self.cookie = live.base.removeprefix("http://"), cookie

    def send(self, method: str, path: str, fields: dict[str, str] | None = None) -> tuple[int, str, str]:
        """(status, body, location)"""
        connection = http.client.HTTPConnection(self.host, timeout=60)
        headers = {"Cookie": self.cookie, "Content-Type": "application/x-www-form-urlencoded"}
        connection.request(method, path, urlencode(fields or {}), headers)
        response = connection.getresponse()
        body, location = response.read().decode(), response.headers.get("Location", "")
        for kept in response.headers.get_all("Set-Cookie") or []:
            name = kept.split("=", 1)[0]
            others = [part for part in self.cookie.split("; ") if not part.startswith(f"{name}=")]
            self.cookie = "; ".join([*others, kept.split(";", 1)[0]])
        connection.close()
        return response.status, body, location

    def check(self) -> dict[str, str]:
        """The hidden fields of 核对选票."""
        _status, body, _location = self.send("GET", "/votes/1/check")
        form = body[body.index('class="form') :]
        return dict(re.findall(r'<input[^>]*name="(csrf_token|once|revision|entry)"[^>]*value="([^"]*)"', form))


@pytest.mark.slow
def test_two_hundred_at_once_for_one_home_count_once(app: Flask, live: Live) -> None:
    ballot = make_vote(1)
    ((_entry, cookie),) = filled_in(ballot)
    phone = Phone(live, cookie)
    fields = phone.check()
    assert fields.keys() == {"csrf_token", "once", "revision", "entry"}, fields

    def press(turn: int) -> tuple[int, str]:
        status, _body, location = Phone(live, phone.cookie).send(
            "POST", "/votes/1/check", fields | {"once": f"turn-{turn}"}
        )
        return status, location.partition("?")[0]

    with ThreadPoolExecutor(THREADS) as pool:
        seen = Counter(pool.map(press, range(200)))
    db.session.rollback()
    assert db.session.query(Vote).count() == 1 and db.session.get_one(RollEntry, 1).revision == 1
    assert {status for status, _where in seen} <= {303, 409}, seen
    assert {where for status, where in seen if status == 303} <= {"/votes/1/receipt", "/votes/1/ballot"}, seen


@pytest.mark.slow
@pytest.mark.databases("sqlite")
def test_a_whole_compound_opens_and_casts_at_once_and_all_get_receipts(app: Flask, live: Live) -> None:
    """A hundred here; the 991 with their times are in `make bench`."""
    phones = [Phone(live, cookie) for _entry, cookie in filled_in(make_vote(100))]

    def vote(phone: Phone) -> bool:
        status, _body, location = phone.send("POST", "/votes/1/check", phone.check())
        _status, page, _location = phone.send("GET", location)
        return status == 303 and "回执码" in page

    with ThreadPoolExecutor(THREADS) as pool:
        assert all(pool.map(vote, phones))
    db.session.rollback()
    assert db.session.query(Vote).count() == 100


def test_at_the_instant_of_the_close_a_vote_is_counted_with_a_receipt_or_refused(app: Flask) -> None:
    ballot = make_vote(60)
    ids, end = [entry.id for entry in entries(ballot)], ballot.ends_at
    clock.travel(end - timedelta(milliseconds=1))

    def vote(entry_id: int) -> tuple[int, str | None]:
        with app.app_context():
            try:
                with writing():
                    done = casting.cast(SYSTEM, 1, entry_id, 0, answers("+-"))
                    casting.note(SYSTEM, done)
                return entry_id, done.vote.receipt_hash
            except NotOpen:
                return entry_id, None

    def close(_turn: int) -> None:
        with app.app_context():
            clock.travel(end)
            with writing():
                close_ballot(1)
            with writing():
                results.publish(SYSTEM, 1)

    with ThreadPoolExecutor(8) as pool:
        early = list(pool.map(vote, ids[:20]))
        closing = pool.submit(close, 0)
        late = list(pool.map(vote, ids[20:]))
        closing.result()
    db.session.rollback()
    receipts = {receipt for _entry, receipt in [*early, *late] if receipt}
    ballot = db.session.get_one(Ballot, 1, populate_existing=True)
    assert ballot.state is BallotState.PROVISIONAL
    record = results.record_of(ballot)
    assert len(receipts) >= 20 and all(receipt in record for receipt in receipts), "a receipt for an uncounted vote"
    assert db.session.query(Vote).count() == len(receipts), "a vote without a receipt"
