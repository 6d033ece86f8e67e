"""/admin/deadlines: a changed figure holds for new reports, stands in the log, and moves no promise."""

from datetime import date

import pytest
from sqlalchemy import select

from portal.audit.models import JournalEntry
from portal.cases import services
from portal.core.extensions import db
from portal.core.writing import writing
from portal.domain.deadlines import due_day
from portal.domain.levels import Level
from portal.domain.roles import Role
from tests.builders.cases import make_case
from tests.builders.identity import sign_in_staff


def accept(world, case):
    with writing():
        services.accept(
            world.actor(Role.DISTRICT), case, category_code=case.category_code, level=Level.C,
            agency_id=world.units["FWZX"].id,
        )  # fmt: skip


def test_a_shorter_answer_holds_for_new_reports_only(world, client, at):
    before = make_case(world)
    sign_in_staff(client, world.posts[Role.ADMIN])
    page = client.visit("/admin/deadlines")
    assert "5 个工作日" in page.text and "12345热线管理办法实施细则" in page.text
    at("2024-06-17 09:02")
    client.visit("/admin/deadlines/C/reply")
    page = client.submit("保存", {"数值": "0", "依据": "区住建委 2024 年 6 号通知", "修改理由": "群众要求"})
    assert "请填 1 以上的整数" in page.text and "区住建委 2024 年 6 号通知" in page.html
    page = client.submit("保存", {"数值": "3"})
    assert "已保存" in page.text and "3 个工作日" in page.text and "群众要求" in page.text

    at("2024-06-17 09:05")
    after = make_case(world, phone="+8613800004321")
    accept(world, before)
    accept(world, after)
    assert due_day(before.promise_due) == date(2024, 6, 24), "the promise of the first page stands"
    assert due_day(after.promise_due) == date(2024, 6, 20)
    [entry] = db.session.scalars(select(JournalEntry).where(JournalEntry.action == "deadline:changed"))
    assert "5 working_days" in entry.details and "3 working_days" in entry.details


@pytest.mark.databases("sqlite")
def test_it_is_changed_by_the_administrator_only(world, new_client):
    for role, listed, form in ((Role.DISTRICT, 200, 403), (Role.STREET, 403, 403), (Role.ADMIN, 200, 200)):
        browser = new_client()
        sign_in_staff(browser, world.posts[role])
        with browser.no_lint():
            assert browser.get("/admin/deadlines").status_code == listed
            assert browser.get("/admin/deadlines/C/reply").status_code == form
            assert browser.get("/admin/deadlines/C/nonsense").status_code in {403, 404}
