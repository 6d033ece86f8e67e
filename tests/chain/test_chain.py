"""A point becomes a case and an item of a vote, once each, and both sides know of each other."""

import pytest

from portal.ballots.models import Ballot, BallotItem
from portal.cases.models import Case
from portal.chain import turning
from portal.core.extensions import db
from portal.core.writing import writing
from portal.domain.errors import Conflict
from portal.domain.roles import Role
from portal.forum import concluding
from portal.forum.topic_models import Topic, Verdict
from portal.links.models import Link
from tests.builders.ballots import make_ballot
from tests.builders.forum import make_neighbour, make_post, make_topic
from tests.builders.identity import sign_in_staff


@pytest.fixture
def topic(world) -> Topic:
    actor = world.actor(Role.COMMUNITY)
    with writing():
        found = make_topic(world)
        make_post(make_neighbour(world.building), found, "楼道灯也要修")
        concluding.save_summary(actor, found, "大家的意见归成两点。")
        unit, by = world.units["FWZX"].id, found.closes_at.date()
        for title in ("南墙边装灯", "增设自行车棚"):
            concluding.put_point(actor, found, concluding.PointWords(title, Verdict.ADOPTED, "多数赞成。", unit, by))
        concluding.publish(actor, found)
        return found


def test_one_point_becomes_a_case_and_one_a_ballot_item(world, topic, client, new_client):
    with writing():
        ballot = make_ballot(world.building.compound)
        key = ballot.id
    sign_in_staff(client, world.posts[Role.COMMUNITY])
    client.visit(f"/community/topics/{topic.id}")
    client.follow("第 1 点：转为诉求或投票事项")
    page = client.submit("转为诉求", {"楼栋": ""})
    assert "楼栋" in page.alerts[0]
    page = client.submit("转为诉求", {"楼栋": world.building.full_name, "类别": "照明、楼道"})
    assert "已转为诉求 HD240617-00001" in page.main
    [case] = db.session.scalars(db.select(Case))
    assert case.is_public and case.registered_by == world.posts[Role.COMMUNITY].id
    for source, found in (("discussion", True), ("window", False)):
        assert ("南墙边装灯" in client.visit(f"/desk?source={source}").main) is found
    assert "议事厅" in client.visit(f"/desk/cases/{case.number}").main

    client.visit(f"/community/topics/{topic.id}/points/2/turn")
    page = client.submit("转为投票事项", {"投票草稿": "小区先改哪几项"})
    assert "已转为投票的第 3 项" in page.main
    item = db.session.scalars(db.select(BallotItem).where(BallotItem.ballot_id == key)).all()[-1]
    assert (item.title, item.explanation, item.approve_persons_num) == ("增设自行车棚", "多数赞成。", 1)
    assert db.session.scalar(db.select(db.func.count()).select_from(Link)) == 2

    visitor = new_client()
    page = visitor.visit(f"/forum/{topic.id}")
    page = visitor.follow("这件事后来怎样了")
    assert f"已转为诉求 {case.number}" in page.main and "已转为投票“小区先改哪几项”的第 3 项" in page.main
    page = visitor.follow("已转为诉求")
    assert page.path == f"/cases/{case.number}"
    page = visitor.follow("来自议事厅：自行车棚放哪里？")
    assert page.path == f"/forum/{topic.id}"


def test_a_point_becomes_each_once(world, topic):
    actor = world.actor(Role.COMMUNITY)
    with writing():
        ballot = make_ballot(world.building.compound)
        turning.to_ballot(actor, turning.published_point(topic.id, 1), ballot.id)
    with pytest.raises(Conflict), writing():
        turning.to_ballot(actor, turning.published_point(topic.id, 1), ballot.id)
    assert len(db.session.get_one(Ballot, ballot.id).items) == 3


def test_an_announced_vote_takes_nothing_more(world, topic):
    from tests.builders.ballots import make_announced

    with writing():
        ballot = make_announced(world.building.compound)
    with pytest.raises(Conflict, match="announced"), writing():
        turning.to_ballot(world.actor(Role.COMMUNITY), turning.published_point(topic.id, 1), ballot.id)
