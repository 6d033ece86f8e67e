"""Where a new report goes, and which ones are held for checking first. The tables are read by queries and passed in."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from portal.domain.case_statuses import CaseTrack


@dataclass(frozen=True)
class Route:
    """One row of 派单目录: who answers for a category, everywhere (`compound_id` None) or in one compound."""

    category_code: str
    compound_id: int | None
    agency_id: int


def route(
    routes: Iterable[Route], category: str, compound_id: int | None, track: CaseTrack = CaseTrack.ORDINARY
) -> int | None:
    """The unit that answers: the compound's own row before the general one. None: the street's queue.

    Nothing but an ordinary case is ever routed by its category: the unit in the table may be the one concerned (D12).
    """
    if track is not CaseTrack.ORDINARY:
        return None
    fitting = {row.compound_id: row.agency_id for row in routes if row.category_code == category}
    return fitting.get(compound_id, fitting.get(None))


def superior_of(superiors: Mapping[int, int], concerned_id: int | None, district_id: int | None) -> int | None:
    """Who handles a conflict: the superior of the unit concerned; where none is known the district."""
    if concerned_id is None:
        return district_id
    return superiors.get(concerned_id, district_id)


class HoldReason(StrEnum):
    DEVICE = "device"
    ADDRESS = "address"
    POSTER = "poster"


@dataclass(frozen=True)
class ReportCounts:
    """Reports taken within the last hour before this one: from the device, from the network address, by the poster."""

    device: int = 0
    address: int = 0
    poster: int = 0


# Per hour; what comes beyond is held for checking, never lost (security.md §4).
REPORT_LIMITS = ReportCounts(device=5, address=60, poster=20)


def hold_reason(counts: ReportCounts, limits: ReportCounts = REPORT_LIMITS) -> HoldReason | None:
    """Why this report waits in the queue 待核查; None when it is taken on at once."""
    if counts.device >= limits.device:
        return HoldReason.DEVICE
    if counts.poster >= limits.poster:
        return HoldReason.POSTER
    return HoldReason.ADDRESS if counts.address >= limits.address else None
