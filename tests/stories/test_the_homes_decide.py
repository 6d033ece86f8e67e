"""Homes decide, in a real browser: a roster with errors → fixed → imported; three ways of being verified; an owners' vote and a
menu announced by two people, opened by the clock; voted on phones in both displays, by proxy, on paper with one mismatch; one vote
changed; closed on time; the first result; a question that is upheld and turns an item; final; the verifier, and one altered byte.
"""

import re
import subprocess
import sys
from collections.abc import Callable
from datetime import timedelta
from io import BytesIO
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import select

from portal import verify_ballot
from portal.ballots import presets, results, scheduling
from portal.ballots.models import Ballot, BallotRule
from portal.core import clock
from portal.core.extensions import db
from portal.core.writing import writing
from portal.domain.ballot_kinds import AnswerKind, BallotState, Paragraph
from portal.domain.roles import Role
from portal.identity import approvals
from portal.membership.claim_models import Claim
from portal.messaging.models import OutboxMessage
from portal.roster.models import Household
from tests.builders.ballots import make_announced, make_ballot
from tests.builders.cases import World, make_world
from tests.builders.identity import PASSWORD, last_code
from tests.builders.roster import make_letter
from tests.builders.roster_files import row, xlsx
from tests.builders.votes import worker_tells
from tests.fixtures.browser import Live
from tests.media.pictures import phone_jpeg

pytestmark = [pytest.mark.browser, pytest.mark.story, pytest.mark.slow, pytest.mark.databases("sqlite")]
PHONES = {n: f"1390000000{n}" for n in range(1, 9)}
HOMES = [row(室=f"{n}01", 房主姓名=f"张{name}", 手机号=PHONES[n]) for n, name in enumerate("一二三四五六七八", 1)]


def officer(browser: Browser, live: Live, username: str) -> Page:
    context = browser.new_context(viewport={"width": 1440, "height": 900}, locale="zh-CN")
    context.set_default_timeout(10_000)
    page = context.new_page()
    page.goto(live.url("/staff/login"))
    page.get_by_label("用户名").fill(username)
    page.get_by_label("密码").fill(PASSWORD)
    page.get_by_role("button", name="登录").click()
    expect(page).not_to_have_url(re.compile("login"))
    return page


def resident(browser: Browser, live: Live, number: str, large: bool = False) -> Page:
    """On a phone, signed in by a code."""
    context = browser.new_context(viewport={"width": 390, "height": 844}, locale="zh-CN")
    context.set_default_timeout(10_000)
    if large:
        context.add_cookies([{"name": "display", "value": "large", "url": live.base}])
    page = context.new_page()
    page.goto(live.url("/login"))
    page.get_by_label("手机号").fill(number)
    page.get_by_role("button", name="发送验证码").click()
    page.get_by_label("验证码").fill(last_code(live.app))
    page.get_by_role("button", name="登录").click()
    expect(page).not_to_have_url(re.compile("/login"))
    return page


def import_the_roster(desk: Page, live: Live, folder: Path) -> None:
    wrong = [*HOMES[:6], row(室="701", 楼号="3栋", 手机号=PHONES[7]), row(室="801", 专有面积="92,3", 手机号=PHONES[8])]
    for name, rows, expected in (
        ("有错的名册.xlsx", wrong, "要改 2 行"),
        ("改好的名册.xlsx", HOMES, "可以导入 8 行，要改 0 行"),
    ):
        file = folder / name
        file.write_bytes(xlsx(rows).getvalue())
        desk.goto(live.url("/community/rosters/import"))
        desk.get_by_label("小区").select_option("DJZ")
        desk.get_by_label("名册文件").set_input_files(file)
        desk.get_by_role("button", name="检查").click()
        expect(desk.locator("main")).to_contain_text(expected)
    desk.get_by_role("button", name="确认导入").click()
    expect(desk.locator("main")).to_contain_text("新增 8 户")


def verified_three_ways(browser: Browser, live: Live, desk: Page) -> dict[int, Page]:
    db.session.rollback()
    with writing():
        code = make_letter(db.session.scalars(select(Household).where(Household.room == "101")).one())
    by_letter = resident(browser, live, PHONES[1])
    by_letter.goto(live.url("/me/household/invite-code"))
    by_letter.get_by_label("邀请码").fill(code)
    by_letter.get_by_role("button", name="下一步").click()
    by_letter.get_by_role("button", name="是我家").click()
    expect(by_letter.locator("main")).to_contain_text("核验好了。您家可以投票了。")

    by_roster = resident(browser, live, PHONES[2], large=True)
    verify_by_roster(by_roster, live, 2, "二")

    by_visit = resident(browser, live, PHONES[3])
    by_visit.goto(live.url("/b/djz03"))
    by_visit.goto(live.url("/me/household/visit"))
    by_visit.get_by_label("怎么联系").fill("打我登录的手机")
    by_visit.get_by_label("上午").check(force=True)
    by_visit.get_by_label("门", exact=True).fill("2")
    by_visit.get_by_label("室", exact=True).fill("301")
    by_visit.get_by_role("button", name="请社区上门").click()
    expect(by_visit.locator("main")).to_contain_text("和您联系")
    db.session.rollback()
    claim = db.session.scalars(select(Claim).order_by(Claim.id.desc())).first()
    assert claim is not None
    desk.goto(live.url(f"/community/verification/{claim.id}"))
    desk.get_by_label("窗口看证件").check(force=True)
    desk.get_by_role("button", name="核验通过").click()
    expect(desk.locator("main")).to_contain_text("核验通过")
    return {1: by_letter, 2: by_roster, 3: by_visit}


def verify_by_roster(page: Page, live: Live, n: int, name: str) -> None:
    page.goto(live.url("/me/household/roster"))
    page.get_by_label("小区").select_option("DJZ")
    for label, value in (
        ("楼号", "3"),
        ("门", "2"),
        ("室", f"{n}01"),
        ("房主姓名", f"张{name}"),
        ("房主手机号后四位", PHONES[n][-4:]),
    ):
        page.get_by_label(label, exact=True).fill(value)
    page.get_by_role("button", name="核对名册").click()
    expect(page.locator("main")).to_contain_text("核验好了。您家可以投票了。")


def announce(world: World) -> tuple[int, int]:
    """The menu by two people at their pages' services; the owners' vote with its papers stands announced already."""
    with writing():
        presets.seed()
        rules = {rule.code: rule for rule in db.session.scalars(select(BallotRule))}
        at = clock.now()
        statutory = make_announced(
            world.building.compound, rule=rules["general"], title="路面和车棚怎么改", short_name="路面车棚表决",
            items=[{"title": title, "paragraph": Paragraph.OTHER} for title in ("小区路面整修", "自行车棚维修")],
            starts_at=at + timedelta(days=15), ends_at=at + timedelta(days=22),
            convener="东局子小区业主委员会", basis="东局子业委〔2024〕3 号",
        )  # fmt: skip
        menu = make_ballot(
            world.building.compound, rule=rules["menu"], title="还想改哪几项", short_name="改造内容点单", budget=20_000_000,
            items=[{"title": title, "answer": AnswerKind.TICK, "cost": 9_000_000} for title in ("围墙维修", "充电桩")],
            starts_at=at + timedelta(days=15), ends_at=at + timedelta(days=22), paper_places="社区办公室",
        )  # fmt: skip
        ids = statutory.id, menu.id
    with writing():
        asked = scheduling.ask(world.actor(Role.COMMUNITY), db.session.get_one(Ballot, ids[1]))
    with writing():
        approvals.decide(asked.id, True, "已核对", world.actor(Role.STREET))
    return ids


def vote(page: Page, live: Live, ballot_id: int, *choices: str) -> None:
    """Item by item: 同意, 反对, 弃权; or the titles that are ticked."""
    page.goto(live.url(f"/votes/{ballot_id}/ballot"))
    if page.get_by_role("link", name=re.compile("2 门")).count() and not page.locator("fieldset").count():
        page.get_by_role("link", name=re.compile("2 门")).last.click()
    for number, choice in enumerate(choices, 1):
        page.get_by_role("group", name=re.compile(rf"^{number}\. ")).get_by_label(choice).check(force=True)
    page.get_by_role("button", name="下一步：核对选票").click()
    expect(page.locator("h1")).to_contain_text("核对选票")
    page.get_by_role("button", name="确认，交上选票").click()
    expect(page.locator("main")).to_contain_text("选票已交上")


def enter(desk: Page, door: str, *answers: str) -> None:
    desk.get_by_label("户", exact=True).fill(door)
    for number, answer in enumerate(answers, 1):
        desk.get_by_role("group", name=re.compile(rf"^{number}\. ")).get_by_label(answer).check(force=True)
    desk.get_by_role("button", name="保存，录下一张").click()
    expect(desk.locator("main")).to_contain_text(f"{door} 已录")


def on_paper(one: Page, other: Page, live: Live, ballot_id: int) -> None:
    """Homes 5 and 6; of 5 the second reader first reads something else."""
    one.goto(live.url(f"/community/votes/{ballot_id}/paper"))
    one.get_by_label("应收票数").fill("2")
    one.get_by_label("见证人", exact=True).fill("王建国")
    one.get_by_label("见证人（第二位）").fill("李秀英")
    one.get_by_role("button", name="开始录这批").click()
    enter(one, "3-2-501", "同意", "同意")
    enter(one, "3-2-601", "同意", "同意")
    one.get_by_role("button", name="这批录完").click()
    other.goto(live.url(f"/community/votes/{ballot_id}/paper/1/second-entry"))
    enter(other, "3-2-501", "同意", "弃权")
    enter(other, "3-2-601", "同意", "同意")
    other.get_by_role("button", name="这批录完").click()
    expect(other.locator("main")).to_contain_text("第 2 项两遍不一致：自行车棚维修")
    other.get_by_role("link", name=re.compile("改我这一遍")).click()
    enter(other, "3-2-501", "同意", "同意")
    other.get_by_role("button", name="这批录完").click()
    expect(other.locator("main")).to_contain_text("这批 2 张全部一致，已计入。")


def give_a_proxy(one: Page, other: Page, live: Live, ballot_id: int, photo: Path) -> None:
    """Home 4 gives its voice to the third resident."""
    one.goto(live.url(f"/community/votes/{ballot_id}/proxies"))
    one.get_by_label("户", exact=True).fill("3-2-401")
    one.get_by_label("受托人", exact=True).fill("张三")
    one.get_by_label("手机号").fill(PHONES[3])
    one.get_by_label("委托书照片").set_input_files(photo)
    one.get_by_label("受托人不是工作人员").check(force=True)
    one.get_by_role("button", name="登记委托").click()
    expect(one.locator("main")).to_contain_text("等另一人同意")
    agree(other, live, "书面委托")


def agree(page: Page, live: Live, what: str) -> None:
    page.goto(live.url("/desk/approvals"))
    page.get_by_role("link", name=re.compile(what)).first.click()
    page.get_by_role("textbox", name="理由").fill("看过原件")
    page.get_by_role("button", name="同意", exact=True).click()
    expect(page.locator("main")).to_contain_text("已同意")


def run_the_clock(to) -> None:
    clock.travel(to)
    scheduling.run_schedule()
    results.run_results()
    worker_tells()
    db.session.rollback()


def correct_a_paper(browser: Browser, live: Live, ballot_id: int) -> None:
    """Home 6 says its paper was misread; the community looks, a second person agrees, everything is counted again."""
    six = resident(browser, live, PHONES[6])
    verify_by_roster(six, live, 6, "六")
    six.goto(live.url(f"/votes/{ballot_id}/objection"))
    six.get_by_label("其他").check(force=True)
    six.get_by_role("textbox", name="说明").fill("车棚我家填的是反对，请看看原票")
    six.get_by_role("button", name="提交疑问").click()
    expect(six.locator("main")).to_contain_text("前书面答复您")
    desk, street = officer(browser, live, "community1"), officer(browser, live, "street1")
    desk.goto(live.url(f"/community/votes/{ballot_id}/objections/1/correct"))
    for number, answer in ((1, "同意"), (2, "反对")):
        desk.get_by_role("group", name=re.compile(rf"^{number}\. ")).get_by_label(answer).check(force=True)
    desk.get_by_role("textbox", name="书面答复").fill("看了原票，您家填的是反对，已更正。")
    desk.get_by_role("button", name="交给另一人复核").click()
    expect(desk.locator("main")).to_contain_text("更正后的票")
    agree(street, live, "疑问 1 号")
    six.reload()
    expect(six.locator("main")).to_contain_text("已更正，重新计票")


def test_the_homes_decide(
    live: Live,
    page: Page,
    browser: Browser,
    at: Callable,
    tmp_path: Path,
    axe: Callable,
    picture: Callable,
    no_horizontal_scroll: Callable,
) -> None:
    at("2024-06-03 09:00")
    with writing():
        world = make_world()
        compound = world.building.compound
        compound.planned_households, compound.planned_area = 8, 8 * 8950
    photo = tmp_path / "委托书.jpg"
    photo.write_bytes(phone_jpeg())
    import_the_roster(officer(browser, live, "community1"), live, tmp_path)
    statutory, menu = announce(world)
    start, end = (getattr(db.session.get_one(Ballot, statutory), name) for name in ("starts_at", "ends_at"))
    run_the_clock(start + timedelta(hours=1))
    assert db.session.get_one(Ballot, statutory).state is BallotState.OPEN
    assert db.session.get_one(Ballot, menu).state is BallotState.OPEN

    one, other = officer(browser, live, "community1"), officer(browser, live, "street1")
    people = verified_three_ways(browser, live, one)
    for n, choices in ((1, ("同意", "同意")), (2, ("同意", "同意")), (3, ("同意", "同意"))):
        vote(people[n], live, statutory, *choices)
    vote(people[3], live, statutory, "同意", "反对")
    give_a_proxy(one, other, live, statutory, photo)
    people[3].goto(live.url(f"/votes/{statutory}/ballot"))
    people[3].get_by_role("link", name=re.compile("东局子小区")).last.click()
    for number, answer in ((1, "同意"), (2, "反对")):
        people[3].get_by_role("group", name=re.compile(rf"^{number}\. ")).get_by_label(answer).check(force=True)
    people[3].get_by_role("button", name="下一步：核对选票").click()
    people[3].get_by_role("button", name="确认，交上选票").click()
    expect(people[3].locator("main")).to_contain_text("选票已交上")
    on_paper(one, other, live, statutory)
    vote(people[1], live, menu, "选这一项")
    page.goto(live.url(f"/votes/{statutory}/results"))
    expect(page.locator("main")).not_to_contain_text("反对")

    run_the_clock(end + timedelta(minutes=1))
    page.goto(live.url(f"/votes/{statutory}/results"))
    expect(page.locator("main")).to_contain_text("初步结果公示到")
    expect(page.locator(".sum")).to_contain_text("2 项")
    axe(page)
    no_horizontal_scroll(page)
    picture(page, "result")
    correct_a_paper(browser, live, statutory)
    page.reload()
    expect(page.locator("main")).to_contain_text("第 2 次计票")
    expect(page.locator("#item-2")).to_contain_text("人数和面积都没超过一半")
    run_the_clock(db.session.get_one(Ballot, statutory, populate_existing=True).objections_until)
    page.reload()
    expect(page.locator("main")).to_contain_text("正式结果")
    page.goto(live.url(f"/votes/{menu}/results"))
    expect(page.locator("main")).to_contain_text("参加的户数不够三分之二，还差 5 户，这次没有生效。")
    events = {message.event for message in db.session.scalars(select(OutboxMessage))}
    assert {
        "vote_received",
        "vote_changed",
        "vote_paper",
        "vote_prelim",
        "vote_final",
        "vote_void",
        "objection_replied",
    } <= events
    the_record_is_checked(live, page, statutory, tmp_path)


def the_record_is_checked(live: Live, page: Page, ballot_id: int, folder: Path) -> None:
    raw = page.request.get(live.url(f"/votes/{ballot_id}/export.json")).body()
    file = folder / "公开记录.json"
    file.write_bytes(raw)
    done = check(file)
    assert done.returncode == 0 and "参加 6/8 人" in done.stdout, done.stdout
    altered = BytesIO(raw).getvalue().replace(b'"agree": [', b'"agre3": [', 1)
    file.write_bytes(altered)
    done = check(file)
    assert done.returncode == 1 and "被改过" in done.stdout, done.stdout


def check(file: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-I", verify_ballot.__file__, str(file)],
        capture_output=True,
        text=True,
        check=False,
        env={"PYTHONIOENCODING": "utf-8"},
    )
