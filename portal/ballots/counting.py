"""计票: once after the close, and again as a new dated result when an upheld objection corrected a vote."""

import hashlib
import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import exists, func, select

from portal.audit import journal
from portal.ballots import labels, sealing
from portal.ballots.models import Ballot, BallotItem, BallotRule, RollEntry
from portal.ballots.paper_models import PaperBatch
from portal.ballots.result_models import BallotResult
from portal.core import clock
from portal.core.extensions import db
from portal.domain import ballot_record, tally
from portal.domain.actors import Actor
from portal.domain.ballot_kinds import Channel
from portal.domain.ballot_record import Record, Roll
from portal.domain.ballot_results import BatchState
from portal.domain.ballot_rules import CountRule, ItemRule, Outcome, Paper, Threshold, Weight
from portal.domain.errors import Conflict
from portal.domain.shares import Share
from portal.places.models import Building

LONG_LISTS = ("receipts", "answers", "sums", "checks")


def threshold(thing: BallotRule | BallotItem, kind: str) -> Threshold:
    """`quorum` or `approve` of a rule or an item."""
    return Threshold(_share(thing, f"{kind}_persons"), _share(thing, f"{kind}_area"))


def _share(thing: BallotRule | BallotItem, measure: str) -> Share | None:
    num, den = getattr(thing, f"{measure}_num"), getattr(thing, f"{measure}_den")
    return None if num is None or den is None else Share(num, den, getattr(thing, f"{measure}_strict"))


def rule_of(ballot: Ballot) -> CountRule:
    """All that the count depends on; fixed since the announcement."""
    items = tuple(
        ItemRule(item.position, item.answer, item.category, threshold(item, "approve"), item.cost)
        for item in ballot.items
    )
    quorum = threshold(ballot.rule, "quorum")
    return CountRule(items, quorum, ballot.rule.winners, ballot.budget, ballot.most_ticks, ballot.seats)


@dataclass(frozen=True)
class Counting:
    """One count with the record made of it."""

    count: tally.Count
    record: Record


def count(ballot: Ballot, number: int, at: datetime) -> Counting:
    """Read every counted vote, check it against its digest, add up. NotAllowed before the close."""
    votes = sealing.counted(ballot)
    _must_be_untouched(ballot, votes)
    codes, roll = _codes(ballot), _roll(ballot)
    papers = [Paper(Weight(vote.persons, vote.area), codes[vote.building_id], vote.answers) for vote in votes]
    turnout = Counter((codes[vote.building_id], vote.channel) for vote in votes)
    rule, receipts = rule_of(ballot), [vote.receipt_hash for vote in votes]
    found = tally.count(rule, roll.weight, papers)
    facts = _facts(ballot, number, at, dict(turnout))
    return Counting(found, ballot_record.build(rule, facts, roll, papers, receipts, found))


def _must_be_untouched(ballot: Ballot, votes: Sequence[sealing.Counted]) -> None:
    """A sealed answer or a vote altered behind the portal's back fits neither its digest nor the journal."""
    revisions = select(RollEntry.id, RollEntry.revision).where(RollEntry.ballot_id == ballot.id)
    revision = {row[0]: row[1] for row in db.session.execute(revisions)}
    written = journal.digests_of(ballot.subject)
    for vote in votes:
        digest = sealing.digest_of(vote.entry_id, revision[vote.entry_id], vote.answers, vote.nonce)
        if digest != vote.digest or digest not in written:
            raise Altered("A vote does not fit its digest in the journal. The count is stopped.")


class Altered(Conflict):
    """Somebody changed a vote without the portal; nothing is published before this is cleared up."""


def _codes(ballot: Ballot) -> dict[int, str]:
    used = select(RollEntry.building_id).where(RollEntry.ballot_id == ballot.id)
    found = db.session.execute(select(Building.id, Building.code).where(Building.id.in_(used)))
    return {row[0]: row[1] for row in found}


def _roll(ballot: Ballot) -> Roll:
    rows = db.session.execute(
        select(Building.code, RollEntry.persons, RollEntry.homes, RollEntry.area)
        .join(Building, Building.id == RollEntry.building_id)
        .where(RollEntry.ballot_id == ballot.id)
    )
    return Roll(sorted((row[0], row[1], row[2], row[3]) for row in rows), ballot.fingerprint or "")


def _facts(ballot: Ballot, number: int, at: datetime, turnout: dict[tuple[str, Channel], int]) -> ballot_record.Facts:
    return ballot_record.Facts(
        ballot={
            "id": ballot.id,
            "title": ballot.title,
            "place": labels.place_of(ballot),
            "rule": ballot.rule.name,
            "unit": ballot.rule.unit.value,
            "convener": ballot.convener,
            "basis": ballot.basis,
            "legal_basis": ballot.rule.legal_basis,
            "watchers": len(ballot.watchers),
            "opened_at": _iso(ballot.opened_at),
            "closed_at": _iso(ballot.ends_at),
        },
        titles={item.position: item.title for item in ballot.items},
        paragraphs={item.position: item.paragraph.value if item.paragraph else None for item in ballot.items},
        number=number,
        counted_at=clock.local(at).isoformat(timespec="seconds"),
        turnout=turnout,
    )


def _iso(moment: datetime | None) -> str | None:
    return None if moment is None else clock.local(moment).isoformat(timespec="seconds")


def unfinished_batches(ballot: Ballot) -> bool:
    """Papers given in before the close and not yet read twice: the count waits for them."""
    waits = exists().where(PaperBatch.ballot_id == ballot.id, PaperBatch.state != BatchState.DONE)
    return bool(db.session.scalar(select(waits)))


def store(ballot: Ballot, actor: Actor, objection_id: int | None = None) -> BallotResult:
    """Count and keep it as the next dated result; its digest goes to the journal. The caller has locked the ballot."""
    last = db.session.scalar(select(func.max(BallotResult.number)).where(BallotResult.ballot_id == ballot.id))
    number, at = (last or 0) + 1, clock.now()
    found = count(ballot, number, at)
    text = ballot_record.canonical(found.record)
    short = {name: value for name, value in found.record.items() if name not in LONG_LISTS}
    short["roll"] = {name: value for name, value in short["roll"].items() if name != "lines"}
    result = BallotResult(
        ballot_id=ballot.id,
        number=number,
        counted_at=at,
        objection_id=objection_id,
        is_effective=found.count.is_effective,
        carried=len(found.count.of(Outcome.CARRIED)),
        failed=len(found.count.items) - len(found.count.of(Outcome.CARRIED)) - len(found.count.of(Outcome.ORDERED)),
        digest=found.record["digest"],
        summary=json.dumps(short, ensure_ascii=False),
        record=text,
    )
    db.session.add(result)
    db.session.flush()
    journal.record(
        "ballot:counted", actor, ballot.subject, number=number, digest=result.digest,
        file=hashlib.sha256(text.encode()).hexdigest(), objection=objection_id,
    )  # fmt: skip
    return result
