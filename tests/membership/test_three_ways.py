"""住户核验 as a resident meets it: invite code, roster, visit (ux.md §3.9)."""

from typing import Any

import pytest
from sqlalchemy import select

from portal.audit.models import JournalEntry
from portal.core.extensions import db
from portal.core.writing import writing
from portal.domain.actors import Actor
from portal.membership.claim_models import Claim, ClaimState
from portal.membership.models import Membership, MembershipRole
from portal.membership.queries import voting_homes
from portal.messaging.models import OutboxMessage
from portal.roster.models import Household, Tenure
from tests.builders.cases import World
from tests.builders.identity import make_account, sign_in_resident
from tests.builders.roster import make_household, make_letter, make_member
from tests.visitor import Visitor

pytestmark = pytest.mark.databases("sqlite")
OWNER = "13800000136"
RIGHT = {"小区": "DJZ", "楼号": "３号楼", "门": "1", "室": "301室", "房主姓名": "张 桂兰", "房主手机号后四位": "0136"}


@pytest.fixture
def home(world: World) -> Household:
    with writing():
        return make_household(world.building, room="301", phone=f"+86{OWNER}")


def memberships() -> list[Membership]:
    db.session.rollback()
    return list(db.session.scalars(select(Membership).order_by(Membership.id)))


def texts(event: str) -> list[OutboxMessage]:
    return list(db.session.scalars(select(OutboxMessage).where(OutboxMessage.event == event)))


def test_by_the_letter(client: Visitor, home: Household) -> None:
    with writing():
        code = make_letter(home)
    sign_in_resident(client, OWNER)
    client.visit("/me/household")
    client.follow("用邀请码")
    page = client.submit("下一步", {"邀请码": f"{code[:4].lower()} {code[4:]}"})
    assert "东局子小区 3 号楼 1 门 ***" in page.text and "张*兰" in page.text
    assert "301" not in page.main and "张桂兰" not in page.html
    page = client.press("是我家")
    assert "核验好了。您家可以投票了。" in page.text and "东局子小区 3 号楼 1 门 301" in page.text
    [mine] = memberships()
    assert (mine.role, mine.is_voter, mine.way) == (MembershipRole.OWNER, True, "invite")
    assert "已确认您是东局子小区3号楼的住户，可以参加议事和投票" in (texts("verify_passed")[0].text or "")


def test_a_letter_says_why_it_does_not_work(client: Visitor, home: Household, at: Any, new_client: Any) -> None:
    with writing():
        old = make_letter(home)
        code = make_letter(home)
    sign_in_resident(client, "13700000001")
    client.visit("/me/household/invite-code")
    for wrong in ("ABC", "2222222222", old):
        page = client.submit("下一步", {"邀请码": wrong})
        assert "邀请码不对，请核对信上的 10 位码" in page.alerts[0], "a newer letter voids the old one"
    client.submit("下一步", {"邀请码": code})
    page = client.submit("是我家", {})
    assert page.status == 422 and "请选一个" in page.text, "whoever merely holds the letter says what they are"
    client.submit("是我家", {"租房住": True})
    late = new_client()
    sign_in_resident(late, "13700000002")
    late.visit("/me/household/invite-code")
    assert "这个邀请码已经用过" in late.submit("下一步", {"邀请码": code}).alerts[0]
    with writing():
        other = make_letter(home, days=1)
    at("2024-06-19 09:00")
    late.visit("/me/household/invite-code")
    assert "邀请码过期了，请打" in late.submit("下一步", {"邀请码": other}).alerts[0]


def test_renters_never_vote(client: Visitor, home: Household) -> None:
    with writing():
        code = make_letter(home)
    sign_in_resident(client, "13700000001")
    client.visit("/me/household/invite-code")
    client.submit("下一步", {"邀请码": code})
    page = client.submit("是我家", {"租房住": True})
    assert "这次由房主（承租人）投票" in page.text
    [mine] = memberships()
    assert not mine.is_voter and not voting_homes(Actor("resident", mine.account_id))
    assert "可以参加议事。" in (texts("verify_passed")[0].text or "")
    [told] = texts("member_joined")
    assert told.number == f"+86{OWNER}", "the number on the roster hears that somebody used the letter"


def test_by_the_roster(client: Visitor, home: Household) -> None:
    sign_in_resident(client, OWNER)
    assert "名册上有您的手机号" in client.visit("/me/household").text
    client.follow("按名册核验")
    page = client.submit("核对名册", RIGHT)
    assert "核验好了。您家可以投票了。" in page.text
    assert memberships()[0].is_voter


@pytest.mark.parametrize("field", ["楼号", "门", "室", "房主姓名", "房主手机号后四位"])
def test_three_misses_go_to_a_person_and_never_say_which_field(client: Visitor, home: Household, field: str) -> None:
    sign_in_resident(client, "13700000001")
    wrong = RIGHT | {field: "9876"}
    client.visit("/me/household/roster")
    first = client.submit("核对名册", wrong)
    assert first.status == 422 and "和名册对不上，请每一项再核对一下，还可以试 2 次" in first.alerts[0]
    assert "9876" in first.html, "nothing typed is lost"
    assert "还可以试 1 次" in client.submit("核对名册").alerts[0]
    page = client.submit("核对名册")
    assert "和名册对不上，也可能是名册有误。已请社区核对，6 月 20 日前告诉您。" in page.text
    assert "核对中" in page.text
    assert not memberships()
    assert client.visit("/me/household/roster").path == "/me/household", "one application at a time"
    client.press("收回申请")
    client.follow("按名册核验")
    client.submit("核对名册", RIGHT)
    assert not memberships(), "the fourth try is not compared any more"
    assert db.session.scalars(select(Claim).where(Claim.state == ClaimState.OPEN)).one().household_id == home.id


def test_many_numbers_do_not_guess_one_door(client: Visitor, home: Household, new_client: Any) -> None:
    for number in range(6):
        guesser = new_client()
        sign_in_resident(guesser, f"1370000100{number}")
        guesser.visit("/me/household/roster")
        for _ in range(2):
            guesser.submit("核对名册", RIGHT | {"房主手机号后四位": "1111"})
    sign_in_resident(client, "13700000001")
    client.visit("/me/household/roster")
    client.submit("核对名册", RIGHT)
    assert not memberships()


def test_the_named_tenant_of_public_housing_is_a_tenant(client: Visitor, world: World) -> None:
    with writing():
        make_household(world.building, room="301", phone=f"+86{OWNER}", tenure=Tenure.PUBLIC)
    sign_in_resident(client, OWNER)
    client.visit("/me/household/roster")
    client.submit("核对名册", RIGHT)
    assert memberships()[0].role is MembershipRole.TENANT and memberships()[0].is_voter


def test_ask_for_a_visit(client: Visitor, home: Household) -> None:
    sign_in_resident(client, "13700000001")
    client.visit("/b/djz03")
    client.visit("/me/household")
    client.follow("请社区帮我")
    page = client.submit(
        "请社区上门", {"怎么联系": "打我登录的手机", "方便的时间": ["上午", "工作日"], "门": "1", "室": "301"}
    )
    assert "6 月 20 日前和您联系" in page.text and "不收费，也不要您的验证码" in page.text
    claim = db.session.scalars(select(Claim)).one()
    assert (claim.household_id, claim.times) == (home.id, "morning,weekdays")


def test_a_second_owner_is_a_clash(client: Visitor, home: Household) -> None:
    with writing():
        make_member(home, make_account("+8613600000001"))
        code = make_letter(home)
    sign_in_resident(client, "13700000001")
    client.visit("/me/household/invite-code")
    client.submit("下一步", {"邀请码": code})
    page = client.submit("是我家", {"房主": True})
    assert "这一户已经有人登记" in page.text and "核对中" in page.text
    assert len(memberships()) == 1
    [told] = texts("verify_clash")
    assert told.number == "+8613600000001" and "又有人申请登记到您家（东局子小区3号楼）" in (told.text or "")


def test_co_owners_named_by_the_roster_do_not_clash(client: Visitor, home: Household) -> None:
    from portal.core import crypto
    from portal.roster.models import HouseholdPerson, PersonRole

    with writing():
        make_member(home, make_account(f"+86{OWNER}"))
        other = "+8613700000001"
        home.persons.append(
            HouseholdPerson(
                role=PersonRole.CO_OWNER, position=1, name="李卫东", phone=other, phone_index=crypto.blind_index(other)
            )
        )
    sign_in_resident(client, "13700000001")
    client.visit("/me/household/roster")
    client.submit("核对名册", RIGHT | {"房主姓名": "李卫东", "房主手机号后四位": "0001"})
    assert [(mine.role, mine.is_voter) for mine in memberships()] == [("owner", True), ("owner", False)]


def test_nothing_personal_in_the_journal(client: Visitor, home: Household) -> None:
    sign_in_resident(client, OWNER)
    client.visit("/me/household/roster")
    client.submit("核对名册", RIGHT)
    db.session.rollback()
    written = "\n".join(f"{row.actor} {row.subject} {row.details}" for row in db.session.scalars(select(JournalEntry)))
    assert "membership" in written and not [word for word in ("张桂兰", "0136", "301") if word in written]
