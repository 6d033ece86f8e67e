"""协助办理: a member of staff reports and votes for exactly one home, for thirty minutes, and everybody can see it (ID8, D13)."""

from typing import Any

import pytest
from sqlalchemy import select

from portal.audit.models import JournalEntry
from portal.cases.models import Case
from portal.core import clock
from portal.core.extensions import db
from portal.core.writing import writing
from portal.domain.actors import Actor
from portal.domain.errors import NotAllowed
from portal.domain.roles import Role
from portal.identity import sessions
from portal.identity.models import SignedIn
from portal.membership import assisting
from portal.membership.queries import homes_of, voting_homes
from portal.places.models import AgencyKind
from portal.roster.models import Household
from tests.builders.cases import World
from tests.builders.identity import make_account, make_agency, make_community, make_post
from tests.builders.roster import make_household, make_member
from tests.visitor import Visitor

pytestmark = pytest.mark.databases("sqlite")


@pytest.fixture
def home(world: World) -> Household:
    with writing():
        return make_household(world.building, room="301")


@pytest.fixture
def officer(world: World, client: Visitor) -> Visitor:
    return enter(client, world.posts[Role.COMMUNITY])


def enter(client: Visitor, post: Any) -> Visitor:
    with writing():
        token = sessions.open_session(post=post)
    client.set_cookie(sessions.cookie_name(), token)
    return client


def begin(officer: Visitor) -> None:
    officer.visit("/community/assist")
    officer.submit(
        "开始协助这一户",
        {"楼栋": "东局子小区 3 号楼", "门": "1", "室": "301", "理由": "房主 82 岁，没有手机，到社区来办"},
    )


def actor_of(client: Visitor) -> Actor:
    db.session.rollback()
    return sessions.load(client.get_cookie("portal-id").value).actor


def test_for_exactly_this_home_and_no_longer_than_half_an_hour(officer: Visitor, home: Household, at: Any) -> None:
    begin(officer)
    actor = actor_of(officer)
    assert voting_homes(actor) == {home.id} and not homes_of(actor)
    assert actor.label.startswith("staff:") and actor.label.endswith(f":household:{home.id}")
    for address in ("/", "/votes", "/b/djz03"):
        assert "正在协助 东局子小区 3 号楼 1 门 301" in officer.visit(address).text, address
    at("2024-06-17 09:29")
    assert "正在协助" in officer.visit("/").text
    at("2024-06-17 09:30")
    assert "正在协助" not in officer.visit("/").text
    assert actor_of(officer).is_staff and not voting_homes(actor_of(officer))


@pytest.mark.parametrize(
    "address", ["/me", "/me/household", "/me/privacy", "/me/messages", "/community", "/community/verification", "/desk"]
)
def test_neither_own_pages_nor_the_desk(officer: Visitor, home: Household, address: str) -> None:
    begin(officer)
    assert officer.visit(address).path == "/community/assist/now"


def test_report_end_and_slip(officer: Visitor, home: Household, world: World) -> None:
    begin(officer)
    officer.follow("反映问题")
    officer.submit("下一步", {"说说情况": "2 门三楼的楼道灯坏了一个多星期，晚上看不清台阶"})
    officer.submit("下一步", {"照明、楼道": True, "不危险": True})
    officer.submit("提交", {"我不留手机号": True, "不公开": True})
    db.session.rollback()
    case = db.session.scalars(select(Case)).one()
    assert case.registered_by == world.posts[Role.COMMUNITY].id
    entry = db.session.scalars(select(JournalEntry).where(JournalEntry.action == "case:submitted")).one()
    assert entry.actor == f"staff:{case.registered_by}:household:{home.id}"
    officer.visit("/community/assist/now")
    page = officer.press("结束协助")
    assert "协助已结束" in page.text and "反映了一个问题" in page.text
    with officer.no_lint():
        slip = officer.press("打印给住户的凭条")
    assert case.secret in slip.html and "工作人员协助您家办了事" in slip.text
    assert "凭条已经打印" in officer.visit(page.path).text or "小条已经打印" in officer.visit(page.path).text


def test_no_rating_and_no_consent(officer: Visitor, home: Household, world: World) -> None:
    from portal.cases.deeds import stand_of

    begin(officer)
    stand = stand_of(Case(), actor_of(officer), author=True)
    assert stand.is_staff_session, "a solved, a rating or a withdrawal is the author's own"


@pytest.mark.parametrize("kind", [AgencyKind.PROPERTY, AgencyKind.CONTRACTOR])
def test_never_the_builder_or_the_property_company(world: World, home: Household, kind: AgencyKind) -> None:
    with writing():
        post = make_post(Role.COMMUNITY, agency=make_agency(kind), communities=(world.community,))
    with pytest.raises(NotAllowed), writing():
        assisting.begin(sessions.staff_actor(post), "x", home, "帮忙")


def test_not_in_another_community(new_client: Any, home: Household) -> None:
    with writing():
        stranger = make_post(Role.COMMUNITY, communities=(make_community("别处社区"),))
    other = enter(new_client(), stranger)
    page = other.visit("/community/assist")
    assert "东局子小区" not in page.main


def test_residents_find_no_assistance(client: Visitor, home: Household) -> None:
    with writing():
        token = sessions.open_session(account=make_member(home, make_account()).account)
    client.set_cookie(sessions.cookie_name(), token)
    with client.no_lint():
        assert client.get("/community/assist/now").status_code == 404
    assert db.session.scalars(select(SignedIn)).one().assisted_until is None and clock.now()


def test_votes_for_this_home_only(officer: Visitor, world: World) -> None:
    from portal.ballots import voting
    from portal.ballots.models import RollEntry, RollHome, Vote
    from tests.builders.busy_ballots import ANSWERS, make_ballots

    ballot = make_ballots(world)["open"].id
    mine, other = db.session.execute(
        select(RollHome.household_id, RollHome.entry_id).where(RollHome.ballot_id == ballot).order_by(RollHome.entry_id)
    ).all()[1:3]
    room = db.session.get_one(Household, mine.household_id).room
    officer.visit("/community/assist")
    officer.submit("开始协助这一户", {"楼栋": "东局子小区 3 号楼", "门": "1", "室": room, "理由": "没有手机"})
    actor = actor_of(officer)
    page = officer.visit(f"/votes/{ballot}/ballot")
    assert page.path == f"/votes/{ballot}/ballot", "the paper of this home"
    for entry_id in (mine.entry_id, other.entry_id):
        with writing():
            entry = db.session.get_one(RollEntry, entry_id)
            voting.keep(actor, entry.ballot, entry, ANSWERS)
    with pytest.raises(NotAllowed), writing():
        voting.hand_in(actor, ballot, other.entry_id, 0)
    with writing():
        voting.hand_in(actor, ballot, mine.entry_id, 0)
    assert db.session.scalars(select(Vote).where(Vote.ballot_id == ballot)).one().entry_id == mine.entry_id
    officer.visit("/community/assist/now")
    assert "交了选票" in officer.press("结束协助").text
