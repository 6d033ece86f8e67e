"""The presets and their dated versions."""

from datetime import date, timedelta

import pytest
from flask import Flask

from portal.ballots import presets, rules
from portal.core import clock
from portal.core.writing import writing
from portal.domain.roles import Role
from tests.builders.identity import make_post, sign_in_staff
from tests.visitor import Visitor

pytestmark = pytest.mark.databases("sqlite")


@pytest.fixture
def admin(app: Flask, client: Visitor) -> Visitor:
    with writing():
        presets.seed()
        post = make_post(Role.ADMIN, "admin1")
    sign_in_staff(client, post)
    client.visit("/admin/vote-rules")
    return client


def tomorrow() -> date:
    return clock.today() + timedelta(days=1)


def test_a_change_is_a_new_version_with_its_own_date(admin: Visitor) -> None:
    for name in ("意愿征集", "改造内容点单", "法定表决·一般", "法定表决·特别", "居民（代表）会议", "栋（门）事项"):
        assert name in admin.here.text
    admin.follow("新版本：意愿征集")
    admin.submit("保存", {"参加的要够：户数或人数": "> 3/5", "生效日期": tomorrow().isoformat()})
    second, first = [found for found in rules.versions() if found.code == "willing"]
    assert (second.quorum_persons_num, second.quorum_persons_den, second.quorum_persons_strict) == (3, 5, True)
    assert first.valid_to == clock.today()
    assert second in rules.valid_on(tomorrow()) and first not in rules.valid_on(tomorrow())


@pytest.mark.parametrize("typed", ["2/3", "≥ 4/3", "≥ 0/3", "≥ x/y", "> 1/0", "≥≥1/2", "≥ ²/3"])
def test_a_share_that_is_none_is_refused_at_its_field(admin: Visitor, typed: str) -> None:
    admin.follow("新版本：意愿征集")
    page = admin.submit("保存", {"参加的要够：户数或人数": typed, "生效日期": tomorrow().isoformat()})
    assert page.status in (400, 422)
    assert "写成" in page.alerts[0]
    assert len(rules.versions()) == 7


def test_yesterday_cannot_be_changed(admin: Visitor) -> None:
    admin.follow("新版本：意愿征集")
    page = admin.submit("保存", {"生效日期": clock.today().isoformat()})
    assert "最早从明天起" in page.alerts[0]
