"""A case as the desk loads it, with unit and building beside it, can be locked and worked on both databases."""

from portal.cases import queries, services
from portal.core.writing import writing
from portal.domain.case_lifecycle import CaseStatus
from portal.domain.levels import Level
from portal.domain.roles import Role
from tests.builders.cases import make_case, make_world


def test_a_case_loaded_by_the_desk_can_be_worked(app, at):
    at("2024-06-17 09:00")
    with writing():
        world = make_world()
    number = make_case(world).number
    actor = world.actor(Role.DISTRICT)
    case = queries.case_for(actor, number)
    unit = world.units["FWZX"].id
    with writing():
        services.accept(actor, case, category_code=case.category_code, level=Level.C, agency_id=unit)
    assert case.status is CaseStatus.ASSIGNED
