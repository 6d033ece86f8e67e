"""工作群: what a unit's group hears, over real HTTP to robots that answer like the real ones."""

import pytest
from sqlalchemy import select

from portal.audit import journal
from portal.audit.models import JournalEntry
from portal.cases import escalating, sealing, supervising
from portal.cases.digest import send_digest
from portal.core import clock
from portal.core.extensions import db
from portal.core.writing import writing
from portal.domain.group_robots import MOST_TRIES, RobotKind
from portal.domain.levels import Level
from portal.domain.roles import Role
from portal.groups import robots, sending, telling
from portal.groups import services as groups
from portal.groups.models import GroupNotice, StaffGroup
from tests.builders.cases import give, in_hands, make_case
from tests.fakes.group_robots import Answer, FakeRobots, Group, Nonsense, Redirect
from tests.fakes.twilio_behaviour import Break, Drop, Hang

STREET, DISTRICT, SECRET = "street-" + "s" * 20, "district-" + "d" * 55, "SEC" + "7" * 61
CANARIES = ("张阿姨", "13800001234", "2 门三楼", "楼道灯坏了", "3号楼", "3 号楼", "原话")


@pytest.fixture
def fake(fake_robots: FakeRobots, world, monkeypatch) -> FakeRobots:
    """The street's group in 企业微信, the district's signed one in 钉钉."""
    monkeypatch.setattr(robots, "TIMEOUT", (1, 0.5))
    fake_robots.groups[STREET] = Group(RobotKind.WECOM)
    fake_robots.groups[DISTRICT] = Group(RobotKind.DINGTALK, secret=SECRET, keyword="河东旧改")
    admin = world.actor(Role.ADMIN)
    with writing():
        groups.connect(admin, world.units["JD"].id, f"https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key={STREET}")
        groups.connect(
            admin, world.units["ZJW"].id, f"https://oapi.dingtalk.com/robot/send?access_token={DISTRICT}", SECRET
        )
    return fake_robots


def tell(count=1, unit="JD", world=None):
    with writing():
        for number in range(count):
            values = {"code": f"HD240617-{number:05}", "order": f"D24-{number:04}", "date": "6月20日"}
            link = f"/desk/cases/HD240617-{number:05}"
            telling.tell(world.units[unit].id, "staff_supervise", values, subject=f"case:{number}", link=link)


def group_of(world, unit="JD") -> StaffGroup:
    return db.session.scalars(select(StaffGroup).where(StaffGroup.agency_id == world.units[unit].id)).one()


def states() -> list[str]:
    db.session.rollback()
    return [str(state) for state in db.session.scalars(select(GroupNotice.state).order_by(GroupNotice.id))]


def test_an_urgent_case_is_told_at_night_and_everything_without_the_resident(fake, world, at):
    at("2024-06-17 23:10")
    urgent = make_case(world, danger=True)
    sending.send_waiting()
    assert fake.said(STREET) == [
        f"【河东旧改】紧急件{urgent.number}：东局子小区，{urgent.category.short_name}。请15分钟内签收，马上派人到现场。\n"
        f"http://127.0.0.1:8000/desk/cases/{urgent.number}"
    ]
    at("2024-06-17 23:30")
    second = give(world, make_case(world), "JD", level=Level.B)
    sending.send_waiting()
    assert "请30分钟内签收" in fake.said(STREET)[1] and second.number in fake.said(STREET)[1]
    escalating.run_takings()
    at("2024-06-18 00:30")
    escalating.run_takings()
    sending.send_waiting()
    assert "没按时接件" in fake.said(DISTRICT)[0], "the office above hears too, signed"
    make_case(world, category="conduct", concerned_id=world.units["JW"].id, words="原话")
    make_case(world, category="integrity", called="", words="原话")
    at("2024-06-18 08:00")
    send_digest()
    send_digest()
    sending.send_waiting()
    at("2024-07-10 09:00")
    escalating.run_promises()
    supervising.run_overdue()
    for minute in range(3):
        at(f"2024-07-10 09:1{minute}")
        sending.send_waiting()
    said = [text for group in fake.groups.values() for text in group.texts]
    assert sum("6月18日：待签收2件" in text for text in said) == 1, "the complaints are in no count"
    assert any("已超期" in text for text in said) and any("督办单D24-" in text for text in said)
    assert not [word for word in CANARIES for text in said if word in text]
    ordinary = {urgent.number, second.number}
    numbers = {word for text in said for word in text.split("/desk/cases/")[1:]}
    assert {number.split("\n")[0] for number in numbers} <= ordinary
    assert set(states()) == {"sent"}


@pytest.mark.databases("sqlite")
def test_what_is_shut_as_an_accusation_is_taken_back_before_it_is_sent(fake, world, at):
    at("2024-06-17 21:00")
    case = in_hands(world, "JD", worker=Role.STREET, by=Role.STREET)
    with writing():
        supervising.supervise(world.actor(Role.DISTRICT), case, requirement="请说明情况", due_on=clock.today())
    assert states() == ["waiting"], "no group is woken for what is not urgent"
    with writing():
        sealing.seal(world.actor(Role.STREET), case, "说的是收钱的事")
    at("2024-06-18 08:00")
    sending.send_waiting()
    assert states() == [] and fake.said(STREET) == []


def test_many_become_few_messages_at_the_providers_pace(fake, world, at):
    fake.most_a_minute = 6
    tell(40, world=world)
    moment, sent = 0, []
    while "waiting" in states():
        at(f"2024-06-17 09:{moment // 60:02}:{moment % 60:02}")
        sending.send_waiting()
        sent.append(len(fake.said(STREET)))
        moment += 5
    texts = fake.said(STREET)
    assert 3 <= len(texts) <= 6 and sent == [1, 1, 2, 2, 3, 3, 4, 4, 5, 5, 6, 6][: len(sent)], "one in ten seconds"
    assert all(len(text.encode()) <= 2048 for text in texts)
    assert sum(text.count("督办单") for text in texts) == 40 and set(states()) == {"sent"}


@pytest.mark.parametrize(
    ("deed", "code", "tries"),
    [
        (Answer(93000), "93000", 1),
        (Answer(99999), "99999", 3),
        (Answer(-1), "-1", MOST_TRIES),
        (Answer(40001, status=403), "http 403", 3),
        (Redirect(), "redirect", 1),
        (Break(), "unclear", MOST_TRIES),
        (Drop(), "unclear", MOST_TRIES),
        (Nonsense(), "unclear", MOST_TRIES),
        (Hang(seconds=1), "unclear", MOST_TRIES),
    ],
)
@pytest.mark.databases("sqlite")
def test_a_refusal_is_tried_again_where_that_can_help_then_given_up_and_shown(fake, world, desk, at, deed, code, tries):
    tell(world=world)
    for hour in range(tries + 2):
        fake.next(deed) if hour < tries else None
        at(f"2024-06-17 {9 + hour:02}:00")
        sending.send_waiting()
    assert len(fake.requests) == tries and "/elsewhere" not in fake.requests
    assert states() == ["given_up"] and group_of(world).error_code == code
    page = desk(Role.ADMIN).visit(f"/admin/groups/{world.units['JD'].id}")
    assert "最近一次没送到" in page.text and "没发出去" in page.text
    tell(world=world)
    at("2024-06-18 09:00")
    sending.send_waiting()
    assert states() == ["given_up", "sent"] and group_of(world).error_code is None


@pytest.mark.databases("sqlite")
def test_a_provider_that_cannot_be_reached_is_asked_again_and_nothing_is_called_twice(fake, world, at, monkeypatch):
    from dataclasses import replace

    app_settings = sending.settings()
    monkeypatch.setattr(robots, "settings", lambda: replace(app_settings, group_api_base="http://127.0.0.1:9"))
    tell(world=world)
    sending.send_waiting()
    assert group_of(world).error_code == "connect" and states() == ["waiting"]
    monkeypatch.undo()
    at("2024-06-17 09:01")
    sending.send_waiting()
    assert "可能重复" not in fake.said(STREET)[0] and states() == ["sent"]


@pytest.mark.databases("sqlite")
def test_what_was_perhaps_sent_says_so_when_it_comes_again(fake, world, at):
    fake.next(Break(after_accept=True))
    tell(world=world)
    sending.send_waiting()
    at("2024-06-17 09:01")
    tell(2, world=world)
    sending.send_waiting()
    first, second = fake.said(STREET)
    assert "可能重复" not in first and second.count("可能重复") == 1 and second.count("督办单") == 3
    fake.next(Answer(-1))
    at("2024-06-17 09:02")
    tell(world=world)
    sending.send_waiting()
    at("2024-06-17 09:03")
    sending.send_waiting()
    assert "可能重复" not in fake.said(STREET)[2], "a refusal is certain"


@pytest.mark.databases("sqlite")
def test_too_many_a_minute_waits_as_long_as_the_provider_asks(fake, world, at):
    fake.most_a_minute = 0
    tell(world=world)
    tell(unit="ZJW", world=world)
    sending.send_waiting()
    fake.most_a_minute = 20
    at("2024-06-17 09:00:59")
    sending.send_waiting()
    assert fake.said(STREET) == fake.said(DISTRICT) == []
    at("2024-06-17 09:01:00")
    sending.send_waiting()
    assert len(fake.said(STREET)) == 1 and fake.said(DISTRICT) == []
    at("2024-06-17 09:10:00")
    sending.send_waiting()
    assert len(fake.said(DISTRICT)) == 1


def test_a_worker_that_dies_leaves_a_lease_and_the_next_one_sends_once_more(fake, world, at):
    tell(world=world)
    group = group_of(world).id
    db.session.rollback()
    assert sending._claim(group, None) is not None, "and then the worker is killed"
    assert sending._claim(group, None) is None, "meanwhile nobody else sends to this group"
    sending.send_waiting()
    assert fake.requests == [] and states() == ["waiting"]
    at("2024-06-17 09:01:01")
    sending.send_waiting()
    sending.send_waiting()
    assert len(fake.requests) == 1 and "可能重复" in fake.said(STREET)[0] and states() == ["sent"]


@pytest.mark.databases("sqlite")
def test_an_answer_that_comes_after_the_lease_keeps_the_others_from_sending_again(fake, world, at):
    tell(world=world)
    slow = sending._claim(group_of(world).id, None)
    at("2024-06-17 09:02")
    other = sending._claim(slow.group_id, None)
    sending._record(slow, robots.Sent(""))
    assert states() == ["sent"]
    sending._record(other, robots.Refused("93000"))
    assert states() == ["sent"] and group_of(world).lease is None


@pytest.mark.databases("sqlite")
def test_a_refusal_by_the_old_address_says_nothing_of_the_new_one(fake, world):
    tell(world=world)
    slow = sending._claim(group_of(world).id, None)
    address = f"https://oapi.dingtalk.com/robot/send?access_token={DISTRICT}"
    with writing():
        groups.connect(world.actor(Role.ADMIN), world.units["JD"].id, address, SECRET)
    sending._record(slow, robots.Refused("93000"))
    assert group_of(world).error_code is None and states() == ["waiting"]
    sending.send_waiting()
    assert states() == ["sent"] and len(fake.said(DISTRICT)) == 1


@pytest.mark.databases("sqlite")
def test_what_waits_for_more_than_a_day_is_given_up(fake, world, at):
    tell(world=world)
    at("2024-06-18 09:01")
    sending.send_waiting()
    assert states() == ["given_up"] and fake.requests == []
    at("2024-07-20 09:00")
    sending.tidy()
    assert states() == []


@pytest.mark.databases("sqlite")
@pytest.mark.settings(GROUP_MESSAGES="0")
def test_nothing_is_written_while_the_setting_is_off(fake, world, desk):
    make_case(world, danger=True)
    assert states() == [] and sending.send_waiting() == 0
    page = desk(Role.ADMIN).visit(f"/admin/groups/{world.units['JD'].id}")
    assert "GROUP_MESSAGES" in page.text and "试发一条" not in page.text


@pytest.mark.databases("sqlite")
def test_the_administrator_connects_tries_pauses_and_removes(fake, world, desk, at, capfd):
    fake.groups["community-" + "c" * 20] = Group(RobotKind.DINGTALK, secret=SECRET)
    admin, unit = desk(Role.ADMIN), world.units["JW"]
    page = admin.visit("/admin/groups")
    assert "纪检" not in page.main and "施工单位" not in page.main
    admin.follow("东局子社区")
    page = admin.submit("连接", {"Webhook 地址": "http://127.0.0.1/robot/send?access_token=x"})
    assert page.status == 422 and "整个复制" in page.text
    address = "https://oapi.dingtalk.com/robot/send?access_token=community-" + "c" * 20
    page = admin.submit("连接", {"Webhook 地址": f" {address} ", "加签密钥": "SEC" + "1" * 61})
    assert (
        "末四位 cccc" in page.text and address not in page.text and "c" * 6 not in page.text and "SEC1" not in page.text
    )
    page = admin.submit("试发一条")
    assert "安全设置不符" in page.text
    admin.visit(f"/admin/groups/{unit.id}")
    admin.submit("换成这个地址", {"Webhook 地址": address, "加签密钥": SECRET})
    page = admin.submit("试发一条")
    assert "看看群里" in page.text and len(fake.said("community-" + "c" * 20)) == 1
    assert "试发" in fake.said("community-" + "c" * 20)[0]
    tell(unit="JW", world=world)
    page = admin.submit("暂停")
    assert states().count("waiting") == 0
    tell(unit="JW", world=world)
    assert states().count("waiting") == 0
    admin.submit("继续发送")
    admin.follow("移除")
    page = admin.submit("移除")
    assert page.path == "/admin/groups" and groups.group_of(unit.id) is None
    told = db.session.scalars(select(JournalEntry).where(JournalEntry.action.startswith("group:"))).all()
    mine = [row.action.split(":")[1] for row in told if row.subject == f"agency:{unit.id}"]
    assert mine == ["connected", "tested", "connected", "tested", "paused", "resumed", "removed"]
    assert not any("ccc" in row.details or "SEC" in row.details for row in told)
    assert journal.verify().broken_at is None
    said = capfd.readouterr()
    assert "cccc" not in said.err + said.out, "no address in a log"


@pytest.mark.databases("sqlite")
def test_address_and_words_lie_encrypted(fake, world):
    tell(world=world)
    rows = db.session.connection().exec_driver_sql("SELECT token, secret FROM staff_groups").all()
    rows += db.session.connection().exec_driver_sql("SELECT text FROM group_notices").all()
    assert len(rows) == 3 and not any(word in str(rows) for word in ("ssss", "dddd", "SEC", "督办"))
