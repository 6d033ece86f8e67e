"""Announcing with two people, then the clock: opening, closing. Later the end alone may move, or it all becomes void."""

from datetime import datetime, timedelta

from flask import url_for
from sqlalchemy import select

from portal.audit import journal
from portal.ballots import news, rolls
from portal.ballots.models import Ballot, BallotExtension
from portal.ballots.queries import ballot_for, is_within
from portal.ballots.readiness import reasons_not_ready
from portal.core import clock
from portal.core.extensions import db
from portal.core.formatting import moment
from portal.core.jobs import periodic
from portal.core.writing import writing
from portal.domain.actors import Actor
from portal.domain.ballot_kinds import BallotState, NewsKind
from portal.domain.errors import Conflict, DomainError, NotAllowed
from portal.domain.roles import Role
from portal.identity import approvals
from portal.identity.models import Approval, ApprovalState

KIND = "ballot:schedule"
PREPARERS = frozenset({Role.COMMUNITY, Role.STREET})
SECOND_PERSONS = frozenset({Role.COMMUNITY, Role.STREET, Role.DISTRICT})
MAY_BE_VOID = frozenset({BallotState.ANNOUNCED, BallotState.OPEN, BallotState.CLOSED})


def ask(actor: Actor, ballot: Ballot) -> Approval:
    """交给另一人复核: only a ballot that lacks nothing."""
    _must_be(ballot, BallotState.DRAFT)
    if actor.role not in PREPARERS:
        raise NotAllowed("Votes are prepared by the community and the street.")
    if reasons := reasons_not_ready(ballot):
        raise reasons[0]
    if approvals.still_asked(ballot.subject, KIND):
        raise Conflict("A second person is looking at it already.")
    summary = f"投票“{ballot.title}”：{moment(ballot.starts_at)} 开始，{moment(ballot.ends_at)} 截止"
    return approvals.ask(KIND, ballot.subject, summary[:120], {"ballot": ballot.id, "revision": ballot.revision}, actor)


def request_of(ballot: Ballot) -> Approval | None:
    """The request that waits, if one does."""
    waits = select(Approval).where(
        Approval.subject == ballot.subject, Approval.kind == KIND, Approval.state == ApprovalState.ASKED
    )
    return db.session.scalar(waits)


def _of(approval: Approval) -> Ballot:
    return db.session.get_one(Ballot, approvals.payload_of(approval)["ballot"])


@approvals.handler(
    KIND,
    may=lambda actor: actor.role in SECOND_PERSONS,
    concerns=lambda actor, approval: is_within(actor, _of(approval)),
    details=lambda approval: url_for("ballots_schedule.approve", ballot_id=approvals.payload_of(approval)["ballot"]),
)
def announce(approval: Approval, actor: Actor) -> None:
    """同意按期开始: public from now on, and fixed; the clock does the rest."""
    ballot = _of(approval)
    _must_be(ballot, BallotState.DRAFT)
    if ballot.revision != approvals.payload_of(approval)["revision"]:
        raise Conflict("It was changed after it was handed over. Please ask again.")
    if reasons := reasons_not_ready(ballot):
        raise reasons[0]
    ballot.state, ballot.announced_at, ballot.approved_by = BallotState.ANNOUNCED, clock.now(), actor.id
    db.session.flush()
    journal.record("ballot:announced", actor, ballot.subject, starts=_iso(ballot.starts_at), ends=_iso(ballot.ends_at))


@periodic("ballots", timedelta(minutes=1))
def run_schedule() -> int:
    """Open and close what is due; `ballots/news.py` tells the homes. How many ballots moved."""
    moved = 0
    for state, due, move in (
        (BallotState.ANNOUNCED, Ballot.starts_at, open_ballot),
        (BallotState.OPEN, Ballot.ends_at, close_ballot),
    ):
        for ballot_id in db.session.scalars(select(Ballot.id).where(Ballot.state == state, due <= clock.now())).all():
            with writing():
                moved += move(ballot_id)
    return moved


def open_ballot(ballot_id: int) -> int:
    """The roll is frozen and its fingerprint written down in the same transaction; 0 when it was open already."""
    ballot = _locked(ballot_id)
    if ballot.state is not BallotState.ANNOUNCED or ballot.starts_at is None or ballot.starts_at > clock.now():
        return 0
    frozen = rolls.freeze(ballot)
    ballot.state, ballot.opened_at = BallotState.OPEN, clock.now()
    ballot.fingerprint, ballot.roll_digest = frozen.fingerprint, frozen.digest
    ballot.roll_persons, ballot.roll_homes, ballot.roll_area = frozen.persons, frozen.homes, frozen.area
    db.session.flush()
    journal.record(
        "ballot:opened", Actor.system(), ballot.subject, persons=frozen.persons, homes=frozen.homes, area=frozen.area,
        fingerprint=frozen.fingerprint, roll=frozen.digest,
    )  # fmt: skip
    return 1


def close_ballot(ballot_id: int) -> int:
    ballot = _locked(ballot_id)
    if ballot.state is not BallotState.OPEN or ballot.ends_at is None or ballot.ends_at > clock.now():
        return 0
    ballot.state, ballot.closed_at = BallotState.CLOSED, clock.now()
    db.session.flush()
    journal.record("ballot:closed", Actor.system(), ballot.subject, ends=_iso(ballot.ends_at))
    return 1


def extend(actor: Actor, ballot_id: int, until: datetime, reason: str) -> None:
    """延长截止: later only, while it is open, with a reason that everybody reads; votes already cast stay."""
    ballot = ballot_for(actor, ballot_id)
    if actor.role not in PREPARERS:
        raise NotAllowed("Votes are prepared by the community and the street.")
    _must_be(ballot, BallotState.OPEN)
    assert ballot.ends_at is not None
    if ballot.ends_at <= clock.now():
        raise Conflict("The vote has ended already.")
    if until <= ballot.ends_at:
        raise DomainError("The new end must be later than %(end)s", field="until", end=moment(ballot.ends_at))
    row = BallotExtension(
        ballot_id=ballot.id, at=clock.now(), before=ballot.ends_at, until=until, reason=reason, post_id=actor.id
    )
    ballot.ends_at = until
    db.session.add(row)
    db.session.flush()
    news.leave(ballot, NewsKind.EXTENDED)
    journal.record("ballot:extended", actor, ballot.subject, before=_iso(row.before), until=_iso(until))


def declare_void(actor: Actor, ballot_id: int, reason: str) -> None:
    """作废 with a public reason, before there is a result; the papers stay sealed."""
    ballot = ballot_for(actor, ballot_id)
    if actor.role not in {Role.STREET, Role.DISTRICT}:
        raise NotAllowed("Only the street or the district may declare a vote void.")
    if ballot.state not in MAY_BE_VOID:
        raise Conflict("This vote cannot be declared void any more.")
    was_open = ballot.opened_at is not None
    ballot.state, ballot.voided_at, ballot.void_reason = BallotState.VOID, clock.now(), reason
    db.session.flush()
    if was_open:
        news.leave(ballot, NewsKind.VOID)
    journal.record("ballot:void", actor, ballot.subject)


def _locked(ballot_id: int) -> Ballot:
    statement = select(Ballot).where(Ballot.id == ballot_id).with_for_update(of=Ballot)
    return db.session.scalars(statement.execution_options(populate_existing=True)).one()


def _must_be(ballot: Ballot, state: BallotState) -> None:
    if ballot.state is not state:
        raise Conflict("The vote has moved on in the meantime. Please look at the page again.")


def _iso(at: datetime | None) -> str | None:
    return at.isoformat() if at else None
