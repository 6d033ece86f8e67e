"""派件规则: which row of a unit's table fits best."""

import pytest

from portal.domain.case_handing import HandRow, rule_for

ANY = HandRow(1, 10, automatic=True)
LIGHT = HandRow(2, 20, automatic=True, category="lighting_dark")
COMPOUND = HandRow(3, 30, automatic=True, compound_id=1)
BUILDING = HandRow(4, 40, automatic=True, building_id=3)
LIGHT_THERE = HandRow(5, 50, automatic=False, category="lighting_dark", building_id=3)


@pytest.mark.parametrize(
    ("rows", "best"),
    [
        ([], None),
        ([ANY], ANY),
        ([ANY, COMPOUND], COMPOUND),
        ([COMPOUND, BUILDING], BUILDING),
        ([BUILDING, LIGHT], LIGHT),
        ([LIGHT, LIGHT_THERE, BUILDING], LIGHT_THERE),
        ([HandRow(9, 90, automatic=True), ANY], ANY),
    ],
)
def test_the_closest_row_counts(rows, best):
    assert rule_for(rows, "lighting_dark", 1, 3) == best


@pytest.mark.parametrize(("category", "compound", "building"), [("leak", 1, 4), ("leak", 2, 3)])
def test_a_row_for_something_else_does_not(category, compound, building):
    elsewhere = [LIGHT, LIGHT_THERE, HandRow(6, 60, automatic=True, compound_id=compound + 1)]
    assert rule_for(elsewhere, category, compound, building) is None
