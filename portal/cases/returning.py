"""退回: the responsible unit sends a case back; whoever gave it hears why and names another unit (product CA7)."""

from sqlalchemy import select

from portal.cases.deeds import deed
from portal.cases.models import Case, CaseEvent
from portal.core.extensions import db
from portal.domain.actors import Actor
from portal.domain.case_lifecycle import STREET_DISPATCHES, CaseAction, CaseStatus, CaseTrack
from portal.domain.case_returns import ReturnReason
from portal.places.models import Agency, AgencyKind


def send_back(actor: Actor, case: Case, *, reason: ReturnReason, basis: str, revision: int | None = None) -> None:
    """No clock stops. Of a complaint about a unit the dispatcher holds it again; any other waits with no unit."""
    with deed(actor, case, CaseAction.RETURN, revision=revision) as step:
        office = dispatcher(case)
        step.note(reason=str(reason), agency=case.agency_id, to=office)
        step.say(basis)
        case.agency_id = office if case.track is CaseTrack.CONFLICT else None
        case.executor_id = case.handler_id = None
        case.asked_in = case.answer_by = None


def dispatcher(case: Case) -> int | None:
    """Who decides next: the unit that gave the case, and after three dispatches of a street the one above it."""
    statement = select(CaseEvent.agency_id).where(CaseEvent.case_id == case.id, CaseEvent.status == CaseStatus.ASSIGNED)
    given = statement.where(CaseEvent.deed.in_((CaseAction.ACCEPT, CaseAction.ASSIGN))).order_by(CaseEvent.id.desc())
    office = db.session.scalar(given.limit(1))
    unit = db.session.get(Agency, office) if office else None
    if unit is None or unit.kind is not AgencyKind.STREET or case.times_assigned < STREET_DISPATCHES:
        return office
    return unit.superior_id or office
