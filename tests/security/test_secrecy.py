"""Canaries in every secret of four cases: walked by everybody, they appear nowhere they do not belong (D12, D13)."""

import json
from typing import Any

import pytest
from sqlalchemy import select

from portal.audit.models import JournalEntry
from portal.cases import author, services, submitting
from portal.cases.models import Case, CaseEvent
from portal.core.access import access_of
from portal.core.extensions import db
from portal.core.writing import writing
from portal.domain.actors import Actor
from portal.domain.case_lifecycle import ReplyResult
from portal.domain.roles import STAFF_ROLES, Role
from portal.identity import sessions
from portal.messaging.models import InboxMessage, OutboxMessage
from tests.builders.cases import World, make_case
from tests.visitor import Visitor

PHONE, NAME, FOLLOWER = "+8613877776666", "金丝雀阿姨", "+8613955554444"
ORDINARY, CONFLICT, SEALED = "普通件的原话", "冲突件的原话", "举报件的原话"
SOUGHT = "原话"


@pytest.fixture
def cases(world: World) -> dict[str, Case]:
    """One of each track, all from the same phone; the ordinary one is worked by the agency and its contractor."""
    own = {"phone": PHONE, "called": NAME, "place": "7 门 701"}
    ordinary = make_case(world, **own, words=f"{ORDINARY}，打我电话 13877776666", is_public=True)
    conflict = make_case(
        world, **own, words=CONFLICT, category="conduct", concerned_id=world.units["FWZX"].id, is_public=True
    )
    sealed = make_case(world, **own, words=SEALED, category="integrity", is_public=True)
    district, agency = world.actor(Role.DISTRICT), world.actor(Role.AGENCY)
    with writing():
        services.accept(
            district,
            ordinary,
            category_code=ordinary.category_code,
            level=ordinary.level,
            agency_id=world.units["FWZX"].id,
            executor_id=world.units["SG"].id,
        )
    with writing():
        services.sign(agency, ordinary)
    with writing():
        submitting.join(Actor.guest(), ordinary, phone=FOLLOWER, device="d")
    return {"ordinary": ordinary, "conflict": conflict, "sealed": sealed}


def enter(client: Visitor, world: World, role: Role) -> Visitor:
    with writing():
        token = sessions.open_session(post=world.posts[role])
    client.set_cookie(sessions.cookie_name(), token)
    return client


def seen_by(client: Visitor, role: str, code: str) -> str:
    """Everything behind addresses that name no case, as one text."""
    addresses = [f"/desk?q={SOUGHT}", "/desk?show=all", "/desk?show=closed", f"/buildings?q={SOUGHT}", f"/b/{code}"]
    for rule in client.application.url_map.iter_rules():
        _kind, roles = access_of(client.application, rule.endpoint) or ("", frozenset())
        is_open = not roles or role in roles
        if is_open and not rule.arguments and "GET" in (rule.methods or set()) and not rule.rule.startswith("/demo/"):
            addresses.append(rule.rule)
    with client.no_lint():
        return "\n".join(client.get(address).text for address in addresses).replace(f'value="{SOUGHT}"', "")


def guessed_by(client: Visitor, number: str) -> str:
    """What comes when somebody knows or guesses the number."""
    slugs = ("note", "reply", "work-report", "photos", "phone", "accept")
    addresses = [f"/desk/cases/{number}", f"/cases/{number}", f"/report/similar/{number}/join"]
    addresses += [f"/desk/cases/{number}/{slug}" for slug in slugs] + [f"/community/cases/{number}/registered"]
    with client.no_lint():
        return "\n".join(client.get(address).text for address in addresses)


def test_nobody_reads_what_is_not_theirs(world: World, cases: dict[str, Case], new_client: Any) -> None:
    numbers = {name: case.number for name, case in cases.items()}
    refs, code = [case.ref for case in cases.values()], world.building.code
    may_know = {
        "conflict": {Role.DISTRICT, Role.AUDITOR},  # above the service centre complained about
        "sealed": {Role.DISCIPLINE},
    }
    no_name = {"guest", Role.AGENCY, Role.CONTRACTOR, Role.AUDITOR, Role.ADMIN}
    wrong = []
    for who in ("guest", *sorted(STAFF_ROLES)):
        client = new_client() if who == "guest" else enter(new_client(), world, Role(who))
        lists = seen_by(client, who, code)
        text = lists + "\n".join(guessed_by(client, number) for number in numbers.values())
        wrong += [f"{who}: phone {phone}" for phone in (PHONE, FOLLOWER) if phone[3:] in text]
        wrong += [f"{who}: code {ref}" for ref in refs if ref in text]
        if who in no_name and NAME in text:
            wrong.append(f"{who}: the name")
        for name, words in (("conflict", CONFLICT), ("sealed", SEALED)):
            if who not in may_know[name] and (words in text or numbers[name] in lists):
                wrong.append(f"{who}: the {name} case")
            if who in may_know[name] and words not in text:
                wrong.append(f"{who} should see the {name} case: the control")
    assert not wrong, "\n".join(wrong)


def test_counts_and_dashboard_know_of_ordinary_cases_only(
    world: World, cases: dict[str, Case], new_client: Any
) -> None:
    from portal.cases import counting, queries

    counted = {key[3]: n for key, n in counting.stored().items()}
    assert sum(n for key, n in counting.stored().items() if key[4] == "received") == 1, counted
    for role in (Role.AGENCY, Role.COMMUNITY, Role.STREET, Role.CONTRACTOR):
        assert sum(queries.desk_counts(world.actor(role)).values()) <= 1 + (role is not Role.CONTRACTOR), role
        page = enter(new_client(), world, role).visit("/desk?show=all")
        assert {link["href"] for link in page.links if link["href"].startswith("/desk/cases/")} == {
            f"/desk/cases/{cases['ordinary'].number}"
        }, role


def test_inbox_and_sms_reach_only_those_who_may_know(world: World, cases: dict[str, Case]) -> None:
    by_post = {post.id: role for role, post in world.posts.items()}
    told: dict[str, set[Role]] = {}
    for row in db.session.scalars(select(InboxMessage)):
        if row.recipient_key.startswith("staff:"):
            told.setdefault(row.subject, set()).add(by_post[int(row.recipient_key.removeprefix("staff:"))])
    assert told[cases["conflict"].subject] <= {Role.DISTRICT, Role.ADMIN}
    assert Role.AGENCY not in told[cases["conflict"].subject]
    assert told.get(cases["sealed"].subject, set()) <= {Role.DISCIPLINE}
    sent = [row for row in db.session.scalars(select(OutboxMessage)) if row.subject == cases["sealed"].subject]
    assert {row.event for row in sent} <= {"case_received"}


def test_the_journal_holds_no_words_names_or_numbers(world: World, cases: dict[str, Case]) -> None:
    written = "\n".join(f"{row.actor} {row.subject} {row.details}" for row in db.session.scalars(select(JournalEntry)))
    events = "\n".join(json.dumps(row.facts, ensure_ascii=False) for row in db.session.scalars(select(CaseEvent)))
    for canary in (PHONE[3:], FOLLOWER[3:], NAME, SOUGHT, *(case.ref for case in cases.values())):
        assert canary not in written + events, canary


def test_a_look_at_the_phone_is_recorded_and_told(world: World, cases: dict[str, Case], new_client: Any) -> None:
    number, ref = cases["ordinary"].number, cases["ordinary"].ref
    officer = enter(new_client(), world, Role.STREET)
    officer.visit(f"/desk/cases/{number}/phone")
    page = officer.submit("查看电话", {"问清情况": True})
    assert "13877776666" in page.html.replace(" ", "")
    again = officer.get(f"/desk/cases/{number}").text
    assert "13877776666" not in again
    resident = new_client()
    resident.visit("/track")
    resident.submit("查", {"查询码": ref, "校验码": "6666"})
    assert "您的电话" in resident.here.text
    actions = [row.action for row in db.session.scalars(select(JournalEntry))]
    assert actions.count("case:reveal") == 1


def test_the_agency_has_no_phone_without_leave(world: World, cases: dict[str, Case], client: Visitor) -> None:
    enter(client, world, Role.AGENCY)
    number = cases["ordinary"].number
    with client.no_lint():
        assert client.get(f"/desk/cases/{number}/phone").status_code in {403, 404, 409}
        page = client.visit(f"/desk/cases/{number}/note")
        token = page.root.with_attribute("name", "csrf_token")[0]["value"]
        refused = client.post(f"/desk/cases/{number}/phone", data={"csrf_token": token, "purpose": "contact"})
    assert refused.status_code in {200, 403}
    assert "13877776666" not in refused.text


def test_no_staff_session_confirms_rates_or_disputes(world: World, cases: dict[str, Case], client: Visitor) -> None:
    case = cases["ordinary"]
    ref, agency = case.ref, world.actor(Role.AGENCY)
    with writing():
        services.contact(agency, case, way="phone", words="打过电话了")
    with writing():
        services.reply(
            agency,
            case,
            result=ReplyResult.SOLVED,
            words="二门三楼的楼道灯已经换好，请您晚上看一看亮不亮。",
            why_no_photo="夜里换的，没有拍",
        )
    client.visit("/track")
    client.submit("查", {"查询码": ref, "校验码": "6666"})
    token = client.here.root.with_attribute("name", "csrf_token")[0]["value"]
    enter(client, world, Role.AGENCY)
    fields = {"csrf_token": token, "words": "没有修好", "solved": "yes", "satisfaction": "satisfied"}
    for action in ("confirm", "reopen", "rate", "add", "withdraw"):
        with client.no_lint():
            client.post(f"/case/{ref}/{action}", data=fields)
    db.session.rollback()
    db.session.refresh(case)
    assert (str(case.status), case.rating) == ("replied", None)


def test_a_neighbour_never_gets_the_authors_rights(world: World, cases: dict[str, Case], client: Visitor) -> None:
    case = cases["ordinary"]
    follower = db.session.scalars(select(submitting.CaseFollower)).one()
    ref, other, author_ref = follower.ref, follower.secret, case.ref
    client.visit("/track")
    page = client.submit("查", {"查询码": ref, "校验码": other})
    assert page.path == f"/case/{ref}"
    for secret in (NAME, "13877776666", author_ref, "701"):
        assert secret not in page.html, secret
    token = page.root.with_attribute("name", "csrf_token")[0]["value"]
    for action in ("confirm", "reopen", "rate", "add", "withdraw"):
        with client.no_lint():
            status = client.post(f"/case/{ref}/{action}", data={"csrf_token": token, "words": "没有修好"}).status_code
        assert status == 403, action
    assert client.get(f"/case/{author_ref}").status_code == 303
    assert author.ratings_of(case) == []


def test_the_slip_prints_once(world: World, client: Visitor) -> None:
    enter(client, world, Role.COMMUNITY)
    client.visit("/community/cases/new")
    fields = {
        "电话": True,
        "楼栋": "东局子小区 3 号楼",
        "是哪一类问题": "照明",
        "说说情况": "二门三楼的楼道灯坏了好多天",
    }
    page = client.submit("登记", fields)
    case = db.session.scalars(select(Case).where(Case.registered_by.is_not(None))).one()
    ref = case.ref
    assert ref not in page.html
    slip = client.press("打印")
    assert ref in slip.html.replace(" ", "")
    with client.no_lint():
        again = client.get(f"/community/cases/{case.number}/registered").text
    assert ref not in again
    assert case.ref not in client.get(f"/desk/cases/{case.number}").text


def test_whoever_works_a_complaint_about_a_unit_below_has_no_phone_without_leave(world: World, client: Visitor) -> None:
    """The inspection handles complaints about a bureau: it answers, and never learns who complained (D13)."""
    about_a_bureau = make_case(world, phone=PHONE, called=NAME, category="conduct", concerned_id=world.units["ZJW"].id)
    number = about_a_bureau.number
    enter(client, world, Role.AUDITOR)
    page = client.visit(f"/desk/cases/{number}")
    assert page.status == 200 and NAME not in page.html
    assert client.visit(f"/desk/cases/{number}/phone").status == 403


def test_a_neighbour_reads_no_door_and_no_title_that_staff_have_not_written(world: World, client: Visitor) -> None:
    """The author agreed to publication, not to neighbours reading more than the public page shows."""
    case = make_case(world, phone=PHONE, words="7 门 701 的老张天天把垃圾堆在楼道里，味道很大", is_public=True)
    with writing():
        follower = submitting.join(Actor.guest(), case, phone=FOLLOWER, device="d")
    ref, secret = follower.ref, follower.secret
    client.visit("/track")
    page = client.submit("查", {"查询码": ref, "校验码": secret})
    assert "701" not in page.text
    assert "老张" not in page.h1
