"""疑问: put to a result by somebody verified at a home of the roll, answered in writing, and where upheld, corrected.

A correction is a new vote of the same entry (append-only), decided by two people, and everything is counted again as a new
dated result. The result becomes final only when all are answered.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from sqlalchemy import func, select, update
from sqlalchemy.orm import joinedload, undefer

from portal.audit import journal
from portal.ballots import casting, result_messages, results, sealing
from portal.ballots.models import Ballot, RollEntry, RollHome
from portal.ballots.queries import is_within
from portal.ballots.result_models import BallotResult, Objection
from portal.ballots.sheets import Found
from portal.core import clock, crypto
from portal.core.extensions import db
from portal.domain.actors import Actor
from portal.domain.ballot_kinds import BallotState, Channel
from portal.domain.ballot_results import ObjectionAbout, ObjectionOutcome, ObjectionState
from portal.domain.errors import Conflict, LimitReached, NotAllowed, NotFound
from portal.domain.roles import Role
from portal.identity import approvals
from portal.identity.models import Approval
from portal.membership.queries import homes_of

KIND = "ballot:correction"
ANSWERING = frozenset({Role.COMMUNITY, Role.STREET})
DECIDING = frozenset({Role.COMMUNITY, Role.STREET, Role.DISTRICT})
MOST_OPEN = 3
AT_LEAST = timedelta(days=2)  # to answer what came in on the last evening


def entry_of(actor: Actor, ballot: Ballot) -> RollEntry | None:
    """The entry that one of the actor's verified homes stands in; None: not on this roll."""
    homes = [found.household_id for found in homes_of(actor)]
    statement = select(RollEntry).join(RollHome, RollHome.entry_id == RollEntry.id)
    found = statement.where(RollHome.ballot_id == ballot.id, RollHome.household_id.in_(homes)).order_by(RollEntry.id)
    return db.session.scalars(found.limit(1)).first() if homes else None


def may_object(ballot: Ballot) -> bool:
    until = ballot.objections_until
    return ballot.state is BallotState.PROVISIONAL and until is not None and clock.now() < until


def file(actor: Actor, ballot_id: int, about: ObjectionAbout, words: str) -> Objection:
    """提交疑问. LimitReached while three of the same account wait."""
    ballot = results.locked(ballot_id)
    if not may_object(ballot):
        raise Conflict("Objections can be made while the first result is on display.")
    entry = entry_of(actor, ballot)
    if entry is None:
        raise NotAllowed("Only homes on this vote's roll can object to its result.")
    if len([one for one in own(actor, ballot) if one.state is not ObjectionState.ANSWERED]) >= MOST_OPEN:
        raise LimitReached("Three of your questions wait for an answer already.", retry_after=AT_LEAST)
    last = db.session.scalar(select(func.max(Objection.number)).where(Objection.ballot_id == ballot.id))
    found = Objection(
        ballot_id=ballot.id,
        number=(last or 0) + 1,
        account_id=actor.id,
        entry_id=entry.id,
        about=about,
        words=words,
        made_at=clock.now(),
        due_at=due(ballot, clock.now()),
    )
    db.session.add(found)
    db.session.flush()
    result_messages.objection(found, "objection_received")
    journal.record("objection:made", actor, ballot.subject, objection=found.id, about=str(about))
    return found


def due(ballot: Ballot, at: datetime) -> datetime:
    """By the end of the display; two days at least."""
    assert ballot.objections_until is not None
    return max(ballot.objections_until, at + AT_LEAST)


def own(actor: Actor, ballot: Ballot) -> Sequence[Objection]:
    statement = select(Objection).where(Objection.ballot_id == ballot.id, Objection.account_id == actor.id)
    return db.session.scalars(statement.order_by(Objection.number)).all()


def all_of(ballot: Ballot) -> Sequence[Objection]:
    return db.session.scalars(
        select(Objection).where(Objection.ballot_id == ballot.id).order_by(Objection.number)
    ).all()


def counts(ballot_id: int) -> tuple[int, int, int]:
    """(made, answered, corrected)"""
    statement = select(Objection.state, Objection.outcome, func.count()).where(Objection.ballot_id == ballot_id)
    rows = db.session.execute(statement.group_by(Objection.state, Objection.outcome)).all()
    return (
        sum(row[2] for row in rows),
        sum(row[2] for row in rows if row[0] is ObjectionState.ANSWERED),
        sum(row[2] for row in rows if row[1] is ObjectionOutcome.CORRECTED),
    )


def numbered(ballot: Ballot, number: int) -> Objection:
    statement = select(Objection).where(Objection.ballot_id == ballot.id, Objection.number == number)
    home = joinedload(Objection.entry).selectinload(RollEntry.roll_homes).joinedload(RollHome.household)
    found = db.session.scalar(statement.options(home, undefer(Objection.correction)))
    if found is None:
        raise NotFound("There is no such question.")
    return found


def answer(actor: Actor, ballot_id: int, number: int, outcome: ObjectionOutcome, words: str) -> Objection:
    """书面答复 without a correction."""
    ballot = results.locked(ballot_id)
    found = _open(actor, ballot, number)
    _settle(found, outcome, words, actor.id)
    result_messages.objection(found, "objection_replied")
    journal.record(
        "objection:answered",
        actor,
        ballot.subject,
        objection=found.id,
        outcome=str(outcome),
        answer=crypto.digest(words),
    )
    return found


def _open(actor: Actor, ballot: Ballot, number: int) -> Objection:
    if actor.role not in ANSWERING:
        raise NotAllowed("Questions are answered by the community and the street.")
    found = numbered(ballot, number)
    if found.state is not ObjectionState.OPEN or ballot.state is not BallotState.PROVISIONAL:
        raise Conflict("This question has been dealt with in the meantime.")
    return found


def _settle(found: Objection, outcome: ObjectionOutcome, words: str, post_id: int | None) -> None:
    found.state, found.outcome, found.answer = ObjectionState.ANSWERED, outcome, words
    found.answered_at, found.answered_by = clock.now(), post_id
    db.session.flush()


def ask_correction(
    actor: Actor, ballot_id: int, number: int, about: Found, answers: Mapping[int, str], words: str
) -> Approval:
    """The upheld one: what the paper really says, sealed, before a second person."""
    ballot = results.locked(ballot_id)
    found = _open(actor, ballot, number)
    found.state, found.corrected_entry_id = ObjectionState.ASKED, about.entry.id
    found.correction, found.answer = sealing.packed(answers), words
    db.session.flush()
    summary = f"疑问 {found.number} 号：更正一张票后重新计票（{ballot.title}）"
    payload = {"objection": found.id, "revision": about.entry.revision}
    return approvals.ask(KIND, found.subject, summary[:120], payload, actor, "更正的内容见“疑问处理”")


def correction_of(found: Objection) -> dict[int, str]:
    return sealing.unpacked(found.correction)[0] if found.correction else {}


def _of(approval: Approval) -> Objection:
    return db.session.get_one(Objection, approvals.payload_of(approval)["objection"])


def _is_theirs(actor: Actor, approval: Approval) -> bool:
    return is_within(actor, _of(approval).ballot)


def _refuse(approval: Approval, actor: Actor) -> None:
    found = _of(approval)
    found.state, found.correction, found.corrected_entry_id, found.answer = ObjectionState.OPEN, None, None, None
    db.session.flush()


@approvals.handler(KIND, may=lambda actor: actor.role in DECIDING, concerns=_is_theirs, refused=_refuse)
def correct(approval: Approval, actor: Actor) -> None:
    """同意: the vote is corrected by a new entry, all is counted again, the objector gets the answer."""
    found = _of(approval)
    ballot = results.locked(found.ballot_id)
    if ballot.state is not BallotState.PROVISIONAL or found.corrected_entry_id is None:
        raise Conflict("This question has been dealt with in the meantime.")
    revision = approvals.payload_of(approval)["revision"]
    done = _write(ballot, found, found.corrected_entry_id, revision, approval.asked_by)
    found.correction = None
    _settle(found, ObjectionOutcome.CORRECTED, found.answer or "", approval.asked_by)
    result_messages.objection(found, "objection_replied")
    casting.note(actor, done)
    result: BallotResult = results.recount(actor, ballot, found.id)
    journal.record("objection:corrected", actor, ballot.subject, objection=found.id, result=result.number)


def _write(ballot: Ballot, found: Objection, entry_id: int, revision: int, post_id: int) -> casting.Cast:
    """Only over the vote that was looked at; the channel stays, and is paper where there was none."""
    entry = db.session.get_one(RollEntry, entry_id, populate_existing=True)
    channel = Channel.PAPER if entry.channel is Channel.NONE else entry.channel
    statement = (
        update(RollEntry)
        .where(RollEntry.id == entry_id, RollEntry.revision == revision)
        .values(revision=revision + 1, channel=channel)
        .execution_options(synchronize_session=False)
    )
    if db.session.execute(statement).rowcount != 1:  # type: ignore[attr-defined]
        raise Conflict("This vote was corrected in the meantime. Please look at it again.")
    answers = sealing.unpacked(found.correction or "")[0]
    return casting.write(
        ballot.id, entry_id, revision + 1, answers, clock.now(), channel, post_id=post_id, is_correction=True
    )
