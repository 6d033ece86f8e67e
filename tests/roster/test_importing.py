"""An import is taken whole or not at all, changes nothing when it is repeated, and says what is new, changed and gone."""

from dataclasses import replace
from io import BytesIO

import pytest
from flask import Flask
from sqlalchemy import func, select

from portal.core.extensions import db
from portal.core.writing import writing
from portal.domain.actors import Actor
from portal.domain.errors import Conflict, DomainError
from portal.places.models import Compound
from portal.roster import queries
from portal.roster.importing import reading, services, working
from portal.roster.importing.columns import HEADS
from portal.roster.models import (
    Household,
    HouseholdChange,
    HouseholdPerson,
    HouseholdState,
    ImportState,
    Owner,
    OwnerKind,
    RosterImport,
    Tenure,
)
from tests.builders.places import SYSTEM, make_compound
from tests.builders.roster_files import row, xlsx

FIVE = [
    row(室="101", 房主姓名="张桂兰", 手机号="13900000001", 共有人="李国强"),
    row(室="102", 房主姓名="王秀英", 手机号="13900000002", 业主编号="D1"),
    row(室="103", 房主姓名="王秀英", 手机号="13900000002", 业主编号="D1"),
    row(室="104", 房主姓名="赵立新", 手机号="", 产权性质="公房", 备注="失联"),
    row(门="1 门", 室="101", 房主姓名="陈静", 手机号="13900000005", 产权性质="企业产"),
]  # fmt: skip


@pytest.fixture
def compound(app: Flask) -> Compound:
    with writing():
        return make_compound()


def upload(compound: Compound, file: BytesIO) -> RosterImport:
    table = reading.read(file)
    with writing():
        return services.begin(SYSTEM, db.session.merge(compound), table)


def take(job: RosterImport, same: set[int] | None = None, actor: Actor = SYSTEM) -> RosterImport:
    """What the page does when somebody confirms, the second person included."""
    with writing():
        job = services.import_for(actor, job.id, whole=True)
        services.confirm(actor, job, reason="", same=same or set())
        if job.state is ImportState.ASKED:
            services.take(actor, job)
    return job


def figures(job: RosterImport) -> tuple[int, int, int]:
    return job.added, job.changed, job.gone


def homes() -> dict[str, Household]:
    return {home.door: home for home in db.session.scalars(select(Household))}


def test_a_file_becomes_homes_owners_and_persons(compound: Compound) -> None:
    job = take(upload(compound, xlsx(FIVE)))
    assert (job.state, figures(job)) == (ImportState.DONE, (5, 0, 0))
    assert job.content is None
    found = homes()
    assert queries.totals(compound.id) == (5, 5 * 8950)
    assert [person.name for person in found["2 门 101"].persons] == ["张桂兰", "李国强"]
    assert found["2 门 102"].owner is found["2 门 103"].owner, "the same 业主编号 is the same owner"
    assert found["2 门 104"].owner.kind is OwnerKind.UNIT, "public housing is a unit's"
    assert found["2 门 104"].persons[0].role == "tenant"
    assert found["2 门 104"].state is HouseholdState.OUT_OF_TOUCH
    assert found["1 门 101"].tenure is Tenure.ENTERPRISE
    assert db.session.scalar(select(func.count()).select_from(Owner)) == 4


def test_again_changes_nothing(compound: Compound) -> None:
    take(upload(compound, xlsx(FIVE)))
    before = [(home.id, home.changed_at, home.owner_id) for home in db.session.scalars(select(Household))]
    people = db.session.scalars(select(HouseholdPerson.id)).all()
    job = upload(compound, xlsx(FIVE))
    assert (figures(job), services.report(job).same) == ((0, 0, 0), 5)
    take(job)
    assert [(home.id, home.changed_at, home.owner_id) for home in db.session.scalars(select(Household))] == before
    assert db.session.scalars(select(HouseholdPerson.id)).all() == people
    assert not db.session.scalars(select(HouseholdChange)).all()


def test_one_wrong_row_and_nothing_is_imported(compound: Compound) -> None:
    job = upload(compound, xlsx([*FIVE, row(室="105", 专有面积="92,3")]))
    assert (job.errors, job.homes) == (1, 5)
    with pytest.raises(DomainError, match="still wrong"), writing():
        services.confirm(SYSTEM, services.import_for(SYSTEM, job.id), reason="", same=set())
    assert not homes()


def test_what_changed_and_what_is_gone_waits_for_a_second_person(compound: Compound) -> None:
    take(upload(compound, xlsx(FIVE)))
    changed = [row(室="101", 房主姓名="张桂兰", 手机号="13900000009", 专有面积="90"), *FIVE[1:4], row(室="201")]
    job = upload(compound, xlsx(changed))
    assert figures(job) == (1, 1, 1)
    report = services.report(job)
    assert report.changed == [("3-2-101", ["phone", "area", "co_owners"])]
    assert (report.added, report.gone) == (["3-2-201"], ["3-1-101"])
    with writing():
        job = services.confirm(SYSTEM, services.import_for(SYSTEM, job.id, whole=True), reason="", same=set())
        assert job.state is ImportState.ASKED
    assert homes()["2 门 101"].area == 8950
    with writing():
        services.take(SYSTEM, services.import_for(SYSTEM, job.id, whole=True))
    found = homes()
    assert (found["2 门 101"].area, len(found["2 门 101"].persons)) == (9000, 1)
    assert found["1 门 101"].retired_at is not None
    assert queries.totals(compound.id)[0] == 5
    kinds = db.session.scalars(select(HouseholdChange.kind).order_by(HouseholdChange.id)).all()
    assert kinds == ["import", "gone"]
    job = take(upload(compound, xlsx([*changed, FIVE[4]])))
    assert homes()["1 门 101"].retired_at is None, "it comes back under its old row"


def test_what_staff_noted_stays_where_the_file_says_nothing(compound: Compound) -> None:
    take(upload(compound, xlsx(FIVE)))
    with writing():
        home = homes()["2 门 101"]
        home.state, home.note = HouseholdState.VACANT, "邻居代管钥匙"
    assert figures(upload(compound, xlsx(FIVE))) == (0, 0, 0)


def test_owners_confirmed_to_be_the_same_count_as_one(compound: Compound) -> None:
    rows = [row(室="101"), row(室="102"), row(室="103", 房主姓名="王秀英", 手机号="13900000002")]
    job = upload(compound, xlsx(rows))
    assert services.report(job).twins == [("张桂兰", ["3-2-101", "3-2-102"], 0)]
    take(job, same={0})
    found = homes()
    assert found["2 门 101"].owner is found["2 门 102"].owner is not found["2 门 103"].owner
    again = upload(compound, xlsx([*rows, row(室="104")]))
    assert (figures(again), services.report(again).twins[0][1]) == ((1, 0, 0), ["3-2-101", "3-2-102", "3-2-104"])
    take(again, same={0})
    assert homes()["2 门 104"].owner is homes()["2 门 101"].owner


def test_homes_already_there_join_the_same_owner_by_two_people(compound: Compound) -> None:
    rows = [row(室="101"), row(室="102")]
    take(upload(compound, xlsx(rows)))
    job = upload(compound, xlsx([*rows, row(室="103")]))
    assert (figures(job), services.report(job).twins[0][2]) == ((1, 0, 0), 2)
    with writing():
        job = services.confirm(SYSTEM, services.import_for(SYSTEM, job.id, whole=True), reason="", same={0})
        assert job.state is ImportState.ASKED
        services.take(SYSTEM, job)
    assert len({home.owner_id for home in homes().values()}) == 1


def test_other_totals_than_the_plans_need_a_reason(compound: Compound) -> None:
    with writing():
        db.session.merge(compound).planned_households = 6
    job = upload(compound, xlsx(FIVE))
    with pytest.raises(DomainError) as refusal, writing():
        services.confirm(SYSTEM, services.import_for(SYSTEM, job.id), reason="  ", same=set())
    assert refusal.value.field == "reason"
    with writing():
        job = services.confirm(SYSTEM, services.import_for(SYSTEM, job.id, whole=True), reason="一户已拆除", same=set())
    assert (job.state, job.reason) == (ImportState.DONE, "一户已拆除")


def test_a_roster_that_moved_since_the_check_is_checked_again(compound: Compound) -> None:
    first, second = upload(compound, xlsx(FIVE)), upload(compound, xlsx([*FIVE, row(室="201")]))
    take(first)
    with pytest.raises(Conflict), writing():
        services.confirm(SYSTEM, services.import_for(SYSTEM, second.id, whole=True), reason="", same=set())
    assert len(homes()) == 5


def test_a_large_file_is_the_workers(compound: Compound, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(services, "AT_ONCE", 3)
    job = upload(compound, xlsx(FIVE))
    assert job.state is ImportState.CHECKING
    assert working.work() == 1
    job = db.session.get_one(RosterImport, job.id, populate_existing=True)
    assert (job.state, figures(job), job.done) == (ImportState.CHECKED, (5, 0, 0), 5)
    take(job)
    assert not homes()
    assert working.work() == 1
    assert len(homes()) == 5
    assert working.work() == 0


def test_a_worker_that_fails_says_so_and_leaves_nothing(compound: Compound, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(services, "AT_ONCE", 3)
    job = upload(compound, xlsx(FIVE))
    monkeypatch.setattr(services, "look", lambda *_: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        working.work()
    assert db.session.get_one(RosterImport, job.id, populate_existing=True).state is ImportState.FAILED


def test_files_that_nobody_confirms_are_forgotten(compound: Compound, at: object) -> None:
    job = upload(compound, xlsx(FIVE))
    with writing():
        job = services.import_for(SYSTEM, job.id)
        job.uploaded_at -= working.KEPT * 2
    working.tidy()
    job = db.session.get_one(RosterImport, job.id, populate_existing=True)
    assert (job.state, job.content, job.report) == (ImportState.DROPPED, None, None)


def test_the_scope_is_the_actors(compound: Compound) -> None:
    job = upload(compound, xlsx(FIVE))
    stranger = replace(SYSTEM, kind="staff", id=1)
    with pytest.raises(DomainError, match="no such import"):
        services.import_for(stranger, job.id)


def test_the_owning_unit_has_a_name_of_its_own_and_is_one_owner(compound: Compound) -> None:
    """产权单位: named in its column, one person in a 法定表决 whatever the tenants are called; an older table still fits."""
    unit = {"产权性质": "公房", "产权单位": "河东区房产管理站"}
    named = [
        row(室="101", **unit),
        row(室="102", **unit),
        row(室="103", 产权性质="公房"),
        row(室="104", 产权性质="企业产", 产权单位="天津纺织集团"),
    ]
    take(upload(compound, xlsx(named)))
    found = homes()
    assert found["2 门 101"].owner is found["2 门 102"].owner and found["2 门 101"].owner.name == "河东区房产管理站"
    assert found["2 门 103"].owner.name == "公房产权单位", "nobody has named it yet"
    assert found["2 门 104"].owner.name == "天津纺织集团" and found["2 门 104"].owner.kind is OwnerKind.UNIT
    assert figures(upload(compound, xlsx(named))) == (0, 0, 0)
    older, head = [cells[:-1] for cells in named], list(HEADS[:-1])
    assert figures(upload(compound, xlsx(older, head))) == (0, 0, 0), "an older table takes no name away"
    named[2] = row(室="103", **unit)
    take(upload(compound, xlsx(named)))
    found = homes()
    assert found["2 门 103"].owner is found["2 门 101"].owner
    assert db.session.scalar(select(func.count(Owner.id)).where(Owner.name != "")) is not None
    job = upload(compound, xlsx([*named[:3], row(室="104", 产权性质="私产", 产权单位="天津纺织集团")]))
    assert job.errors == 1
