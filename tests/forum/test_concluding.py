"""The community leads a topic to its end: answers, a meeting, points that somebody carries out, everybody told."""

import pytest

from portal.core.extensions import db
from portal.core.writing import writing
from portal.domain.errors import NotAllowed, NotFound
from portal.domain.roles import Role
from portal.forum import concluding
from portal.forum.topic_models import Conclusion, Meeting, Opinion, Topic, TopicState, Verdict
from portal.messaging.models import InboxMessage
from portal.places.models import Agency
from tests.builders.forum import Neighbour, make_neighbour, make_post, make_topic
from tests.builders.identity import make_community, sign_in_resident, sign_in_staff
from tests.builders.identity import make_post as make_staff


@pytest.fixture
def authors(world) -> list[Neighbour]:
    with writing():
        return [
            make_neighbour(world.building),
            make_neighbour(world.other_building, "13900003333", "王强"),
            make_neighbour(world.other_building, "13900004444", "李梅"),
        ]


@pytest.fixture
def topic(world, authors) -> Topic:
    with writing():
        found = make_topic(world)
        make_post(authors[0], found, "南墙边好")
        make_post(authors[1], found, "要装灯和充电口")
        return found


def told(event: str = "topic_answered") -> list[str]:
    db.session.rollback()
    rows = db.session.scalars(db.select(InboxMessage).order_by(InboxMessage.id))
    return [row.text for row in rows if row.event.startswith(event)]


def test_the_community_puts_a_topic_and_residents_see_it_at_once(world, client, new_client):
    sign_in_staff(client, world.posts[Role.COMMUNITY])
    client.visit("/community/topics")
    client.follow("新建议题")
    page = client.submit("发布议题", {"题目": "围墙怎么修"})
    assert "请用几句话说明是怎么回事" in page.alerts[0] and "请填日期和时间" in page.alerts[0]
    filled = {
        "说明": "北侧围墙倾斜，修成砖墙还是铁艺？", "可以选的办法": "砖墙\n铁艺", "地点": "东局子小区",
        "改造项目": "维修围墙", "截止时间": "2024-06-30T18:00",
    }  # fmt: skip
    page = client.submit("发布议题", {"题目": "围墙怎么修", **filled})
    assert "议题已发布，东局子小区的住户现在可以发言" in page.main
    page = new_client().visit("/forum")
    assert "围墙怎么修" in page.main and "社区发起" in page.main and "6 月 30 日截止" in page.main
    page = client.visit("/community/topics/new")
    page = client.submit("发布议题", {"题目": "过期的", **filled, "截止时间": "2024-06-01T18:00"})
    assert "截止时间已经过了" in page.alerts[0]


def test_an_answer_is_pinned_and_whoever_took_part_is_told(world, topic, authors, client, new_client):
    sign_in_staff(client, world.posts[Role.AGENCY])
    client.visit(f"/community/topics/{topic.id}")
    client.follow("写官方答复")
    client.submit("发布答复", {"答复": "南墙边可以装两个充电口。"})
    page = new_client().visit(f"/forum/{topic.id}")
    assert "南墙边可以装两个充电口。" in page.main and "区房产服务中心" in page.main
    assert "官方答复" in new_client().visit("/forum?tab=answered").main
    assert told() == ["东局子小区议事厅里您参加的一件事，6月17日有了答复。请扫楼门二维码查看。"] * 2


def test_a_meeting_has_an_agenda_before_and_minutes_after(world, topic, client, new_client, at):
    sign_in_staff(client, world.posts[Role.COMMUNITY])
    client.visit(f"/community/topics/{topic.id}")
    client.follow("召集议事会")
    client.submit("发出开会通知", {"开始时间": "2024-06-20T19:00", "开会地点": "社区会议室", "议程": "1. 选址 2. 表决"})
    page = new_client().visit(f"/forum/{topic.id}")
    assert "社区会议室" in page.main and "6 月 20 日（星期四）19:00" in page.main
    client.visit(f"/community/topics/{topic.id}")
    client.follow("改时间、地点")
    client.submit("保存修改", {"开始时间": "2024-06-20T18:30", "开会地点": "3 号楼前空地"})
    page = new_client().visit(f"/forum/{topic.id}")
    assert "3 号楼前空地" in page.main and "6 月 20 日（星期四）18:30" in page.main and "2. 表决" in page.main
    filled = {"到场户数": "23", "会议记录": "多数赞成南墙边。"}
    meeting = db.session.scalar(db.select(Meeting.id))
    client.visit(f"/community/topics/{topic.id}/meetings/{meeting}")
    assert "会还没有开" in client.submit("公布记录", filled).alerts[0]
    at("2024-06-20 21:00")
    sign_in_staff(client, world.posts[Role.COMMUNITY])
    client.visit(f"/community/topics/{topic.id}/meetings/{meeting}/change")
    assert "会议已经开始" in client.submit("保存修改", {"开会地点": "别处"}).alerts[0]
    client.visit(f"/community/topics/{topic.id}")
    client.follow("写会议记录")
    client.submit("公布记录", filled)
    assert "23 户" in new_client().visit(f"/forum/{topic.id}").main


def test_whoever_took_part_hears_of_a_meeting_that_is_moved_or_called_off(world, topic, authors, client, new_client):
    sign_in_staff(client, world.posts[Role.COMMUNITY])
    client.visit(f"/community/topics/{topic.id}/meeting")
    client.submit("发出开会通知", {"开始时间": "2024-06-20T19:00", "开会地点": "社区会议室", "议程": "选址"})
    assert told("topic_meeting") == ["东局子小区6月20日19:00开议事会，议您参加的那件事。地点请扫楼门二维码查看。"] * 2
    client.follow("改时间、地点")
    client.submit("保存修改", {"议程": "选址、装灯"})
    assert len(told("topic_meeting")) == 2  # another agenda needs no text
    client.follow("改时间、地点")
    client.submit("保存修改", {"开始时间": "2024-06-21T19:00"})
    client.follow("取消议事会")
    assert "请填写" in client.submit("取消议事会").alerts[0]
    page = client.submit("取消议事会", {"为什么取消": "当晚停电，改在下周，另行通知。"})
    assert "已取消" in page.main and not page.has_link("改时间、地点") and not page.has_link("写会议记录")
    assert told("topic_meeting")[-2:] == ["东局子小区原定6月21日19:00的议事会不开了，原因请扫楼门二维码查看。"] * 2
    page = new_client().visit(f"/forum/{topic.id}")
    assert "这次议事会不开了" in page.main and "当晚停电" in page.main
    meeting = db.session.scalar(db.select(Meeting.id))
    for late in (f"{meeting}", f"{meeting}/change", f"{meeting}/off"):
        page = client.visit(f"/community/topics/{topic.id}/meetings/{late}")
        filled = {"到场户数": "1", "会议记录": "开了"} if late == f"{meeting}" else {}
        word = {f"{meeting}": "公布记录", f"{meeting}/change": "保存修改", f"{meeting}/off": "取消议事会"}[late]
        filled = filled or ({"为什么取消": "又取消"} if word == "取消议事会" else {})
        assert "已经取消" in client.submit(word, filled).alerts[0]


def test_a_topic_ends_with_points_that_somebody_carries_out(world, topic, authors, client, new_client):
    unit = db.session.scalar(db.select(Agency).where(Agency.code == "FWZX")).name
    sign_in_staff(client, world.posts[Role.COMMUNITY])
    client.visit(f"/community/topics/{topic.id}/summary")
    page = client.submit("保存小结", {"小结": "共 2 户参与，都赞成南墙边。"})
    assert "还没有逐条答复" in page.main and not page.has_link("公布小结")
    client.follow("加一点")
    page = client.submit("保存这一点", {"意见要点": "车棚放南墙边", "采纳": True, "理由": "多数赞成。"})
    assert "请选由谁来办" in page.alerts[0]
    page = client.submit("保存这一点", {"承办单位": unit, "办好日期": "2024-08-31", "张女士": True})
    client.follow("加一点")
    client.submit("保存这一点", {"意见要点": "装充电口", "暂不采纳": True, "理由": "电力要先增容。"})
    assert new_client().visit("/forum").has_link("自行车棚放哪里")
    assert "车棚放南墙边" not in new_client().visit(f"/forum/{topic.id}").main

    client.visit(f"/community/topics/{topic.id}/summary")
    client.follow("公布小结并结束议题")
    page = client.press("公布小结并结束议题")
    assert "议题结束" in page.main
    page = new_client().visit(f"/forum/{topic.id}")
    assert "车棚放南墙边" in page.main and "采纳" in page.main and "8 月 31 日前办好" in page.main
    assert "电力要先增容" in page.main and "6 月 24 日" in page.main
    assert not page.has_link("我要发言")
    assert new_client().visit("/forum?tab=over").has_link("自行车棚放哪里")
    assert len(told()) == 2
    assert db.session.scalar(db.select(db.func.count()).select_from(Opinion)) == 1

    client.visit(f"/community/topics/{topic.id}")
    client.follow("第 1 点已办好")
    client.submit("发布反馈", {"办理反馈": "车棚 8 月 20 日已搭好。"})
    page = new_client().visit(f"/forum/{topic.id}")
    assert "车棚 8 月 20 日已搭好。" in page.main


def test_what_is_published_stands(world, topic):
    actor = world.actor(Role.COMMUNITY)
    words = concluding.PointWords("装灯", Verdict.NOT_NOW, "电力要先增容。")
    with writing():
        concluding.save_summary(actor, topic, "小结")
        concluding.put_point(actor, topic, words)
        concluding.publish(actor, topic)
    with pytest.raises(Exception, match="no longer be changed"), writing():
        concluding.put_point(actor, topic, words, 1)
    with pytest.raises(NotAllowed, match="nothing to be done"), writing():
        concluding.mark_done(actor, topic, 1, "办好了")
    assert topic.state is TopicState.CLOSED
    assert db.session.scalars(db.select(Conclusion)).one().published_at is not None


def test_other_places_stay_out_of_reach(world, topic, client):
    with writing():
        elsewhere = make_community("万东路社区", world.community.street)
        stranger = make_staff(Role.COMMUNITY, "community9", communities=(elsewhere,))
    sign_in_staff(client, stranger)
    assert "自行车棚" not in client.visit("/community/topics").main
    for page in ("", "/answer", "/summary", "/publish"):
        assert client.get(f"/community/topics/{topic.id}{page}").status_code == 404
    client.visit("/community/topics/new")
    assert "东局子小区" not in client.here.main
    with pytest.raises(NotFound):
        concluding.topic_for(world.actor(Role.DISCIPLINE), topic.id)


def test_a_resident_reads_it_on_the_phone_and_in_the_messages(world, topic, authors, client):
    with writing():
        concluding.answer(world.actor(Role.COMMUNITY), topic, "已经联系施工单位。")
    sign_in_resident(client, authors[0].number)
    page = client.visit("/me/messages")
    assert "有了答复" in page.main
