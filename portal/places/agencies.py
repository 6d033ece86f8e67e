"""Units and whom one may call there. A unit that still answers for something cannot be retired."""

from collections.abc import Callable

from sqlalchemy import func, select

from portal.audit import journal
from portal.core import clock
from portal.core.extensions import db
from portal.domain.actors import Actor
from portal.domain.errors import Conflict, DomainError
from portal.places.lengths import fitting, fresh, needed
from portal.places.models import Agency, AgencyContact, AgencyKind, Community, District, Street
from portal.places.scope import may_configure

Guard = Callable[[Agency], str | None]
"""Says in an English source string why a unit cannot be retired, or None. Features above add theirs to `GUARDS`."""

GUARDS: list[Guard] = []


def add_agency(
    actor: Actor,
    *,
    code: str,
    name: str,
    short_name: str,
    kind: AgencyKind,
    superior: Agency | None = None,
    phone: str = "",
) -> Agency:
    may_configure(actor)
    agency = Agency(
        code=fresh(Agency.code, code, "code"),
        name=needed(Agency.name, name, "name"),
        short_name=needed(Agency.short_name, short_name, "short_name"),
        kind=kind,
        superior_id=superior.id if superior else None,
        phone=fitting(Agency.phone, phone, "phone"),
    )
    db.session.add(agency)
    db.session.flush()
    journal.record("agency:added", actor, f"agency:{agency.id}", kind=kind.value, superior=agency.superior_id)
    return agency


def change_agency(
    actor: Actor,
    agency: Agency,
    *,
    name: str,
    short_name: str,
    kind: AgencyKind,
    superior: Agency | None,
    phone: str = "",
) -> None:
    may_configure(actor)
    _not_in_a_circle(agency, superior)
    agency.name = needed(Agency.name, name, "name")
    agency.short_name = needed(Agency.short_name, short_name, "short_name")
    agency.kind = kind
    agency.superior_id = superior.id if superior else None
    agency.phone = fitting(Agency.phone, phone, "phone")
    db.session.flush()
    journal.record("agency:changed", actor, f"agency:{agency.id}", kind=kind.value, superior=agency.superior_id)


def _not_in_a_circle(agency: Agency, superior: Agency | None) -> None:
    """Escalation climbs from superior to superior and must end."""
    above = superior
    while above is not None:
        if above.id == agency.id:
            raise DomainError("A unit cannot answer to itself or to a unit below it.", field="superior")
        above = above.superior


def retire_agency(actor: Actor, agency: Agency) -> None:
    may_configure(actor)
    if agency.retired_at is not None:
        raise Conflict("This is already retired.")
    if reason := next((said for guard in (_is_needed, *GUARDS) if (said := guard(agency))), None):
        raise Conflict(reason)
    agency.retired_at = clock.now()
    db.session.flush()
    journal.record("agency:retired", actor, f"agency:{agency.id}")


def restore_agency(actor: Actor, agency: Agency) -> None:
    may_configure(actor)
    agency.retired_at = None
    db.session.flush()
    journal.record("agency:restored", actor, f"agency:{agency.id}")


def _is_needed(agency: Agency) -> str | None:
    below = select(func.count(Agency.id)).where(Agency.superior_id == agency.id, Agency.retired_at.is_(None))
    if db.session.scalar(below):
        return "Other units answer to this one. Give them another superior first."
    streets = select(Street.id).where(Street.agency_id == agency.id, Street.retired_at.is_(None))
    communities = select(Community.id).where(Community.agency_id == agency.id, Community.retired_at.is_(None))
    districts = select(District.id).where(
        (District.agency_id == agency.id)
        | (District.hotline_agency_id == agency.id)
        | (District.discipline_agency_id == agency.id)
    )
    if any(db.session.scalar(found.limit(1)) is not None for found in (streets, communities, districts)):
        return "A street, a community or the district is looked after by this unit. Name another one there first."
    return None


def add_contact(actor: Actor, agency: Agency, *, name: str, phone: str, duty: str = "") -> AgencyContact:
    """A work number that anybody may call; not a private one."""
    may_configure(actor)
    contact = AgencyContact(
        agency_id=agency.id,
        name=needed(AgencyContact.name, name, "name"),
        duty=fitting(AgencyContact.duty, duty, "duty"),
        phone=needed(AgencyContact.phone, phone, "phone"),
    )
    db.session.add(contact)
    db.session.flush()
    journal.record("contact:added", actor, f"contact:{contact.id}", agency=agency.id)
    return contact


def change_contact(actor: Actor, contact: AgencyContact, *, name: str, phone: str, duty: str = "") -> None:
    may_configure(actor)
    contact.name = needed(AgencyContact.name, name, "name")
    contact.duty = fitting(AgencyContact.duty, duty, "duty")
    contact.phone = needed(AgencyContact.phone, phone, "phone")
    db.session.flush()
    journal.record("contact:changed", actor, f"contact:{contact.id}")


def retire_contact(actor: Actor, contact: AgencyContact) -> None:
    may_configure(actor)
    if contact.retired_at is not None:
        raise Conflict("This is already retired.")
    contact.retired_at = clock.now()
    db.session.flush()
    journal.record("contact:retired", actor, f"contact:{contact.id}")
