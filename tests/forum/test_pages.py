"""Search, and what the pages cost."""

import pytest
from sqlalchemy import insert

from portal.core import clock
from portal.core.extensions import db
from portal.core.writing import writing
from portal.domain.moderation import Desk, PostState
from portal.domain.moderation_grounds import Ground
from portal.forum import publishing
from portal.forum.models import Post
from portal.forum.topic_models import Topic
from tests.builders.cases import PHONE, make_case
from tests.builders.forum import Neighbour, make_neighbour, make_post, make_topic
from tests.builders.identity import sign_in_resident


@pytest.fixture
def author(world) -> Neighbour:
    with writing():
        return make_neighbour(world.building, PHONE[3:])


@pytest.fixture
def topic(world) -> Topic:
    with writing():
        return make_topic(world)


def test_two_characters_find_topics_posts_and_ones_own_cases(world, author, topic, client, new_client):
    make_case(world, words="楼下的车棚漏雨，电动车都淋湿了")
    make_case(world, words="别人家说的车棚", phone="+8613911112222")
    with writing():
        make_post(author, topic, "南墙边光线好")
        make_post(author, topic, "还没看过的车棚发言", state=PostState.HELD)
        hidden = make_post(author, topic, "藏起来的车棚发言")
        publishing.set_state(hidden, PostState.HIDDEN, Ground.ABUSE)
    guest = new_client()
    guest.visit("/search")
    page = guest.submit("搜索", {"搜什么": "车棚"})
    assert page.has_link("自行车棚放哪里")
    assert not page.has_link("我反映的事")
    page = guest.visit("/search?kind=posts&q=车棚")
    assert "没有找到" in page.main
    assert guest.visit("/search?kind=posts&q=南墙").has_link("南墙边光线好")
    assert "没有找到" in guest.visit("/search?kind=cases&q=车棚").main
    sign_in_resident(client, author.number)
    page = client.visit("/search?kind=cases&q=车棚")
    assert "楼下的车棚漏雨" in page.main or len([link for link in page.links if "/case/" in link["href"]]) == 1
    for odd in ("", "%", "a" * 300, "'; drop table posts", "车"):
        assert guest.visit(f"/search?q={odd}").status == 200


def _many(author: Neighbour, topic: Topic, count: int) -> None:
    """Rows as they stand after publication, without the deeds."""
    home = author.member.household
    row = {
        "topic_id": topic.id, "account_id": author.member.account_id, "household_id": home.id,
        "building_id": home.building_id, "community_id": topic.community_id, "street_id": topic.street_id,
        "words": "南墙边好", "state": PostState.PUBLISHED, "desk": Desk.COMMUNITY, "about_unit": False,
        "submitted_at": clock.now(), "due_at": clock.now(), "published_at": clock.now(), "decided_at": clock.now(),
        "replies": 0, "flags": 0, "revision": 2,
    }  # fmt: skip
    db.session.execute(insert(Post), [{**row, "supports": number * 7 % 50} for number in range(count)])


def test_a_topic_of_many_posts_costs_what_one_of_few_costs(world, author, topic, client, sql_count):
    with writing():
        large = make_topic(world)
        _many(author, topic, 3)
        _many(author, large, 10_000)
    sign_in_resident(client, author.number)
    with sql_count() as few:
        client.get(f"/forum/{topic.id}")
    with sql_count() as many:
        client.get(f"/forum/{large.id}")
    assert len(many) == len(few) <= 22
    for sort in ("", "?sort=newest"):
        page = client.visit(f"/forum/{large.id}{sort}")
        assert len([item for item in page.root.all("li") if item["id"].startswith("post-")]) == 20
        page = client.follow("下一页")
        assert page.has_link("上一页")
    for sort in ("supports DESC, id DESC", "id DESC"):
        text = f"SELECT id FROM posts WHERE topic_id = {large.id} AND parent_id IS NULL ORDER BY {sort} LIMIT 21"
        if db.engine.dialect.name == "sqlite":
            plan = " ".join(row.detail for row in db.session.execute(db.text(f"EXPLAIN QUERY PLAN {text}")))
            assert "TEMP B-TREE" not in plan
    with sql_count() as listed:
        client.get("/forum")
    assert len(listed) <= 14
    with sql_count() as own:
        client.get("/me/posts")
    assert len(own) <= 14
