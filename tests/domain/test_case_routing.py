"""Who gets a new report."""

import pytest

from portal.domain.case_routing import NOBODY, Answerable, Route, route, superior_of
from portal.domain.case_statuses import CaseTrack

SERVICE_CENTRE, PROPERTY, GAS = (Answerable(unit, None) for unit in (1, 2, 3))
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
    assert route(ROUTES, "safety_gas", ELSEWHERE) == NOBODY
    assert route(ROUTES, "unclear", HERE) == NOBODY
    assert route([], "lighting_dark", HERE) == NOBODY


@pytest.mark.parametrize("track", [CaseTrack.CONFLICT, CaseTrack.SEALED])
def test_a_complaint_about_people_is_never_routed_by_its_category(track):
    assert route(ROUTES, "lighting_dark", HERE, track) == NOBODY


def test_a_conflict_goes_to_the_superior_and_to_the_district_when_none_is_known():
    property_, street, district, other_district = 2, 20, 30, 31
    superiors = {property_: street, street: district, district: None}
    assert superior_of(superiors, property_, [district]) == street
    assert superior_of(superiors, street, [district]) == district
    assert superior_of({}, property_, [district]) == district
    assert superior_of(superiors, None, [district]) == district
    assert superior_of(superiors, district, [district, other_district]) == other_district
    assert superior_of(superiors, district, [district]) is None, "never to itself"
