"""派件规则: who within a unit gets a case. The rows are read by queries and passed in."""

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True)
class HandRow:
    """One row of a unit's table; None: any category, any place. At most one of compound and building is set."""

    id: int
    post_id: int
    automatic: bool
    category: str | None = None
    compound_id: int | None = None
    building_id: int | None = None


def rule_for(rows: Iterable[HandRow], category: str, compound_id: int, building_id: int) -> HandRow | None:
    """The row that fits best: one for the trade before one for the place alone, a building before its compound.

    Units divide work by trade first (电工, 水工); of two rows that fit equally the older one counts.
    """

    def fits(row: HandRow) -> bool:
        return (
            row.category in (None, category)
            and row.compound_id in (None, compound_id)
            and row.building_id in (None, building_id)
        )

    def how_well(row: HandRow) -> tuple[bool, bool, bool, int]:
        return row.category is not None, row.building_id is not None, row.compound_id is not None, -row.id

    return max(filter(fits, rows), key=how_well, default=None)
