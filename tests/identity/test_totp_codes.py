"""One-time and recovery codes at the second step: each once, of this person, of now; wrong ones wait, nobody is locked out."""

import pyotp
import pytest
from sqlalchemy import select

from portal.audit.models import JournalEntry
from portal.core import clock
from portal.core.extensions import db
from portal.core.writing import writing
from portal.domain.errors import LimitReached
from portal.identity import second_factor, services
from portal.identity.models import StaffPost
from tests.builders.identity import make_post, sign_in_staff
from tests.visitor import Visitor


@pytest.fixture
def post(app) -> StaffPost:
    with writing():
        return make_post(totp_secret=pyotp.random_base32())


@pytest.fixture
def codes(post) -> list[str]:
    with writing():
        return second_factor.new_codes(post.id)


def at_recovery_page(client: Visitor, post: StaffPost) -> None:
    sign_in_staff(client, post)
    client.follow("用恢复码")
    assert client.here.h1 == "工作人员登录：恢复码"


def test_a_recovery_code_stands_in_once(client: Visitor, new_client, post, codes) -> None:
    at_recovery_page(client, post)
    typed = f" {codes[0][:4].lower()}-{codes[0][4:]} "
    assert "已登录" in client.submit("登录", {"恢复码": typed}).text
    assert client.visit("/desk/messages").h1 == "消息"
    second = new_client()
    at_recovery_page(second, post)
    page = second.submit("登录", {"恢复码": codes[0]})
    assert page.status == 422 and "已经用过" in page.text
    assert second.visit("/desk/messages").h1 == "工作人员登录"
    entry = db.session.scalars(
        select(JournalEntry).where(
            JournalEntry.action == "staff:recovery_code_used", JournalEntry.subject == f"staff:{post.id}"
        )
    ).one()
    assert '"left":9' in entry.details and codes[0] not in entry.details


def test_few_left_are_said(client: Visitor, post, codes) -> None:
    with writing():
        assert all(second_factor.proves(post.id, code, recovery=True) for code in codes[:6])
    at_recovery_page(client, post)
    assert "恢复码只剩 3 个了" in client.submit("登录", {"恢复码": codes[6]}).text
    assert "恢复码只剩 3 个了" in client.visit("/desk/account").text


def test_codes_of_somebody_else_are_refused(post, codes) -> None:
    with writing():
        other = make_post(totp_secret=pyotp.random_base32())
        assert not second_factor.proves(other.id, codes[0], recovery=True)
        assert not second_factor.proves(other.id, pyotp.TOTP(post.totp_secret).now(), recovery=False)
        assert not second_factor.proves(make_post().id, "000000", recovery=False), "who has none proves nothing"
        assert second_factor.proves(post.id, codes[0], recovery=True)


def test_a_clock_may_be_half_a_minute_off_and_no_code_counts_twice(post, monkeypatch) -> None:
    at = 1_718_586_010
    monkeypatch.setattr("portal.identity.services.time.time", lambda: at)
    totp = pyotp.TOTP(post.totp_secret)
    accepted = [
        steps for steps in (-2, -1, 0, 1, 2) if services.matching_step(post.totp_secret, totp.at(at + 30 * steps))
    ]
    assert accepted == [-1, 0, 1]
    with writing():
        assert second_factor.proves(post.id, totp.at(at), recovery=False)
        assert not second_factor.proves(post.id, totp.at(at), recovery=False)
        assert not second_factor.proves(post.id, totp.at(at - 30), recovery=False), "nor an older one after it"
        assert second_factor.proves(post.id, totp.at(at + 30), recovery=False)


def test_wrong_codes_wait_longer_and_longer_but_never_for_good(post, codes, at) -> None:
    at("2024-06-17 09:00:00")
    waits = []
    for _try in range(16):
        with writing():
            for kind in (False, True, False, True, False, True):  # both kinds count together
                try:
                    assert not second_factor.proves(post.id, "22222222" if kind else "000000", recovery=kind)
                except LimitReached as wait:
                    waits.append(int(wait.retry_after.total_seconds()))
                    break
        clock.travel(clock.now() + wait_of(waits))
    assert waits == sorted(waits) and waits[0] == 1 and waits[-1] == 300
    with writing():
        assert second_factor.proves(post.id, codes[0], recovery=True)


def wait_of(waits: list[int]):
    from datetime import timedelta

    return timedelta(seconds=waits[-1])
