"""The taxonomy and the routing table as a new instance gets them (domain.md §5)."""

from sqlalchemy import select

from portal.cases.models import CaseCategory, CaseRoute
from portal.core.extensions import db
from portal.domain.case_evidence import EVIDENCE_SOURCE, default_evidence
from portal.domain.categories import CATEGORIES
from portal.places.models import Agency


def seed() -> None:
    """Categories, and a general route for each whose unit exists. Flushes; skips what is there already."""
    known = set(db.session.scalars(select(CaseCategory.code)))
    units = {unit.code: unit for unit in db.session.scalars(select(Agency))}
    for position, each in enumerate(CATEGORIES, 1):
        if each.code in known:
            continue
        db.session.add(
            CaseCategory(
                code=each.code,
                group=each.group,
                group_name=each.group_name,
                name=each.name,
                short_name=each.short_name,
                level=each.level,
                evidence=default_evidence(each.group, is_repair=each.needs_photo),
                evidence_source=EVIDENCE_SOURCE,
                position=position,
            )
        )
        db.session.flush()
        if each.unit in units:
            route = CaseRoute(
                category_code=each.code,
                agency_id=units[each.unit].id,
                executor_id=units[each.executor].id if each.executor in units else None,
                co_units=[units[code] for code in each.co_units if code in units],
            )
            db.session.add(route)
    db.session.flush()
