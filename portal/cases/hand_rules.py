"""派件规则: each unit writes down who gets which cases; applied when the unit gets one, or offered when it is handed over.

A rule never hands over a complaint about a unit, nor to somebody who may not have the case (`handing.candidates`).
"""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from portal.audit import journal
from portal.cases import handing
from portal.cases.deeds import Step
from portal.cases.desk_models import HandRule
from portal.cases.models import Case
from portal.core import clock
from portal.core.extensions import db
from portal.domain.actors import Actor
from portal.domain.case_handing import HandRow, rule_for
from portal.domain.case_lifecycle import RESPONSIBLE, CaseTrack
from portal.domain.errors import DomainError, NotAllowed, NotFound
from portal.identity import leads
from portal.places.models import Building

MOST = 100


def of(agency_id: int | None) -> Sequence[HandRule]:
    """A unit's table, in the order it was made."""
    loaded = (
        joinedload(HandRule.post),
        joinedload(HandRule.by),
        joinedload(HandRule.compound),
        joinedload(HandRule.building).joinedload(Building.compound),
    )
    statement = select(HandRule).where(HandRule.agency_id == agency_id).order_by(HandRule.id)
    return db.session.scalars(statement.options(*loaded)).all()


def add(
    actor: Actor,
    *,
    post_id: int,
    category: str | None,
    compound_id: int | None,
    building_id: int | None,
    automatic: bool,
) -> HandRule:
    """The same category and place again: the row gets another person."""
    _may(actor)
    if post_id not in {post.id for post in handing.people(actor.agency_id)}:
        raise DomainError("Please choose somebody of your unit who may handle it.", field="post")
    rows = db.session.scalars(select(HandRule).where(HandRule.agency_id == actor.agency_id)).all()
    wanted = category, compound_id, building_id
    found = next((row for row in rows if (row.category_code, row.compound_id, row.building_id) == wanted), None)
    if found is None:
        if len(rows) >= MOST:
            raise DomainError("There are %(most)s rules already. Please delete some first.", most=MOST)
        found = HandRule(
            agency_id=actor.agency_id, category_code=category, compound_id=compound_id, building_id=building_id
        )
        db.session.add(found)
    before = found.post_id
    found.post_id, found.automatic, found.by_id, found.created_at = post_id, automatic, int(actor.id or 0), clock.now()
    db.session.flush()
    journal.record(
        "hand_rule:set", actor, f"hand_rule:{found.id}", category=category, compound=compound_id, building=building_id,
        before=before, after=post_id, automatic=automatic,
    )  # fmt: skip
    return found


def remove(actor: Actor, rule_id: int) -> None:
    _may(actor)
    found = db.session.get(HandRule, rule_id)
    if found is None or found.agency_id != actor.agency_id:
        raise NotFound("There is no such rule.")
    journal.record(
        "hand_rule:removed", actor, f"hand_rule:{rule_id}", category=found.category_code, before=found.post_id
    )
    db.session.delete(found)
    db.session.flush()


def _may(actor: Actor) -> None:
    if actor.role not in RESPONSIBLE or actor.agency_id is None:
        raise NotAllowed("Only the people of a unit that handles cases keep its rules.")
    leads.check(actor)


def fitting(case: Case) -> HandRow | None:
    """The rule of the unit that has the case, if its person may have it now."""
    if case.track is not CaseTrack.ORDINARY or case.agency_id is None:
        return None
    rows = [
        HandRow(row.id, row.post_id, row.automatic, row.category_code, row.compound_id, row.building_id)
        for row in db.session.scalars(select(HandRule).where(HandRule.agency_id == case.agency_id))
    ]
    found = rule_for(rows, case.category_code, case.building.compound_id, case.building_id)
    able = found is not None and found.post_id in {post.id for post in handing.candidates(case)}
    return found if able else None


def apply(case: Case, step: Step) -> None:
    """Called while the unit is given the case; the event keeps which rule it was."""
    found = fitting(case)
    if found is not None and found.automatic:
        case.handler_id = found.post_id
        step.note(rule=found.id, handler=found.post_id)
