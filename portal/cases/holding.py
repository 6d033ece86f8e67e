"""Which unit holds a case: whose clock runs, and whose superior is asked next (domain.md §0.5)."""

from sqlalchemy import select

from portal.cases import targets
from portal.cases.models import Case, CaseEvent
from portal.cases.visibility import units_above
from portal.core.extensions import db
from portal.domain.case_statuses import CaseAction, CaseStatus, CaseTrack
from portal.domain.case_targets import CaseClock
from portal.places.models import Agency, AgencyKind


def holder_of(case: Case) -> int | None:
    """The responsible unit; without one whoever has to name it: the last dispatcher, else the street of the place."""
    if case.agency_id is not None or case.track is CaseTrack.SEALED:
        return case.agency_id
    if case.times_assigned:
        return dispatcher(case) or street_of(case)
    return street_of(case)


def street_of(case: Case) -> int | None:
    return case.building.compound.community.street.agency_id


def above(case: Case) -> list[int]:
    """The ladder over the unit that holds the case, the nearest first."""
    holder = holder_of(case)
    return units_above(holder) if holder is not None else []


def dispatcher(case: Case) -> int | None:
    """Who decides next: the unit that gave the case, and after the third dispatch of a street (a figure) the one above it."""
    statement = select(CaseEvent.agency_id).where(CaseEvent.case_id == case.id, CaseEvent.status == CaseStatus.ASSIGNED)
    given = statement.where(CaseEvent.deed.in_((CaseAction.ACCEPT, CaseAction.ASSIGN))).order_by(CaseEvent.id.desc())
    office = db.session.scalar(given.limit(1))
    unit = db.session.get(Agency, office) if office else None
    if unit is None or unit.kind is not AgencyKind.STREET:
        return office
    if case.times_assigned < targets.span(case, CaseClock.DISPATCHES).amount:
        return office
    return unit.superior_id or office
