"""The result as people meet it: the page, its files, the public record, the command, questions from asking to the answer."""

import io
import json
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask

from portal import verify_ballot
from portal.ballots.models import Ballot
from portal.ballots.results import run_results
from portal.core.extensions import db
from portal.core.writing import writing
from portal.domain.ballot_kinds import AnswerKind, BallotState, Channel, CountUnit, WinnerRule
from portal.domain.roles import Role
from portal.identity.models import Account
from tests.builders.ballots import HALF_AREA, make_open, make_rule
from tests.builders.cases import World, make_world
from tests.builders.identity import sign_in_resident, sign_in_staff
from tests.builders.roster import make_household, make_member
from tests.builders.votes import close_and_count, entries, vote_as
from tests.visitor import Visitor

pytestmark = pytest.mark.databases("sqlite")
AREA_QUORUM = {"quorum_area_num": 2, "quorum_area_den": 3}


@pytest.fixture
def world(app: Flask) -> World:
    with writing():
        return make_world()


def statutory(world: World, areas: list[int], items: list[str]) -> Ballot:
    with writing():
        for number, area in enumerate(areas):
            make_member(make_household(world.building, area=area, room=str(101 + number)))
        rule = make_rule("general", unit=CountUnit.OWNER, name="法定表决·一般", **AREA_QUORUM, **HALF_AREA)
        return make_open(world.building.compound, rule=rule, items=items, title="=1+1 路面怎么改")


def test_while_open_only_turnout_is_told(world: World, client: Visitor) -> None:
    ballot = statutory(world, [9000, 8000, 7000], ["围墙"])
    vote_as(entries(ballot)[0], "+")
    page = client.visit("/votes/1/results")
    assert "截止以后才统计" in page.text and "3 号楼" in page.text
    assert "反对" not in page.text and "弃权" not in page.text
    assert client.get("/votes/1/export.json").status_code == 404
    assert client.get("/votes/1/results.csv").status_code == 404


def test_the_verdict_comes_first_and_needs_are_counts(world: World, client: Visitor) -> None:
    ballot = statutory(world, [5000, 5000, 5000, 30000, 5000], ["围墙", "车棚"])
    for entry, signs in zip(entries(ballot), ("++", "++", "+-", "-+"), strict=False):
        vote_as(entry, signs, Channel.PAPER if signs == "-+" else Channel.ONLINE)
    close_and_count(ballot)
    page = client.visit("/votes/1/results")
    assert "人数达标，面积没达标。两样都要超过一半才算通过。" in page.text
    assert "人数和面积都超过一半同意。" in page.text
    assert "够了。人数和面积都达到三分之二，投票有效。" in page.text
    assert "至少 4 人" in page.text and "至少 333.34 ㎡" in page.text
    assert "4 / 5 人" in page.text and "450.00 / 500.00 ㎡" in page.text
    assert "初步结果公示到" in page.text and "没有投票的不算参加" in page.text


def test_what_is_missing_is_said_as_a_count(world: World, client: Visitor) -> None:
    with writing():
        for _ in range(9):
            make_household(world.building)
        ballot = make_open(world.building.compound)
    for entry in entries(ballot)[:4]:
        vote_as(entry, "++")
    close_and_count(ballot)
    page = client.visit("/votes/1/results")
    assert "参加的户数不够三分之二，还差 2 户，这次没有生效。" in page.text and "未生效" in page.text


def test_a_menu_shows_the_money_the_order_and_the_tie(world: World, client: Visitor) -> None:
    with writing():
        for _ in range(4):
            make_household(world.building)
        rule = make_rule("menu", winners=WinnerRule.BUDGET, quorum_persons_num=None, quorum_persons_den=None)
        tick, rank = {"answer": AnswerKind.TICK}, {"answer": AnswerKind.RANK}
        no_share = {"approve_persons_num": None, "approve_persons_den": None}
        items = [
            {"title": "屋面", **rank, **no_share}, {"title": "外墙", **rank, **no_share},
            {"title": "围墙", "cost": 6_000_000, **tick, **no_share}, {"title": "车棚", "cost": 5_000_000, **tick, **no_share},
        ]  # fmt: skip
        ballot = make_open(world.building.compound, rule=rule, items=items, budget=8_000_000)
    for entry, signs in zip(entries(ballot), ("12pp", "21pp", "21nn"), strict=False):
        vote_as(entry, signs)
    close_and_count(ballot)
    page = client.visit("/votes/1/results")
    assert "2 户选了它，在额度以内" in page.text and "额度先用在了选的户更多的项目上" in page.text
    assert "花钱少的先做" in page.text and "共用 5.0 万元，额度 8.0 万元" in page.text
    assert page.text.index("外墙 5 分") < page.text.index("屋面 4 分")


def test_files_and_the_command_hold_the_same_record(world: World, client: Visitor, app: Flask, tmp_path: Path) -> None:
    ballot = statutory(world, [9000, 8000, 7000], ["=HYPERLINK(1)", "车棚"])
    for entry, signs in zip(entries(ballot), ("++", "+-"), strict=False):
        vote_as(entry, signs)
    runner = app.test_cli_runner()
    assert runner.invoke(args=["ballots", "export", "1", "--output", str(tmp_path / "no.json")]).exit_code == 1
    close_and_count(ballot)
    raw = client.get("/votes/1/export.json").data
    assert verify_ballot.verify(verify_ballot.read(raw), raw) == []
    file = tmp_path / "record.json"
    assert runner.invoke(args=["ballots", "export", "1", "--output", str(file)]).exit_code == 0
    assert file.read_bytes() == raw
    done = subprocess.run(
        [sys.executable, verify_ballot.__file__, str(file)], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout
    listed = json.loads(runner.invoke(args=["ballots", "list", "--json"]).stdout)
    assert listed == [{"id": 1, "title": "=1+1 路面怎么改", "state": "provisional"}]
    text = client.get("/votes/1/results.csv").data.decode("utf-8-sig")
    assert "'=HYPERLINK(1)" in text and "'=1+1" in text and "\n=" not in text
    book = zipfile.ZipFile(io.BytesIO(client.get("/votes/1/results.xlsx").data))
    assert b"<f>" not in book.read("xl/worksheets/sheet1.xml")


def test_the_notice_for_the_board_bears_digest_and_head(world: World, client: Visitor) -> None:
    ballot = statutory(world, [9000, 8000], ["围墙"])
    for entry in entries(ballot):
        vote_as(entry, "+")
    close_and_count(ballot)
    digest = json.loads(client.get("/votes/1/export.json").data)["digest"]
    page = client.visit("/votes/1/results/print")
    assert digest in page.text and "日志链头" in page.text and "王建国、李秀英" in page.text


def test_a_question_is_asked_corrected_by_two_people_and_answered(
    world: World, client: Visitor, new_client: Callable[[], Visitor]
) -> None:
    """The browser has no JavaScript. The corrected vote turns the second item."""
    ballot = statutory(world, [9000, 8000, 7000], ["围墙", "车棚"])
    for entry, signs in zip(entries(ballot), ("+-", "+-", "++"), strict=True):
        vote_as(entry, signs, Channel.PAPER)
    close_and_count(ballot)
    sign_in_resident(client, db.session.get_one(Account, 1).phone)
    client.visit("/votes/1/results")
    client.follow("提出疑问")
    page = client.submit("提交疑问", {})
    assert "请选一种疑问" in page.text and "请写一句话" in page.text
    page = client.submit("提交疑问", {"其他": True, "说明": "第二项我家填的是同意"})
    assert "已收到" in page.text and "前书面答复您" in page.text

    desk, street = new_client(), new_client()
    sign_in_staff(desk, world.posts[Role.COMMUNITY])
    desk.visit("/community/votes/1/objections")
    desk.follow("疑问 1 号")
    desk.follow("看这户计入的票")
    page = desk.submit("查看", {"为什么查看": "答复疑问 1 号"})
    assert "车棚" in page.text and "反对" in page.text
    desk.visit("/community/votes/1/objections/1/correct")
    page = desk.submit("交给另一人复核", {"书面答复": "看了原票，您说得对，已更正。"})
    assert "第 1 项还没录" in page.text
    answers = {("1. 围墙", "同意"): True, ("2. 车棚", "同意"): True, "书面答复": "看了原票，您说得对，已更正。"}
    page = desk.submit("交给另一人复核", answers)
    assert "更正后的票" in page.text

    sign_in_staff(street, world.posts[Role.STREET])
    street.visit("/desk/approvals")
    street.follow("疑问 1 号")
    street.submit("同意", {"理由": "一起看过原票"})
    page = client.visit("/votes/1/objection")
    assert "已更正，重新计票" in page.text and "看了原票，您说得对" in page.text
    page = client.visit("/votes/1/results")
    assert "第 2 次计票" in page.text and "通过 2 项" in page.text
    run_results()
    assert db.session.get_one(Ballot, 1, populate_existing=True).state is BallotState.PROVISIONAL
