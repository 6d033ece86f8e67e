"""小区与楼栋, 单位: the administrator's pages."""

import pytest
from flask import Flask
from sqlalchemy import select

from portal.core.extensions import db
from portal.core.writing import writing
from portal.domain.roles import Role
from portal.places import queries
from portal.places.models import Agency, Building, Compound
from tests.builders.identity import make_post, sign_in_staff
from tests.builders.places import make_community, make_compound
from tests.visitor import Visitor


@pytest.fixture
def admin(app: Flask, client: Visitor) -> Visitor:
    with writing():
        post = make_post(Role.ADMIN, username="admin")
    sign_in_staff(client, post)
    return client


def test_a_compound_is_added_with_its_buildings(admin: Visitor) -> None:
    with writing():
        make_community()
    admin.visit("/admin/compounds")
    admin.follow("添加小区")
    page = admin.submit("新增", {"小区名称": "奥兰里小区", "代码": "all", "楼栋数": "3", "计划户数": "280"})
    assert page.h1 == "奥兰里小区"
    assert db.session.scalars(select(Building.code).order_by(Building.position)).all() == ["ALL01", "ALL02", "ALL03"]


def test_a_name_that_does_not_fit_is_explained_and_kept(admin: Visitor) -> None:
    with writing():
        make_community()
    admin.visit("/admin/compounds/new")
    page = admin.submit("新增", {"小区名称": "富民路一百一十六号院小区", "代码": "FML"})
    assert page.status == 422
    assert "最多 10 个字，现在是 12 个字" in page.alerts[0]
    assert any(field["value"] == "富民路一百一十六号院小区" for field in page.root.all("input"))
    assert db.session.scalar(select(Compound)) is None


def test_renaming_and_retiring_and_using_again(admin: Visitor) -> None:
    with writing():
        make_compound()
    admin.visit("/admin/compounds/DJZ")
    admin.follow("改名")
    admin.submit("改名", {"新名称": "东局子新村"})
    assert db.session.scalars(select(Building.sms_name)).first() == "东局子新村1号楼"
    admin.visit("/admin/compounds/DJZ")
    page = admin.follow("停用这个小区")
    assert "3 栋楼会一起停用" in page.text
    assert "东局子新村" not in admin.press("停用").text.split("已停用。")[1]
    assert "东局子新村" in admin.visit("/admin/compounds?retired=1").text
    admin.visit("/admin/compounds/DJZ")
    admin.press("恢复使用")
    assert queries.active_compounds()


def test_compounds_are_found_by_the_name_of_a_building(admin: Visitor) -> None:
    with writing():
        compound = make_compound(buildings=1)
        make_compound("万东路84号院", "WDL", 2, community=compound.community)
    assert "东局子小区" not in admin.visit("/admin/compounds?q=2号楼").text
    assert "万东路84号院" in admin.here.text


def test_a_unit_with_contact_is_added_changed_and_retired(admin: Visitor) -> None:
    admin.visit("/admin/agencies")
    admin.follow("添加单位")
    page = admin.submit(
        "新增",
        {
            "全称": "区房产服务中心河东分中心",
            "简称": "区房产服务中心河东分中心",
            "类型": "区房产服务中心",
            "代码": "fwzx",
        },
    )
    assert "要写进短信，最多 10 个字，现在是 12 个字" in page.alerts[0]
    page = admin.submit("新增", {"简称": "房产服务中心"})
    assert page.h1 == "区房产服务中心河东分中心"
    admin.follow("添加联系人")
    admin.submit("新增", {"姓名或窗口": "值班室", "工作电话": "022-0000 2001"})
    assert "022-0000 2001" in admin.here.text
    admin.follow("停用这个单位")
    admin.press("停用")
    unit = db.session.scalar(select(Agency).where(Agency.code == "fwzx"))
    assert unit is not None
    assert unit.retired_at is not None


def test_the_unit_of_the_administrator_cannot_vanish_under_others(admin: Visitor) -> None:
    with writing():
        above = db.session.scalars(select(Agency)).one()
        db.session.add(Agency(code="x", name="街道办", short_name="街道办", kind=above.kind, superior_id=above.id))
        key = above.id
    admin.visit(f"/admin/agencies/{key}/retire")
    page = admin.press("停用")
    assert "还有单位以它为上级" in page.alerts[0]


@pytest.mark.parametrize("role", [Role.COMMUNITY, Role.DISTRICT, Role.AGENCY])
def test_nobody_else_configures(app: Flask, client: Visitor, role: Role) -> None:
    with writing():
        post = make_post(role)
    sign_in_staff(client, post)
    assert client.get("/admin/compounds").status_code == 403
    assert client.get("/admin/agencies").status_code == 403
