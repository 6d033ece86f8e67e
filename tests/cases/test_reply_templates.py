"""常用答复 and the pictures an answer owes: offered by category, put in without JavaScript, marked in the timeline."""

import pytest
from sqlalchemy import select

from portal.audit.models import JournalEntry
from portal.cases import queries, reply_templates
from portal.cases.models import CaseCategory
from portal.core.extensions import db
from portal.core.writing import writing
from portal.domain.case_evidence import Evidence
from portal.domain.errors import DomainError
from portal.domain.roles import Role
from tests.builders.cases import in_hands

LAMP = "楼道灯已换成声控的，晚上八点又去看过一遍，都亮。"


def keep(world, role, title, words=LAMP, category=None):
    with writing():
        return reply_templates.save(
            world.actor(role), None, title=title, words=words, category_code=category, result=None
        )


def test_a_unit_keeps_its_own_and_puts_one_into_an_answer(world, desk):
    agency = desk(Role.AGENCY)
    agency.visit("/desk/reply-templates/new")
    page = agency.submit("保存", {"名称": "换灯", "做了什么": "已转", "用于哪种结果": "已解决"})
    assert "不能少于 10 个字" in page.text and 'value="换灯"' in page.html
    page = agency.submit("保存", {"名称": "换灯", "做了什么": LAMP})
    assert "常用答复已保存" in page.text and "换灯" in page.text
    case = in_hands(world)
    agency.visit(f"/desk/cases/{case.number}/reply")
    page = agency.submit("放进答复", {"做了什么": "王师傅上午来过。"})
    assert not page.alerts and f"王师傅上午来过。\n{LAMP}" in page.html.replace("\r\n", "\n")
    assert page.html.count("checked") == 1, "the template's result is chosen"
    agency.submit("答复", {"为什么没有照片": "灯亮着看得见"})
    [reply] = [event for event in queries.events_of(case) if event.deed == "reply"]
    assert reply.facts["template"] and LAMP in reply.text.words
    assert "用了常用答复" in agency.visit(f"/desk/cases/{case.number}").text
    [entry] = db.session.scalars(select(JournalEntry).where(JournalEntry.action == "template:saved"))
    assert LAMP not in entry.details


@pytest.mark.databases("sqlite")
def test_offered_are_those_of_the_unit_and_of_everybody_for_this_category(world, desk):
    case = in_hands(world)
    for role, title, category in (
        (Role.ADMIN, "人人可用", None), (Role.AGENCY, "本类", "lighting_dark"),
        (Role.AGENCY, "别的类", "noise_night"), (Role.STREET, "街道的", None),
    ):  # fmt: skip
        keep(world, role, title, category=category)
    case.category_code = "lighting_dark"
    titles = [each.title for each in reply_templates.offered(world.actor(Role.AGENCY), case)]
    assert titles == ["本类", "人人可用"]
    other = keep(world, Role.STREET, "街道另一条")
    with desk(Role.AGENCY).no_lint():
        assert desk(Role.AGENCY).get(f"/desk/reply-templates/{other.id}").status_code == 404
    with pytest.raises(DomainError), writing():
        reply_templates.save(
            world.actor(Role.AGENCY), None, title="电话", words="有事请直接打 13912345678 找我",
            category_code=None, result=None,
        )  # fmt: skip


@pytest.mark.databases("sqlite")
def test_a_category_that_demands_both_pictures_says_so_and_refuses_less(world, desk):
    case = in_hands(world)
    with writing():
        row = db.session.get_one(CaseCategory, case.category_code)
        row.evidence = Evidence.BOTH
    agency = desk(Role.AGENCY)
    page = agency.visit(f"/desk/cases/{case.number}/reply")
    assert "选“已解决”需要：修前、修后照片" in page.text
    page = agency.submit("答复", {"结果": "已解决", "做了什么": LAMP})
    assert "要有修前、修后照片" in page.text and LAMP in page.html
    page = agency.submit("答复", {"结果": "部分解决"})
    assert case.replied_at is not None, "what is not finished needs no picture of the finish"


@pytest.mark.databases("sqlite")
def test_the_administrator_sets_what_a_category_demands_with_its_source(world, desk):
    admin = desk(Role.ADMIN)
    admin.visit("/admin/categories/lighting_dark")
    page = admin.submit("保存", {"选“已解决”要有什么照片": "修前、修后照片", "要求的依据": ""})
    assert "请写明依据" in page.text
    admin.submit("保存", {"要求的依据": "区住建委维修验收规定"})
    row = db.session.get_one(CaseCategory, "lighting_dark")
    assert (row.evidence, row.evidence_source) == (Evidence.BOTH, "区住建委维修验收规定")
