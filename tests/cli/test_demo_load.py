"""Demo data: the plan's totals, the contract's accounts, cases in every state that this instance knows."""

from collections import Counter
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from portal.audit.journal import verify
from portal.ballots import sealing
from portal.ballots.models import Ballot, RollEntry
from portal.cases import calling, reply_templates
from portal.cases.exclusion_models import CaseExclusion
from portal.cases.models import Case, CaseEvent, CaseRating
from portal.cli.demo import names, photos, places, stories
from portal.cli.demo.load import Plan, load
from portal.cli.demo.staff import officer
from portal.core import clock
from portal.core.extensions import db
from portal.domain.ballot_kinds import BallotState, Channel
from portal.domain.case_closing import CallOutcome
from portal.domain.case_statuses import CaseStatus
from portal.domain.categories import BY_CODE, RESIDENT_BY_CODE
from portal.domain.moderation import Desk, PostState
from portal.domain.phones import mobile_or_none
from portal.domain.sms_lifecycle import SmsState
from portal.forum.models import Post
from portal.forum.topic_models import Conclusion, Topic, TopicState, Verdict
from portal.identity.models import StaffPost
from portal.media.models import Photo
from portal.media.storage import storage
from portal.messaging.models import OutboxMessage
from portal.places.models import Building, Compound, Poster
from portal.roster import queries as roster
from portal.roster.models import (
    ChangeState,
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


@pytest.fixture
def ground(app: Flask) -> None:
    load(Plan(cases=0), quiet=True)


def test_the_totals_are_the_plans(ground: None) -> None:
    compounds = db.session.scalars(select(Compound)).all()
    assert {compound.code: len(compound.buildings) for compound in compounds} == {
        "DJZ": 10,
        "WDL": 6,
        "ALL": 8,
        "FML": 4,
    }
    assert sum(compound.planned_households or 0 for compound in compounds) == 991
    assert sum(compound.planned_area or 0 for compound in compounds) == 8_093_000


def test_the_roster_is_the_plans_to_the_hundredth(ground: None) -> None:
    for compound in db.session.scalars(select(Compound)):
        assert roster.totals(compound.id) == (compound.planned_households, compound.planned_area)
    phones = db.session.scalars(select(HouseholdPerson.phone)).all()
    assert len({*phones} - {None}) > 900
    assert all(mobile_or_none(phone) == phone for phone in phones if phone)
    assert None in phones, "some left no number"
    kinds = select(Household.tenure, func.count()).group_by(Household.tenure)
    assert {tenure for tenure, _ in db.session.execute(kinds)} == set(Tenure)
    assert set(db.session.scalars(select(Household.state))) == set(HouseholdState)
    several = select(Household.owner_id).join(Owner).where(Owner.kind == OwnerKind.PERSON)
    assert db.session.scalars(several.group_by(Household.owner_id).having(func.count() > 1)).all()


def test_the_roster_has_a_history(ground: None) -> None:
    assert {job.state for job in db.session.scalars(select(RosterImport))} == {ImportState.DONE}
    states = db.session.scalars(select(HouseholdChange.state).order_by(HouseholdChange.id)).all()
    assert states == [ChangeState.APPLIED, ChangeState.ASKED]


def test_every_building_has_doors_and_a_poster(ground: None) -> None:
    for building in db.session.scalars(select(Building)):
        assert 2 <= len(building.entrances) <= 4
    assert db.session.scalar(select(func.count()).select_from(Poster)) == 28


def test_the_accounts_of_the_contract(ground: None) -> None:
    posts = {post.username: post for post in db.session.scalars(select(StaffPost))}
    promised = (
        "community1 community2 community3 street1 street2 agency1 agency2 contractor1 district1 district2 hotline1"
    )
    assert {*promised.split(), "discipline1", "auditor1", "admin", "admin2"} <= set(posts)
    scopes = {
        name: {compound.code for scope in posts[name].scopes for compound in _compounds(scope.community_id)}
        for name in ("community1", "community2", "community3")
    }
    assert scopes == {"community1": {"DJZ", "ALL"}, "community2": {"DJZ", "ALL"}, "community3": {"WDL", "FML"}}


def test_the_neighbours_talk(ground: None) -> None:
    """Living topics, posts that wait, one that ended with points; what was published stands in the log."""
    open_topics = db.session.scalars(select(Topic).where(Topic.state == TopicState.OPEN)).all()
    assert len(open_topics) >= 5 and all(topic.closes_at > clock.now() for topic in open_topics)
    states = dict(db.session.execute(select(Post.state, func.count()).group_by(Post.state)).all())
    assert states[PostState.HELD] >= 4 and states[PostState.PUBLISHED] >= 30
    assert {post.desk for post in db.session.scalars(select(Post).where(Post.state == PostState.HELD))} == set(Desk)
    [conclusion] = db.session.scalars(select(Conclusion))
    assert [point.verdict for point in conclusion.points] == list(Verdict)
    assert db.session.scalars(select(Topic).where(Topic.state == TopicState.HELD)).one().due_at > clock.now()


def _compounds(community_id: int | None) -> list[Compound]:
    return list(db.session.scalars(select(Compound).where(Compound.community_id == community_id)))


@pytest.mark.databases("sqlite")
def test_the_same_password_opens_every_account(ground: None) -> None:
    from portal.identity.passwords import matches

    hashes = {post.password_hash for post in db.session.scalars(select(StaffPost)) if post.username in NAMES}
    assert len(hashes) == 1
    assert matches(hashes.pop(), "demo-hedong-2023")


NAMES = {person.username for person in names.PEOPLE}


def test_a_database_with_data_is_refused_without_reset(app: Flask, ground: None) -> None:
    runner = app.test_cli_runner()
    refused = runner.invoke(args=["demo", "load", "--cases", "0"])
    assert refused.exit_code == 1
    assert "--reset" in refused.output
    before = clock.now()
    again = runner.invoke(args=["demo", "load", "--cases", "0", "--reset", "--compounds", "2", "--households", "300"])
    assert again.exit_code == 0, again.output
    compounds = db.session.scalars(select(Compound)).all()
    assert [compound.code for compound in compounds] == ["DJZ", "WDL"]
    assert sum(compound.planned_households or 0 for compound in compounds) == 300
    assert sum(roster.totals(compound.id)[0] for compound in compounds) == 300
    assert clock.now() >= before, "a demo's time never goes back"


@pytest.mark.settings(DEMO="0", BASE_URL="https://renewal.example")
@pytest.mark.databases("sqlite")
def test_a_real_instance_takes_no_demo_data(app: Flask) -> None:
    assert app.test_cli_runner().invoke(args=["demo", "load", "--reset"]).exit_code == 1
    assert db.session.scalar(select(func.count()).select_from(Compound)) == 0


def test_shares_add_up() -> None:
    assert places.proportional(991, [1, 1, 1]) == [331, 330, 330]
    assert sum(places.proportional(8_093_000, [356, 208, 287, 140])) == 8_093_000


def test_what_people_say_fits_the_categories() -> None:
    said = stories.situations()
    assert len(said) >= 60
    assert {situation.code for situation in said} <= set(BY_CODE)
    assert {situation.photo for situation in said} - {None} <= set(photos.SCENES)
    ordinary = set(RESIDENT_BY_CODE) - {"conduct", "integrity"}
    assert {situation.resident_code for situation in said} == ordinary


@pytest.mark.slow
def test_months_of_cases(app: Flask) -> None:
    load(Plan(cases=110), quiet=True)
    cases = db.session.scalars(select(Case)).all()
    now = clock.now()
    assert len(cases) == 111  # one was made from a discussion
    assert max(case.submitted_at for case in cases) <= now
    assert min(case.submitted_at for case in cases) > now - timedelta(days=121)
    here = Counter(case.status for case in cases)
    assert set(here) >= set(CaseStatus)
    assert {case.extension.state for case in cases if case.extension} >= {"asked", "approved"}
    assert {case.suspension.state for case in cases if case.suspension} == {"asked", "approved"}
    assert set(db.session.scalars(select(CaseExclusion.state))) == {"asked", "approved", "refused"}
    assert any(case.urges for case in cases) and any(case.order for case in cases)
    assert any(case.reply_due < now and case.closed_at is None and case.replied_at is None for case in cases)
    assert Counter(case.track for case in cases)["sealed"] == len(stories.SEALED)
    _check_what_hangs_on_them(now)
    _check_lists_of_calls()


def _check_lists_of_calls() -> None:
    """没送到的短信 has people to call, and calls that were made; 常用答复 has words for every officer."""
    hotline = officer("hotline1")
    waiting = db.session.scalars(calling.unread(hotline)).all()
    assert len(waiting) >= 4 and {row.state for row in waiting} == {SmsState.UNDELIVERED, SmsState.BLOCKED}
    made = db.session.scalars(calling.calls(hotline)).all()
    assert {event.facts["outcome"] for event in made} == set(CallOutcome)
    assert all(event.at <= clock.now() for event in made)
    for username in ("admin", "agency1", "street1", "community1"):
        assert db.session.scalars(reply_templates.kept_by(officer(username))).all()


def _check_what_hangs_on_them(now: object) -> None:
    assert db.session.scalar(select(func.count()).select_from(CaseRating)) > 10
    assert db.session.scalar(select(func.max(CaseEvent.at))) <= now
    assert verify().broken_at is None
    waiting = select(func.count()).select_from(OutboxMessage).where(OutboxMessage.state == "queued")
    assert db.session.scalar(waiting) == 0
    shown = db.session.scalars(select(Photo)).all()
    assert len(shown) > 40
    with storage().open(shown[0].key) as picture:
        assert picture.read(2) == b"\xff\xd8"


def test_there_is_an_open_vote_one_with_a_record_and_one_to_come(ground: None, client: FlaskClient) -> None:
    states = dict(db.session.execute(select(Ballot.state, func.count()).group_by(Ballot.state)).all())
    assert {BallotState.ANNOUNCED, BallotState.OPEN, BallotState.PROVISIONAL, BallotState.FINAL} == set(states)
    found = client.get("/demo/index.json").json
    assert found is not None
    opened, closed = (db.session.get_one(Ballot, found[key]) for key in ("open_ballot", "closed_ballot"))
    assert opened.scopes[0].compound.code == "DJZ" and opened.roll_homes == 356
    assert closed.state is BallotState.PROVISIONAL and len(sealing.counted(closed)) > 100
    waits = select(func.count(RollEntry.id)).where(RollEntry.ballot_id == opened.id, RollEntry.channel == Channel.NONE)
    assert (db.session.scalar(waits) or 0) > 60
    assert verify().reason == ""
