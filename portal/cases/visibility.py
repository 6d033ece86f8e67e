"""The one function that limits every query of cases by who asks (product D12, D13)."""

from flask import g, has_request_context
from sqlalchemy import Boolean, ColumnElement, String, and_, cast, false, literal, literal_column, or_, select

from portal.cases.models import CASE_CO_UNITS, Case
from portal.core.extensions import db
from portal.domain.actors import Actor
from portal.domain.case_statuses import CaseStatus, CaseTrack
from portal.domain.roles import Role
from portal.messaging import queries
from portal.messaging.models import OutboxMessage
from portal.places.models import Agency, AgencyKind, Building, Community, Compound

# Who has a desk of cases.
WORKERS = (
    Role.COMMUNITY, Role.STREET, Role.AGENCY, Role.CONTRACTOR, Role.DISTRICT, Role.HOTLINE, Role.DISCIPLINE, Role.AUDITOR,
)  # fmt: skip


def visible_to(actor: Actor) -> ColumnElement[bool]:
    """Cases that this member of staff may know of at all: lists, counts, searches, pages and exports all use it."""
    if not actor.is_staff or actor.role is Role.ADMIN:
        return false()
    if actor.role is Role.DISCIPLINE:
        return Case.track == CaseTrack.SEALED
    return or_(_ordinary(actor), _conflicts(actor))


def _ordinary(actor: Actor) -> ColumnElement[bool]:
    return and_(Case.track == CaseTrack.ORDINARY, _in_scope(actor))


def _in_scope(actor: Actor) -> ColumnElement[bool]:
    if actor.scope.everywhere or actor.is_district_wide:
        return Case.id.is_not(None)
    if actor.role is Role.CONTRACTOR:
        return and_(Case.executor_id == actor.agency_id, Case.status != CaseStatus.HELD)
    own = and_(Case.agency_id == actor.agency_id, Case.status != CaseStatus.HELD)
    if actor.role is Role.AGENCY:
        return own
    buildings = (
        select(Building.id)
        .join(Compound)
        .join(Community)
        .where(or_(Community.id.in_(actor.scope.community_ids), Community.street_id.in_(actor.scope.street_ids)))
    )
    return or_(Case.building_id.in_(buildings), own)


def in_sight_of(actor: Actor) -> ColumnElement[bool]:
    """What is theirs to know of, and what their unit only helps with: its page and the search, no list of their work."""
    return or_(visible_to(actor), helped_by(actor))


def helped_by(actor: Actor) -> ColumnElement[bool]:
    """What a unit sees only because it helps; the offices of a place see all of their place anyway."""
    return asked_to_help(actor) if actor.role is Role.AGENCY else false()


def asked_to_help(actor: Actor) -> ColumnElement[bool]:
    """Cases that this person's unit was asked to help with (协办)."""
    asked = select(CASE_CO_UNITS.c.case_id).where(CASE_CO_UNITS.c.agency_id == actor.agency_id)
    return and_(Case.id.in_(asked), Case.track == CaseTrack.ORDINARY)


def is_helping(case: Case, actor: Actor) -> bool:
    """The contractor that carries out the work, or a unit that helps."""
    return actor.agency_id is not None and actor.agency_id in {case.executor_id, *(unit.id for unit in case.co_units)}


def only_helps(case: Case, actor: Actor) -> bool:
    """Sees place, photos and the matter; the resident and the dates are the responsible unit's business."""
    helps = actor.role is Role.AGENCY and actor.agency_id != case.agency_id and case.track is CaseTrack.ORDINARY
    return actor.role is Role.CONTRACTOR or helps


def _conflicts(actor: Actor) -> ColumnElement[bool]:
    """A complaint about a unit is seen above that unit only, never in it, below it or beside it."""
    if actor.role in {Role.CONTRACTOR, Role.COMMUNITY} or actor.agency_id is None:
        return false()
    concerned: ColumnElement[bool] = Case.concerned_id.in_(units_below(actor.agency_id))
    if actor.role in {Role.DISTRICT, Role.HOTLINE}:
        concerned = or_(concerned, Case.concerned_id.is_(None))
    return and_(Case.track == CaseTrack.CONFLICT, concerned)


def units_below(agency_id: int) -> list[int]:
    """Every unit that answers to this one, directly or through others."""
    found: set[int] = set()
    layer = {agency_id}
    while layer:
        layer = {unit for unit, superior in superiors().items() if superior in layer} - found
        found |= layer
    return sorted(found - {agency_id})


def units_above(agency_id: int) -> list[int]:
    """Its superiors, the nearest first."""
    table, found = superiors(), list[int]()
    above = table.get(agency_id)
    while above is not None and above not in found:
        found.append(above)
        above = table.get(above)
    return found


def deciding_unit(case: Case) -> int | None:
    """Who decides on an extension: the nearest street or district above the unit that has the case (domain.md §0.5)."""
    if case.agency_id is None or case.track is CaseTrack.SEALED:
        return None
    above = units_above(case.agency_id)
    kinds = (AgencyKind.STREET, AgencyKind.DISTRICT)
    deciding = set(db.session.scalars(select(Agency.id).where(Agency.id.in_(above), Agency.kind.in_(kinds))))
    return next((unit for unit in above if unit in deciding), None)


def superiors() -> dict[int, int | None]:
    """Each unit's superior."""
    return {unit: superior for unit, (superior, _name) in _units().items()}


def unit_names() -> dict[int, str]:
    """Every unit's short name, for the timelines."""
    return {unit: name for unit, (_superior, name) in _units().items()}


def guarded() -> ColumnElement[bool]:
    """Complaints about units and accusations, as the index over them knows them."""
    return literal_column("cases.track <> 'ordinary'", Boolean)


def _recorded() -> ColumnElement[bool]:
    """The sending record is the administrator's, who may not even know that such a case exists (D12)."""
    subjects = select(literal("case:") + cast(Case.id, String)).where(guarded())
    return OutboxMessage.subject.not_in(subjects)


queries.IN_SIGHT.append(_recorded)


def _units() -> dict[int, tuple[int | None, str]]:
    """Each unit's superior and short name, read once per request."""
    if has_request_context() and "case_units" in g:
        return g.case_units  # type: ignore[no-any-return]
    rows = db.session.execute(select(Agency.id, Agency.superior_id, Agency.short_name))
    found = {row.id: (row.superior_id, row.short_name) for row in rows}
    if has_request_context():
        g.case_units = found
    return found


def may_handle(case: Case) -> list[int] | None:
    """Units that a complaint about a unit may be given to: those above it, who alone see it. None: no limit."""
    if case.track is not CaseTrack.CONFLICT:
        return None
    if case.concerned_id is not None:
        return units_above(case.concerned_id)
    return districts()


def districts() -> list[int]:
    return list(db.session.scalars(select(Agency.id).where(Agency.kind == AgencyKind.DISTRICT).order_by(Agency.id)))


def is_concerned(case: Case, actor: Actor) -> bool:
    """The unit complained about, and the units under it."""
    if case.concerned_id is None or actor.agency_id is None:
        return False
    return actor.agency_id == case.concerned_id or actor.agency_id in units_below(case.concerned_id)
