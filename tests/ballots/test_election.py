"""业委会选举 from the first step to the result page: candidates, seats, both majorities for each."""

from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import select

from portal.ballots import presets, results, scheduling
from portal.ballots.models import Ballot
from portal.core.extensions import db
from portal.core.writing import writing
from portal.domain.ballot_kinds import BallotState
from portal.domain.roles import Role
from portal.roster.models import Household
from tests.builders.ballot_pages import voter_of
from tests.builders.cases import World, make_world
from tests.builders.identity import sign_in_resident, sign_in_staff
from tests.builders.roster import make_household
from tests.media import pictures
from tests.visitor import Visitor

pytestmark = pytest.mark.databases("sqlite")

CANDIDATES = ("王建国（3 号楼）", "李秀英（3 号楼）", "赵敏（4 号楼）")
BALLOTS = {  # by phone: what each owner marks for the three, and the area of the home in hundredths of ㎡
    "13800001001": ("同意", "同意", "反对", 5000),
    "13800001002": ("同意", "同意", "反对", 5000),
    "13800001003": ("同意", "反对", "同意", 30000),
}


@pytest.fixture
def world(app: Flask, at: Callable[[str], None]) -> World:
    at("2024-06-17 09:00")
    with writing():
        presets.seed()
        world = make_world()
        for number, (phone, row) in enumerate(BALLOTS.items()):
            voter_of(home(world, number, row[3]), f"+86{phone}")
        return world


def home(world: World, number: int, area: int) -> Household:
    return make_household(world.building, room=str(301 + number), area=area)


def only() -> Ballot:
    db.session.expire_all()
    return db.session.scalars(select(Ballot)).one()


def prepare(community: Visitor) -> None:
    community.visit("/community/votes/new")
    community.submit("下一步", {"标题": "选举业主委员会委员", "小区": "东局子小区", "表决规则": "业委会选举"})
    for name in CANDIDATES:
        page = community.submit("保存这一项", {"类别": "其他", "项目名称": name, "金额": ""})
    community.submit("下一步", {"应选人数": "2"})
    community.submit("下一步", {"开始时间": "2024-07-10T09:00", "截止时间": "2024-07-20T18:00"})
    page = community.submit(
        "下一步",
        {
            "由谁召集": "业主大会筹备组", "召集人名称": "东局子小区筹备组", "依据文件": "河东物筹〔2024〕2号",
            "依据文件照片": (pictures.jpeg(160, 120), "a.jpg"), "张贴照片": (pictures.jpeg(160, 120), "b.jpg"),
            "监票人": "陈立新\n刘芳",
        },
    )  # fmt: skip
    page = community.visit(f"/community/votes/{only().id}/edit/preview")
    assert "还缺这些" not in page.text, page.text
    community.submit("交给另一人复核")


def vote(browser: Visitor, phone: str, first: str, second: str, third: str) -> None:
    sign_in_resident(browser, phone)
    page = browser.visit(f"/votes/{only().id}/ballot")
    assert all(name in page.text for name in CANDIDATES)
    browser.submit("下一步：核对选票", {f"{at}. ": word for at, word in enumerate((first, second, third), 1)})
    assert browser.submit("确认，交上选票").h1 == "选票已交上"


def test_two_seats_and_three_candidates(
    world: World, desk: Callable[[Role], Visitor], new_client: Callable[[], Visitor], at: Callable[[str], None]
) -> None:
    prepare(desk(Role.COMMUNITY))
    street = desk(Role.STREET)
    page = street.visit(f"/community/votes/{only().id}/approve")
    assert "李秀英" in page.text
    street.submit("同意按期开始")
    at("2024-07-10 09:01")
    scheduling.run_schedule()
    assert "应选人数 2 人" in new_client().visit(f"/votes/{only().id}").text
    for phone, (first, second, third, _area) in BALLOTS.items():
        vote(new_client(), phone, first, second, third)
    at("2024-07-20 18:01")
    scheduling.run_schedule()
    results.run_results()
    assert only().state is BallotState.PROVISIONAL
    page = new_client().visit(f"/votes/{only().id}/results")
    # 3 of 3 persons and all the area; 2 of 3 persons but 10,000 of 40,000 only; 1 of 3 persons
    assert "当选 1 人" in page.text and "未当选 2 人" in page.text, page.text
    at("2024-07-28 00:01")
    results.run_results()
    assert only().state is BallotState.FINAL
    sign_in_staff(street, world.posts[Role.STREET])
    assert street.visit(f"/community/votes/{only().id}").status == 200
