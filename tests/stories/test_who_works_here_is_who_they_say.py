"""The staff's own doors, in real browsers: a new officer sets up one-time codes, works, loses the phone, and goes.

Each step leaves its entry in the record that the administrator reads.
"""

import io
import re
import time
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

import pyotp
import pypdfium2
import pytest
import zxingcpp
from PIL import Image
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import select, update

from portal.audit import journal
from portal.cases.models import Case
from portal.core import clock
from portal.core.extensions import db
from portal.core.writing import writing
from portal.domain.roles import Role
from portal.identity.models import SignedIn, StaffPost
from tests.builders.cases import in_hands, make_world
from tests.builders.identity import PASSWORD, make_post
from tests.fixtures.browser import DESK
from tests.stories.people import People, main
from tests.stories.town import Town, fill, follow, press, words

pytestmark = [pytest.mark.browser, pytest.mark.story, pytest.mark.databases("sqlite"), pytest.mark.settings(DEMO="0")]
ANSWER = "二门三楼的灯座和线路都换好了，四楼的也一起换了，请您晚上看看亮不亮"
NEW_PASSWORD = "lilacs-in-june-7"


@dataclass
class Authenticator:
    """An app on a phone. A code counts once, so it shows the next one to whoever has used the last."""

    secret: str
    used: set[int] = field(default_factory=set)

    def code(self) -> str:
        while True:
            now = int(time.time()) // 30
            step = next((each for each in (now - 1, now, now + 1) if each > max(self.used, default=0)), None)
            if step is not None:
                self.used.add(step)
                return pyotp.TOTP(self.secret).generate_otp(step)
            time.sleep(1)


@pytest.fixture
def town(live, browser: Browser, at) -> Town:
    at("2024-06-17 09:00")
    with writing():
        town = Town(People(browser, live), make_world())
        make_post(Role.ADMIN, "admin2", "何婷", agency=town.world.units["ZJW"])
        make_post(Role.AGENCY, "agency2", "赵晓燕", agency=town.world.units["FWZX"])
    return town


@pytest.fixture
def phones(town: Town) -> dict[str, Authenticator]:
    """Everybody but the new officer has an authenticator already."""
    found = {}
    with writing():
        for post in db.session.scalars(select(StaffPost).where(StaffPost.username != "street1")):
            post.totp_secret = pyotp.random_base32()
            found[post.username] = Authenticator(post.totp_secret)
    return found


def test_from_the_first_day_to_the_last(town: Town, phones, at, tmp_path: Path, axe, no_horizontal_scroll) -> None:
    case = in_hands(town.world)
    codes = sets_up_one_time_codes(town, phones, tmp_path)
    a_recovery_code_counts_once(town, codes)
    looks_at_a_phone_number(town, phones, case)
    the_session_ends_in_the_middle_of_an_answer(town, phones, case, at)
    photographs_bear_a_name(town, case, tmp_path)
    loses_the_phone(town, phones)
    forgets_the_password(town, phones)
    goes_over_to_another_office(town, phones)
    leaves(town, phones)
    the_administrator_reads_it(town)
    for username in ("street1", "admin"):
        axe(town.screens[username])
        no_horizontal_scroll(town.screens[username])
    assert journal.verify().broken_at is None


def desk(town: Town, username: str) -> Page:
    if username not in town.screens:
        town.screens[username] = town.people.opened(DESK)
    return town.screens[username]


def signs_in(town: Town, username: str, phone: Authenticator | None = None, password: str = PASSWORD) -> Page:
    """From wherever the page stands when it asks to sign in, else from the door; `phone` shows the code."""
    page = desk(town, username)
    if not re.search(r"/staff/login(\?|$)", page.url):
        page.goto("/staff/login")
    fill(page, {"用户名": username, "密码": password})
    press(page, "登录")
    if phone is not None:
        fill(page, {"动态码": phone.code()})
        town.keep_picture(page, f"{username}-code")
        press(page, "登录")
    return page


def signs_out(page: Page) -> None:
    page.get_by_role("button", name="退出").first.click()
    expect(page).not_to_have_url(re.compile("/desk"))


def time_passes_since_the_code(username: str) -> None:
    with writing():
        mine = SignedIn.post_id == select(StaffPost.id).where(StaffPost.username == username).scalar_subquery()
        db.session.execute(update(SignedIn).where(mine).values(code_at=clock.real_now() - timedelta(minutes=6)))


def sets_up_one_time_codes(town: Town, phones: dict[str, Authenticator], folder: Path) -> list[str]:
    """Nothing opens before; an independent reader finds the key in the drawn square; the codes print on one sheet."""
    page = signs_in(town, "street1")
    page.goto("/desk")
    expect(page.get_by_role("heading", level=1)).to_have_text("设置动态码")
    town.keep_picture(page, "enrol")
    picture = Image.open(io.BytesIO(page.locator(".enrol-scan").screenshot()))
    [square] = zxingcpp.read_barcodes(picture.resize((picture.width * 2, picture.height * 2)))
    offered = pyotp.parse_uri(square.text)
    assert offered.name == "street1"
    phones["street1"] = Authenticator(offered.secret)
    fill(page, {"动态码": phones["street1"].code()})
    press(page, "确认启用")
    expect(page.get_by_role("heading", level=1)).to_have_text("您的恢复码")
    town.keep_picture(page, "recovery-codes")
    codes = [code.replace(" ", "") for code in page.locator(".secret-codes li").all_inner_texts()]
    said = printed(page, folder / "codes.pdf")
    assert len(set(codes)) == 10 and all(code in said for code in codes)
    follow(page, "已经存好，继续")
    expect(page).to_have_url(re.compile("/desk"))
    return codes


def printed(page: Page, file: Path) -> str:
    """Its words on A4, on one sheet."""
    page.pdf(path=file, prefer_css_page_size=True, print_background=True)
    document = pypdfium2.PdfDocument(file)
    said = "".join(sheet.get_textpage().get_text_bounded() for sheet in document)
    document.close()
    return re.sub(r"\s", "", said)


def a_recovery_code_counts_once(town: Town, codes: list[str]) -> None:
    page = desk(town, "street1")
    signs_out(page)
    for attempt in ("first", "second"):
        signs_in(town, "street1")
        follow(page, "用恢复码")
        fill(page, {"恢复码": codes[0]})
        press(page, "登录")
        town.keep_picture(page, f"recovery-{attempt}")
        if attempt == "first":
            assert "剩余恢复码 9 / 10" in words(main(page, "/desk/account"))
            town.keep_picture(page, "account")
            signs_out(page)
    expect(page.get_by_role("alert").first).to_be_visible()
    assert "/staff/login" in page.url


def looks_at_a_phone_number(town: Town, phones: dict[str, Authenticator], case: Case) -> None:
    """A fresh code and a purpose first; the resident reads who looked and why. A file of the log asks for a code, too."""
    page = signs_in(town, "street1", phones["street1"])
    time_passes_since_the_code("street1")
    page.goto(f"/desk/cases/{case.number}")
    town.keep_picture(page, "case")
    follow(page, "查看电话")
    town.keep_picture(page, "confirm")
    fill(page, {"动态码": phones["street1"].code()})
    press(page, "确定")
    town.keep_picture(page, "purpose")
    fill(page, {"用途": "约上门时间"})
    press(page, "查看电话")
    town.keep_picture(page, "number")
    assert "138 0000 1234" in words(main(page))
    told = words(main(town.resident(case)))
    assert "查看" in told and "约上门时间" in told, told
    time_passes_since_the_code("street1")
    page.goto("/community/moderation/log.csv")
    expect(page.get_by_role("heading", level=1)).to_have_text("请核对是您本人")


def the_session_ends_in_the_middle_of_an_answer(town: Town, phones: dict[str, Authenticator], case: Case, at) -> None:
    page = signs_in(town, "agency1", phones["agency1"])
    page.goto(f"/desk/cases/{case.number}")
    follow(page, "答复")
    fill(page, {"结果": "已解决", "做了什么": ANSWER, "为什么没有照片": "晚上才看得出亮不亮"})
    at("2024-06-17 09:45")
    press(page, "答复")
    town.keep_picture(page, "session-over")
    assert "还在" in words(main(page))
    signs_in(town, "agency1", phones["agency1"])
    town.keep_picture(page, "still-here")
    expect(page.get_by_label("做了什么")).to_have_value(ANSWER)
    expect(page.get_by_role("group", name="结果").get_by_label("已解决", exact=True)).to_be_checked()
    press(page, "答复")
    assert town.fresh(case).status == "replied"


def photographs_bear_a_name(town: Town, case: Case, folder: Path) -> None:
    """On the screen and on paper."""
    page = desk(town, "agency1")
    page.goto(f"/desk/cases/{case.number}")
    mark = page.locator(".watermark")
    assert "王立新" in (mark.get_attribute("data-who") or "")
    assert mark.bounding_box() is not None
    town.keep_picture(page, "watermark")
    assert "王立新" in printed(page, folder / "case.pdf")


def asks_and_agrees(town: Town, phones: dict[str, Authenticator], what: str, reason: str) -> Page:
    """One administrator asks, the other agrees."""
    first = opened(town, phones, "admin", "street1")
    follow(first, "重置密码或动态码")
    first.get_by_role("radio", name=what).check()
    fill(first, {"理由": reason})
    town.keep_picture(first, "ask-reset")
    press(first, "申请重置")
    town.keep_picture(first, "reset-asked")
    second = desk(town, "admin2")
    second.goto("/desk/approvals")
    if "/staff/login" in second.url:
        signs_in(town, "admin2", phones["admin2"])
        second.goto("/desk/approvals")
    town.keep_picture(second, "approvals")
    second.locator("main").get_by_role("link", name=re.compile("重置 李晓明")).click()
    town.keep_picture(second, "approval")
    press(second, "同意")
    return first


def opened(town: Town, phones: dict[str, Authenticator], admin: str, username: str) -> Page:
    """The person's page at the administrator's."""
    page = desk(town, admin)
    page.goto("/admin/users")
    if "/staff/login" in page.url:
        signs_in(town, admin, phones[admin])
        page.goto("/admin/users")
    town.keep_picture(page, "users")
    page.locator("main tr").filter(has_text=username).get_by_role("link").first.click()
    page.wait_for_url(re.compile(r"/admin/users/\d+"))
    return page


def loses_the_phone(town: Town, phones: dict[str, Authenticator]) -> None:
    asks_and_agrees(town, phones, "动态码用不了", "手机丢了，本人到窗口")
    page = desk(town, "street1")
    page.goto("/desk")
    assert "/staff/login" in page.url, "the session ended with the approval"
    signs_in(town, "street1")
    expect(page.get_by_role("heading", level=1)).to_have_text("设置动态码")
    phones["street1"] = Authenticator(page.locator(".secret-key").inner_text().replace(" ", ""))
    fill(page, {"动态码": phones["street1"].code()})
    press(page, "确认启用")
    follow(page, "已经存好，继续")


def forgets_the_password(town: Town, phones: dict[str, Authenticator]) -> None:
    admin = asks_and_agrees(town, phones, "忘记密码", "忘了密码，本人到窗口")
    admin.reload()
    follow(admin, "一次性密码")
    press(admin, "显示一次性密码")
    town.keep_picture(admin, "one-time")
    fresh = admin.locator(".secret-code").inner_text().strip()
    page = desk(town, "street1")
    page.goto("/desk")
    signs_in(town, "street1", phones["street1"], fresh)
    expect(page.get_by_role("heading", level=1)).to_have_text("设自己的密码")
    town.keep_picture(page, "own-password")
    page.get_by_label("现在的密码").fill(fresh)
    page.get_by_label("新密码", exact=True).fill(NEW_PASSWORD)
    page.get_by_label("再输一次新密码").fill(NEW_PASSWORD)
    press(page, "保存新密码")
    town.keep_picture(page, "password-saved")


def goes_over_to_another_office(town: Town, phones: dict[str, Authenticator]) -> None:
    admin = opened(town, phones, "admin", "street1")
    follow(admin, "改角色或范围")
    fill(admin, {"角色": "承办单位", "单位": "供电公司", "理由": "轮岗到供电公司"})
    town.keep_picture(admin, "role")
    press(admin, "保存")
    town.keep_picture(admin, "role-changed")
    page = desk(town, "street1")
    page.goto("/desk")
    assert "/staff/login" in page.url, "what was open is shut at once"
    signs_in(town, "street1", phones["street1"], NEW_PASSWORD)
    assert "供电公司" in page.locator("body").inner_text()


def leaves(town: Town, phones: dict[str, Authenticator]) -> None:
    admin = opened(town, phones, "admin", "street1")
    follow(admin, "停用")
    fill(admin, {"理由": "调离本单位"})
    town.keep_picture(admin, "retire")
    press(admin, "停用")
    page = desk(town, "street1")
    page.goto("/desk/account")
    assert "/staff/login" in page.url
    signs_in(town, "street1", None, NEW_PASSWORD)
    expect(page.get_by_role("alert").first).to_contain_text("用户名或密码不对")
    town.keep_picture(page, "shut-out")


def the_administrator_reads_it(town: Town) -> None:
    page = desk(town, "admin")
    town.keep_picture(page, "record")
    rows = [words(row) for row in page.locator("main table tbody tr").all()]
    for what, who, why in (
        ("停用", "管理员", "调离本单位"),
        ("角色或范围变更", "管理员", "轮岗到供电公司"),
        ("本人改了密码", "李晓明", "—"),
        ("一次性密码", "管理员", "—"),
        ("重置密码", "何婷", "忘了密码，本人到窗口"),
        ("解除动态码", "何婷", "手机丢了，本人到窗口"),
        ("启用动态码", "李晓明", "—"),
    ):
        assert any(what in row and who in row and why in row for row in rows), (what, rows)
