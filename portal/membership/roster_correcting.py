"""The roster changes by two people: one asks with a reason, another of the community or the street decides (D13).

The same holds for an import that touches homes which stand on the roster. Ballots froze copies of their own.
"""

from typing import Any

from flask import url_for
from sqlalchemy import Select, func, select
from sqlalchemy.orm import joinedload

from portal.audit import journal
from portal.core import clock, crypto
from portal.core.extensions import db
from portal.domain.actors import Actor
from portal.domain.errors import Conflict, DomainError, NotFound
from portal.domain.roles import Role
from portal.identity import approvals
from portal.identity.models import Approval
from portal.membership import roster_labels as labels
from portal.places.models import Building, Community, Compound
from portal.places.scope import within
from portal.roster import facts, queries
from portal.roster.facts import Facts
from portal.roster.importing import services as importing
from portal.roster.models import ChangeKind, ChangeState, Household, HouseholdChange, ImportState, RosterImport

CORRECTION, IMPORT = "roster_correction", "roster_import"
DECIDERS = frozenset({Role.COMMUNITY, Role.STREET, Role.DISTRICT})


def ask(actor: Actor, home: Household, wanted: Facts, reason: str) -> HouseholdChange:
    """A correction that waits. DomainError when nothing would change, Conflict when another one waits already."""
    before = facts.facts_of(home)
    names = facts.differing(before, wanted)
    if not names:
        raise DomainError("Nothing would change. Please fill in what is wrong.")
    if _waiting(home.id) is not None:
        raise Conflict("A correction of this home waits already. It has to be decided first.")
    change = HouseholdChange(
        household_id=home.id,
        kind=ChangeKind.CORRECTION,
        state=ChangeState.ASKED,
        at=clock.now(),
        asked_by=actor.id,
        reason=reason,
        before=before.to_json(),
        after=wanted.to_json(),
    )
    db.session.add(change)
    db.session.flush()
    what = "、".join(str(labels.FACTS[name]) for name in names)
    summary = f"更正名册：{home.full_name}（{what}）"[:120]
    approvals.ask(CORRECTION, f"household:{home.id}", summary, {"change": change.id}, actor, reason)
    return change


def _waiting(household_id: int) -> HouseholdChange | None:
    waits = (HouseholdChange.household_id == household_id, HouseholdChange.state == ChangeState.ASKED)
    return db.session.scalar(select(HouseholdChange).where(*waits))


def change_for(actor: Actor, change_id: int) -> HouseholdChange:
    """Of the actor's scope, with its home."""
    home = joinedload(HouseholdChange.household).joinedload(Household.building).joinedload(Building.compound)
    statement = _in_scope(select(HouseholdChange), actor).where(HouseholdChange.id == change_id).options(home)
    found: HouseholdChange | None = db.session.scalar(statement)
    if found is None:
        raise NotFound("There is no such correction.")
    return found


def _in_scope(statement: Select[Any], actor: Actor) -> Select[Any]:
    return (
        statement.join(HouseholdChange.household)
        .join(Building, Household.building_id == Building.id)
        .join(Building.compound)
        .join(Compound.community)
        .where(within(actor))
    )


def _may(actor: Actor) -> bool:
    return actor.role in DECIDERS


def _change_of(approval: Approval) -> int:
    return int(approvals.payload_of(approval)["change"])


def _corrections_waiting(actor: Actor) -> Select[Any]:
    others = HouseholdChange.asked_by.is_distinct_from(actor.id)
    counted = _in_scope(select(func.count(HouseholdChange.id)), actor)
    return counted.where(HouseholdChange.state == ChangeState.ASKED, others)


def _concerns_correction(actor: Actor, approval: Approval) -> bool:
    try:
        change_for(actor, _change_of(approval))
    except NotFound:
        return False
    return True


def _refuse_correction(approval: Approval, actor: Actor) -> None:
    _decided(change_for(actor, _change_of(approval)), ChangeState.REFUSED, actor)


def _decided(change: HouseholdChange, state: ChangeState, actor: Actor) -> None:
    change.state, change.decided_by, change.decided_at = state, actor.id, clock.now()
    db.session.flush()


@approvals.handler(
    CORRECTION,
    _may,
    concerns=_concerns_correction,
    refused=_refuse_correction,
    count=_corrections_waiting,
    details=lambda approval: url_for("roster_desk.change", change_id=_change_of(approval)),
)
def correct(approval: Approval, actor: Actor) -> None:
    """A yes: the home says what was asked for, if it still says what it said then."""
    change = change_for(actor, _change_of(approval))
    home = queries.household_for(actor, change.household_id)
    before, after = facts.from_json(change.before), facts.from_json(change.after)
    if facts.facts_of(home) != before:
        raise Conflict("The home has changed since this was asked. Please refuse, and ask anew.")
    facts.write(home, after)
    _decided(change, ChangeState.APPLIED, actor)
    journal.record(
        "roster:corrected", actor, f"household:{home.id}", change=change.id, facts=",".join(facts.differing(before, after)),
        before=crypto.digest(change.before), after=crypto.digest(change.after),
    )  # fmt: skip


def confirm_import(actor: Actor, job: RosterImport, *, reason: str, same: set[int]) -> RosterImport:
    """确认导入, and the second person where homes on the roster are touched."""
    importing.confirm(actor, job, reason=reason, same=same)
    if job.state is ImportState.ASKED:
        job.confirmed_by = actor.id
        summary = f"名册导入：{job.compound.name}，变动 {job.changed} 户，减少 {job.gone} 户，新增 {job.added} 户"
        approvals.ask(IMPORT, f"roster_import:{job.id}", summary, {"import": job.id}, actor, job.reason)
    return job


def _import_of(actor: Actor, approval: Approval) -> RosterImport:
    return importing.import_for(actor, int(approvals.payload_of(approval)["import"]), whole=True)


def _concerns_import(actor: Actor, approval: Approval) -> bool:
    try:
        importing.import_for(actor, int(approvals.payload_of(approval)["import"]))
    except NotFound:
        return False
    return True


def _imports_waiting(actor: Actor) -> Select[Any]:
    return (
        select(func.count(RosterImport.id))
        .join(RosterImport.compound)
        .join(Community, Compound.community_id == Community.id)
        .where(
            within(actor),
            RosterImport.state == ImportState.ASKED,
            RosterImport.confirmed_by.is_distinct_from(actor.id),
        )
    )


@approvals.handler(
    IMPORT,
    _may,
    concerns=_concerns_import,
    refused=lambda approval, actor: importing.drop(actor, _import_of(actor, approval)),
    count=_imports_waiting,
    details=lambda approval: url_for("roster_desk.job", job_id=int(approvals.payload_of(approval)["import"])),
)
def take_import(approval: Approval, actor: Actor) -> None:
    importing.take(actor, _import_of(actor, approval))
