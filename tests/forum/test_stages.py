"""A topic ends and goes on by its dates, whoever sleeps; who put the question is told."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from portal.audit.models import JournalEntry
from portal.core import clock
from portal.core.extensions import db
from portal.core.writing import writing
from portal.domain.errors import DomainError
from portal.domain.roles import Role
from portal.forum import concluding, stages
from portal.forum.topic_models import Topic, TopicState, Verdict
from portal.identity import inbox
from tests.builders.forum import make_neighbour, make_post, make_topic
from tests.builders.identity import sign_in_resident, sign_in_staff


@pytest.fixture
def topic(world) -> Topic:
    with writing():
        return make_topic(world)


@pytest.fixture
def set_clock(at):
    return lambda moment: at(moment.isoformat())


def names(topic: Topic) -> list[str]:
    return [step.name for step in topic.steps if step.reached_at is not None]


def texts(world) -> list[str]:
    return [message.text for message in inbox.page(world.actor(Role.COMMUNITY), None).rows]


def test_the_closing_date_ends_it_once_and_tells_who_asked(world, topic, set_clock):
    set_clock(topic.closes_at - timedelta(seconds=1))
    stages.move_on()
    assert topic.state is TopicState.OPEN and texts(world) == []
    set_clock(topic.closes_at)
    stages.move_on()
    stages.move_on()
    assert topic.state is TopicState.CLOSED and topic.closed_at == topic.closes_at
    assert names(topic) == ["提议", "商议", "审议"]
    [told] = texts(world)
    assert "东局子小区议事厅有个议题7月1日到了截止日" in told
    closed = select(JournalEntry).where(JournalEntry.action == "forum:closed")
    assert [entry.subject for entry in db.session.scalars(closed)] == [topic.subject]
    sums = select(Topic.id).where(Topic.id == topic.id, concluding.NOT_SUMMED_UP)
    assert db.session.scalar(sums) == topic.id
    with writing(), pytest.raises(DomainError):
        make_post(make_neighbour(world.building), topic)


def test_a_planned_day_leads_on_but_never_past_a_missing_conclusion(world, topic, set_clock):
    actor, closing = world.actor(Role.COMMUNITY), clock.local(topic.closes_at).date()
    days = {3: closing + timedelta(days=5), 4: closing + timedelta(days=6)}
    with writing():
        stages.plan(actor, topic, topic.closes_at, days)
    set_clock(topic.closes_at + timedelta(days=5))
    stages.move_on()
    assert names(topic)[-1] == "决议" and "进到“决议”" in texts(world)[0]
    set_clock(clock.now() + timedelta(days=9))
    stages.move_on()
    assert names(topic)[-1] == "决议" and len(texts(world)) == 2
    with writing():
        unit = world.units["FWZX"].id
        concluding.save_summary(actor, topic, "多数赞成。")
        concluding.put_point(actor, topic, concluding.PointWords("装灯", Verdict.ADOPTED, "多数赞成。", unit, closing))
        shown_until = concluding.publish(actor, topic).shown_until
    assert names(topic)[-1] == "公示" and topic.steps[-1].planned_on == shown_until + timedelta(days=1)
    set_clock(clock.now() + timedelta(days=7))
    stages.move_on()
    assert names(topic)[-1] == "公示"
    set_clock(clock.now() + timedelta(days=1))
    stages.move_on()
    assert names(topic)[-1] == "监督"


def test_the_last_steps_are_not_reached_by_hand_before_the_summary(world, topic):
    actor = world.actor(Role.COMMUNITY)
    for _step in range(2):
        with writing():
            concluding.go_on(actor, topic)
    assert names(topic)[-1] == "决议" and concluding.next_step(topic) is None
    with writing(), pytest.raises(DomainError, match="summary"):
        concluding.go_on(actor, topic)


@pytest.mark.databases("sqlite")
def test_the_organizer_sets_the_dates_and_residents_read_them(world, topic, client, new_client):
    sign_in_staff(client, world.posts[Role.COMMUNITY])
    client.visit(f"/community/topics/{topic.id}")
    client.follow("安排日期")
    page = client.submit("保存日期", {"截止时间": "2024-07-10T18:00", "“决议”从哪天开始": "2024-07-09"})
    assert "各步的日期要一步比一步晚" in page.alerts[0] and "2024-07-10T18:00" in page.html
    page = client.submit("保存日期", {"截止时间": "2024-06-01T18:00"})
    assert "截止时间已经过了" in page.alerts[0]
    page = client.submit(
        "保存日期", {"截止时间": "2024-07-10T18:00", "“决议”从哪天开始": "2024-07-15", "“公示”从哪天开始": "2024-07-15"}
    )
    assert "日期已写到议题页面上" in page.main
    seen = new_client().visit(f"/forum/{topic.id}").main
    assert "发言到 7 月 10 日（星期三）18:00截止" in seen and "审议 7月10日" in seen and "决议 7月15日" in seen


@pytest.mark.databases("sqlite")
def test_the_switch_is_one_link_from_the_topic_and_stands_there_with_its_reason(world, topic, client, new_client):
    sign_in_staff(client, world.posts[Role.COMMUNITY])
    client.visit("/community/topics")
    client.follow(topic.title)
    client.follow("应急开关")
    client.submit("确定", {"怎么办": "暂停发言", "多长时间": "2 小时", "公开的理由": "有人冒充社区收款，先核实。"})
    neighbour = make_neighbour_signed_in(world, new_client)
    page = neighbour.visit(f"/forum/{topic.id}")
    assert "有人冒充社区收款" in page.main and "我想说" not in page.text
    assert "有人冒充社区收款" in client.visit(f"/community/topics/{topic.id}").main
    client.follow("应急开关")
    client.submit("确定", {"怎么办": "恢复正常", "公开的理由": "已经核实，没有这回事。"})
    assert "有人冒充社区收款" not in neighbour.visit(f"/forum/{topic.id}").main


def make_neighbour_signed_in(world, new_client):
    with writing():
        found = make_neighbour(world.building)
    client = new_client()
    sign_in_resident(client, found.number)
    return client


@pytest.mark.databases("sqlite")
def test_the_administrator_names_the_steps_of_topics_to_come(world, topic, client):
    sign_in_staff(client, world.posts[Role.ADMIN])
    client.visit("/admin/forum")
    assert "4 到 8 个不同的名称" in client.submit("保存", {"议题的步骤": "提议 商议 公示"}).alerts[0]
    assert "已保存" in client.submit("保存", {"议题的步骤": "提议、商议，公示　监督"}).main
    with writing():
        later = make_topic(world)
    assert [step.name for step in later.steps] == ["提议", "商议", "公示", "监督"]
    assert len(topic.steps) == 6
