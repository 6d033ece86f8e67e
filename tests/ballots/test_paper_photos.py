"""The optional photo of a paper: added at the first reading, under lock, opened by few, and every look is written down."""

import io
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask
from PIL import Image
from sqlalchemy import select, text
from werkzeug.datastructures import FileStorage

from portal.audit.models import JournalEntry
from portal.ballots import objections, sheets
from portal.ballots.models import Ballot, RollEntry
from portal.ballots.paper_models import PaperPhoto
from portal.cli.keys import rotate
from portal.core.extensions import db
from portal.core.writing import writing
from portal.domain.actors import Actor
from portal.domain.ballot_results import ObjectionAbout
from portal.domain.roles import Role
from portal.identity.models import Account
from portal.media import intake
from portal.media.checking import Reason
from portal.media.child import SMALL_BYTES
from tests.builders.ballots import make_open
from tests.builders.cases import World, make_world
from tests.builders.identity import sign_in_staff
from tests.builders.roster import make_household, make_member
from tests.builders.votes import answers, close_and_count
from tests.media.pictures import CANARY, jpeg, phone_jpeg
from tests.visitor import Visitor

SAVE, DONE = "保存，录下一张", "这批录完"
ADDRESS = "/community/votes/1/paper/1/photos/1"
Desks = dict[str, Visitor]


@pytest.fixture
def world(app: Flask) -> World:
    with writing():
        world = make_world()
        for number in range(3):
            make_member(make_household(world.building, room=str(101 + number)))
        make_open(world.building.compound)
        return world


@pytest.fixture
def desks(world: World, new_client: Callable[[], Visitor]) -> Desks:
    found = {str(role): new_client() for role in (Role.COMMUNITY, Role.STREET, Role.DISTRICT)}
    for role, client in found.items():
        sign_in_staff(client, world.posts[Role(role)])
    one = found[Role.COMMUNITY]
    one.visit("/community/votes/1/paper")
    words = {"楼栋": "东局子小区 3 号楼", "应收票数": "1", "见证人": "王建国", "见证人（第二位）": "李秀英"}
    one.submit("开始录这批", words)
    return found


def enter(desk: Visitor, second: str, photo: tuple[bytes, str] | None = None) -> str:
    fields = {"户": "3-1-101", ("1. 围墙", "同意"): True, ("2. 车棚", second): True}
    return desk.submit(SAVE, {**fields, "选票照片": photo} if photo else fields).text


def status(desk: Visitor) -> int:
    with desk.no_lint():
        return desk.get(ADDRESS).status_code


def looks() -> list[tuple[str, str]]:
    db.session.rollback()
    found = select(JournalEntry).where(JournalEntry.action == "paper:photo-looked").order_by(JournalEntry.id)
    return [(entry.actor, entry.subject) for entry in db.session.scalars(found)]


@pytest.mark.databases("sqlite")
def test_who_opens_it_and_when(app: Flask, desks: Desks, world: World) -> None:
    one, other, district = (desks[role] for role in (Role.COMMUNITY, Role.STREET, Role.DISTRICT))
    assert "已录" in enter(one, "反对", (phone_jpeg(), "票.jpg"))
    raw = db.session.execute(text("SELECT sealed FROM paper_photos")).scalar_one()
    assert b"JFIF" not in raw and not raw.startswith(b"\xff\xd8"), "nothing of a JPEG can be read in the database"
    assert one.here.has_link("照片")
    with one.no_lint():
        answer = one.get(ADDRESS)
    assert answer.status_code == 200 and answer.mimetype == "image/jpeg" and answer.data.startswith(b"\xff\xd8")
    assert CANARY.encode() not in answer.data, "where and with what it was taken is gone"
    assert answer.headers["Cache-Control"] == "no-store" and answer.headers["X-Content-Type-Options"] == "nosniff"
    assert (status(other), status(district)) == (403, 403)

    one.press(DONE)
    assert status(one) == status(other) == 403, "the second reading is made from the paper alone"
    page = other.visit("/community/votes/1/paper/1/second-entry")
    assert "照片" not in page.main
    enter(other, "弃权")
    other.press(DONE)
    assert other.here.has_link("选票照片")
    assert (status(one), status(other), status(district)) == (200, 200, 403)
    other.follow("改我这一遍")
    enter(other, "反对")
    assert "全部一致" in other.press(DONE).text
    assert status(one) == status(other) == 403, "counted in: nobody until the close"
    assert len(looks()) == 3

    close_and_count(db.session.get_one(Ballot, 1))
    for role, client in desks.items():
        sign_in_staff(client, world.posts[Role(role)])
    assert (status(one), status(other), status(district)) == (200, 200, 403)
    one.visit("/community/votes/1/sealed")
    assert one.submit("查看", {"户": "3-1-101", "为什么查看": "有人提出疑问"}).has_link("选票照片")
    _ask_correction(world)
    assert status(district) == 200, "who decides on a correction looks at what it is about"
    assert district.visit("/community/votes/1/objections/1").has_link("选票照片")
    assert looks()[-1] == (world.actor(Role.DISTRICT).label, "ballot:1") and len(looks()) == 6
    assert not _files(app), "the ordinary photos know nothing of it"


def _ask_correction(world: World) -> None:
    account = db.session.get_one(Account, 1)
    resident = Actor("resident", account.id, phone_index=account.phone_index)
    with writing():
        objections.file(resident, 1, ObjectionAbout.OTHER, "第二项我家选的是同意")
        entry = db.session.get_one(RollEntry, 1)
        found = sheets.Found(entry, entry.roll_homes[0].household)
        objections.ask_correction(world.actor(Role.COMMUNITY), 1, 1, found, answers("++"), "原票第 2 项是同意。")


def _files(app: Flask) -> list[Path]:
    root = Path(app.extensions["settings"].instance_dir)
    return [path for path in root.rglob("*") if path.is_file() and path.read_bytes()[:2] == b"\xff\xd8"]


@pytest.mark.databases("sqlite")
def test_a_bad_file_is_said_and_what_was_typed_stays(desks: Desks) -> None:
    one = desks[Role.COMMUNITY]
    assert "这个文件不是照片" in enter(one, "反对", (b"%PDF-1.7 no picture", "票.jpg"))
    assert "这张照片没读出来" in enter(one, "反对", (jpeg()[:400], "票.jpg"))
    assert db.session.query(PaperPhoto).count() == 0 and not one.here.has_link("改")
    one.submit(SAVE, {"户": "3-1-999", "选票照片": (jpeg(), "票.jpg")})
    assert "名册里没有 3-1-999" in one.here.text and "照片请再选一次" in one.here.text
    assert "3-1-101 已录" in enter(one, "反对"), "and without a photo it goes on"
    one.visit("/community/votes/1/paper/1?again=1")
    enter(one, "反对", (jpeg(), "a.jpg"))
    one.visit("/community/votes/1/paper/1?again=1")
    enter(one, "反对", (jpeg(320, 240), "b.jpg"))
    assert db.session.query(PaperPhoto).count() == 1, "a further one takes the place of the first"
    with one.no_lint():
        assert Image.open(io.BytesIO(one.get(ADDRESS).data)).size == (320, 240)


@pytest.mark.databases("sqlite")
def test_the_worst_picture_becomes_small_enough(app: Flask) -> None:
    noise = io.BytesIO()
    Image.frombytes("RGB", (2000, 1500), os.urandom(2000 * 1500 * 3)).save(noise, "JPEG", quality=75)
    found = intake.take_small(FileStorage(io.BytesIO(noise.getvalue()), filename="a.jpg"))
    assert not isinstance(found, Reason) and len(found) <= SMALL_BYTES
    plain = intake.take_small(FileStorage(io.BytesIO(jpeg(3000, 2000)), filename="a.jpg"))
    assert not isinstance(plain, Reason) and Image.open(io.BytesIO(plain)).size == (1600, 1067)


def test_a_new_key_opens_it(app: Flask, desks: Desks) -> None:
    enter(desks[Role.COMMUNITY], "反对", (jpeg(), "票.jpg"))
    with keys(app, "the-new-key-" + "n" * 40) as use:
        use(both=True)
        rotate()
        use(both=False)
        assert db.session.scalars(select(PaperPhoto.sealed)).one().startswith(b"\xff\xd8")


@contextmanager
def keys(app: Flask, new: str) -> Iterator[Callable[..., None]]:
    before = app.extensions["settings"]

    def use(*, both: bool) -> None:
        app.extensions["settings"] = replace(before, data_keys=(new, *before.data_keys) if both else (new,))
        db.session.rollback()
        db.session.expire_all()

    yield use
    app.extensions["settings"] = before
