"""接替 by two people and after a day: a lost number, a new voter, a place that another one takes (product ID7, ID13).

One member of staff makes sure and asks; every phone of the home, also the old number, is told at once; a second person
agrees; nothing changes before `WAIT` is over, and until then whoever is registered stops it with one press. After such
a no only a visit at the home or papers at the counter count. Merging takes nothing from anybody and needs one person.
"""

from collections.abc import Sequence
from datetime import timedelta

from flask import url_for
from sqlalchemy import Select, func, select, update
from sqlalchemy.orm import joinedload

from portal.audit import journal
from portal.core import clock, crypto
from portal.core.extensions import db
from portal.core.formatting import sms_moment
from portal.core.jobs import periodic
from portal.core.writing import writing
from portal.domain.actors import Actor
from portal.domain.errors import Conflict, DomainError, NotFound
from portal.domain.roles import Role
from portal.identity import approvals, sessions
from portal.identity.models import Approval
from portal.membership import deciding, labels, renumbering
from portal.membership.claim_models import CheckWay, Claim, ClaimState, Settling
from portal.membership.models import Membership, MembershipRole
from portal.membership.queries import homes_of, standing
from portal.membership.takeover_models import Takeover, TakeoverState
from portal.membership.tying import lock, phones_around
from portal.messaging.notify import notify
from portal.places.models import Building, Compound
from portal.places.scope import within
from portal.roster.models import Household

KIND = "takeover"
WAIT = timedelta(hours=24)
DECIDERS = frozenset({Role.COMMUNITY, Role.STREET, Role.DISTRICT})
TAKING = frozenset({Settling.HAND_OVER, Settling.REPLACE, Settling.NEW_NUMBER})
FACE_TO_FACE = frozenset({CheckWay.VISIT, CheckWay.WINDOW})
OPEN = Takeover.state.in_((TakeoverState.ASKED, TakeoverState.AGREED))
_HOME = joinedload(Takeover.household).joinedload(Household.building).joinedload(Building.compound)


def ask(
    actor: Actor,
    claim: Claim,
    home: Household,
    settling: Settling,
    check_way: CheckWay,
    role: MembershipRole,
    reason: str,
    member: Membership,
) -> Takeover:
    """`member` is whose place, vote or number it is. Told to the home before anybody has agreed."""
    deciding.still_open(claim)
    lock(home)
    if not reason.strip():
        raise DomainError("Please say how you made sure: the second person reads it.", field="reason")
    if open_at(home.id) is not None:
        raise Conflict("A change at this home waits for a second person already.")
    if was_stopped(claim.id) and check_way not in FACE_TO_FACE:
        raise DomainError(
            "Whoever is registered said no. Now only a visit or papers at the counter count.", field="check_way"
        )
    if settling is Settling.NEW_NUMBER:
        renumbering.check(claim, member)
    found = Takeover(
        claim=claim, household=home, membership=member, settling=settling, role=role, check_way=check_way,
        reason=reason, state=TakeoverState.ASKED, asked_at=clock.now(), asked_by=actor.id,
        effective_at=clock.now() + WAIT,
    )  # fmt: skip
    db.session.add(found)
    db.session.flush()
    summary = f"{labels.TAKEOVERS[settling]}：{home.full_name}"[:120]
    approvals.ask(KIND, found.subject, summary, {"takeover": found.id}, actor, reason)
    _tell_the_home(found)
    journal.record(
        "takeover:asked", actor, f"household:{home.id}",
        takeover=found.id, settling=settling, membership=member.id, why=crypto.digest(reason)[:32],
    )  # fmt: skip
    return found


def _tell_the_home(found: Takeover) -> None:
    values = {"bldg": found.household.building.sms_name, "time": sms_moment(found.effective_at)}
    for recipient in phones_around(found.household, but=found.claim.account.phone):
        notify(recipient, "takeover_asked", values, subject=found.subject, link="/me/household")


def open_at(household_id: int) -> Takeover | None:
    return db.session.scalar(select(Takeover).where(Takeover.household_id == household_id, OPEN))


def of_claim(claim_id: int) -> Takeover | None:
    """The newest one, whatever became of it."""
    statement = select(Takeover).where(Takeover.claim_id == claim_id).order_by(Takeover.id.desc()).limit(1)
    return db.session.scalar(statement.options(joinedload(Takeover.asker)))


def was_stopped(claim_id: int) -> bool:
    stopped = select(Takeover.id).where(Takeover.claim_id == claim_id, Takeover.state == TakeoverState.STOPPED)
    return db.session.scalar(stopped.limit(1)) is not None


def against(actor: Actor) -> Sequence[Takeover]:
    """What would take something from the homes of a signed-in resident."""
    ids = [home.household_id for home in homes_of(actor) if home.role is not MembershipRole.RENTER]
    if not ids:
        return []
    return db.session.scalars(select(Takeover).where(Takeover.household_id.in_(ids), OPEN).options(_HOME)).all()


def stop(actor: Actor, takeover_id: int) -> None:
    """不同意: the application goes back to the queue."""
    found = next((each for each in against(actor) if each.id == takeover_id), None)
    if found is None:
        raise NotFound("There is nothing to stop any more.")
    _end(found, TakeoverState.STOPPED)
    approvals.lapse(KIND, found.subject)
    journal.record("takeover:stopped", actor, f"household:{found.household_id}", takeover=found.id)


def withdraw(actor: Actor, claim: Claim) -> None:
    """Whoever asked takes it back; the application stays open."""
    found = of_claim(claim.id)
    if found is None or found.asked_by != actor.id:
        raise NotFound("There is nothing to take back.")
    drop_of(claim, actor)


def drop_of(claim: Claim, actor: Actor) -> None:
    """The application is taken back or refused: what hangs on it ends with it."""
    for found in db.session.scalars(select(Takeover).where(Takeover.claim_id == claim.id, OPEN)).all():
        _end(found, TakeoverState.DROPPED)
        approvals.lapse(KIND, found.subject)
        journal.record("takeover:dropped", actor, f"household:{found.household_id}", takeover=found.id)


def _end(found: Takeover, state: TakeoverState) -> None:
    """One conditional UPDATE: a stop and the clock never both win."""
    waiting = update(Takeover).where(Takeover.id == found.id, OPEN)
    if db.session.execute(waiting.values(state=state, ended_at=clock.now())).rowcount != 1:  # type: ignore[attr-defined]
        raise Conflict("This has been decided in the meantime.")
    db.session.refresh(found)


def _of(approval: Approval) -> Takeover | None:
    return db.session.get(Takeover, int(approvals.payload_of(approval)["takeover"]))


def _in_scope(statement: Select[int], actor: Actor) -> Select[int]:
    return (
        statement.join(Takeover.household)
        .join(Building, Household.building_id == Building.id)
        .join(Building.compound)
        .join(Compound.community)
        .where(within(actor), Takeover.state == TakeoverState.ASKED)
    )


def _waiting(actor: Actor) -> Select[int]:
    return _in_scope(select(func.count(Takeover.id)), actor).where(Takeover.asked_by != actor.id)


def _concerns(actor: Actor, approval: Approval) -> bool:
    meant = Takeover.id == int(approvals.payload_of(approval)["takeover"])
    return db.session.scalar(_in_scope(select(Takeover.id), actor).where(meant)) is not None


def _refuse(approval: Approval, actor: Actor) -> None:
    if (found := _of(approval)) is not None:
        _end(found, TakeoverState.REFUSED)


def _details(approval: Approval) -> str:
    found = _of(approval)
    return url_for("membership_desk.claim", claim_id=found.claim_id) if found else ""


@approvals.handler(
    KIND,
    lambda actor: actor.role in DECIDERS,
    concerns=_concerns,
    refused=_refuse,
    count=_waiting,
    details=_details,
    at_once=False,
)
def agree(approval: Approval, actor: Actor) -> None:
    """The second yes. It takes effect at once when the home has had its time, else by the clock."""
    found = _of(approval)
    if found is None or found.state is not TakeoverState.ASKED:
        raise Conflict("This request no longer holds. Please ask for it again.")
    found.state, found.decided_by, found.decided_at = TakeoverState.AGREED, actor.id, clock.now()
    db.session.flush()
    if found.effective_at <= clock.now():
        carry_out(found)


def carry_out(found: Takeover) -> None:
    """DomainError when it no longer fits what stands on the page."""
    claim, member, asker = found.claim, found.membership, sessions.staff_actor(found.asker)
    lock(found.household)
    _end(found, TakeoverState.DONE)
    if found.settling is Settling.NEW_NUMBER:
        if not standing(member):
            raise Conflict("This request no longer holds. Please ask for it again.")
        renumbering.carry_out(asker, claim, member, found.check_way, found.reason, found.decided_by)
        return
    claim.role = found.role
    deciding.passes(asker, claim, found.household, found.check_way, found.reason, found.settling)


@periodic("takeovers", timedelta(minutes=5))
def carry_out_due() -> None:
    """Each in a transaction of its own; what no longer fits goes back to the queue."""
    due = select(Takeover.id).where(Takeover.state == TakeoverState.AGREED, Takeover.effective_at <= clock.now())
    for takeover_id in db.session.scalars(due.order_by(Takeover.id)).all():
        try:
            with writing():
                carry_out(db.session.get_one(Takeover, takeover_id))
        except DomainError:
            with writing():
                _drop(takeover_id)


def _drop(takeover_id: int) -> None:
    found = db.session.get_one(Takeover, takeover_id)
    if found.claim.state is ClaimState.OPEN and found.ended_at is None:
        _end(found, TakeoverState.DROPPED)
        journal.record("takeover:dropped", Actor.system(), f"household:{found.household_id}", takeover=found.id)
