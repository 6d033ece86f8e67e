"""Where a new report goes. The tables are read by queries and passed in."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from portal.domain.case_statuses import CaseTrack


@dataclass(frozen=True)
class Answerable:
    """Who answers, who carries out and who helps (协办); nobody when nothing is in the table: the street decides."""

    agency_id: int | None
    executor_id: int | None
    co_unit_ids: tuple[int, ...] = ()


@dataclass(frozen=True)
class Route:
    """One row of 派单目录: who answers for a category, everywhere (`compound_id` None) or in one compound."""

    category_code: str
    compound_id: int | None
    unit: Answerable


NOBODY = Answerable(None, None)


def route(
    routes: Iterable[Route], category: str, compound_id: int | None, track: CaseTrack = CaseTrack.ORDINARY
) -> Answerable:
    """The unit that answers: the compound's own row before the general one; `NOBODY`: the street's queue.

    Nothing but an ordinary case is ever routed by its category: the unit in the table may be the one concerned (D12).
    """
    if track is not CaseTrack.ORDINARY:
        return NOBODY
    fitting = {row.compound_id: row.unit for row in routes if row.category_code == category}
    return fitting.get(compound_id) or fitting.get(None) or NOBODY


def superior_of(superiors: Mapping[int, int | None], concerned_id: int | None, districts: Iterable[int]) -> int | None:
    """Who handles a complaint about a unit: its superior; of an unknown or topmost unit a district office, not itself."""
    above = superiors.get(concerned_id) if concerned_id is not None else None
    return above or next((unit for unit in districts if unit != concerned_id), None)


@dataclass(frozen=True)
class ReportLimits:
    """Reports within an hour: from one device, from one network address, by one poster."""

    device: int
    address: int
    poster: int


# What comes beyond is held for checking, never lost (security.md §4).
REPORT_LIMITS = ReportLimits(device=5, address=60, poster=20)
