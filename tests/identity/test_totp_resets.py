"""A lost password or phone: asked by one administrator, agreed to by another, told to its owner, in the journal."""

import re
from datetime import timedelta

import pyotp
import pytest
from sqlalchemy import select, update

from portal.audit import journal
from portal.audit.models import JournalEntry
from portal.core import clock
from portal.core.extensions import db
from portal.core.writing import writing
from portal.domain.errors import Conflict, DomainError, NotAllowed, NotFound
from portal.domain.roles import Role
from portal.identity import approvals, queries, resets, second_factor, staffing
from portal.identity.sessions import staff_actor
from portal.messaging.models import InboxMessage
from tests.builders.identity import PASSWORD, make_post, sign_in_staff
from tests.visitor import Visitor


@pytest.fixture
def people(app):
    """Who lost something, two administrators."""
    with writing():
        lost = make_post(Role.STREET, "street1", "王丽", totp_secret=pyotp.random_base32())
        second_factor.new_codes(lost.id)
        return lost, make_post(Role.ADMIN, "admin"), make_post(Role.ADMIN, "admin2")


def ask_on_page(client: Visitor, lost, what: str):
    client.visit(f"/admin/users/{lost.id}")
    client.follow("重置密码或动态码")
    return client.submit("申请重置", {"什么丢了": what, "理由": "本人到窗口说手机丢了"})


def test_both_lost(client: Visitor, new_client, people) -> None:
    lost, admin, second = people
    sign_in_staff(client, admin)
    assert (
        "请写明理由" in client.visit(f"/admin/users/{lost.id}/password").text or client.press("申请重置").status == 422
    )
    assert "等另一位管理员" in ask_on_page(client, lost, "密码和动态码都没有了").text
    sign_in_staff(other := new_client(), second)
    other.visit("/desk/approvals")
    other.follow("重置 王丽 的登录")
    assert "手机丢了" in other.here.text
    assert "已同意" in other.press("同意").text
    sign_in_staff(owner := new_client(), lost)
    assert "用户名或密码不对" in owner.here.text, "the old password ended with the approval"
    client.visit(f"/admin/users/{lost.id}")
    client.follow("一次性密码")
    page = client.press("显示一次性密码")
    password = re.search(r"[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4}", page.main).group()
    assert client.get(f"/admin/users/{lost.id}/one-time-password").status_code == 404, "shown once"
    sign_in_staff(owner, lost, password)
    assert owner.here.h1 == "设自己的密码"
    assert owner.visit("/desk/messages").h1 == "设自己的密码", "a one-time password opens nothing else"
    mine = {"现在的密码": password, "新密码": "lilacs-in-june-7", "再输一次新密码": "lilacs-in-june-7"}
    assert "新密码已生效" in owner.submit("保存新密码", mine).text
    assert "管理员李晓明同意" in owner.visit("/desk/messages").text
    assert "未启用" in client.visit(f"/admin/users/{lost.id}").text
    assert second_factor.left(lost.id) == 0
    assert journal.verify().broken_at is None


@pytest.mark.settings(DEMO="0")
def test_a_lost_phone_is_set_up_anew(client: Visitor, people) -> None:
    lost, admin, second = people
    with writing():
        asked = resets.ask(lost, resets.Lost.TOTP, "动态码", "丢了", staff_actor(admin))
        approvals.decide(asked.id, True, "", staff_actor(second))
    sign_in_staff(client, lost)
    assert client.here.h1 == "设置动态码", "the password still holds"


def test_one_alone_changes_nothing(people) -> None:
    lost, admin, second = people
    with writing():
        asked = resets.ask(lost, resets.Lost.BOTH, "都", "丢了", staff_actor(admin))
    assert queries.post(lost.id).totp_secret and not resets.may_draw(lost, staff_actor(admin))
    with pytest.raises(NotAllowed), writing():
        approvals.decide(asked.id, True, "", staff_actor(admin))
    with pytest.raises(Conflict), writing():
        resets.ask(lost, resets.Lost.TOTP, "动态码", "再来", staff_actor(second))
    with writing():
        approvals.decide(asked.id, False, "没有核实本人", staff_actor(second))
    assert queries.post(lost.id).totp_secret and not resets.may_draw(lost, staff_actor(admin))


def test_nobody_for_themselves(people) -> None:
    _lost, admin, second = people
    with pytest.raises(DomainError), writing():
        resets.ask(admin, resets.Lost.BOTH, "都", "丢了", staff_actor(admin))
    with writing():
        asked = resets.ask(second, resets.Lost.BOTH, "都", "丢了", staff_actor(admin))
    assert approvals.waiting_for(staff_actor(second)) == []
    with pytest.raises(NotFound), writing():
        approvals.decide(asked.id, True, "", staff_actor(second))


def test_the_word_of_somebody_who_is_no_longer_administrator_does_not_count(people) -> None:
    lost, admin, second = people
    with writing():
        asked = resets.ask(lost, resets.Lost.BOTH, "都", "丢了", staff_actor(admin))
        staffing.change_role(admin, Role.STREET, admin.agency_id, staffing.Places(), reason="换岗")
    with pytest.raises(Conflict), writing():
        approvals.decide(asked.id, True, "", staff_actor(second))
    assert queries.post(lost.id).totp_secret


def test_only_who_asked_draws_the_password_and_once(people) -> None:
    lost, admin, second = people
    with writing():
        asked = resets.ask(lost, resets.Lost.PASSWORD, "密码", "忘了", staff_actor(admin))
        approvals.decide(asked.id, True, "", staff_actor(second))
    assert queries.post(lost.id).totp_secret, "the second factor was not lost"
    with pytest.raises(NotAllowed), writing():
        resets.draw(lost, "hash", staff_actor(second))
    with writing():
        resets.draw(queries.post(lost.id), "hash", staff_actor(admin))
    with pytest.raises(NotAllowed), writing():
        resets.draw(queries.post(lost.id), "other", staff_actor(admin))


def test_a_one_time_password_holds_for_a_day(client: Visitor, people, at) -> None:
    lost = people[0]
    at("2024-06-17 09:00")
    with writing():
        lost.totp_secret = None
        lost.password_until = clock.now() + timedelta(hours=24)
    at("2024-06-18 09:00")
    sign_in_staff(client, lost)
    assert "一次性密码已经过期" in client.here.text


def test_the_owner_is_told_and_the_journal_knows(people) -> None:
    lost, admin, second = people
    with writing():
        asked = resets.ask(lost, resets.Lost.BOTH, "都", "丢了", staff_actor(admin))
        approvals.decide(asked.id, True, "", staff_actor(second))
    told = select(InboxMessage.event).where(InboxMessage.recipient_key == f"staff:{lost.id}").order_by(InboxMessage.id)
    assert db.session.scalars(told).all() == ["staff_reset_asked", "staff_reset_done"]
    actions = db.session.scalars(select(JournalEntry.action).order_by(JournalEntry.id)).all()
    assert actions == ["approval:asked", "staff:password_reset", "staff:totp_reset", "approval:approved"]


def test_the_command_line_removes_the_second_factor_too(people) -> None:
    lost = people[0]
    with writing():
        staffing.reset_password(lost, staffing.checked_hash("lilacs-in-june-7"), reason="没有管理员在")
    assert lost.totp_secret is None and second_factor.left(lost.id) == 0
    last = db.session.scalars(select(JournalEntry).order_by(JournalEntry.id.desc())).first()
    assert (last.action, last.actor) == ("staff:password_reset", "system")


def test_a_fresh_code_is_asked_before_saying_yes(client: Visitor, people) -> None:
    lost, admin, _second = people
    with writing():
        third = make_post(Role.ADMIN, totp_secret=pyotp.random_base32())
        codes = second_factor.new_codes(third.id)
        asked = resets.ask(lost, resets.Lost.BOTH, "都", "丢了", staff_actor(admin))
    sign_in_staff(client, third, PASSWORD)
    client.follow("用恢复码")
    client.submit("登录", {"恢复码": codes[0]})
    from portal.identity.models import SignedIn

    with writing():
        db.session.execute(update(SignedIn).values(code_at=clock.real_now() - timedelta(minutes=6)))
    assert client.visit(f"/desk/approvals/{asked.id}").h1 == "请核对是您本人"
