"""A lost number, a new voter, another one's place: two people, a day's time, and whoever is registered can stop it (ID7, ID13)."""

from typing import Any

import pytest
from sqlalchemy import select

from portal.core import clock
from portal.core.extensions import db
from portal.core.jobs import JOBS
from portal.core.writing import writing
from portal.domain.actors import Actor
from portal.domain.roles import Role
from portal.identity import sessions
from portal.identity.models import Account, Approval, ApprovalState
from portal.membership import claims, takeovers
from portal.membership.claim_models import NUMBER, Claim, ClaimState, Typed
from portal.membership.models import Membership, MembershipRole
from portal.membership.queries import voting_homes
from portal.membership.takeover_models import Takeover, TakeoverState
from portal.messaging.models import OutboxMessage
from portal.roster.models import Household, HouseholdPerson
from tests.builders.cases import World, make_world
from tests.builders.identity import make_account, sign_in_resident
from tests.builders.roster import make_household, make_member
from tests.visitor import Visitor

pytestmark = pytest.mark.databases("sqlite")
OLD, NEW, THIRD = "+8613800000136", "+8613700000001", "+8613600000001"
WAIT = {"核对方式": "窗口看证件", "理由": "本人带户口本和证件来窗口"}


@pytest.fixture
def world(app: Any, at: Any) -> World:
    at("2024-06-17 09:00")
    with writing():
        return make_world()


@pytest.fixture
def home(world: World) -> Household:
    with writing():
        home = make_household(world.building, room="301", phone=OLD)
        make_member(home, make_account(OLD))
        return home


def enter(client: Visitor, **who: Any) -> Visitor:
    with writing():
        token = sessions.open_session(**who)
    client.set_cookie(sessions.cookie_name(), token)
    return client


def told(event: str) -> list[str]:
    db.session.rollback()
    return [m.number for m in db.session.scalars(select(OutboxMessage).where(OutboxMessage.event == event))]


def voter(home: Household) -> str:
    db.session.rollback()
    found = select(Membership).where(Membership.household_id == home.id, Membership.is_voter)
    return db.session.scalars(found).one().account.phone


def by_the_clock(at: Any, moment: str) -> None:
    at(moment)
    JOBS["takeovers"].run()
    db.session.rollback()


def asks(client: Visitor) -> int:
    """Signed in with the new number, somebody says that the old one is lost."""
    sign_in_resident(client, NEW)
    client.visit("/me/household")
    client.follow("旧手机号用不了了")
    page = client.submit(
        "请社区核对",
        {
            "小区": "东局子小区", "楼号": "3 号楼", "门": "１", "室": "３０１", "房主姓名": "张桂兰",
            "旧手机号后四位": "０１３６", "怎么联系": "打我登录的手机", "晚上": True, "房主": True,
        },
    )  # fmt: skip
    assert page.path == "/me/household" and "核对中" in page.text
    db.session.rollback()
    return db.session.scalars(select(Claim)).one().id


def first_yes(world: World, client: Visitor, claim: int, **more: Any) -> Any:
    enter(client, post=world.posts[Role.COMMUNITY])
    page = client.visit(f"/community/verification/{claim}")
    assert "居民说旧手机号用不了了" in page.text
    return client.submit("核验通过", WAIT | more)


def second_yes(world: World, client: Visitor, button: str = "同意", typed: Any = None) -> Any:
    enter(client, post=world.posts[Role.STREET])
    client.visit("/desk/approvals")
    client.follow("旧手机号用不了")
    return client.submit(button, typed or {})


def test_a_lost_number_needs_two_people_and_a_day(
    world: World, home: Household, client: Visitor, new_client: Any, at: Any
) -> None:
    claim = asks(client)
    page = first_yes(world, new_client(), claim)
    assert "已提交第二个人" in page.text and told("takeover_asked") == [OLD]
    assert voter(home) == OLD and "还要第二位工作人员同意" in client.visit("/me/household").text
    page = second_yes(world, new_client())
    assert "已同意。" in page.text and "立即" not in page.text
    assert voter(home) == OLD and "两位工作人员已同意" in client.visit("/me/household").text
    by_the_clock(at, "2024-06-18 08:59")
    assert voter(home) == OLD
    by_the_clock(at, "2024-06-18 09:00")
    assert voter(home) == NEW and told("phone_changed") == [OLD] and told("verify_passed") == [NEW]
    assert db.session.scalars(select(HouseholdPerson.phone)).one() == NEW, "the old number matches no roster any more"
    assert client.visit("/me").h1 == "手机号登录", "the new number signs in to the account it now has"
    sign_in_resident(client, NEW)
    assert "301" in client.visit("/me/household").main
    stranger = new_client()
    sign_in_resident(stranger, OLD)
    assert "301" not in stranger.visit("/me/household").main


def test_nobody_is_their_own_second_person(world: World, home: Household, client: Visitor, new_client: Any) -> None:
    claim = asks(client)
    officer = new_client()
    first_yes(world, officer, claim)
    db.session.rollback()
    approval = db.session.scalars(select(Approval)).one().id
    officer.visit(f"/desk/approvals/{approval}")
    with officer.no_lint():
        assert officer.submit("同意", {}).status == 403
    officer.visit(f"/community/verification/{claim}")
    assert "这份申请继续核对" in officer.press("撤回").text
    db.session.rollback()
    assert db.session.scalars(select(Approval)).one().state is ApprovalState.WITHDRAWN
    assert db.session.scalars(select(Takeover)).one().state is TakeoverState.DROPPED


def test_the_old_number_stops_it_and_then_only_a_visit_counts(
    world: World, home: Household, client: Visitor, new_client: Any, at: Any
) -> None:
    claim = asks(client)
    officer = new_client()
    first_yes(world, officer, claim)
    second_yes(world, new_client())
    owner = new_client()
    sign_in_resident(owner, OLD)
    assert "有人申请接替您家的登记" in owner.visit("/me/household").text
    assert "已停止" in owner.press("停止，我家不同意").text
    by_the_clock(at, "2024-06-18 10:00")
    assert voter(home) == OLD and "原来登记的人不同意" in enter_again(client).visit("/me/household").text
    enter(officer, post=world.posts[Role.COMMUNITY])
    officer.visit(f"/community/verification/{claim}")
    page = officer.submit("核验通过", WAIT | {"核对方式": "电话核对"})
    assert "只有上门核对或窗口看证件才算" in page.text
    assert "已提交第二个人" in officer.submit("核验通过", WAIT | {"核对方式": "上门核对"}).text


def enter_again(client: Visitor) -> Visitor:
    db.session.rollback()
    newcomer = select(Account).join(Claim, Claim.account_id == Account.id)
    return enter(client, account=db.session.scalars(newcomer).one())


def test_a_no_of_the_second_person_leaves_everything(
    world: World, home: Household, client: Visitor, new_client: Any, at: Any
) -> None:
    claim = asks(client)
    first_yes(world, new_client(), claim)
    second_yes(world, new_client(), "不同意", {"理由": "户口本上不是这个人"})
    by_the_clock(at, "2024-06-19 10:00")
    assert voter(home) == OLD
    assert db.session.get_one(Claim, claim).state is ClaimState.OPEN
    client.visit("/me/household")
    enter_again(client)


def test_taking_the_application_back_ends_what_waits(
    world: World, home: Household, client: Visitor, new_client: Any
) -> None:
    claim = asks(client)
    first_yes(world, new_client(), claim)
    client.visit("/me/household")
    client.press("收回申请")
    db.session.rollback()
    assert db.session.scalars(select(Takeover)).one().state is TakeoverState.DROPPED
    assert takeovers.open_at(home.id) is None
    assert db.session.scalars(select(Approval)).one().state is ApprovalState.WITHDRAWN


def test_a_number_with_a_home_of_its_own_is_not_melted_in(
    world: World, home: Household, client: Visitor, new_client: Any
) -> None:
    with writing():
        make_member(make_household(world.building, room="302"), make_account(NEW))
        actor = Actor("resident", db.session.scalars(select(Membership)).all()[-1].account_id)
        typed = Typed("3 号楼", "1", "301", "张桂兰", "0136", NUMBER)
        claim = claims.by_visit(actor, home.building, typed, MembershipRole.OWNER, "电话", ["evening"]).id
    assert "自己已登记在某一户" in first_yes(world, new_client(), claim).text


def test_one_person_never_clears_a_home_and_gives_it_away(
    world: World, home: Household, client: Visitor, new_client: Any
) -> None:
    """Revoking and verifying somebody else alone would be a takeover without a second person."""
    with writing():
        member = db.session.scalars(select(Membership)).one()
        officer = sessions.staff_actor(world.posts[Role.COMMUNITY])
        takeovers.deciding.revoke(officer, db.session.merge(member), "房子卖了")
    claim = asks(client)
    page = first_yes(world, new_client(), claim)
    assert "要由另一位工作人员核验" in page.text
    db.session.rollback()
    assert not voting_homes(Actor("resident", db.session.get_one(Claim, claim).account_id))


def test_family_only_gets_a_voter_when_the_community_has_asked(world: World, client: Visitor, new_client: Any) -> None:
    with writing():
        home = make_household(world.building, room="305", phone=THIRD)
        make_member(home, make_account(NEW), role=MembershipRole.FAMILY, voter=False)
    sign_in_resident(client, NEW)
    assert "您家还没有投票人" in client.visit("/me/household").text
    client.follow("由我代表我家投票")
    client.press("申请当投票人")
    db.session.rollback()
    claim = db.session.scalars(select(Claim)).one().id
    officer = enter(new_client(), post=world.posts[Role.COMMUNITY])
    assert "申请当投票人" in officer.visit(f"/community/verification/{claim}").text
    officer.submit("核验通过", {"核对方式": "电话核对"})
    assert voter(home) == NEW and set(told("voter_changed")) == {NEW, THIRD}, "the roster's number hears of it"
    assert "投票人" in client.visit("/me/household").text and "还没有投票人" not in client.visit("/me/household").text


def test_family_that_proves_to_be_the_owner_becomes_it(world: World, client: Visitor) -> None:
    with writing():
        home = make_household(world.building, room="305", phone=NEW)
        make_member(home, make_account(NEW), role=MembershipRole.FAMILY, voter=False)
        actor = Actor("resident", db.session.scalars(select(Account)).one().id)
        answer = claims.by_roster(
            actor, home.building, Typed("3 号楼", "1", "305", "张桂兰", "0001"), MembershipRole.OWNER
        )
        assert answer.claim is not None and answer.claim.state is ClaimState.PASSED
    assert voter(home) == NEW
    assert db.session.scalars(select(Membership)).one().role is MembershipRole.OWNER
    assert clock.now()
