"""Homes come onto the roll, in real browsers: a roster with deliberate errors is checked, mended and imported; then three homes
are verified, each its own way: by a printed invite code, by the roster in 大字版, by a visit.
"""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import select

from portal.core.extensions import db
from portal.core.writing import writing
from portal.domain.sms_lifecycle import SmsState
from portal.messaging.models import OutboxMessage
from portal.roster.importing import reading
from portal.roster.importing.packing import unpacked
from tests.builders.cases import make_world
from tests.builders.roster_files import row, xlsx
from tests.fixtures.browser import Live
from tests.stories.people import People, main, worker_round

pytestmark = [pytest.mark.browser, pytest.mark.story, pytest.mark.slow, pytest.mark.databases("sqlite")]
PHONES = {n: f"1390000000{n}" for n in range(1, 9)}
HOMES = [row(室=f"{n}01", 房主姓名=f"张{name}", 手机号=PHONES[n]) for n, name in enumerate("一二三四五六七八", 1)]
WRONG = [
    *HOMES[:4],
    row(室="501", 楼号="3栋", 房主姓名="张五", 手机号=PHONES[5]),
    row(室="601", 专有面积="89,5", 房主姓名="张六", 手机号=PHONES[6]),
    row(室="701", 房主姓名="张七", 手机号="1390000007"),
    row(室="101", 房主姓名="张八", 手机号=PHONES[8]),
]
FINDINGS = [
    ["6", "楼号", "3栋", "没有这栋楼", "您是不是想写 3 号楼？"],
    ["7", "专有面积", "89,5", "小数点写成了逗号", "请写成 89.5"],
    ["8", "手机号", "1390000007", "只有 10 位", "手机号是 11 位"],
    ["9", "室", "101", "与第 2 行是同一户（3-2-101）", "两行留一行"],
]


def upload(desk: Page, file: Path, rows: list[list[str]]) -> None:
    file.write_bytes(xlsx(rows).getvalue())
    desk.goto("/community/rosters/import")
    desk.get_by_label("小区").select_option("DJZ")
    desk.get_by_label("名册文件").set_input_files(file)
    desk.get_by_role("button", name="检查").click()


def errors_are_shown(desk: Page, folder: Path) -> None:
    upload(desk, folder / "有错的名册.xlsx", WRONG)
    expect(main(desk)).to_contain_text("共 8 行：可以导入 4 行，要改 4 行，请留意 0 行")
    lines = desk.get_by_role("table", name="要改的行").locator("tbody tr")
    assert [line.locator("td").all_inner_texts() for line in lines.all()] == FINDINGS
    expect(desk.get_by_role("button", name="确认导入")).to_have_count(0)
    with desk.expect_download() as waited:
        desk.get_by_role("link", name="只含错误行的表（XLSX）").click()
    with waited.value.path().open("rb") as file:
        assert [cells for _number, cells in unpacked(reading.read(file).content)] == WRONG[4:]


def mended_and_imported(desk: Page, folder: Path) -> None:
    upload(desk, folder / "改好的名册.xlsx", HOMES)
    expect(main(desk)).to_contain_text("可以导入 8 行，要改 0 行")
    expect(main(desk)).to_contain_text("名册合计 8 户，716.00 ㎡，与方案一致")
    desk.get_by_role("button", name="确认导入").click()
    expect(main(desk)).to_contain_text("新增 8 户")
    desk.get_by_role("link", name="看名册").click()
    expect(desk.get_by_role("table", name="东局子小区").locator("tbody tr")).to_have_count(8)


def a_letter_is_printed(desk: Page) -> str:
    """The code for home 1 as it stands on the paper, shown this once."""
    desk.goto("/community/invite-codes")
    desk.get_by_label("楼栋").select_option("DJZ03")
    desk.get_by_label("只发一户").check()
    desk.get_by_label("门", exact=True).fill("2")
    desk.get_by_label("室", exact=True).fill("101")
    desk.get_by_role("button", name="做这批信").click()
    batch = desk.url
    desk.get_by_role("button", name="打印").click()
    code = desk.locator(".letter-code").inner_text()
    desk.goto(batch)
    expect(desk.get_by_role("button", name="打印")).to_have_count(0)
    return code


def verified_by_letter(home: Page, code: str) -> None:
    home.goto("/me/household")
    home.get_by_role("link", name=re.compile("用邀请码")).click()
    home.get_by_label("邀请码").fill(code)
    home.get_by_role("button", name="下一步").click()
    expect(main(home)).not_to_contain_text("101")
    home.get_by_role("button", name="是我家").click()
    expect(main(home)).to_contain_text("核验好了。您家可以投票了。")


def verified_by_roster(home: Page) -> None:
    """After one miss that does not say which field it was."""
    home.goto("/me/household/roster")
    home.get_by_label("小区").select_option("DJZ")
    typed = {"楼号": "3", "门": "2", "室": "201", "房主姓名": "张三", "房主手机号后四位": PHONES[2][-4:]}
    for label, value in typed.items():
        home.get_by_label(label, exact=True).fill(value)
    home.get_by_role("button", name="核对名册").click()
    expect(home.get_by_role("alert")).to_contain_text("和名册对不上，请每一项再核对一下，还可以试 2 次")
    home.get_by_label("房主姓名", exact=True).fill("张二")
    home.get_by_role("button", name="核对名册").click()
    expect(main(home)).to_contain_text("核验好了。您家可以投票了。")


def asks_for_a_visit(home: Page) -> None:
    home.goto("/b/djz03")
    home.goto("/me/household/visit")
    home.get_by_label("怎么联系").fill("打我登录的手机")
    home.get_by_label("上午").check()
    home.get_by_label("门", exact=True).fill("2")
    home.get_by_label("室", exact=True).fill("301")
    home.get_by_role("button", name="请社区上门").click()
    expect(main(home)).to_contain_text("和您联系")


def the_visit_is_arranged(desk: Page) -> None:
    desk.goto("/community/visits")
    expect(main(desk)).not_to_contain_text(PHONES[3])
    desk.get_by_role("link", name="约时间上门").click()
    desk.get_by_label("上门日期").fill("2024-06-05")
    desk.get_by_label("下午").check()
    desk.get_by_role("button", name="约好").click()
    expect(desk.get_by_role("status").first).to_contain_text("上门时间已约好")


def verified_at_the_door(desk: Page) -> None:
    desk.goto("/community/visits")
    desk.get_by_role("link", name=re.compile("东局子小区 3 号楼")).first.click()
    desk.get_by_label("上门核对").check()
    desk.get_by_role("button", name="核验通过").click()
    expect(desk.get_by_role("status").first).to_contain_text("核验通过")


def sent() -> list[str]:
    return list(db.session.scalars(select(OutboxMessage.event).where(OutboxMessage.state == SmsState.SENT)))


def test_the_homes_come_onto_the_roll(
    live: Live, browser: Browser, at: Callable, tmp_path: Path, axe: Callable, no_horizontal_scroll: Callable
) -> None:
    at("2024-06-03 09:00")
    with writing():
        compound = make_world().building.compound
        compound.planned_households, compound.planned_area = 8, 8 * 8950
    people = People(browser, live)
    desk = people.officer("community1")

    errors_are_shown(desk, tmp_path)
    axe(desk)
    no_horizontal_scroll(desk)
    mended_and_imported(desk, tmp_path)

    first = people.resident(PHONES[1])
    verified_by_letter(first, a_letter_is_printed(desk))
    verified_by_roster(people.resident(PHONES[2], large=True))
    third = people.resident(PHONES[3])
    asks_for_a_visit(third)
    the_visit_is_arranged(desk)
    worker_round(at("2024-06-03 09:01"))
    assert "verify_visit" in sent()

    at("2024-06-05 15:00")
    people.sign_in_again(desk, "community1")
    verified_at_the_door(desk)
    worker_round(at("2024-06-05 15:01"))
    assert sent().count("verify_passed") == 3
    expect(main(third, "/me/household")).to_contain_text("东局子小区 3 号楼 2 门 301")
