"""A complaint about a unit, and an accusation: whoever may not know of it finds nothing anywhere that tells it is there (D12).

One district, copied twice. In the copies complaints and accusations are reported and worked for three weeks. Everybody who
may not know of them walks every page and file they have, here and in the district without them, and reads their messages:
pages, files, counts, texts and the number of statements are the same.
"""

import re
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from portal.cases import author, sealing, services, similar, submitting, supervising, suspending, urging
from portal.cases.models import Case, Satisfaction
from portal.core import clock, jobs
from portal.core.extensions import db
from portal.core.writing import writing
from portal.domain.actors import Actor
from portal.domain.case_lifecycle import ReplyResult
from portal.domain.case_suspension import SuspensionReason
from portal.domain.errors import DomainError
from portal.domain.levels import Level
from portal.domain.roles import STAFF_ROLES, Role
from portal.identity import approvals, sessions, staffing
from portal.identity.models import StaffPost
from portal.identity.services import account_of
from portal.links import edges
from portal.links.models import LinkKind
from portal.messaging.models import InboxMessage, OutboxMessage
from portal.places.models import Agency
from tests.browser.addresses import IN_PASSING, NOT_PAGES, addresses_of, visitors_of
from tests.builders.busy import Busy, make_busy_world
from tests.builders.cases import PHONE
from tests.fixtures.app import make_app
from tests.fixtures.databases import sqlite_copy
from tests.statements import counted
from tests.visitor import Visitor

pytestmark = [pytest.mark.slow, pytest.mark.databases("sqlite")]
GUEST, AUTHOR = Actor.guest(), "+8613912340000"
WORDS = "2 门三楼的楼道灯坏了，来修的人态度很差，开口就要钱"
ANSWER = "已找当事人谈话并批评教育，灯也换好了，向您道歉。"
BEGINS = datetime(2024, 6, 17, 9, tzinfo=clock.ZONE)
MORNINGS = [BEGINS + timedelta(days=days, hours=-1, minutes=5) for days in (1, 2, 7, 10, 21)]
EVERYBODY = (
    "guest", "resident", Role.COMMUNITY, Role.STREET, Role.AGENCY, Role.CONTRACTOR, Role.HOTLINE, Role.ADMIN, Role.DISTRICT,
)  # fmt: skip
# Figures of the machine, real time, new secrets, and the telephone of the demo.
APART = {"/metrics", "/readyz", "/desk/account/totp", "/demo/sms", "/demo/sms.json"}
SAME = (
    (re.compile(r"\?v=[0-9a-f]+"), ""),  # a file of the look changed between two walks
    (re.compile(r"[0-9a-f]{12,}"), "#"),  # digests, keys of forms and requests
    (re.compile(r'(name="(?:csrf_token|once)"[^>]*value=")[^"]+'), r"\1#"),
    (re.compile(r'("(?:ms|timestamp|id)": )("[^"]*"|[\d.]+)'), r"\1#"),
    (re.compile(r"((?:at|cursor)=)[\w%-]+"), r"\1#"),  # the next page begins behind a row of everybody's table
    (re.compile(r"日志链头（第 \d+ 条）"), "#"),  # the chain counts every deed of everybody
    (re.compile(r"(<p>)[^<]*( 24 小时)"), r"\1#\2"),  # what all texts together cost
)
SAW_IT = ("guest", Role.STREET, Role.AGENCY, Role.ADMIN, Role.DISTRICT)
SHOWS = ("held", "submitted", "overdue", "replied", "unsatisfied", "mine", "closed", "all")
LOOKS = (
    *(f"/desk?show={name}" for name in SHOWS), "/desk?q=开口就要钱", "/desk?q=态度很差", "/desk?category=conduct_shirking",
    "/desk/dashboard?period=quarter", "/desk/dashboard/print?period=quarter", "/desk/calls?days=30",
    *(f"/desk/supervision?group={name}" for name in ("overdue", "urged", "ordered", "unsatisfied", "cleared")),
)  # fmt: skip
CASES_STAND_ON = ("/desk", "/cases", "/b/", "/forum", "/community/topics", "/admin/sms", "/admin/users", "/me")
UNKNOWN = "HD240617-ZZZZZ"


@dataclass
class Ready:
    """A district on disk as it was on the first morning, and who has which addresses in it."""

    folder: Path
    visits: list[tuple[str, str]]


@dataclass
class Seen:
    """What somebody can get hold of, by who and where."""

    pages: dict[str, str] = field(default_factory=dict)
    told: dict[str, list[str]] = field(default_factory=dict)
    alike: int = 0


@pytest.fixture(scope="module")
def ready(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ready]:
    folder = tmp_path_factory.mktemp("accusation") / "first"
    folder.mkdir()
    handlers = dict(approvals.HANDLERS)
    app = make_app(sqlite_copy(folder / "portal.db"), folder)
    with app.app_context():
        clock.travel(BEGINS)
        visits = sorted(set(_visits(app, make_busy_world())))
        db.session.rollback()
        db.engine.dispose()
    yield Ready(folder, visits)
    approvals.HANDLERS.clear()
    approvals.HANDLERS.update(handlers)


def _visits(app: Flask, busy: Busy) -> Iterator[tuple[str, str]]:
    yield from ((Role.ADMIN, f"/admin/users/{post.id}/retire") for post in busy.world.posts.values())
    for rule in app.url_map.iter_rules():
        if "GET" not in (rule.methods or ()) or rule.rule in APART or rule.endpoint in {"static", *IN_PASSING}:
            continue
        if rule.endpoint in NOT_PAGES and "<" in rule.rule:
            continue
        visitors = sorted(set(visitors_of(app, rule)) & set(EVERYBODY), key=EVERYBODY.index)
        found = [(who, address) for who in visitors for address in addresses_of(rule, busy, who)]
        # Pages of the desk differ by who looks; the others are the same for all who have them.
        yield from (each for each in found if rule.rule.startswith("/desk") or each[0] == found[0][0])


@contextmanager
def district(ready: Ready, name: str) -> Iterator[Flask]:
    folder = ready.folder.parent / name
    shutil.copytree(ready.folder, folder)
    app = make_app(f"sqlite:///{folder / 'portal.db'}", folder)
    with app.app_context():
        clock.travel(BEGINS)
        yield app
        db.session.rollback()
        db.engine.dispose()


def three_weeks() -> None:
    """What the worker does by itself on five mornings."""
    for moment in MORNINGS:
        clock.travel(moment)
        for job in jobs.JOBS.values():
            if not job.aside and not job.real_time:
                jobs.run_safely(job)


def actor(role: Role) -> Actor:
    posts = select(StaffPost).filter_by(role=role).order_by(StaffPost.id).limit(1)
    return sessions.staff_actor(db.session.scalars(posts).one())


def unit(code: str) -> int:
    return db.session.scalars(select(Agency.id).filter_by(code=code)).one()


def report(**changes: Any) -> Case:
    with writing():
        return submitting.submit(
            GUEST, submitting.Report(building_id=1, words=WORDS, place="2 门三楼", phone=AUTHOR, **changes)
        )


def complaints(code: str, handler: Role) -> list[Case]:
    """About one unit: one that nobody takes on, one held, one answered badly and rated, one urged and under an order."""
    about = {"category": "conduct", "concerned_id": unit(code)}
    waits, held = report(**about), report(**about, held=True)
    answered, ordered = (taken(report(**about), handler) for _ in range(2))
    with writing():
        services.contact(actor(handler), answered, way="phone", words="约好明天见面")
        replied(answered, handler)
        author.dispute(GUEST, answered, "没有道歉")
        replied(answered, handler)
        author.confirm(GUEST, answered)
        author.rate(GUEST, answered, solved_halves=0, satisfaction=Satisfaction.UNSATISFIED, words="不满意")
        urging.urge(GUEST, ordered)
        supervising.open_by_itself(ordered, supervising.SupervisionOrigin.URGED)
    return [waits, held, answered, ordered]


def taken(case: Case, by: Role) -> Case:
    officer = actor(by)
    with writing():
        unit_id = officer.agency_id if by is not Role.DISCIPLINE else None
        services.accept(officer, case, category_code=case.category_code, level=Level.C, agency_id=unit_id)
        services.sign(officer, case)
    return case


def replied(case: Case, by: Role) -> None:
    services.reply(actor(by), case, result=ReplyResult.SOLVED, words=ANSWER, why_no_photo="不是修理")


def accusations() -> list[Case]:
    waits, worked = report(category="integrity"), taken(report(category="integrity"), Role.DISCIPLINE)
    with writing():
        replied(worked, Role.DISCIPLINE)
    return [waits, worked]


def walked(app: Flask, ready: Ready, blind: Sequence[str], numbers: Sequence[str]) -> Seen:
    """Numbers that somebody cannot know but types are read as the one that nobody has."""
    seen = Seen()
    for who in blind:
        browser = browser_of(app, who)
        for address in addresses(ready, who, numbers):
            page = looked(browser, address)
            for number in numbers:
                address, page = address.replace(number, UNKNOWN), page.replace(number, UNKNOWN)
            seen.pages[f"{who} {address}"] = page
        seen.told[who] = told(who) if who in STAFF_ROLES else []
    seen.alike = len(similar.similar_cases(1, "lighting", WORDS, "2 门三楼"))
    return seen


def addresses(ready: Ready, who: str, numbers: Sequence[str]) -> list[str]:
    found = [address for visitor, address in ready.visits if visitor == who]
    if who == "guest":
        return found + [f"/cases/{number}" for number in numbers]
    if who not in STAFF_ROLES or who == Role.ADMIN:
        return found
    for number in numbers:
        found += [f"/desk?q={number}", f"/desk/cases/{number}", f"/desk/cases/{number}/accept"]
        found += [f"/desk/cases/{number}/documents/receipt"]
    return found + list(LOOKS)


def looked(browser: Visitor, address: str) -> str:
    with browser.no_lint(), counted() as statements:
        response = browser.get(address)
    body = response.get_data()
    text = body.decode("utf-8", "replace") if response.is_json or "text" in response.mimetype else str(len(body))
    return same(f"{response.status_code} {len(statements)} statements\n{text}")


def same(text: str) -> str:
    for pattern, word in SAME:
        text = pattern.sub(word, text)
    return text


def browser_of(app: Flask, who: str) -> Visitor:
    client = Visitor.of(app)
    if who == "guest":
        return client
    with writing():
        if who == "resident":
            token = sessions.open_session(account=account_of(PHONE))
        else:
            token = sessions.open_session(post=db.session.get_one(StaffPost, actor(Role(who)).id))
    client.set_cookie(sessions.cookie_name(), token)
    return client


def told(who: str) -> list[str]:
    """Inbox and texts of everybody in this role."""
    keys = [f"staff:{post}" for post in db.session.scalars(select(StaffPost.id).filter_by(role=Role(who)))]
    found = []
    tables: tuple[Any, ...] = (InboxMessage, OutboxMessage)
    for table in tables:
        for row in db.session.scalars(select(table).where(table.recipient_key.in_(keys)).order_by(table.id)):
            found.append(f"{row.recipient_key} {row.created_at} {row.event} {row.text}")
    return found


@pytest.fixture(scope="module")
def without(ready: Ready) -> Seen:
    with district(ready, "without") as app:
        three_weeks()
        return walked(app, ready, EVERYBODY, [UNKNOWN])


@pytest.mark.parametrize(
    ("codes", "handler", "blind"),
    [
        (("FWZX", "JD", "RX"), Role.DISTRICT, EVERYBODY[:-1]),
        (("ZJW",), Role.AUDITOR, (Role.DISTRICT, Role.HOTLINE, Role.ADMIN)),
    ],
    ids=["units", "district"],
)
def test_whoever_may_not_know_of_it_sees_the_same_as_without_it(ready, without, codes, handler, blind) -> None:
    with district(ready, codes[0]) as app:
        hidden = [case for code in codes for case in complaints(code, handler)] + accusations()
        numbers = [hidden[0].number, hidden[-1].number]
        three_weeks()
        found = walked(app, ready, blind, numbers)
        above = looked(browser_of(app, handler), f"/desk?q={numbers[0]}")
        assert f"/desk/cases/{numbers[0]}" in above, "the control: whoever stands above sees it"
    wrong = [
        f"{where}: {line}" for where, page in found.pages.items() for line in differing(page, without.pages[where])
    ]
    assert not wrong, "\n".join(wrong[:60])
    assert found.told == {who: without.told[who] for who in blind}
    assert found.alike == without.alike


def differing(one: str, other: str) -> list[str]:
    return [line.strip()[:200] for line in sorted(set(one.splitlines()) ^ set(other.splitlines()))[:2]]


def test_what_is_sealed_later_is_gone_from_every_page(ready) -> None:
    """It was public, had an order, two requests above, a link from a discussion and a neighbour; then it is shut."""
    about_cases = [each for each in ready.visits if each[1].startswith(CASES_STAND_ON)]
    with district(ready, "sealed-later") as app:
        case = report(category="lighting", is_public=True)
        with writing():
            services.accept(
                actor(Role.DISTRICT), case, category_code=case.category_code, level=Level.A, agency_id=unit("FWZX"),
                executor_id=unit("SG"),
            )  # fmt: skip
        three_weeks()
        asks_above(case)
        with writing():
            edges.tie(GUEST, LinkKind.BECAME, "point:1", case.subject)
            sealing.seal(actor(Role.AGENCY), case, "涉及举报")
        order, number = case.order.number, case.number
        found = walked(app, replace(ready, visits=about_cases), SAW_IT, [])
        words = (number, order, "开口就要钱", "材料没到", f"/{case.ref}")
        pages = {where: page for where, page in found.pages.items() if "q=" not in where}
        assert not [(where, word) for where, page in pages.items() for word in words if word in page]
        assert not [(who, word) for who, all_told in found.told.items() for word in words if word in "".join(all_told)]
        assert number in looked(browser_of(app, Role.DISCIPLINE), "/desk?show=all"), "the control"


def asks_above(case: Case) -> None:
    with writing():
        services.sign(actor(Role.AGENCY), case)
        suspending.ask(
            actor(Role.AGENCY), case, reason=SuspensionReason.FUNDS, plan="材料没到", review_on=clock.today() + timedelta(60)
        )  # fmt: skip


def test_another_office_leaves_behind_what_the_former_one_was_told(ready) -> None:
    """An officer above the unit goes over to it: the messages do not go with them."""
    with district(ready, "moves") as app:
        [case, *_] = complaints("FWZX", Role.DISTRICT)
        three_weeks()
        post = db.session.get_one(StaffPost, actor(Role.DISTRICT).id)
        assert case.number in looked(browser_of(app, Role.DISTRICT), "/desk/messages"), "the control"
        with writing():
            staffing.change_role(
                post, Role.AGENCY, unit("FWZX"), staffing.Places(), reason="轮岗", actor=actor(Role.ADMIN)
            )
            token = sessions.open_session(post=post)
        browser = Visitor.of(app)
        browser.set_cookie(sessions.cookie_name(), token)
        for address in ("/desk/messages", "/desk/approvals", "/desk", "/desk/today", "/desk/supervision"):
            page = looked(browser, address)
            assert case.number not in page and "开口就要钱" not in page, address


def test_a_report_taken_on_never_becomes_a_complaint_by_its_category_alone(ready) -> None:
    """Under another name it would go to the very unit that it is about."""
    with district(ready, "renamed"):
        case = report(category="lighting")
        for code in ("conduct_shirking", "integrity_report"):
            with pytest.raises(DomainError), writing():
                services.accept(
                    actor(Role.DISTRICT), case, category_code=code, level=Level.C, agency_id=unit("FWZX"), executor_id=None
                )  # fmt: skip
        [complaint, *_] = complaints("FWZX", Role.DISTRICT)
        with pytest.raises(DomainError), writing():
            services.accept(
                actor(Role.DISTRICT), complaint, category_code="lighting_dark", level=Level.C, agency_id=unit("ZJW")
            )  # fmt: skip
