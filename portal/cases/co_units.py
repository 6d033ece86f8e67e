"""协办单位: units that help the one that answers. They report to it, never to the resident (domain.md §2.4, ux.md §3.18)."""

from collections.abc import Collection

from portal.cases import taxonomy
from portal.cases.models import Case
from portal.domain.actors import Actor
from portal.domain.case_statuses import CaseTrack
from portal.domain.errors import DomainError, NotAllowed
from portal.domain.roles import Role
from portal.places.models import Agency, AgencyKind

HELPING_KINDS = frozenset(
    {AgencyKind.CENTRE, AgencyKind.SUPERVISOR, AgencyKind.UTILITY, AgencyKind.BUREAU, AgencyKind.PROPERTY}
)
MOST = 5


def candidates(actor: Actor, case: Case) -> list[Agency]:
    """Units that this officer may ask to help, by kind; the street asks nobody it could not name (D13).

    Nobody helps with anything but an ordinary case (D12).
    """
    if case.track is not CaseTrack.ORDINARY:
        return []
    community = case.building.compound.community
    offices = {community.agency_id, community.street.agency_id}
    able = [unit for unit in taxonomy.open_agencies() if unit.kind in HELPING_KINDS or unit.id in offices]
    return [unit for unit in able if actor.role is not Role.STREET or unit.kind in taxonomy.LOCAL_KINDS]


def askable(actor: Actor, case: Case, unit_ids: Collection[int]) -> list[int]:
    """Of the units that the routing table names, those that this officer may ask."""
    return [unit.id for unit in candidates(actor, case) if unit.id in unit_ids] if unit_ids else []


def name(actor: Actor, case: Case, unit_ids: Collection[int]) -> list[int]:
    """Exactly these help from now on; the unit that answers is left out. Their ids.

    Raises NotAllowed for a unit that is no candidate, DomainError for more than `MOST`.
    """
    wanted = set(unit_ids) - {case.agency_id} if case.track is CaseTrack.ORDINARY else set()
    found = [unit for unit in candidates(actor, case) if unit.id in wanted] if wanted else []
    if len(found) < len(wanted):
        raise NotAllowed("This unit cannot be asked to help with this case.", field="co_units")
    if len(found) > MOST:
        raise DomainError("At most %(count)s units can help.", field="co_units", count=MOST)
    case.co_units = found
    return [unit.id for unit in found]
