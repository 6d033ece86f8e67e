"""Places are added, renamed and retired, never deleted; names fit the messages they stand in."""

import pytest
from flask import Flask
from sqlalchemy import select

from portal.audit.models import JournalEntry
from portal.core.extensions import db
from portal.core.writing import writing
from portal.domain.actors import Actor
from portal.domain.errors import Conflict, DomainError, NotAllowed
from portal.domain.roles import Role
from portal.places import agencies, posters, queries, services
from portal.places.models import AgencyKind, Building
from tests.builders.places import SYSTEM, make_building, make_compound, staff_of


def test_buildings_get_the_next_code_and_a_name_for_messages(app: Flask) -> None:
    with writing():
        compound = make_compound(buildings=2)
        building = services.add_building(SYSTEM, compound, name="3 号楼", entrances=["1 门", "2 门"])
    assert (building.code, building.sms_name, building.full_name) == ("DJZ03", "东局子小区3号楼", "东局子小区 3 号楼")
    assert [door.name for door in building.entrances] == ["1 门", "2 门"]


def test_a_name_too_long_for_a_message_is_refused_in_words(app: Flask) -> None:
    with writing():
        compound = make_compound("富民路116号院小区", "FML", buildings=0)
        with pytest.raises(DomainError) as refusal:
            services.add_building(SYSTEM, compound, name="12 号楼东侧配楼")
    assert refusal.value.field == "name"
    assert refusal.value.params["limit"] == 14


@pytest.mark.parametrize("code", ["", "D", "东局子", "DJZ"])
def test_codes_are_letters_and_digits_and_new(app: Flask, code: str) -> None:
    with writing():
        compound = make_compound(buildings=0)
        with pytest.raises(DomainError) as refusal:
            services.add_compound(SYSTEM, compound.community, code=code, name="别的小区")
    assert refusal.value.field == "code"


def test_renaming_a_compound_renames_its_buildings_in_messages(app: Flask) -> None:
    with writing():
        building = make_building()
        services.rename_compound(SYSTEM, building.compound, "东局子新村")
    assert building.sms_name == "东局子新村3号楼"


def test_two_buildings_of_one_compound_never_share_a_name(app: Flask) -> None:
    with writing():
        building = make_building()
        with pytest.raises(Conflict):
            services.rename_building(SYSTEM, building, "1 号楼")


def test_a_retired_compound_keeps_its_rows_and_ends_its_posters(app: Flask) -> None:
    with writing():
        building = make_building()
        poster = posters.issue(SYSTEM, building)
        door = posters.issue(SYSTEM, building, building.entrances[0])
        services.retire(SYSTEM, building.compound)
    assert len(db.session.scalars(select(Building)).all()) == 3
    assert poster.revoked_at and door.revoked_at
    assert queries.building_by_code("DJZ03") is None
    with writing():
        services.restore(SYSTEM, building.compound)
        services.restore(SYSTEM, building)
    assert queries.building_by_code("djz 03") is not None


def test_a_community_with_places_in_use_cannot_be_retired(app: Flask) -> None:
    with writing():
        building = make_building()
        with pytest.raises(Conflict):
            services.retire(SYSTEM, building.compound.community)


def test_only_an_administrator_changes_places_and_the_journal_knows(app: Flask) -> None:
    with writing():
        building = make_building()
        with pytest.raises(NotAllowed):
            services.rename_building(staff_of(building.compound.community), building, "9 号楼")
        admin = Actor("staff", 7, "管理员", Role.ADMIN)
        services.rename_building(admin, building, "9 号楼")
    entry = db.session.scalars(select(JournalEntry).order_by(JournalEntry.id.desc())).first()
    assert entry is not None
    assert (entry.action, entry.actor, entry.subject) == ("building:renamed", "staff:7", f"building:{building.id}")
    assert "号楼" not in entry.details


def test_a_unit_that_others_answer_to_stays(app: Flask) -> None:
    with writing():
        above = agencies.add_agency(
            SYSTEM, code="zjw", name="区住建委", short_name="区住建委", kind=AgencyKind.DISTRICT
        )
        below = agencies.add_agency(
            SYSTEM, code="fwzx", name="房产服务中心", short_name="服务中心", kind=AgencyKind.CENTRE, superior=above
        )
        with pytest.raises(Conflict):
            agencies.retire_agency(SYSTEM, above)
        with pytest.raises(DomainError) as circle:
            agencies.change_agency(
                SYSTEM, above, name="区住建委", short_name="区住建委", kind=AgencyKind.DISTRICT, superior=below
            )
        assert circle.value.field == "superior"
        agencies.retire_agency(SYSTEM, below)
        agencies.retire_agency(SYSTEM, above)
    assert queries.agencies() == []


def test_features_above_may_object_to_retiring_a_unit(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(agencies, "GUARDS", [lambda _agency: "It still has open cases."])
    with writing():
        unit = agencies.add_agency(SYSTEM, code="gd", name="供电公司", short_name="供电公司", kind=AgencyKind.UTILITY)
        with pytest.raises(Conflict, match="open cases"):
            agencies.retire_agency(SYSTEM, unit)
