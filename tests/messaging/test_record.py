"""/admin/sms: the record without texts, the texts for filing, and the guard of the account."""

import csv
import io

import pytest
from sqlalchemy import select

from portal.core.extensions import db
from portal.core.writing import writing
from portal.domain.roles import Role
from portal.domain.sms_lifecycle import SmsState
from portal.messaging import delivery, filing, guard
from portal.messaging.catalogue import EVENTS
from portal.messaging.models import OutboxMessage
from portal.messaging.notify import Recipient, notify
from tests.builders.identity import make_post, sign_in_staff

PHONE = "+8613800001234"
URGENT = {"code": "HD240617-00123", "bldg": "东局子小区3号楼", "cat": "高空坠物", "within": "15分钟"}


@pytest.fixture(autouse=True)
def morning(app, at):
    at("2024-06-17 09:00")


def tell(event="case_joined", phone=PHONE, **values):
    with writing():
        notify(Recipient.phone(phone), event, {"code": "H7K392QF", **values}, subject="case:1")


@pytest.mark.databases("sqlite")
def test_the_record_names_template_masked_number_and_state_and_no_text(client):
    with writing():
        admin = make_post(Role.ADMIN, "admin", "管理员")
    tell()
    delivery.deliver_once()
    sign_in_staff(client, admin)
    page = client.visit("/admin/sms")
    assert "我也遇到了" in page.text and "138****" in page.text and "已发出" in page.text
    assert "H7K392QF" not in page.html and "13800001234" not in page.html
    assert "没有短信" in client.visit("/admin/sms?state=failed").text
    assert "138****" in client.visit("/admin/sms?state=nonsense&event=case_joined&at=nonsense").text


@pytest.mark.databases("sqlite")
def test_the_texts_for_filing_carry_numbered_variables(client):
    with writing():
        admin = make_post(Role.ADMIN, "admin", "管理员")
    sign_in_staff(client, admin)
    answer = client.get("/admin/sms/templates.csv")
    rows = list(csv.reader(io.StringIO(answer.get_data(as_text=True).removeprefix("\ufeff"))))
    assert len(rows) == 1 + sum(event.sms for event in EVENTS.values())
    by_key = {row[0]: row for row in rows[1:]}
    assert by_key["case_extended"][3] == "【河东旧改】您反映的问题({1})要晚些答复，很抱歉。原因：{2}。最晚{3}答复您。"
    assert by_key["login_code"][2] == "验证码" and by_key["case_extended"][5] == "code、why、date"
    assert not any(cell.startswith(("=", "+", "-", "@")) for row in rows for cell in row)
    assert "{{" not in answer.get_data(as_text=True) and filing.filed("case_extended").sample.startswith("【河东旧改】")


def test_beyond_the_limit_only_what_cannot_wait_goes(monkeypatch):
    monkeypatch.setattr(guard, "settings", lambda: type("Found", (), {"sms_daily_limit": 1})())
    tell(phone="+8613800000001")
    delivery.deliver_once()
    tell(phone="+8613800000002")
    tell("login_code", "+8613800000003", otp="482913", purpose="登录")
    with writing():
        notify(Recipient.staff(1, "+8613800000004"), "staff_urgent", URGENT, subject="case:2")
    delivery.deliver_once()
    states = {row.number[-1]: row.state for row in db.session.scalars(select(OutboxMessage))}
    assert states["2"] is SmsState.QUEUED
    assert {states[last] for last in "134"} <= {SmsState.SENT, SmsState.DELIVERED}
