"""A complaint about a unit: that unit, whoever works under it and its contractors meet nothing of it on any page."""

import pytest

from portal.domain.roles import Role
from tests.builders.cases import give, make_case

pytestmark = [pytest.mark.story, pytest.mark.databases("sqlite")]
WORDS = "维修的人态度很差，还要收钱，让我跑了三趟"
ACCUSED = (Role.AGENCY, Role.CONTRACTOR, Role.COMMUNITY)


def test_list_search_counts_similar_cases_and_prints(world, desk) -> None:
    before = {role: figures(desk(role)) for role in ACCUSED}
    case = make_case(world, category="conduct", words=WORDS, concerned_id=world.units["FWZX"].id)
    assert case.title in desk(Role.DISTRICT).visit("/desk").main, "whoever stands above sees it"
    for role in ACCUSED:
        officer = desk(role)
        assert figures(officer) == before[role], "no number moved"
        for address in (
            "/desk",
            "/desk?show=all",
            "/desk?show=overdue",
            "/desk/today",
            f"/desk?q={case.number}",
            "/desk?q=态度很差",
        ):
            page = officer.visit(address)
            assert case.number not in page.main and WORDS not in page.main, (role, address)
        shut(officer, case)
    a_similar_report_offers_nothing(world, desk, case)


def figures(officer) -> list[str]:
    """The numbers beside the filters of the list and on the dashboard."""
    page = officer.visit("/desk")
    return [element.text for element in page.root.all("span") if "count" in element["class"]]


def shut(officer, case) -> None:
    """The case, its actions, its papers: the same answer as for a number that nobody has."""
    with officer.no_lint():
        for part in ("", "/reply", "/merge", "/phone", "/documents/receipt", "/documents/acceptance"):
            answers = [
                officer.get(f"/desk/cases/{number}{part}").status_code for number in (case.number, "HD240617-ZZZZZ")
            ]
            assert answers in ([403, 403], [404, 404]), part


def a_similar_report_offers_nothing(world, desk, case) -> None:
    """Neither a resident who reports the like nor a unit that looks for the main case of a merge is led to it."""
    other = give(world, make_case(world, words=WORDS, phone="+8613900005678"))
    page = desk(Role.STREET).visit(f"/desk/cases/{other.number}/merge")
    assert case.number not in page.html
    assert case.number not in desk(Role.AGENCY).visit(f"/desk/cases/{other.number}").html
