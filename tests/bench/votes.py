"""Opening and casting: one vote, a whole compound at once, and a roll of 1,000 against one of 100,000."""

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from statistics import median

from sqlalchemy import insert, select

from portal.ballots import casting
from portal.ballots.models import Ballot, RollEntry
from portal.ballots.scheduling import open_ballot
from portal.core import clock
from portal.core.extensions import db
from portal.core.writing import writing
from portal.places.models import Building
from portal.roster.models import Household
from tests.ballots.test_vote_races import Phone, filled_in
from tests.bench.measuring import Line, cpu_of, statements
from tests.bench.serving import portal
from tests.builders.ballots import make_announced
from tests.builders.cases import make_world
from tests.builders.roster import make_household, make_member, make_owner
from tests.builders.votes import SYSTEM, answers

THREADS = 32
PLANNED, QUICK = 991, 200
SMALL, LARGE = 1_000, 100_000


def lines(*, quick: bool) -> Iterator[Line]:
    yield from burst(QUICK if quick else PLANNED)
    small, large = cast_on_a_roll_of(SMALL), cast_on_a_roll_of(LARGE)
    measured = f"{small:.2f} ms, {large:.2f} ms: {large / small:.2f}×"
    yield Line(f"a vote on a roll of {SMALL:,} and {LARGE:,}", "≤ 1.15×", measured, large <= 1.15 * small)


def burst(homes: int) -> Iterator[Line]:
    """All open the check and cast at once; each then looks at its receipt."""
    with portal() as live:
        phones = [Phone(live, cookie) for _entry, cookie in filled_in(open_vote(homes, members=True))]
        first = phones.pop()
        fields = first.check()
        with statements() as seen:
            first.send("POST", "/votes/1/check", fields)
        commits = seen.count("COMMIT")
        measured = f"{len(seen) - commits} SQL, {commits} commits"
        yield Line("casting a vote", "≤ 10 SQL, 1 commit", measured, len(seen) - commits <= 10 and commits == 1)
        begun = time.perf_counter()
        with ThreadPoolExecutor(THREADS) as pool:
            done = list(pool.map(vote, phones))
        whole = time.perf_counter() - begun
    receipts, slowest = sum(found for found, _took in done), max(took for _found, took in done)
    measured = f"{receipts}/{len(phones)} receipts, {whole:.1f} s, slowest {slowest:.1f} s"
    met = receipts == len(phones) and slowest <= 3
    yield Line(f"{homes} homes vote at once", "all receipts, slowest ≤ 3 s", measured, met)


def vote(phone: Phone) -> tuple[bool, float]:
    """(whether it has a receipt, seconds from opening the check to the receipt)"""
    begun = time.perf_counter()
    _status, _body, location = phone.send("POST", "/votes/1/check", phone.check())
    _status, page, _location = phone.send("GET", location)
    return "回执码" in page, time.perf_counter() - begun


def cast_on_a_roll_of(homes: int) -> float:
    """ms of CPU, the median of fifty."""
    with portal():
        open_vote(homes, members=False)
        last = db.session.scalars(select(RollEntry.id).order_by(RollEntry.id.desc()).limit(1)).one()
        return median(cpu_of(lambda turn=turn: cast(last, turn)) for turn in range(50))  # type: ignore[misc]


def cast(entry_id: int, revision: int) -> None:
    with writing():
        casting.note(SYSTEM, casting.cast(SYSTEM, 1, entry_id, revision, answers("+-")))


def open_vote(homes: int, *, members: bool) -> Ballot:
    with writing():
        building = make_world().building
        if members:
            for number in range(homes):
                make_member(make_household(building, room=str(1000 + number)))
        else:
            many_homes(building, homes)
        ballot = make_announced(building.compound)
        assert ballot.starts_at is not None
        clock.travel(ballot.starts_at)
        open_ballot(ballot.id)
    return ballot


def many_homes(building: Building, homes: int) -> None:
    owner, entrance = make_owner(building), building.entrances[0]
    row = {"building_id": building.id, "entrance_id": entrance.id, "owner_id": owner.id, "tenure": "private"}
    more = {"state": "lived_in", "area": 8950, "changed_at": clock.now()}
    db.session.execute(insert(Household), [row | more | {"room": str(number)} for number in range(homes)])
