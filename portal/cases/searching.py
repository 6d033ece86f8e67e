"""Finding cases at the desk: by 编号, by place, by words (ux.md §3.17).

What may be found is what staff read: the masked words, the title, the place. Of a sealed case nothing is kept, and every
search still runs inside `visible_to`, so a unit complained about finds nothing.
"""

from sqlalchemy import ColumnElement, Select, and_, func, or_, select, true

from portal.cases.models import Case
from portal.core import search
from portal.domain.case_statuses import CaseTrack
from portal.domain.search_terms import terms
from portal.places.models import Building, Compound

KIND = "case"


def keep(case: Case, *, is_new: bool = False) -> None:
    """After everything that writes words, title or place."""
    if case.track is CaseTrack.SEALED:
        search.forget(KIND, case.id)
    else:
        search.keep(KIND, case.id, case.title, case.words, case.place, is_new=is_new)


def matching(text: str) -> ColumnElement[bool]:
    """Every part typed is found somewhere: “东局子 3号楼 电梯” means all three. Nothing but marks finds nothing."""
    parts = terms(text.replace("-", ""))
    return and_(true(), *(_part(part) for part in parts)) if parts else Case.id.is_(None)


def _part(part: str) -> ColumnElement[bool]:
    found = [search.matches_term(KIND, Case.id, part), Case.building_id.in_(_buildings(part))]
    if part.isascii():
        found.append(func.replace(Case.number, "-", "").like(f"%{part.upper()}%"))
    return or_(*found)


def _buildings(part: str) -> Select[int]:
    name = func.lower(func.replace(Compound.name + Building.name, " ", ""))
    return select(Building.id).join(Compound).where(or_(name.like(f"%{part}%"), Building.code == part.upper()))
