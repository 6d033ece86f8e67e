"""991 homes open the paper and vote at once: `.venv/bin/python -m tests.bench.vote_burst [HOMES]`.

Prints how many got a receipt, how long it took in all and for the slowest, and what a vote costs in statements on rolls of
1,000 and 100,000 homes. Figures belong into a terminal; what must hold is asserted in tests/ballots.
"""

import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

from flask import Flask
from sqlalchemy import event, insert, select
from werkzeug.serving import make_server

from portal.ballots import casting
from portal.ballots.models import Ballot, RollEntry
from portal.ballots.scheduling import open_ballot
from portal.core import clock
from portal.core.extensions import db
from portal.core.writing import writing
from portal.roster.models import Household
from tests.ballots.test_vote_races import Phone, filled_in
from tests.builders.ballots import make_announced
from tests.builders.cases import make_world
from tests.builders.roster import make_household, make_member, make_owner
from tests.builders.votes import SYSTEM, answers
from tests.fixtures.app import make_app
from tests.fixtures.browser import Live
from tests.fixtures.schema import create_schema

THREADS = 32


@contextmanager
def portal() -> Iterator[Live]:
    """Served by threads on SQLite with synchronous=FULL, as a small instance runs."""
    folder = Path(tempfile.mkdtemp(prefix="hedong-bench-"))
    server = make_server("127.0.0.1", 0, Flask("not yet"), threaded=True)
    base = f"http://127.0.0.1:{server.port}"
    app = make_app(f"sqlite:///{folder / 'portal.db'}", folder, BASE_URL=base, SQLITE_SYNCHRONOUS="FULL")
    server.app = app
    threading.Thread(target=server.serve_forever, daemon=True).start()
    with app.app_context():
        create_schema()
        yield Live(app, base)
    server.shutdown()


def open_vote(homes: int, members: bool) -> Ballot:
    with writing():
        world = make_world()
        if members:
            for number in range(homes):
                make_member(make_household(world.building, room=str(1000 + number)))
        else:
            many_homes(world.building, homes)
        ballot = make_announced(world.building.compound)
        assert ballot.starts_at is not None
        clock.travel(ballot.starts_at)
        open_ballot(ballot.id)
    return ballot


def many_homes(building, homes: int) -> None:  # type: ignore[no-untyped-def]
    owner, entrance = make_owner(building), building.entrances[0]
    row = {"building_id": building.id, "entrance_id": entrance.id, "owner_id": owner.id, "tenure": "private"}
    more = {"state": "lived_in", "area": 8950, "changed_at": clock.now()}
    db.session.execute(insert(Household), [row | more | {"room": str(number)} for number in range(homes)])


def burst(homes: int) -> None:
    with portal() as live:
        phones = [Phone(live, cookie) for _entry, cookie in filled_in(open_vote(homes, members=True))]

        def vote(phone: Phone) -> tuple[bool, float]:
            begun = time.perf_counter()
            _status, _body, location = phone.send("POST", "/votes/1/check", phone.check())
            _status, page, _location = phone.send("GET", location)
            return "回执码" in page, time.perf_counter() - begun

        begun = time.perf_counter()
        with ThreadPoolExecutor(THREADS) as pool:
            done = list(pool.map(vote, phones))
        whole = time.perf_counter() - begun
        receipts, slowest = sum(found for found, _took in done), max(took for _found, took in done)
        print(f"{receipts} of {homes} homes have a receipt; {whole:.1f} s in all, the slowest page {slowest:.2f} s")


def cost(homes: int) -> None:
    with portal():
        open_vote(homes, members=False)
        first = db.session.scalars(select(RollEntry.id).order_by(RollEntry.id.desc())).first()
        seen: list[str] = []
        event.listen(db.engine, "before_cursor_execute", lambda *given: seen.append(given[2]))
        took = []
        for turn in range(50):
            begun = time.perf_counter()
            with writing():
                casting.note(SYSTEM, casting.cast(SYSTEM, 1, first or 0, turn, answers("+-")))
            took.append(time.perf_counter() - begun)
        print(f"roll of {homes:>7,}: {len(seen) / 50:.0f} statements, {1000 * sorted(took)[25]:.2f} ms a vote")


if __name__ == "__main__":
    burst(int(sys.argv[1]) if len(sys.argv) > 1 else 991)
    for size in (1_000, 100_000):
        cost(size)
