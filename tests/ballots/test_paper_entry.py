"""Papers: printed with a barcode, read twice by two people without JavaScript, compared, counted in once."""

from collections.abc import Callable

import pytest
import zxingcpp
from flask import Flask
from PIL import Image, ImageDraw

from portal.ballots import counting, paper, results, sheets
from portal.ballots.models import Ballot, RollEntry, Vote
from portal.ballots.paper_models import PaperReading
from portal.core.extensions import db
from portal.core.writing import writing
from portal.domain import code128
from portal.domain.ballot_kinds import BallotState, Channel
from portal.domain.ballot_results import ReadingOutcome, VoidReason
from portal.domain.errors import Conflict
from portal.domain.roles import Role
from portal.messaging.models import OutboxMessage
from tests.builders.ballots import make_open
from tests.builders.cases import World, make_world
from tests.builders.identity import sign_in_staff
from tests.builders.roster import make_household, make_member
from tests.builders.votes import answers, close_and_count, entries, vote_as
from tests.visitor import Visitor

SAVE, DONE = "保存，录下一张", "这批录完"


@pytest.fixture
def world(app: Flask) -> World:
    with writing():
        world = make_world()
        for number in range(6):
            make_member(make_household(world.building, room=str(101 + number)))
        make_open(world.building.compound)
        return world


@pytest.fixture
def desks(world: World, new_client: Callable[[], Visitor]) -> tuple[Visitor, Visitor]:
    """Two people at two computers."""
    found = new_client(), new_client()
    for client, role in zip(found, (Role.COMMUNITY, Role.STREET), strict=True):
        sign_in_staff(client, world.posts[role])
    return found


def begin(desk: Visitor, expected: str) -> None:
    desk.visit("/community/votes/1/paper")
    words = {"楼栋": "东局子小区 3 号楼", "应收票数": expected, "见证人": "王建国", "见证人（第二位）": "李秀英"}
    desk.submit("开始录这批", words)


def enter(desk: Visitor, door: str, first: str, second: str) -> str:
    page = desk.submit(SAVE, {"户": door, ("1. 围墙", first): True, ("2. 车棚", second): True})
    return page.text


@pytest.mark.databases("sqlite")
def test_a_batch_with_one_difference_a_void_paper_and_one_that_voted_online(desks: tuple[Visitor, Visitor]) -> None:
    one, other = desks
    ballot = db.session.get_one(Ballot, 1)
    vote_as(entries(ballot)[3], "--")
    begin(one, "４")
    assert "3-1-101 已录" in enter(one, "3-1-101", "同意", "反对")
    assert "这户已录过" in enter(one, "３－１－１０１", "同意", "反对")
    assert "名册里没有 3-1-999，请核对" in enter(one, "3-1-999", "同意", "反对")
    text = enter(one, "3-1-104", "同意", "同意")
    assert "该户已在网上投票" in text and "这张纸票记为重复" in text
    assert "少录 2 张，请找出来再交" in one.press(DONE).text
    assert "第 2 项还没录" in one.submit(SAVE, {"户": "3-1-102", ("1. 围墙", "同意"): True}).text
    enter(one, "3-1-102", "同意", "未填")
    one.submit("这张作废", {"户": "3-1-103", "作废原因": "没有签名"})
    assert "请另一个人录第二遍" in one.press(DONE).text

    assert "第二遍录入的人不能和第一遍是同一个人" in one.visit("/community/votes/1/paper/1/second-entry").text
    other.visit("/community/votes/1/paper/1/second-entry")
    assert "3-1-101" not in other.here.text, "the second reader does not see the first reading"
    enter(other, "3-1-101", "同意", "弃权")
    enter(other, "3-1-102", "同意", "未填")
    enter(other, "3-1-104", "同意", "同意")
    other.submit("这张作废", {"户": "3-1-103", "作废原因": "没有签名"})
    page = other.press(DONE)
    assert "第 2 项两遍不一致：车棚" in page.text and "反对" in page.text and "弃权" in page.text
    assert "请两人一起核对原票" in page.text
    other.follow("改我这一遍")
    enter(other, "3-1-101", "同意", "反对")
    assert "这批 4 张全部一致，已计入。" in other.press(DONE).text
    outcomes = {reading.outcome for reading in db.session.query(PaperReading).filter_by(turn=1)}
    assert outcomes == {ReadingOutcome.COUNTED, ReadingOutcome.DUPLICATE, ReadingOutcome.VOID}
    assert not [reading for reading in db.session.query(PaperReading) if reading.sealed], (
        "the answers lie with the vote"
    )
    assert db.session.query(Vote).filter_by(channel=Channel.PAPER).count() == 2
    texts = [message.text for message in db.session.query(OutboxMessage).filter_by(event="vote_paper")]
    assert len(texts) == 2 and all("回执码" in text for text in texts)
    close_and_count(ballot)
    record = results.record_of(db.session.get_one(Ballot, 1))
    assert '"agree,blank"' in record and '"agree,oppose"' in record and '"oppose,oppose"' in record


def test_paper_and_online_exclude_each_other_both_ways(world: World) -> None:
    ballot = db.session.get_one(Ballot, 1)
    online, on_paper = entries(ballot)[:2]
    vote_as(online, "++")
    count_in(world, [online, on_paper])
    assert [entry.channel for entry in entries(ballot)[:2]] == [Channel.ONLINE, Channel.PAPER]
    with pytest.raises(Conflict):
        vote_as(on_paper, "--")
    assert db.session.query(Vote).count() == 2


def count_in(world: World, found: list[RollEntry], finish: bool = True) -> None:
    """A batch of these entries, read twice alike."""
    ids = [entry.id for entry in found]
    actors = (world.actor(Role.COMMUNITY), world.actor(Role.STREET))
    with writing():
        ballot = db.session.get_one(Ballot, 1)
        batch = paper.open_batch(actors[0], ballot, building_id=None, box="", expected=len(ids), witnesses=["甲", "乙"])
        number = batch.number
    for turn, actor in enumerate(actors if finish else actors[:1], 1):
        for entry_id in ids:
            with writing():
                entry = db.session.get_one(RollEntry, entry_id)
                about = sheets.Found(entry, entry.roll_homes[0].household)
                paper.read(actor, db.session.get_one(Ballot, 1), number, turn, about, answers("+-"))
        with writing():
            assert paper.finish(actor, 1, number, turn) == []


@pytest.mark.databases("sqlite")
def test_the_count_waits_for_papers_given_in_before_the_close(world: World) -> None:
    ballot = db.session.get_one(Ballot, 1)
    found = entries(ballot)[:2]
    count_in(world, found, finish=False)
    ballot = close_and_count(ballot)
    assert ballot.state is BallotState.CLOSED and counting.unfinished_batches(ballot)
    street = world.actor(Role.STREET)
    for entry in found:
        with writing():
            about = sheets.Found(
                db.session.get_one(RollEntry, entry.id), db.session.get_one(RollEntry, entry.id).roll_homes[0].household
            )
            paper.read(street, db.session.get_one(Ballot, 1), 1, 2, about, answers("+-"))
    with writing():
        paper.finish(street, 1, 1, 2)
    results.run_results()
    assert db.session.get_one(Ballot, 1, populate_existing=True).state is BallotState.PROVISIONAL


@pytest.mark.databases("sqlite")
def test_a_second_paper_of_the_same_voice_is_entered_as_a_duplicate(world: World) -> None:
    ballot, actor = db.session.get_one(Ballot, 1), world.actor(Role.COMMUNITY)
    with writing():
        paper.open_batch(actor, ballot, building_id=None, box="", expected=2, witnesses=["甲", "乙"])
    for turn, who in ((1, actor), (2, world.actor(Role.STREET))):
        for void in (None, VoidReason.REPEATED):
            with writing():
                entry = db.session.get_one(RollEntry, 1)
                about = sheets.Found(entry, entry.roll_homes[0].household)
                paper.read(who, db.session.get_one(Ballot, 1), 1, turn, about, answers("++"), void)
        with writing():
            assert paper.finish(who, 1, 1, turn) == []
    assert db.session.query(Vote).count() == 1


@pytest.mark.databases("sqlite")
def test_the_barcode_is_read_back_and_types_the_home(desks: tuple[Visitor, Visitor]) -> None:
    code = sheets.code_of(db.session.get_one(RollEntry, 2))
    (found,) = zxingcpp.read_barcodes(drawn(code))
    assert found.text == code and found.format == zxingcpp.BarcodeFormat.Code128
    one, _other = desks
    page = one.visit("/community/votes/1/paper/sheets")
    assert code in page.text and "签名" in page.text and "张桂兰" in page.text
    begin(one, "1")
    assert "3-1-102 已录" in enter(one, code, "同意", "同意")
    forged = code[:-1] + ("0" if code[-1] != "0" else "1")
    assert "这个条码不是本平台印的" in enter(one, forged, "同意", "同意")


def drawn(text: str) -> Image.Image:
    """As the sheet draws it, three pixels a module."""
    modules = sum(code128.widths(text)) + 2 * code128.QUIET
    image = Image.new("L", (modules * 3, 90), 255)
    pen, at, is_bar = ImageDraw.Draw(image), code128.QUIET, True
    for width in code128.widths(text):
        if is_bar:
            pen.rectangle((at * 3, 5, (at + width) * 3 - 1, 85), fill=0)
        at, is_bar = at + width, not is_bar
    return image
