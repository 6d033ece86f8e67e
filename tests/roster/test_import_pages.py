"""A community's list with deliberate errors: checked, mended, confirmed; what it changes later takes a second person."""

from io import BytesIO

import pytest
from flask import Flask
from sqlalchemy import select

from portal.core.extensions import db
from portal.core.writing import writing
from portal.domain.roles import Role
from portal.places.models import Compound
from portal.roster import queries
from portal.roster.importing import reading, services, working
from portal.roster.importing.packing import unpacked
from portal.roster.models import Household, ImportState, RosterImport
from tests.builders.identity import make_post, sign_in_staff
from tests.builders.places import make_compound
from tests.builders.roster_files import csv, row, xlsx
from tests.visitor import Visitor
from tests.visitor.page import Page

GOOD = [row(室=f"{floor}01", 房主姓名=f"张{n}", 手机号=f"1390000000{floor}") for floor, n in enumerate("一二三四五", 1)]


@pytest.fixture
def compound(app: Flask, client: Visitor) -> Compound:
    """Of five homes by the plan; the visitor works for its community."""
    with writing():
        compound = make_compound()
        compound.planned_households, compound.planned_area = 5, 5 * 8950
        post = make_post(Role.COMMUNITY, "community1", "周敏", communities=(compound.community,))
        make_post(Role.COMMUNITY, "community2", "赵立群", communities=(compound.community,))
    sign_in_staff(client, post)
    return compound


def upload(client: Visitor, file: BytesIO, name: str = "名册.xlsx") -> Page:
    client.visit("/community/rosters/import")
    return client.submit("检查", {"小区": "东局子小区", "名册文件": (file.getvalue(), name)})


def homes() -> int:
    return len(db.session.scalars(select(Household.id).where(*queries.ON_ROLL)).all())


def test_errors_are_mended_and_the_list_is_imported(client: Visitor, compound: Compound) -> None:
    client.visit("/community/rosters")
    page = client.follow("导入名册")
    assert page.h1 == "名册导入"
    assert page.has_link("模板（XLSX）")
    wrong = [*GOOD[:3], row(室="401", 楼号="3栋", 专有面积="92,3"), row(室="501", 手机号="1381234567")]
    page = upload(client, xlsx(wrong))
    assert page.h1 == "导入检查结果"
    assert "共 5 行：可以导入 3 行，要改 2 行，请留意 0 行" in page.main
    assert page.table("要改的行") == [
        ["行号", "列", "原来的内容", "问题", "怎么改"],
        ["5", "楼号", "3栋", "没有这栋楼", "您是不是想写 3 号楼？"],
        ["5", "专有面积", "92,3", "小数点写成了逗号", "请写成 92.3"],
        ["6", "手机号", "1381234567", "只有 10 位", "手机号是 11 位"],
    ]
    assert not page.has_button("确认导入")
    assert homes() == 0
    with client.no_lint():
        book = client.get(page.link("只含错误行的表（XLSX）"))
        text = client.get(page.link("只含错误行的表（CSV）")).get_data(as_text=True)
    rows = [cells for _number, cells in unpacked(reading.read(BytesIO(book.data)).content)]
    assert rows == wrong[3:], "the same format, to be mended and uploaded again"
    assert "楼号：没有这栋楼，您是不是想写 3 号楼？；专有面积：小数点写成了逗号，请写成 92.3" in text

    page = upload(client, csv(GOOD, encoding="gb18030"), "名册.csv")
    assert "共 5 行：可以导入 5 行，要改 0 行，请留意 0 行" in page.main
    assert "名册合计 5 户，447.50 ㎡，与方案一致" in page.main
    assert homes() == 0, "nothing before the confirmation"
    page = client.press("确认导入")
    assert "名册现有 5 户：新增 5 户，变动 0 户，减少 0 户。" in page.main
    assert homes() == 5
    client.follow("看名册")
    assert len(client.here.table("东局子小区")) == 6

    page = upload(client, xlsx(GOOD))
    assert "新增 0 户，变动 0 户，减少 0 户，不变 5 户" in page.main
    page = client.press("确认导入")
    assert "新增 0 户，变动 0 户，减少 0 户" in page.main


def test_other_totals_need_a_reason(client: Visitor, compound: Compound) -> None:
    page = upload(client, xlsx(GOOD[:4]))
    assert "名册 4 户，比方案少 1 户，请核对后说明原因" in page.main
    page = client.press("确认导入")
    assert "请说明原因" in page.alerts[0]
    assert homes() == 0
    page = client.submit("确认导入", {"说明原因": "一户已拆除"})
    assert "一户已拆除" in page.main
    assert homes() == 4


def test_owners_that_look_the_same_are_confirmed(client: Visitor, compound: Compound) -> None:
    twins = [row(室="101"), row(室="102"), *GOOD[2:]]
    page = upload(client, xlsx(twins))
    assert "姓名和手机号都一样" in page.main
    client.submit("确认导入", {"张桂兰：3-2-101、3-2-102": True})
    first, second = db.session.scalars(select(Household.owner_id).where(Household.room.in_(("101", "102"))))
    assert first == second


def test_changes_to_standing_homes_wait_for_a_second_person(
    app: Flask, client: Visitor, compound: Compound, other: Visitor
) -> None:
    upload(client, xlsx(GOOD))
    client.press("确认导入")
    page = upload(
        client, xlsx([row(室="101", 房主姓名="张一", 手机号="13900000001", 专有面积="90"), *GOOD[1:4], row(室="601")])
    )
    assert "3-2-101：面积" in page.main
    page = client.submit("确认导入", {"说明原因": "复测"})
    assert "要另一人在“待我批准”里同意后才生效" in page.main
    assert queries.totals(compound.id) == (5, 5 * 8950)
    assert not client.visit("/desk/approvals").has_link("名册导入：东局子小区"), "never one's own"
    other.visit("/desk/approvals")
    other.follow("名册导入：东局子小区，变动 1 户，减少 1 户，新增 1 户")
    other.follow("看具体改什么")
    assert other.here.h1 == "导入检查结果"
    other.visit("/desk/approvals")
    other.follow("名册导入：东局子小区")
    other.press("同意")
    assert queries.totals(compound.id) == (5, 9000 + 4 * 8950)


@pytest.fixture
def other(app: Flask, compound: Compound) -> Visitor:
    from portal.identity.models import StaffPost

    visitor = Visitor.of(app)
    sign_in_staff(visitor, db.session.scalars(select(StaffPost).where(StaffPost.username == "community2")).one())
    return visitor


def test_a_file_that_is_none_is_said_at_the_field(client: Visitor, compound: Compound) -> None:
    page = upload(client, BytesIO(b"\x89PNG" + bytes(200)), "名册.xlsx")
    assert page.status == 422
    assert "这个文件不是表格，请用模板" in page.alerts[0]
    client.visit("/community/rosters/import")
    assert "请选填好的名册文件" in client.submit("检查", {"小区": "东局子小区"}).alerts[0]


def test_a_large_file_shows_its_progress(client: Visitor, compound: Compound, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(services, "AT_ONCE", 2)
    page = upload(client, xlsx(GOOD))
    assert "正在检查：已看 0 行，共 5 行" in page.main
    working.work()
    assert "要改 0 行" in client.follow("刷新看进度").main
    assert "正在写入名册" in client.press("确认导入").main
    working.work()
    assert "名册现有 5 户" in client.follow("刷新看进度").main


def test_an_import_that_is_not_wanted_is_forgotten(client: Visitor, compound: Compound) -> None:
    upload(client, xlsx(GOOD))
    client.press("不导入了")
    [job] = db.session.scalars(select(RosterImport))
    assert (job.state, job.content, job.report) == (ImportState.DROPPED, None, None)


def test_the_template_is_the_table_that_is_read(client: Visitor, compound: Compound) -> None:
    with client.no_lint():
        for kind in ("xlsx", "csv"):
            body = client.get(f"/community/rosters/template.{kind}").data
            with pytest.raises(reading.NotUsable, match=r"表里只有表头|no rows"):
                reading.read(BytesIO(body))


def test_another_communitys_import_does_not_exist(app: Flask, client: Visitor, compound: Compound) -> None:
    page = upload(client, xlsx(GOOD))
    with writing():
        away = make_compound("别的小区", "BDX", buildings=1)
        stranger = make_post(Role.COMMUNITY, "stranger", communities=(_elsewhere(away),))
    visitor = Visitor.of(app)
    sign_in_staff(visitor, stranger)
    for address in (page.path, f"{page.path}/wrong.csv", "/community/rosters/DJZ", "/community/rosters/DJZ/print"):
        with visitor.no_lint():
            assert visitor.get(address).status_code == 404, address
    assert "东局子小区" not in visitor.visit("/community/rosters").main


def _elsewhere(compound: Compound):
    from tests.builders.identity import make_community

    compound.community = make_community("别的社区", street=compound.community.street)
    db.session.flush()
    return compound.community
