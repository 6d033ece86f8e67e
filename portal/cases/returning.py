"""退回: the responsible unit sends a case back; whoever gave it hears why and names another unit (product CA7)."""

from portal.cases.deeds import deed
from portal.cases.holding import dispatcher
from portal.cases.models import Case
from portal.domain.actors import Actor
from portal.domain.case_lifecycle import CaseAction, CaseTrack
from portal.domain.case_returns import ReturnReason


def send_back(actor: Actor, case: Case, *, reason: ReturnReason, basis: str, revision: int | None = None) -> None:
    """No clock stops. Of a complaint about a unit the dispatcher holds it again; any other waits with no unit."""
    with deed(actor, case, CaseAction.RETURN, revision=revision) as step:
        office = dispatcher(case)
        step.note(reason=str(reason), agency=case.agency_id, to=office)
        step.say(basis)
        case.agency_id = office if case.track is CaseTrack.CONFLICT else None
        case.executor_id = case.handler_id = None
        case.co_units = []
        case.asked_in = case.answer_by = None
