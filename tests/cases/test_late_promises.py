"""What is taken on late promises no day that has passed."""

from sqlalchemy import select

from portal.cases import services
from portal.core.extensions import db
from portal.core.writing import writing
from portal.domain.levels import Level
from portal.domain.roles import Role
from portal.messaging.models import InboxMessage
from tests.builders.cases import make_case, make_world
from tests.builders.identity import sign_in_staff


def test_a_late_acceptance_names_today(app, at):
    at("2024-06-17 09:00")
    with writing():
        world = make_world()
    case = make_case(world)
    at("2024-07-01 09:00")
    with writing():
        services.accept(
            world.actor(Role.DISTRICT),
            case,
            category_code=case.category_code,
            level=Level.C,
            agency_id=world.units["FWZX"].id,
        )
    told = db.session.scalars(select(InboxMessage).where(InboxMessage.event == "case_accepted")).one()
    assert "7月1日前答复您" in told.text


def test_the_form_offers_no_day_that_has_passed(app, at, client):
    at("2024-06-17 09:00")
    with writing():
        world = make_world()
    number = make_case(world).number
    at("2024-07-01 09:00")
    sign_in_staff(client, world.posts[Role.DISTRICT])
    page = client.visit(f"/desk/cases/{number}/accept")
    assert 'value="2024-06-24"' not in page.html
