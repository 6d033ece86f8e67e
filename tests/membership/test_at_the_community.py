"""The community's side: queue, side by side, clash, visit, letters (product ID4, ID5, ID7)."""

import re
from typing import Any

import pytest
from sqlalchemy import select

from portal.core.extensions import db
from portal.core.jobs import JOBS
from portal.core.writing import writing
from portal.domain.actors import Actor
from portal.domain.errors import Conflict
from portal.domain.roles import Role
from portal.identity import sessions
from portal.membership import claims, invites
from portal.membership.claim_models import Claim, Typed
from portal.membership.models import Membership, MembershipRole
from portal.membership.queries import voting_homes
from portal.messaging.models import InboxMessage, OutboxMessage
from portal.roster.models import Household
from tests.builders.cases import World
from tests.builders.identity import make_account, make_community, make_post
from tests.builders.roster import make_household, make_member
from tests.visitor import Visitor

pytestmark = pytest.mark.databases("sqlite")
NEWCOMER = "+8613700000001"


@pytest.fixture
def home(world: World) -> Household:
    with writing():
        return make_household(world.building, room="301", phone="+8613800000136")


@pytest.fixture
def officer(world: World, client: Visitor) -> Visitor:
    return enter(client, world.posts[Role.COMMUNITY])


def enter(client: Visitor, post: Any) -> Visitor:
    with writing():
        token = sessions.open_session(post=post)
    client.set_cookie(sessions.cookie_name(), token)
    return client


def asks(home: Household, name: str = "张桂兰", role: MembershipRole = MembershipRole.OWNER) -> int:
    """Somebody whose words did not fit three times; the id of the application."""
    with writing():
        actor = Actor("resident", make_account(NEWCOMER).id)
        for _ in range(3):
            answer = claims.by_roster(actor, home.building, Typed("3 号楼", "1", home.room, name, "9999"), role)
        assert answer.claim is not None
        return answer.claim.id


def voters(home: Household) -> list[str]:
    db.session.rollback()
    found = select(Membership).where(Membership.household_id == home.id, Membership.is_voter)
    return [member.account.phone for member in db.session.scalars(found)]


def told(event: str) -> list[str]:
    return [m.number for m in db.session.scalars(select(OutboxMessage).where(OutboxMessage.event == event))]


def test_side_by_side_then_verified(officer: Visitor, home: Household) -> None:
    number = asks(home)
    officer.visit("/community")
    officer.follow("住户核验")
    page = officer.follow("东局子小区 3 号楼")
    assert page.path == f"/community/verification/{number}"
    assert "一致" in page.text and "不一致" in page.text and "9999" not in page.html and "0136" not in page.html
    page = officer.submit("核验通过", {})
    assert page.status == 422 and "请选核对方式" in page.text
    page = officer.submit("核验通过", {"核对方式": "窗口看证件"})
    assert "核验通过，已经告诉居民" in page.text
    assert voters(home) == [NEWCOMER] and told("verify_passed") == [NEWCOMER]
    assert officer.submit("撤销核验", {}).status == 422
    page = officer.submit("撤销核验", {"理由": "房子已经卖了"})
    assert "已撤销核验" in page.text and voters(home) == []


def test_refused_with_a_reason_that_the_resident_reads(officer: Visitor, home: Household, new_client: Any) -> None:
    number = asks(home, "李四")
    officer.visit(f"/community/verification/{number}")
    assert "请写明理由" in officer.submit("不通过", {}).text
    officer.submit("不通过", {"理由": "名册上没有您的名字，请带房产证来社区"})
    assert told("verify_failed") == [NEWCOMER]
    resident = new_client()
    with writing():
        token = sessions.open_session(account=db.session.scalars(select(Claim)).one().account)
    resident.set_cookie(sessions.cookie_name(), token)
    assert "请带房产证来社区" in resident.visit("/me/household").text


@pytest.mark.parametrize(
    ("words", "voter", "members"),
    [
        ("都是这一户的，投票人不变", "+8613600000001", 2),
        ("都是这一户的，投票人换成", NEWCOMER, 2),
        ("撤销原来登记的人", NEWCOMER, 1),
    ],
)
def test_a_clash_is_settled_one_way_or_the_other(
    officer: Visitor, home: Household, words: str, voter: str, members: int, world: World, new_client: Any, at: Any
) -> None:
    with writing():
        make_member(home, make_account("+8613600000001"))
    number = asks(home)
    officer.visit(f"/community/verification/{number}")
    page = officer.submit("核验通过", {"核对方式": "上门核对", "理由": "双方都问过"})
    assert "请选怎么处理" in page.text
    page = officer.submit("核验通过", {"怎么处理": words, "核对方式": "上门核对", "理由": "双方都问过"})
    if members == 1 or voter == NEWCOMER:
        assert "已提交第二个人" in page.text and voters(home) == ["+8613600000001"], "one person takes nothing away"
        street = enter(new_client(), world.posts[Role.STREET])
        street.visit("/desk/approvals")
        street.follow("撤销原登记" if members == 1 else "投票人换成")
        street.submit("同意", {})
        at("2024-06-18 09:05")
        JOBS["takeovers"].run()
    assert voters(home) == [voter]
    verified = select(Membership).where(Membership.household_id == home.id, Membership.state == "verified")
    assert len(db.session.scalars(verified).all()) == members
    if words.startswith("都是这一户的，投票人换成"):
        assert set(told("voter_changed")) == {"+8613600000001", NEWCOMER}, "both hear of it"


def test_a_home_is_found_by_its_door(officer: Visitor, home: Household) -> None:
    with writing():
        actor = Actor("resident", make_account(NEWCOMER).id)
        claim = claims.by_visit(actor, None, Typed(), MembershipRole.OWNER, "打我的手机", ["evening"])
        number = claim.id
    page = officer.visit(f"/community/verification/{number}?building=DJZ03&entrance=1&room=999")
    assert "名册上没有这个门牌" in page.text
    officer.visit(f"/community/verification/{number}?building=DJZ03&entrance=1&room=301")
    officer.submit("核验通过", {"核对方式": "上门核对"})
    assert voters(home) == [NEWCOMER]


def test_a_visit_is_arranged_and_the_number_shown_once(officer: Visitor, home: Household) -> None:
    with writing():
        actor = Actor("resident", make_account(NEWCOMER).id)
        claims.by_visit(actor, home.building, Typed("", "1", "301"), MembershipRole.OWNER, "打我的手机", ["evening"])
    page = officer.visit("/community/visits")
    assert "打我的手机" in page.text and "13700000001" not in page.html
    officer.follow("约时间上门")
    assert "这一天已经过了" in officer.submit("约好", {"上门日期": "2024-06-16"}).text
    officer.submit("约好", {"上门日期": "2024-06-18", "时段": "下午"})
    [text] = db.session.scalars(select(OutboxMessage.text).where(OutboxMessage.event == "verify_visit"))
    assert "6月18日下午上门核对住户" in str(text)
    claim = db.session.scalars(select(Claim)).one().id
    officer.visit(f"/community/verification/{claim}/phone")
    assert "13700000001" in officer.press("查看").html
    assert "13700000001" not in officer.visit(f"/community/verification/{claim}").html
    assert db.session.scalars(select(InboxMessage).where(InboxMessage.event == "phone_seen")).one()


def test_another_community_sees_nothing(home: Household, new_client: Any) -> None:
    number = asks(home)
    with writing():
        stranger = make_post(Role.COMMUNITY, communities=(make_community("别处社区"),))
    other = enter(new_client(), stranger)
    assert "东局子小区" not in other.visit("/community/verification").main
    for path in ("", "/phone", "/visit"):
        with other.no_lint():
            assert other.get(f"/community/verification/{number}{path}").status_code == 404


def test_letters_print_once_and_work_once(officer: Visitor, home: Household, new_client: Any) -> None:
    with writing():
        make_member(make_household(home.building, room="302"))
    officer.visit("/community/invite-codes")
    page = officer.submit("做这批信", {"楼栋": "东局子小区 3 号楼"})
    assert "封数 1" in page.text, "a home with somebody verified needs none"
    with officer.no_lint():
        page = officer.press("打印这批信")
    [code] = re.findall(r'letter-code">([^<]+)<', page.html)
    assert "张*兰 家" in page.text and "张桂兰" not in page.html
    with writing():
        assert invites.look_up(code).household_id == home.id
        assert code.replace(" ", "") not in str(db.session.scalars(select(invites.InviteCode.code_hmac)).all())
    page = officer.visit(page.path.removesuffix("/letters"))
    assert "这批信已经打印" in page.text and not [b for b in page.buttons if "打印" in b.text]


@pytest.mark.databases("sqlite", "postgresql")
def test_one_code_opens_one_door_once(world: World, home: Household) -> None:
    with writing():
        batch = invites.make_batch(Actor.system(), home.building, 30, home=home)
        [letter] = invites.print_letters(Actor.system(), batch)
        first, second = (Actor("resident", make_account(f"+861370000000{n}").id) for n in (1, 2))
        code = invites.look_up(letter.code)
        invites.use_up(code, first)
        claims.by_code(first, home, MembershipRole.OWNER)
        with pytest.raises(Conflict):
            invites.use_up(code, second)
    assert voting_homes(first) == {home.id} and not voting_homes(second)
    with pytest.raises(Conflict), writing():
        invites.print_letters(Actor.system(), db.session.merge(batch))


def test_the_queue_costs_the_same_however_long(officer: Visitor, world: World, statements: Any = None) -> None:
    with writing():
        for number in range(25):
            home = make_household(world.building, room=str(400 + number))
            actor = Actor("resident", make_account(f"+86137000002{number:02d}").id)
            claims.by_visit(actor, home.building, Typed("", "1", home.room), MembershipRole.OWNER, "电话", ["evening"])
    page = officer.visit("/community/visits")
    assert page.text.count("约时间上门") >= 20 and "下一页" in page.text
