"""The code on the wall: one current per place; replaced ones lead on, revoked ones lead to safety; scans are counted."""

import threading

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from portal.core import clock
from portal.core.extensions import db
from portal.core.writing import writing
from portal.domain.actors import Actor
from portal.domain.codes import ALPHABET
from portal.domain.errors import Conflict, DomainError, NotAllowed
from portal.domain.roles import Role
from portal.places import posters, queries, scans
from portal.places.models import Poster, PosterScans
from tests.builders.places import SYSTEM, make_building, make_community, staff_of


def test_a_token_is_ten_characters_that_nobody_misreads(app: Flask) -> None:
    with writing():
        poster = posters.issue(SYSTEM, make_building())
    assert len(poster.token) == 10
    assert set(poster.token) <= set(ALPHABET)
    assert posters.address_of(poster) == f"http://127.0.0.1:8000/b/{poster.token}"
    assert poster.serial == f"DJZ03-01-{poster.id:06d}"


def test_issuing_twice_gives_the_same_poster(app: Flask) -> None:
    with writing():
        building = make_building()
        assert posters.issue(SYSTEM, building) is posters.issue(SYSTEM, building)
        assert posters.issue(SYSTEM, building, building.entrances[0]).place == "东局子小区 3 号楼 1 门"


def test_the_database_allows_one_current_poster_per_place(app: Flask) -> None:
    with writing():
        first = posters.issue(SYSTEM, make_building())
    with pytest.raises(IntegrityError), writing():
        twin = Poster(building_id=first.building_id, token="2345678923", version=2, issued_at=clock.now())
        db.session.add(twin)


def test_a_replaced_poster_leads_to_the_current_one(app: Flask) -> None:
    with writing():
        old = posters.issue(SYSTEM, make_building())
        new = posters.supersede(SYSTEM, old)
    assert new.version == 2
    found = queries.look_up(old.token)
    assert found is not None
    assert found.is_superseded
    assert posters.successor(old) is new
    with pytest.raises(Conflict), writing():
        posters.supersede(SYSTEM, db.session.get_one(Poster, old.id))


def test_two_people_replacing_at_once_make_one_new_poster(app: Flask) -> None:
    with writing():
        poster_id = posters.issue(SYSTEM, make_building()).id
    refused: list[type[Exception]] = []

    def press() -> None:
        with app.app_context():
            try:
                with writing():
                    posters.supersede(SYSTEM, db.session.get_one(Poster, poster_id))
            except Conflict as error:
                refused.append(type(error))

    presses = [threading.Thread(target=press) for _ in range(4)]
    for thread in presses:
        thread.start()
    for thread in presses:
        thread.join()
    assert len(db.session.scalars(select(Poster)).all()) == 2
    assert len(refused) == 3


def test_revoking_needs_a_reason(app: Flask) -> None:
    with writing():
        poster = posters.issue(SYSTEM, make_building())
        with pytest.raises(DomainError) as refusal:
            posters.revoke(SYSTEM, poster, "  ")
        assert refusal.value.field == "reason"
        posters.revoke(SYSTEM, poster, "被假码盖住")
        assert posters.issue(SYSTEM, poster.building).version == 2
    found = queries.look_up(poster.token)
    assert found is not None
    assert found.is_revoked


def test_staff_keep_the_posters_of_their_own_area_only(app: Flask) -> None:
    with writing():
        building = make_building()
        elsewhere = make_community("万东社区")
        posters.issue(staff_of(building.compound.community), building)
        with pytest.raises(NotAllowed):
            posters.issue(staff_of(elsewhere), building)
        with pytest.raises(NotAllowed):
            posters.issue(staff_of(building.compound.community, Role.AGENCY), building)


@pytest.mark.parametrize("typed", ["djz03", "DJZ03", " ＤＪＺ－０３ ", "Djz-03"])
def test_the_printed_code_may_be_typed_anyhow(app: Flask, typed: str) -> None:
    with writing():
        make_building()
    found = queries.look_up(typed)
    assert found is not None
    assert found.building.full_name == "东局子小区 3 号楼"


@pytest.mark.parametrize("typed", ["", "ZZZ99", "2345678923", "%", "DJZ0_", "a" * 5000])
def test_anything_else_leads_nowhere(app: Flask, typed: str) -> None:
    with writing():
        make_building()
    assert queries.look_up(typed) is None


def test_scans_add_up_per_day_and_the_last_thirty_days_count(app: Flask, at) -> None:
    with writing():
        poster = posters.issue(SYSTEM, make_building())
    key = poster.id
    at("2024-05-01 09:00")
    scans.count(key, clock.today())
    at("2024-06-17 09:00")
    for _ in range(3):
        scans.count(key, clock.today())
    at("2024-06-18 00:10")
    scans.count(key, clock.today())
    db.session.rollback()
    rows = db.session.execute(select(PosterScans.day, PosterScans.scans).order_by(PosterScans.day)).all()
    assert [tuple(row) for row in rows] == [("2024-05-01", 1), ("2024-06-17", 3), ("2024-06-18", 1)]
    assert scans.recent(Actor("staff", 1, "区住建委", Role.DISTRICT)) == {key: 4}
