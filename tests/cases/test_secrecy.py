"""Canary values in everything a member of staff can fetch: whoever works a case never learns who reported it, and a
complaint about a unit leaves no trace near that unit (product D12, security.md §1.5, §3).
"""

import logging
import re
from dataclasses import dataclass
from urllib.parse import quote, urlsplit

import pytest

from portal.cases import counting, services
from portal.cases.models import Case
from portal.core.writing import writing
from portal.domain.roles import Role
from tests.builders.cases import World, make_case
from tests.builders.identity import sign_in_staff

NAME = "钱桂兰"
PHONE = "13912345678"
DIGITS = (PHONE, "139 1234 5678", "139-1234-5678", "12345678")
WORDS = f"二门三楼楼道灯不亮，我叫钱桂兰，电话{PHONE}，随时打"
ACCUSED = "办事窗口姓曹的让我跑了三趟"
BRIBE = "项目经理收了我家两条烟"
ACTIONS = (
    "accept", "solve", "sign", "contact", "reply", "ask", "transfer", "reject", "close", "release", "invalidate",
    "note", "work-report", "phone", "title", "photos", "return", "extend",
)  # fmt: skip
SOME = ("accept", "reply", "note")
MENU = ("/desk", "/desk/callbacks", "/desk/dashboard", "/desk/approvals", "/desk/messages", "/community/cases/new")
SHOWS = (
    "overdue",
    "due_soon",
    "submitted",
    "accepted",
    "returned",
    "assigned",
    "in_progress",
    "replied",
    "mine",
    "closed",
    "all",
)
PLAIN = re.compile(r'<input[^>]*name="(?:csrf_token|once|revision)"[^>]*>')


@dataclass
class Secrets:
    """A world with an ordinary case in hands, one without a phone, a complaint about the street, an accusation."""

    world: World
    ordinary: Case
    nameless: Case
    conflict: Case
    sealed: Case


def in_hands(world, **changes):
    case = make_case(world, called=NAME, words=WORDS, **changes)
    with writing():
        services.accept(
            world.actor(Role.DISTRICT),
            case,
            category_code=case.category_code,
            level=case.level,
            agency_id=world.units["FWZX"].id,
            executor_id=world.units["SG"].id,
        )
    with writing():
        services.sign(world.actor(Role.AGENCY), case)
    return case


@pytest.fixture
def secrets(world) -> Secrets:
    return Secrets(
        world,
        in_hands(world, phone=f"+86{PHONE}"),
        in_hands(world, phone=None),
        make_case(world, category="conduct", words=ACCUSED, concerned_id=world.units["JD"].id),
        make_case(world, category="integrity", words=BRIBE, called=NAME),
    )


def signed_in(client, world, role):
    sign_in_staff(client, world.posts[role])
    return client


def addresses(cases, actions=ACTIONS):
    yield from MENU
    yield from (f"/desk?show={name}" for name in SHOWS)
    yield from (f"/desk?q={quote(text)}" for text in (NAME, PHONE, "5678", "灯不亮", "曹", "烟", "东局子"))
    for case in cases:
        yield f"/desk?q={case.number}"
        yield f"/desk/cases/{case.number}"
        yield from (f"/desk/cases/{case.number}/{slug}" for slug in actions)


def fetched(client, starts):
    """Every page behind these addresses and the links of the lists on them: address → HTML without tokens."""
    seen: dict[str, str] = {}
    waiting = list(starts)
    while waiting:
        address = waiting.pop(0)
        if address in seen:
            continue
        answer = client.get(address)
        is_page = answer.mimetype == "text/html" and answer.status_code == 200
        seen[address] = PLAIN.sub("", answer.text) if answer.mimetype == "text/html" else ""
        if is_page and client.here.path == address:
            waiting += [path for link in client.here.links if (path := inside(link["href"])) and path not in seen]
    return seen


def inside(href):
    parts = urlsplit(href)
    own = parts.path.startswith(("/desk", "/community/cases")) and "/photo/" not in parts.path and not parts.netloc
    return f"{parts.path}?{parts.query}" if own and parts.query else parts.path if own else ""


def found_in(pages, *values):
    return [(address, value) for address, html in pages.items() for value in values if value and value in html]


@pytest.mark.parametrize("role", [Role.AGENCY, Role.CONTRACTOR, Role.AUDITOR])
@pytest.mark.databases("sqlite")
def test_who_works_or_inspects_a_case_never_meets_its_author(secrets, client, role):
    cases = (secrets.ordinary, secrets.nameless)
    canaries = (NAME, *DIGITS, *(case.ref for case in cases), f">{secrets.nameless.secret}<")
    codes = [f"{case.ref[:4]} {case.ref[4:]}" for case in cases]
    pages = fetched(signed_in(client, secrets.world, role), addresses(cases))
    assert len(pages) > 40
    assert "灯不亮" in pages[f"/desk/cases/{cases[0].number}"]
    typed = {address for address in pages if "q=" in address}
    assert not found_in({address: pages[address] for address in pages.keys() - typed}, *canaries, *codes)
    assert not found_in(pages, *codes, *(case.ref for case in cases))


@pytest.mark.databases("sqlite")
def test_the_desk_that_dispatches_sees_a_name_but_no_number_before_it_asks(secrets, client):
    cases = (secrets.ordinary,)
    pages = fetched(signed_in(client, secrets.world, Role.STREET), addresses(cases))
    shown = {address: html for address, html in pages.items() if "q=" not in address}
    assert NAME in shown[f"/desk/cases/{secrets.ordinary.number}"]
    assert not found_in(shown, *DIGITS, secrets.ordinary.ref)


def read_of_itself(pages):
    """Without pages that merely repeat what was typed into the address."""
    return {address: html for address, html in pages.items() if "HD240617-" not in address and "q=" not in address}


BLIND_TO_BOTH = [Role.STREET, Role.COMMUNITY, Role.AGENCY, Role.CONTRACTOR, Role.HOTLINE, Role.ADMIN]


@pytest.mark.parametrize("role", BLIND_TO_BOTH)
@pytest.mark.databases("sqlite")
def test_complaint_and_accusation_leave_no_trace(secrets, client, role):
    """The complaint is about the street: its units, its helpers and the administrator see neither it nor the accusation."""
    hidden = (secrets.conflict, secrets.sealed)
    pages = fetched(signed_in(client, secrets.world, role), addresses(hidden, SOME))
    words = (ACCUSED, "姓曹的", BRIBE, "两条烟", *(case.number for case in hidden))
    assert not found_in(read_of_itself(pages), *words)
    for case in hidden:
        assert f"/desk/cases/{case.number}" not in pages[f"/desk?q={quote('曹')}"]
        for slug in ("", "/accept", "/note"):
            assert ACCUSED not in pages[f"/desk/cases/{case.number}{slug}"]
        assert f'href="/desk/cases/{case.number}"' not in "".join(pages.values())


@pytest.mark.parametrize("role", [Role.DISTRICT, Role.AUDITOR])
@pytest.mark.databases("sqlite")
def test_even_who_sees_the_complaint_never_sees_the_accusation(secrets, client, role):
    pages = fetched(signed_in(client, secrets.world, role), addresses([secrets.sealed], SOME))
    assert ACCUSED in pages["/desk"]
    assert not found_in(read_of_itself(pages), BRIBE, "两条烟", secrets.sealed.number)
    assert f'href="/desk/cases/{secrets.sealed.number}"' not in "".join(pages.values())


@pytest.mark.databases("sqlite")
def test_discipline_sees_the_accusation_and_nothing_else(secrets, client):
    pages = fetched(signed_in(client, secrets.world, Role.DISCIPLINE), addresses([secrets.sealed], SOME))
    assert BRIBE in pages[f"/desk/cases/{secrets.sealed.number}"]
    shown = {address: html for address, html in pages.items() if "q=" not in address}
    assert not found_in(shown, secrets.ordinary.number, secrets.conflict.number, ACCUSED)


@pytest.mark.parametrize("role", [Role.STREET, Role.COMMUNITY, Role.HOTLINE])
@pytest.mark.databases("sqlite")
def test_lists_counts_and_figures_look_the_same_with_and_without_them(world, client, role):
    in_hands(world, phone=f"+86{PHONE}")
    signed_in(client, world, role)

    def look():
        return [client.visit(address).main for address in ("/desk", "/desk?show=all", "/desk?q=%E6%9B%B9")]

    before, counters = look(), counting.stored()
    make_case(world, category="conduct", words=ACCUSED, concerned_id=world.units["JD"].id)
    make_case(world, category="integrity", words=BRIBE)
    assert look() == before
    assert counting.stored() == counters


@pytest.mark.settings(DEBUG="1")
@pytest.mark.databases("sqlite")
def test_the_logs_of_all_this_hold_no_canary(secrets, client, caplog, request):
    caplog.set_level(logging.DEBUG)
    capture = request.config.pluginmanager.getplugin("capturemanager")  # the log writes to the one stderr of the run
    capture.read_global_capture()
    street = signed_in(client, secrets.world, Role.STREET)
    for address in ("/desk", f"/desk?q={PHONE}", f"/desk/cases/{secrets.ordinary.number}"):
        street.visit(address)
    street.visit(f"/desk/cases/{secrets.ordinary.number}/phone")
    street.submit("查看电话", {"用途": "问清情况"})
    assert PHONE in street.here.html
    street.visit(f"/desk/cases/{secrets.ordinary.number}/note")
    street.submit("写内部备注", {"内部备注": f"{NAME}电话{PHONE}"})
    street.visit("/desk/cases/HD240617-99999")
    logged = caplog.text + "".join(capture.read_global_capture())
    assert "request" in logged
    for canary in (NAME, PHONE, "12345678", secrets.ordinary.ref, BRIBE, ACCUSED, WORDS):
        assert canary not in logged
