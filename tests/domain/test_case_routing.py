"""Who gets a new report, and which ones wait to be checked."""

import pytest

from portal.domain.case_routing import HoldReason, ReportCounts, Route, hold_reason, route, superior_of
from portal.domain.case_statuses import CaseTrack

SERVICE_CENTRE, PROPERTY, GAS = 1, 2, 3
HERE, ELSEWHERE = 10, 11
ROUTES = [
    Route("lighting_dark", None, SERVICE_CENTRE),
    Route("lighting_dark", HERE, PROPERTY),
    Route("safety_gas", HERE, GAS),
]


def test_the_compounds_own_row_beats_the_general_one_in_any_order():
    assert route(ROUTES, "lighting_dark", HERE) == PROPERTY
    assert route(reversed(ROUTES), "lighting_dark", HERE) == PROPERTY
    assert route(ROUTES, "lighting_dark", ELSEWHERE) == SERVICE_CENTRE
    assert route(ROUTES, "lighting_dark", None) == SERVICE_CENTRE


def test_without_a_row_it_is_the_streets_queue():
    assert route(ROUTES, "safety_gas", ELSEWHERE) is None
    assert route(ROUTES, "unclear", HERE) is None
    assert route([], "lighting_dark", HERE) is None


@pytest.mark.parametrize("track", [CaseTrack.CONFLICT, CaseTrack.SEALED])
def test_a_complaint_about_people_is_never_routed_by_its_category(track):
    assert route(ROUTES, "lighting_dark", HERE, track) is None


def test_a_conflict_goes_to_the_superior_and_to_the_district_when_none_is_known():
    street, district = 20, 30
    assert superior_of({PROPERTY: street, street: district}, PROPERTY, district) == street
    assert superior_of({PROPERTY: street, street: district}, street, district) == district
    assert superior_of({}, GAS, district) == district
    assert superior_of({PROPERTY: street}, None, district) == district


@pytest.mark.parametrize(
    ("counts", "reason"),
    [
        (ReportCounts(), None),
        (ReportCounts(device=4, address=59, poster=19), None),
        (ReportCounts(device=5), HoldReason.DEVICE),
        (ReportCounts(address=60), HoldReason.ADDRESS),
        (ReportCounts(poster=20), HoldReason.POSTER),
        (ReportCounts(device=6, address=80, poster=30), HoldReason.DEVICE),
    ],
)
def test_beyond_the_limits_a_report_is_held(counts, reason):
    assert hold_reason(counts) is reason
