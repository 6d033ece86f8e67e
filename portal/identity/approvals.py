"""Deeds that wait for a second person (待我批准). Features register what happens on a yes; siblings never meet.

@approvals.handler("extension", may=lambda actor: actor.role in SUPERIORS)
def grant(approval: Approval, actor: Actor) -> None: ...
"""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, func, or_, select, update
from sqlalchemy.orm import joinedload

from portal.audit import journal
from portal.core import clock, crypto
from portal.core.extensions import db
from portal.core.formatting import sms_moment
from portal.domain.actors import Actor
from portal.domain.errors import Conflict, NotAllowed, NotFound
from portal.identity.models import Approval, ApprovalState, PostChange

Deed = Callable[[Approval, Actor], None]
May = Callable[[Actor], bool]
Concerns = Callable[[Actor, Approval], bool]
MOST = 200


@dataclass(frozen=True)
class Handler:
    """`may`: who decides this kind at all; `concerns`: whether this one is theirs; `refused`: what a no does;
    `details`: the address of the page that shows what exactly is asked."""

    run: Deed
    may: May
    concerns: Concerns
    refused: Deed | None
    fresh: bool
    count: Callable[[Actor], Select[Any]] | None
    details: Callable[[Approval], str] | None
    at_once: bool


HANDLERS: dict[str, Handler] = {}


def handler(
    kind: str,
    may: May,
    *,
    concerns: Concerns = lambda actor, approval: True,
    refused: Deed | None = None,
    fresh: bool = False,
    count: Callable[[Actor], Select[Any]] | None = None,
    details: Callable[[Approval], str] | None = None,
    at_once: bool = True,
) -> Callable[[Deed], Deed]:
    """Registers what an approval of `kind` does, in the transaction of the decision; `fresh`: a code is asked first.

    `at_once`: whether a yes holds from that moment.
    `count` is a statement for how many wait for somebody, where `concerns` has to look at each; all are asked at once.
    """

    def register(run: Deed) -> Deed:
        HANDLERS[kind] = Handler(run, may, concerns, refused, fresh, count, details, at_once)
        return run

    return register


def ask(kind: str, subject: str, summary: str, payload: dict[str, Any], actor: Actor, reason: str = "") -> Approval:
    """Put a deed before a second person. `summary` (≤ 120) names no resident; `payload` holds ids, dates and numbers."""
    if kind not in HANDLERS:
        raise ValueError(f"nobody handles approvals of kind {kind!r}")
    if not actor.is_staff:
        raise NotAllowed("Only staff can ask for an approval.")
    approval = Approval(
        kind=kind,
        subject=subject,
        summary=summary,
        payload=json.dumps(payload, ensure_ascii=False, sort_keys=True),
        reason=reason,
        asked_by=actor.id,
        asked_at=clock.now(),
    )
    db.session.add(approval)
    db.session.flush()
    journal.record("approval:asked", actor, f"approval:{approval.id}", kind=kind, about=subject)
    return approval


def decide(approval_id: int, approve: bool, reason: str, actor: Actor) -> Approval:
    """A yes does the deed in this transaction. NotAllowed for the asker, Conflict when somebody else was faster."""
    approval = open_for(actor, approval_id)
    if approval.asked_by == actor.id:
        raise NotAllowed("Whoever asked cannot decide. A second person is needed.")
    _settle(approval, ApprovalState.APPROVED if approve else ApprovalState.REFUSED, reason, actor)
    found = HANDLERS[approval.kind]
    if approve:
        found.run(approval, actor)
    elif found.refused:
        found.refused(approval, actor)
    word = "approved" if approve else "refused"
    journal.record(f"approval:{word}", actor, f"approval:{approval.id}", kind=approval.kind, why=crypto.digest(reason))
    return approval


def withdraw(approval_id: int, actor: Actor) -> Approval:
    """The asker takes it back before anybody decided."""
    approval = db.session.get(Approval, approval_id)
    if approval is None or approval.asked_by != actor.id:
        raise NotFound("There is no such request.")
    _settle(approval, ApprovalState.WITHDRAWN, "", None)
    journal.record("approval:withdrawn", actor, f"approval:{approval.id}", kind=approval.kind)
    return approval


def lapse(kind: str, subject: str) -> None:
    """What was asked no longer holds (whoever it concerns said no, or took it back): nobody has to decide it."""
    statement = update(Approval).where(
        Approval.kind == kind, Approval.subject == subject, Approval.state == ApprovalState.ASKED
    )
    db.session.execute(statement.values(state=ApprovalState.WITHDRAWN, decided_at=clock.now()))


def forget(subject: str) -> None:
    """Nothing of this matter may be seen any more: what waits is asked no longer, what was asked loses its words."""
    about = Approval.subject == subject
    waits = about & (Approval.state == ApprovalState.ASKED)
    db.session.execute(update(Approval).where(waits).values(state=ApprovalState.WITHDRAWN, decided_at=clock.now()))
    db.session.execute(update(Approval).where(about).values(summary="", reason="", decision_reason=None))


def open_for(actor: Actor, approval_id: int) -> Approval:
    """NotFound for what the actor may not decide: they learn nothing of it."""
    approval = db.session.get(Approval, approval_id)
    if approval is None or not is_for(actor, approval):
        raise NotFound("There is no such request.")
    return approval


def check_undecided(actor: Actor, approval_id: int) -> None:
    """Conflict, with who was faster and when, for a colleague of the same office: nobody else hears of it."""
    approval = db.session.get(Approval, approval_id)
    if approval is None or approval.decider is None or approval.decided_at is None:
        return
    faster = approval.decider
    if (faster.agency_id, faster.role) == (actor.agency_id, actor.role) and actor.id != approval.asked_by:
        raise Conflict(
            "%(who)s decided this at %(time)s already.", who=faster.name, time=sms_moment(approval.decided_at)
        )


def is_for(actor: Actor, approval: Approval) -> bool:
    found = HANDLERS.get(approval.kind)
    return actor.is_staff and found is not None and found.may(actor) and found.concerns(actor, approval)


def needs_fresh_code(approval: Approval) -> bool:
    return HANDLERS[approval.kind].fresh


def holds_at_once(approval: Approval) -> bool:
    return HANDLERS[approval.kind].at_once


def details_of(approval: Approval) -> str:
    """The address of the page that shows what exactly is asked; empty where the summary says it all."""
    found = HANDLERS[approval.kind].details
    return found(approval) if found else ""


def _settle(approval: Approval, state: ApprovalState, reason: str, actor: Actor | None) -> None:
    """One conditional UPDATE: of two who decide at once, one decides."""
    statement = (
        update(Approval)
        .where(Approval.id == approval.id, Approval.state == ApprovalState.ASKED)
        .values(
            state=state,
            decided_by=actor.id if actor else None,
            decided_at=clock.now(),
            decision_reason=reason or None,
        )
    )
    if db.session.execute(statement).rowcount != 1:  # type: ignore[attr-defined]
        raise Conflict("Somebody has decided this in the meantime.")
    db.session.refresh(approval)


def kinds_of(actor: Actor) -> list[str]:
    return [kind for kind, found in HANDLERS.items() if found.may(actor)] if actor.is_staff else []


def waiting_for(actor: Actor) -> list[Approval]:
    """What this actor may decide, oldest first; never what they asked for themselves."""
    found = db.session.scalars(_open(actor).options(joinedload(Approval.asker)).order_by(Approval.id).limit(MOST)).all()
    return [approval for approval in found if is_for(actor, approval)]


def asked_by(actor: Actor, *, limit: int = 30) -> Sequence[Approval]:
    """What this actor, in the office they have now, put before others, newest first, with what became of it."""
    moved = select(func.max(PostChange.at)).where(PostChange.post_id == actor.id, PostChange.what == "role_changed")
    here = or_(moved.scalar_subquery().is_(None), Approval.asked_at >= moved.scalar_subquery())
    statement = select(Approval).where(Approval.asked_by == actor.id, Approval.summary != "", here)
    return db.session.scalars(statement.order_by(Approval.id.desc()).limit(limit)).all()


def count_for(actor: Actor) -> int:
    """For the menu; no statement at all for those who decide nothing."""
    kinds = kinds_of(actor)
    counted = [count(actor).scalar_subquery() for kind in kinds if (count := HANDLERS[kind].count) is not None]
    looked_at = [kind for kind in kinds if HANDLERS[kind].count is None]
    total = db.session.scalar(select(sum(counted[1:], counted[0]))) or 0 if counted else 0
    return total + (len(_looked_at(actor, looked_at)) if looked_at else 0)


def _looked_at(actor: Actor, kinds: Sequence[str]) -> list[Approval]:
    found = db.session.scalars(_open(actor).where(Approval.kind.in_(kinds)).limit(MOST))
    return [approval for approval in found if is_for(actor, approval)]


def _open(actor: Actor) -> Any:
    return select(Approval).where(
        Approval.state == ApprovalState.ASKED, Approval.kind.in_(kinds_of(actor)), Approval.asked_by != actor.id
    )


def payload_of(approval: Approval) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(approval.payload)
    return found


def still_asked(subject: str, kind: str) -> bool:
    """Whether the same deed waits already."""
    waits = select(func.count()).where(
        Approval.subject == subject, Approval.kind == kind, Approval.state == ApprovalState.ASKED
    )
    return bool(db.session.scalar(waits))
