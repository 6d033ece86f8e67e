"""初步结果 → 公示 → 疑问 → 正式结果 or 未生效. The clock does it; staff may publish a minute earlier, never hold it back."""

from datetime import date, datetime, timedelta

from sqlalchemy import exists, select
from sqlalchemy.orm import undefer

from portal.audit import journal
from portal.ballots import counting
from portal.ballots.models import Ballot
from portal.ballots.result_models import BallotResult, Objection
from portal.core import clock
from portal.core.extensions import db
from portal.core.jobs import periodic
from portal.core.writing import writing
from portal.domain.actors import Actor
from portal.domain.ballot_kinds import BallotState
from portal.domain.ballot_results import ObjectionState
from portal.domain.errors import Conflict, NotFound
from portal.domain.local_time import end_of_day

AFTER_CORRECTION = timedelta(days=3)  # [P] a corrected result is on display at least so long


def locked(ballot_id: int) -> Ballot:
    """Whoever moves a ballot on waits for whoever does it at the same time."""
    statement = select(Ballot).where(Ballot.id == ballot_id).with_for_update(of=Ballot)
    return db.session.scalars(statement.execution_options(populate_existing=True)).one()


def latest(ballot_id: int, *, with_record: bool = False) -> BallotResult | None:
    statement = select(BallotResult).where(BallotResult.ballot_id == ballot_id).order_by(BallotResult.number.desc())
    if with_record:
        statement = statement.options(undefer(BallotResult.record))
    return db.session.scalars(statement.limit(1)).first()


def history(ballot_id: int) -> list[BallotResult]:
    """Oldest first."""
    found = select(BallotResult).where(BallotResult.ballot_id == ballot_id).order_by(BallotResult.number)
    return list(db.session.scalars(found))


def record_of(ballot: Ballot) -> str:
    """The public record, byte for byte; NotFound while there is no result on display."""
    result = latest(ballot.id, with_record=True)
    if result is None or ballot.published_at is None:
        raise NotFound("The public record appears with the result.")
    return result.record


def publish(actor: Actor, ballot_id: int) -> BallotResult:
    """公布结果: count, and put the first result on display. Conflict while papers wait to be read twice."""
    ballot = locked(ballot_id)
    if ballot.state is not BallotState.CLOSED:
        raise Conflict("The vote has moved on in the meantime. Please look at the page again.")
    if counting.unfinished_batches(ballot):
        raise Conflict("Papers are still being entered. The count waits for them.")
    result = counting.store(ballot, actor)
    ballot.state, ballot.published_at = BallotState.PROVISIONAL, clock.now()
    ballot.objections_until = display_end(ballot.published_at, ballot.objection_days)
    db.session.flush()
    journal.record("ballot:published", actor, ballot.subject, number=result.number, digest=result.digest)
    return result


def display_end(published: datetime, days: int) -> datetime:
    """公示 7 days from the 30th end with the 7th (民法典201: the first day is not counted)."""
    return end_of_day(clock.local(published).date() + timedelta(days=days))


def recount(actor: Actor, ballot: Ballot, objection_id: int) -> BallotResult:
    """A corrected result, dated now, on display for some days more."""
    result = counting.store(ballot, actor, objection_id)
    assert ballot.objections_until is not None
    at_least = end_of_day(clock.local(clock.now() + AFTER_CORRECTION).date())
    ballot.objections_until = max(ballot.objections_until, at_least)
    db.session.flush()
    return result


def last_day(ballot: Ballot) -> date | None:
    """The day with which the display ends."""
    return None if ballot.objections_until is None else as_day(ballot.objections_until)


def as_day(until: datetime) -> date:
    """24:00 of the 7th is the 7th."""
    return clock.local(until - timedelta(minutes=1)).date()


def open_objections(ballot_id: int) -> bool:
    waits = exists().where(Objection.ballot_id == ballot_id, Objection.state != ObjectionState.ANSWERED)
    return bool(db.session.scalar(select(waits)))


def finish(ballot_id: int) -> bool:
    """正式结果 or 未生效, once the display is over and every objection answered."""
    ballot = locked(ballot_id)
    is_over = ballot.objections_until is not None and ballot.objections_until <= clock.now()
    if ballot.state is not BallotState.PROVISIONAL or not is_over or open_objections(ballot.id):
        return False
    result = latest(ballot.id)
    assert result is not None
    ballot.state = BallotState.FINAL if result.is_effective else BallotState.NOT_EFFECTIVE
    ballot.final_at = clock.now()
    db.session.flush()
    journal.record(
        "ballot:final" if result.is_effective else "ballot:not_effective",
        Actor.system(), ballot.subject, number=result.number, digest=result.digest,
    )  # fmt: skip
    return True


@periodic("ballot_results", timedelta(minutes=1))
def run_results() -> int:
    """Count what has closed, end what was on display. How many ballots moved."""
    moved = 0
    for ballot_id in db.session.scalars(select(Ballot.id).where(Ballot.state == BallotState.CLOSED)).all():
        with writing():
            if not counting.unfinished_batches(db.session.get_one(Ballot, ballot_id)):
                publish(Actor.system(), ballot_id)
                moved += 1
    due = select(Ballot.id).where(Ballot.state == BallotState.PROVISIONAL, Ballot.objections_until <= clock.now())
    for ballot_id in db.session.scalars(due).all():
        with writing():
            moved += finish(ballot_id)
    return moved
