"""What the 工作群 of a unit hears of cases: the urgent, the late, the supervised, and each morning what waits.

Ordinary cases only (D12): of a complaint about people nothing leaves for a group, not even a number in a count.
"""

from collections.abc import Mapping
from datetime import date

from sqlalchemy import ColumnElement, and_, func, or_, select

from portal.cases import queries
from portal.cases.models import Case
from portal.cases.waiting import WAITING
from portal.core.extensions import db
from portal.core.formatting import sms_day
from portal.domain.case_escalation import is_urgent
from portal.domain.case_lifecycle import CaseTrack
from portal.groups import telling
from portal.places.models import Building, Community, Compound, Street

TOLD = frozenset({"staff_urgent", "staff_untaken", "staff_overdue", "staff_overdue_above", "staff_supervise"})
DIGEST = "staff_digest"
MOST = 99  # the text has room for two digits


def tell(case: Case, agency_id: int, event: str, values: Mapping[str, object]) -> None:
    """The unit's people were told `event` just now. A new case of level B is urgent for a group too."""
    urgent = is_urgent(case.level)
    if event == "staff_new" and urgent and values.get("within"):
        event = "staff_urgent"
    if event in TOLD and case.track is CaseTrack.ORDINARY:
        place = {"bldg": case.building.compound.name}
        link = f"/desk/cases/{case.number}"
        telling.tell(agency_id, event, {**values, **place}, subject=case.subject, link=link, anytime=urgent)


def tell_the_morning(today: date, subject: str) -> None:
    """Once a day per group; where nothing waits nothing is said."""
    for group in telling.open_groups():
        counts = what_waits(group.agency_id)
        if any(counts.values()) and not telling.was_told(group, DIGEST, subject):
            values = {name: min(count, MOST) for name, count in counts.items()} | {"date": sms_day(today)}
            telling.tell(group.agency_id, DIGEST, values, subject=subject, link="/desk", anytime=True)


def what_waits(agency_id: int) -> dict[str, int]:
    """Ordinary cases that lie with the unit: to be taken on or signed for, due soon, overdue."""
    filters = {"new": Case.status.in_(WAITING), "due": queries.due_soon(), "late": queries.overdue()}
    columns = [func.count().filter(condition).label(name) for name, condition in filters.items()]
    row = db.session.execute(select(*columns).where(Case.track == CaseTrack.ORDINARY, _lies_with(agency_id))).one()
    return {name: int(getattr(row, name)) for name in filters}


def _lies_with(agency_id: int) -> ColumnElement[bool]:
    """What has no unit yet lies with the street of its place."""
    of_street = select(Building.id).join(Compound).join(Community).join(Street).where(Street.agency_id == agency_id)
    return or_(Case.agency_id == agency_id, and_(Case.agency_id.is_(None), Case.building_id.in_(of_street)))
