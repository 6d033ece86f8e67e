"""代居民登记: what came by phone, at the window, at home or from 12345; and the slip that prints once."""

import pytest
from sqlalchemy import select

from portal.cases.models import Case, Source
from portal.core.extensions import db
from portal.domain.case_lifecycle import CaseStatus, CaseTrack
from portal.domain.roles import Role
from portal.media.models import Owner
from portal.media.queries import photos_of
from portal.messaging.models import OutboxMessage
from tests.builders.identity import sign_in_staff
from tests.media.pictures import jpeg

SAID = {
    "来源": "电话",
    "楼栋": "东局子小区 3 号楼",
    "具体位置": "2 门三楼",
    "说说情况": "楼道灯坏了，晚上看不清台阶",
    "是哪一类问题": "照明、楼道",
}
WITH_PHONE = SAID | {"怎么称呼您": "李大爷", "手机号": "１３８ 0000-1234", "居民同意留电话": True}


@pytest.fixture
def community(world, client):
    sign_in_staff(client, world.posts[Role.COMMUNITY])
    client.visit("/community/cases/new")
    return client


def only_case() -> Case:
    return db.session.scalars(select(Case)).one()


def test_a_call_becomes_a_case_with_a_slip(community):
    page = community.submit("登记", WITH_PHONE | {"居民要短信": True})
    case = only_case()
    assert case.number in page.main
    assert case.ref not in page.html
    assert (case.source, case.status, case.phone, case.called) == (
        Source.PHONE,
        CaseStatus.SUBMITTED,
        "+8613800001234",
        "李大爷",
    )
    slip = community.press("打印小条")
    assert f"{case.ref[:4]} {case.ref[4:]}" in slip.text
    assert "您手机号后四位" in slip.text
    assert "1234" not in slip.text.replace(case.ref, "")
    assert db.session.scalars(select(OutboxMessage.event)).all() == ["proxy_registered"]


def test_the_slip_prints_once(community):
    community.submit("登记", SAID)
    case = only_case()
    assert case.secret in community.press("打印小条").text
    page = community.visit(f"/community/cases/{case.number}/registered")
    assert "小条已经打印" in page.main
    with community.no_lint():
        again = community.post(f"/community/cases/{case.number}/slip")
    assert case.ref not in again.text


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"来源": "12345 转来"}, "请填 12345 工单号"),
        ({"说说情况": "灯"}, "请再写几个字"),
        ({"居民同意留电话": False}, "居民同意才能留电话"),
        ({"手机号": "1380000"}, "手机号应是 11 位，您填了 7 位"),
    ],
)
@pytest.mark.databases("sqlite")
def test_what_is_wrong_is_said_and_kept(community, changes, told):
    page = community.submit("登记", WITH_PHONE | changes)
    assert any(told in alert for alert in page.alerts), page.alerts
    assert "李大爷" in page.html
    assert not db.session.scalars(select(Case)).all()


@pytest.mark.databases("sqlite")
def test_photos_outlive_an_error(community):
    page = community.submit("登记", SAID | {"说说情况": "灯", "从相册选": (jpeg(), "a.jpg")})
    assert page.alerts
    assert len(page.root.all("img")) >= 1
    community.submit("登记", {"说说情况": "楼道灯坏了，晚上看不清台阶"})
    assert len(photos_of(Owner("case", only_case().id))) == 1


@pytest.mark.databases("sqlite")
def test_an_accusation_is_registered_out_of_sight(community, world):
    page = community.submit("登记", SAID | {"是哪一类问题": "收钱、吃拿卡要", "说说情况": "项目经理收了我家两条烟"})
    case = only_case()
    assert case.track is CaseTrack.SEALED
    assert case.number not in page.main
    assert "只有凭小条能打开" in page.main
    assert community.visit(f"/desk/cases/{case.number}").status == 404


@pytest.mark.parametrize("role", [Role.AGENCY, Role.CONTRACTOR, Role.AUDITOR, Role.DISCIPLINE, Role.ADMIN])
@pytest.mark.databases("sqlite")
def test_only_those_who_register_may(world, client, role):
    sign_in_staff(client, world.posts[role])
    assert client.visit("/community/cases/new").status == 403
