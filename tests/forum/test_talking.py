"""Residents talk: who may, how they are shown, what is stopped, what is kept."""

import pytest

from portal.core import clock
from portal.core.extensions import db
from portal.core.writing import writing
from portal.domain.moderation import Desk, Emergency, PostState, TopicMode
from portal.domain.moderation_grounds import Ground
from portal.forum import publishing, submitting
from portal.forum.models import Post, PostRevision, Support
from portal.forum.topic_models import Topic, TopicState
from portal.media.models import Photo
from portal.membership.models import MembershipRole
from tests.builders.forum import Neighbour, make_neighbour, make_post, make_topic
from tests.builders.identity import make_account, sign_in_resident
from tests.builders.places import make_compound
from tests.media import pictures

SAID = "放在 2 门旁边太吵，南墙边好。"
FILLED = {"我想说": SAID, "建议": True, "张女士": True}
NUMBER = "里面有手机号或身份证号，请删掉再发，这是保护您和邻居"


@pytest.fixture
def author(world) -> Neighbour:
    with writing():
        return make_neighbour(world.building)


@pytest.fixture
def topic(world) -> Topic:
    with writing():
        return make_topic(world)


def posts() -> list[Post]:
    db.session.rollback()
    return list(db.session.scalars(db.select(Post).order_by(Post.id)))


def test_a_neighbour_says_something_and_is_told_by_when_it_is_looked_at(world, author, topic, client):
    sign_in_resident(client, author.number)
    client.visit(f"/forum/{topic.id}")
    page = client.follow("我要发言")
    assert "24 小时内看完并告诉您。批评意见照样发布。" in page.main
    page = client.submit("提交发言", FILLED)
    assert page.path.startswith("/me/posts")
    assert "社区会在 6 月 18 日（星期二）09:00 前看完" in page.main
    assert "待审核" in page.main and SAID in page.main
    [post] = posts()
    assert (post.state, post.desk, post.author) == (PostState.HELD, Desk.COMMUNITY, "张女士")
    page = client.visit(f"/forum/{topic.id}")
    assert SAID not in page.main and "您在这里有 1 条发言还在等审核" in page.main

    with writing():
        publishing.set_state(post, PostState.PUBLISHED)
    page = client.visit(f"/forum/{topic.id}")
    assert SAID in page.main and "张女士" in page.main and "1 户、1 人参与" in page.main
    assert author.number not in page.html and "张桂兰" not in page.html


def test_without_a_name_the_author_is_a_resident_of_the_building(world, author, topic, client):
    sign_in_resident(client, author.number)
    client.visit(f"/forum/{topic.id}/reply")
    client.submit("提交发言", {"我想说": SAID, "反对": True})
    assert posts()[0].author == "3 号楼住户"


def test_numbers_are_stopped_with_a_friendly_word_and_nothing_is_lost(world, author, topic, client):
    sign_in_resident(client, author.number)
    client.visit(f"/forum/{topic.id}/reply")
    page = client.submit("提交发言", {**FILLED, "我想说": "打我电话 13800138000"})
    assert NUMBER in page.alerts[0]
    assert "打我电话 13800138000" in page.html
    page = client.submit("提交发言", {"我想说": "　"})
    assert "请写点内容再提交" in page.alerts[0]
    page = client.submit("提交发言", {"我想说": "字" * 501})
    assert "最多写 500 字，现在多了 1 字" in page.alerts[0]
    assert posts() == []
    page = client.submit("提交发言", {"我想说": "可以找我，幺三八零零一三八零零零"})
    assert page.path.startswith("/me/posts")
    assert posts()[0].state is PostState.HELD


def test_what_is_said_about_the_community_goes_to_the_street(world, author, topic, client):
    sign_in_resident(client, author.number)
    client.visit(f"/forum/{topic.id}/reply")
    page = client.submit("提交发言", {**FILLED, "我想说": "居委会的张建国从来不来看"})
    assert "由街道办来看" in page.main
    [post] = posts()
    assert post.desk is Desk.STREET and post.about_unit


def test_only_those_it_concerns_may_write_and_renters_are_among_them(world, topic, client, new_client):
    with writing():
        other = make_compound("万东路84号院", "WDL")
        stranger = make_neighbour(other.buildings[0], "13900003333")
        renter = make_neighbour(world.building, "13900004444", role=MembershipRole.RENTER, voter=False)
        make_account("+8613900005555")
    sign_in_resident(client, stranger.number)
    page = client.visit(f"/forum/{topic.id}/reply")
    assert "只请那里的住户发言" in page.alerts[0]
    assert not client.visit(f"/forum/{topic.id}").has_link("我要发言")
    unverified = new_client()
    sign_in_resident(unverified, "13900005555")
    assert "核验住户后可以发言" in unverified.visit(f"/forum/{topic.id}/reply").alerts[0]
    at_home = new_client()
    sign_in_resident(at_home, renter.number)
    assert at_home.visit(f"/forum/{topic.id}").has_link("我要发言")
    guest = new_client()
    assert guest.visit(f"/forum/{topic.id}/reply").path.startswith("/login")


def test_a_topic_that_ended_or_is_paused_takes_no_posts(world, author, topic, client, at):
    sign_in_resident(client, author.number)
    client.visit(f"/forum/{topic.id}/reply")
    with writing():
        topic.emergency, topic.emergency_reason = Emergency.PAUSED, "有人冒用名义"
        topic.emergency_until = clock.now().replace(hour=12)
    page = client.submit("提交发言", FILLED)
    assert "暂停发言" in page.alerts[0] and "有人冒用名义" in page.alerts[0]
    at("2024-07-02 09:00")
    page = client.visit(f"/forum/{topic.id}/reply")
    assert "这个议题已经结束，不能再发言。可以看小结，或提新议题" in page.alerts[0]
    assert posts() == []


def test_the_fifth_post_passes_and_the_sixth_waits_with_its_words(world, author, topic, client):
    sign_in_resident(client, author.number)
    for number in range(5):
        client.visit(f"/forum/{topic.id}/reply")
        client.submit("提交发言", {**FILLED, "我想说": f"第 {number} 条"})
    client.visit(f"/forum/{topic.id}/reply")
    page = client.submit("提交发言", {**FILLED, "我想说": "第六条"})
    assert page.status == 429
    assert "10 分钟后再来" in page.alerts[0]
    assert "第六条" in client.visit(f"/forum/{topic.id}/reply").html
    assert len(posts()) == 5


def test_two_tabs_and_going_back_hand_in_once(world, author, topic, client):
    """Each tab has a key of its own; taken back, the same words may be said again."""
    sign_in_resident(client, author.number)
    for _tab in range(2):
        client.visit(f"/forum/{topic.id}/reply")
        page = client.submit("提交发言", {**FILLED, "我想说": "南墙边好👍🏻"})
        assert page.path == "/me/posts" and "前看完" in page.main
    assert [post.words for post in posts()] == ["南墙边好👍🏻"]
    with writing():
        submitting.withdraw(author.actor, posts()[0].id)
    client.visit(f"/forum/{topic.id}/reply")
    client.submit("提交发言", {**FILLED, "我想说": "南墙边好👍🏻"})
    assert len(posts()) == 2


@pytest.mark.databases("sqlite")
def test_four_thousand_characters_are_too_many_and_all_kept(world, author, topic, client):
    words = "灯😀" * 2000
    sign_in_resident(client, author.number)
    client.visit(f"/forum/{topic.id}/reply")
    page = client.submit("提交发言", {**FILLED, "我想说": words})
    assert "最多写 500 字，现在多了 3500 字" in page.alerts[0] and words in page.html
    assert words in client.visit(f"/forum/{topic.id}/reply").html
    page = client.submit("提交发言", {**FILLED, "我想说": "打 １３８ ００００ １２３４"})
    assert "手机号或身份证号" in page.alerts[0] and posts() == []


def test_a_draft_waits_with_its_photos(world, author, topic, client):
    sign_in_resident(client, author.number)
    client.visit(f"/forum/{topic.id}/reply")
    client.submit("先存着", {"我想说": "写了一半", "从相册选": [(pictures.jpeg(160, 120), "a.jpg")]})
    page = client.visit(f"/forum/{topic.id}/reply")
    assert "您刚才填的内容还在" in page.main and "写了一半" in page.html
    client.submit("提交发言", {**FILLED})
    [kept] = db.session.scalars(db.select(Photo))
    assert (kept.owner_kind, kept.owner_id) == ("post", str(posts()[0].id))
    stranger = client.application.test_client()
    address = f"/forum/photo/{kept.token}"
    assert client.get(address).status_code == 200
    assert stranger.get(address).status_code == 404
    with writing():
        publishing.set_state(posts()[0], PostState.PUBLISHED)
    assert stranger.get(address).status_code == 200


def test_changing_for_ten_minutes_and_the_old_words_are_kept(world, author, topic, client, at):
    with writing():
        post = make_post(author, topic, state=PostState.HELD)
        key = post.id
    sign_in_resident(client, author.number)
    client.visit("/me/posts")
    client.follow("修改")
    page = client.submit("提交发言", {"我想说": "还是南墙边好"})
    assert "还是南墙边好" in page.main
    assert [old.words for old in db.session.scalars(db.select(PostRevision))] == [SAID]
    at("2024-06-17 09:10")
    assert not client.visit("/me/posts").has_link("修改")
    assert client.get(f"/forum/posts/{key}/edit").status_code == 409


def test_what_was_published_and_then_changed_is_looked_at_again(world, author, topic):
    from portal.forum import submitting

    with writing():
        post = make_post(author, topic)
        submitting.change(author.actor, post.id, "改成别的话")
        assert post.state is PostState.HELD
        topic.mode = TopicMode.AFTER
        quick = make_post(author, topic, "先发后审的一条")
        submitting.change(author.actor, quick.id, "改了几个字")
        assert quick.state is PostState.PUBLISHED


def test_sent_back_it_is_changed_and_handed_in_again(world, author, topic, client, at):
    with writing():
        post = make_post(author, topic, state=PostState.HELD)
        publishing.set_state(post, PostState.RETURNED, Ground.ABUSE)
        key = post.id
    at("2024-06-19 10:00")
    sign_in_resident(client, author.number)
    page = client.visit("/me/posts")
    assert "请修改" in page.main and "人身攻击、辱骂" in page.main
    client.follow("改好再发")
    page = client.submit("提交发言", {"我想说": "请物业按时扫楼道"})
    assert "社区会在 6 月 20 日（星期四）10:00 前看完" in page.main
    db.session.rollback()
    assert db.session.get(Post, key).state is PostState.HELD


def test_taken_back_before_anybody_decided(world, author, topic, client):
    with writing():
        make_post(author, topic, state=PostState.HELD)
    sign_in_resident(client, author.number)
    client.visit("/me/posts")
    client.follow("撤回")
    page = client.press("撤回")
    assert "您已撤回" in page.main
    assert posts()[0].state is PostState.WITHDRAWN


def test_support_counts_each_account_once_and_can_be_taken_back(world, author, topic, client):
    with writing():
        neighbour = make_neighbour(world.other_building, "13900006666", "王强")
        post = make_post(author, topic)
        key = post.id
    sign_in_resident(client, neighbour.number)
    client.visit(f"/forum/{topic.id}")
    page = client.press("赞同 0")
    assert page.has_button("赞同 1")
    client.post(f"/forum/posts/{key}/support", data={"support": "yes"})
    db.session.rollback()
    assert db.session.get(Post, key).supports == 1
    assert db.session.scalar(db.select(db.func.count()).select_from(Support)) == 1
    client.visit(f"/forum/{topic.id}")
    assert client.press("赞同 1").has_button("赞同 0")


def test_one_level_of_replies_and_a_hidden_post_keeps_its_place(world, author, topic, client):
    with writing():
        first = make_post(author, topic)
        for number in range(5):
            make_post(author, topic, f"回复 {number}", parent=first)
        publishing.set_state(first, PostState.HIDDEN, Ground.PRIVACY)
    page = client.visit(f"/forum/{topic.id}")
    assert "该发言因泄露他人隐私不显示" in page.main and SAID not in page.html
    assert "回复 2" in page.main and "回复 3" not in page.main
    page = client.follow("看全部 5 条回复")
    assert "回复 4" in page.main


def test_a_proposal_is_looked_at_before_the_neighbours_see_it(world, author, client, new_client):
    sign_in_resident(client, author.number)
    client.visit("/forum")
    client.follow("提一个议题")
    page = client.submit("提交议题", {"题目": "", "说明": ""})
    assert "请用一句话写出要议的事" in page.alerts[0]
    page = client.submit(
        "提交议题",
        {
            "题目": "楼道灯要不要换成声控",
            "说明": "现在的灯一直亮着。",
            "可以选的办法": "全部换\n只换一楼",
            "这栋楼": True,
        },
    )
    assert "我提的议题" in page.main and "社区会在 6 月 18 日" in page.main
    [topic] = db.session.scalars(db.select(Topic))
    assert (topic.state, topic.building_id, topic.options) == (
        TopicState.HELD,
        world.building.id,
        ["全部换", "只换一楼"],
    )
    assert new_client().get(f"/forum/{topic.id}").status_code == 404
    with writing():
        publishing.open_topic(topic)
    page = new_client().visit("/forum")
    assert "楼道灯要不要换成声控" in page.main and "居民发起" in page.main
