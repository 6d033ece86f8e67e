"""The moderators' pages, as a person without JavaScript meets them."""

import csv
import io

import pytest
from sqlalchemy import func, select

from portal.cases.models import Case
from portal.core import clock
from portal.core.extensions import db
from portal.core.writing import writing
from portal.domain.held_words import may_be_listed
from portal.domain.moderation import PostAction, PostState
from portal.domain.moderation_grounds import Ground
from portal.domain.roles import Role
from portal.forum import moderating, proposing, queue, second_look, settings, tally
from portal.forum.homes import place_of
from portal.forum.models import ModerationAct, Post
from portal.forum.moderating import Decision
from portal.forum.topic_models import HeldWord, Topic, TopicState
from portal.links.models import Link
from tests.builders.forum import QUESTION, Neighbour, make_neighbour, make_post, make_topic
from tests.builders.identity import sign_in_resident, sign_in_staff

pytestmark = pytest.mark.databases("sqlite")
HARSH = "改造到现在没人来问过我们一句，工程质量差，钱花哪儿了也不公开，必须给个说法！"
HIDDEN_NUMBER = "放在 2 门旁边太吵，幺三八零零一三八零零零找我商量"


@pytest.fixture
def author(world) -> Neighbour:
    with writing():
        return make_neighbour(world.building)


@pytest.fixture
def topic(world) -> Topic:
    with writing():
        return make_topic(world)


@pytest.fixture
def desk(world, new_client):
    def sign_in(role: Role = Role.COMMUNITY):
        client = new_client()
        sign_in_staff(client, world.posts[role])
        return client

    return sign_in


def hold(author: Neighbour, topic: Topic, words: str = HARSH) -> Post:
    with writing():
        return make_post(author, topic, words, state=PostState.HELD)


def test_the_whole_text_stands_there_and_criticism_is_no_ground(author, topic, desk):
    hold(author, topic)
    page = desk().visit("/community/moderation")
    assert HARSH in page.main and "还剩 24 小时" in page.main
    assert "批评、反对、质疑不是不发布的理由。" in page.main
    assert "收到后 24 小时内看完" in page.main and "工作时间：周一至周五 8:30—17:30" in page.main
    assert "张桂兰" not in page.text and author.number not in page.text


def test_publish_with_one_press_and_undo(author, topic, desk, at):
    post = hold(author, topic)
    client = desk()
    client.visit("/community/moderation")
    page = client.press("发布", within="张女士")
    assert page.path == "/community/moderation" and "刚才：发布，张女士的发言" in page.main
    assert "都审完了。" in page.main
    page = client.press("撤销")
    assert page.path == f"/community/moderation/{post.id}" and "已撤销，没有告诉任何人。" in page.main
    client.press("发布", within="张女士")
    at("2024-06-17 09:02")
    assert "撤销" not in client.visit("/community/moderation").main


def test_a_number_in_disguise_is_marked_and_the_author_is_asked_to_take_it_out(author, topic, desk, new_client):
    post = hold(author, topic, HIDDEN_NUMBER)
    client = desk()
    page = client.visit("/community/moderation")
    assert "<mark" in page.html and "像是手机号" in page.main
    page = client.press("请作者修改", within="张女士")  # without a reason
    assert page.status == 422 and "请选一个原因。" in page.alerts[0]
    page = client.submit("请作者修改", {"泄露他人隐私": True, "给作者的话": "请去掉电话再发。"}, within="张女士")
    assert page.path == "/community/moderation"
    resident = new_client()
    sign_in_resident(resident, author.number)
    own = resident.visit("/me/posts").main
    assert "请修改" in own and "泄露他人隐私" in own and "请去掉电话再发。" in own and "幺三八零零一三八零零零" in own
    assert "已请修改 1" in client.visit("/community/moderation?show=returned").main
    assert db.session.get_one(Post, post.id).state is PostState.RETURNED


def test_unlawful_content_needs_its_provision_and_what_was_typed_stays(author, topic, desk):
    hold(author, topic)
    client = desk()
    client.visit("/community/moderation")
    page = client.submit("不予发布", {"内容违法": True, "给作者的话": "写了谣言。"}, within="张女士")
    assert page.status == 422 and "请选违反的是哪一项。" in page.alerts[0] and "写了谣言。" in page.html
    page = client.submit("不予发布", {"违反哪一项": "第（六）项"}, within="张女士")
    assert "刚才：不予发布" in page.main


def test_the_slower_of_two_is_told_who_was_faster(author, topic, desk):
    hold(author, topic)
    first, second = desk(), desk(Role.COMMUNITY)
    first.visit("/community/moderation")
    second.visit("/community/moderation")
    first.press("发布", within="张女士")
    page = second.submit("不予发布", {"重复": True}, within="张女士")
    assert "张*先办了这条：发布" in page.main and "没有重复办" in page.main


def test_bulk_is_for_publishing_plain_posts_only(world, author, topic, desk):
    hold(author, topic)
    with writing():
        other = make_neighbour(world.building, "13900003333")
    hold(other, topic, HIDDEN_NUMBER)
    client = desk()
    page = client.visit("/community/moderation")
    assert page.html.count('form="bulk"') == 1
    page = client.submit("发布选中的", {"选": True})
    assert "已发布 1 条。" in page.main and "待审核 1" in page.main


def test_hiding_keeps_place_and_replies_and_showing_again(world, author, topic, desk, client):
    with writing():
        post = make_post(author, topic, "先说一句")
        make_post(make_neighbour(world.building, "13900003333"), topic, "同意您说的", parent=post)
    moderator = desk()
    moderator.visit(f"/community/moderation/{post.id}")
    moderator.follow("隐藏")
    assert moderator.press("隐藏").status == 422
    page = moderator.submit("隐藏", {"人身攻击、辱骂": True})
    assert page.path == f"/community/moderation/{post.id}" and "已办：隐藏" in page.main
    public = client.visit(f"/forum/{topic.id}").main
    assert "该发言因人身攻击、辱骂不显示" in public and "先说一句" not in public and "同意您说的" in public
    moderator.follow("恢复")
    moderator.press("恢复")
    assert "先说一句" in client.visit(f"/forum/{topic.id}").main


def test_a_proposed_topic_is_reviewed_like_a_post(world, author, desk, new_client):
    question = proposing.Question("楼道里能不能装扶手？", "三楼以上的老人上下楼费劲。")
    with writing():
        place = place_of(world.building.compound)
        proposed = proposing.propose(author.actor, author.member, place, question, "张女士")
    client = desk()
    assert "提议题" in client.visit("/community/moderation").main
    client.submit("请作者修改", {"重复": True, "给作者的话": "已经有一个一样的了。"}, within="张女士")
    assert db.session.get_one(Topic, proposed.id).state is TopicState.RETURNED
    with writing():
        proposing.change(author.actor, proposed.id, question)
    client.visit("/community/moderation")
    page = client.press("发布", within="张女士")
    assert "议题：发布" in page.main
    assert db.session.get_one(Topic, proposed.id).state is TopicState.OPEN
    resident = new_client()
    sign_in_resident(resident, author.number)
    assert "您6月17日9:00提的议题已发布" in resident.visit("/me/messages").main.replace("09:00", "9:00")


def test_the_second_look_from_the_authors_side_to_the_end(world, author, topic, desk, new_client):
    post = hold(author, topic, "你们这些人就知道添乱")
    community = desk()
    community.visit("/community/moderation")
    community.submit("不予发布", {"人身攻击、辱骂": True}, within="张女士")
    resident = new_client()
    sign_in_resident(resident, author.number)
    resident.visit("/me/posts")
    resident.follow("请街道办再看一次")
    page = resident.submit("请街道办再看一次", {"为什么应该发布": "我只是着急。"})
    assert "街道办正在看" in page.main and "6 月 18 日" in page.main
    assert "请街道再看 1" in community.visit("/community/moderation?show=appeals").main
    assert not community.visit(f"/community/moderation/{post.id}").has_link("再看一次")
    street = desk(Role.STREET)
    street.visit("/community/moderation?show=appeals")
    street.follow("看这条")
    street.follow("再看一次")
    assert "我只是着急。" in street.here.main
    assert street.press("维持").status == 422
    page = street.submit("维持", {"理由": "话里骂了人，换个说法就能发。"})
    assert "已决定，会告诉作者。" in page.main
    page = resident.visit(f"/forum/posts/{post.id}/appeal")
    assert "维持" in page.main and "话里骂了人，换个说法就能发。" in page.main
    assert "结果：维持不发布" in resident.visit("/me/messages").main


def test_a_reader_flags_once_and_hears_back(world, author, topic, desk, new_client):
    with writing():
        post = make_post(author, topic, HARSH)
        reader = make_neighbour(world.building, "13900003333")
    client = new_client()
    sign_in_resident(client, reader.number)
    client.visit(f"/forum/posts/{post.id}/flag")
    assert client.press("举报").status == 422
    page = client.submit("举报", {"人身攻击、辱骂": True})
    assert "您举报过这条发言" in page.main
    moderator = desk()
    moderator.visit("/community/moderation?show=flags")
    page = moderator.follow("看这条")
    assert "人身攻击、辱骂" in page.main and reader.number not in page.text
    moderator.press("没有问题，继续显示")
    assert "这条发言继续显示" in client.visit(f"/forum/posts/{post.id}/flag").main
    assert "继续显示" in client.visit("/me/messages").main


def test_tally_log_and_file_agree_with_what_happened(world, author, topic, desk, client):
    with writing():
        others = [make_neighbour(world.building, f"1390000444{n}") for n in range(3)]
    posts = [hold(each, topic, f"第 {n} 条意见") for n, each in enumerate([author, *others])]
    moderator = world.actor(Role.COMMUNITY)
    deeds = [
        (posts[0], PostAction.PUBLISH, None),
        (posts[1], PostAction.RETURN, Ground.PRIVACY),
        (posts[2], PostAction.REFUSE, Ground.ABUSE),
    ]
    for post, action, ground in deeds:
        with writing():
            act = moderating.decide(moderator, post.id, Decision(action, post.revision, ground))
    with writing():
        moderating.undo(moderator, act.id)
        revision = db.session.get_one(Post, posts[2].id).revision
        moderating.decide(
            moderator, posts[2].id, Decision(PostAction.REFUSE, revision, Ground.DUPLICATE, to_author="=1+1")
        )
    week = tally.this_week(world.community.id)
    assert (week.received, week.published, week.returned, week.waiting) == (4, 1, 1, 1)
    assert dict(week.refused) == {Ground.DUPLICATE: 1}
    page = client.visit("/forum")
    assert "本周收到 4 条，发布 1 条，请作者修改 1 条，未通过 1 条，还在看 1 条" in page.main
    assert "重复：1 条" in client.follow("（看原因）").main
    auditor = desk(Role.AUDITOR)
    page = auditor.visit("/community/moderation/log")
    rows = page.table("审核记录")
    assert len(rows) - 1 == 5 and "撤销" in page.main and "东局子社区 张建国" in page.main
    answer = auditor.get("/community/moderation/log.csv")
    lines = list(csv.reader(io.StringIO(answer.data.decode("utf-8-sig"))))
    assert len(lines) - 1 == 5 and any("'=1+1" in line for line in lines)
    with auditor.no_lint():
        assert [auditor.get("/community/moderation/log.csv").status_code for _ in range(5)][-1] == 429


def test_another_community_finds_nothing(world, author, topic, new_client):
    from portal.places.models import Community
    from tests.builders.identity import make_post as make_staff

    post = hold(author, topic)
    with writing():
        elsewhere = Community(street_id=world.community.street_id, name="万东路社区")
        db.session.add(elsewhere)
        other = make_staff(Role.COMMUNITY, "community2", "刘芳", communities=(elsewhere,))
    client = new_client()
    sign_in_staff(client, other)
    assert HARSH not in client.visit("/community/moderation").main
    assert client.get(f"/community/moderation/{post.id}").status_code == 404
    assert HARSH not in client.visit("/community/moderation/log").main


def test_the_word_list_holds_marks_and_cannot_silence(world, author, topic, desk):
    admin = desk(Role.ADMIN)
    admin.visit("/admin/forum")
    assert "这个词不能列入" in admin.submit("列入", {"词": "信访"}).main
    admin.submit("列入", {"词": "王八蛋"})
    assert "王八蛋" in admin.here.main
    hold(author, topic, "这个王 八蛋施工队半夜干活")
    page = desk().visit("/community/moderation")
    assert "词表里的词" in page.main and "<mark" in page.html
    admin.press("去掉")
    assert "词表是空的。" in admin.here.main
    admin.press("放入起始词表")
    assert "刷单" in admin.here.main and all(may_be_listed(word) for word in settings.starters())
    post = hold(author, topic, "有人在群里拉人刷单")
    assert "词表里的词" in desk().visit(f"/community/moderation/{post.id}").main
    page = admin.submit("保存", {"多少小时内看完": "8"})
    assert "8" in page.html and "收到后 8 小时内看完" in desk().visit("/community/moderation").main
    assert "请填 1 到 168 之间的数。" in admin.submit("保存", {"多少小时内看完": "0"}).main


def test_statements_do_not_grow_with_the_queue(world, author, topic, desk, sql_count):
    with writing():
        db.session.add(HeldWord(word="王八蛋", added_at=clock.now()))
    hold(author, topic)
    client = desk()

    def statements() -> int:
        with sql_count() as seen:
            client.visit("/community/moderation")
        return len(seen)

    few = statements()
    for n in range(6):
        with writing():
            other = make_neighbour(world.building, f"1390000555{n}")
        hold(other, topic, f"第 {n} 条")
    assert statements() == few <= 20


def test_a_post_becomes_a_case_only_with_its_authors_yes(author, topic, desk, new_client):
    with writing():
        post = make_post(author, topic, "3 号楼门口的井盖松了，夜里踩上去很危险。")
    moderator = desk()
    moderator.visit(f"/community/moderation/{post.id}")
    moderator.follow("请作者同意转为诉求")
    page = moderator.press("请作者同意转为诉求")
    assert "已办：请作者同意转为诉求" in page.main and not page.has_link("请作者同意转为诉求")
    assert db.session.scalar(select(func.count()).select_from(Case)) == 0
    resident = new_client()
    sign_in_resident(resident, author.number)
    resident.visit("/me/messages")
    assert "替您登记成诉求" in resident.here.main
    resident.visit(f"/forum/posts/{post.id}/case")
    assert resident.press("交上去").status == 422
    page = resident.submit("交上去", {"要不要转为诉求": "同意，替我登记"})
    [case] = db.session.scalars(select(Case))
    assert page.path == f"/case/{case.ref}" and "井盖松了" in page.main
    assert db.session.scalars(select(Link.target).where(Link.source == post.subject)).all() == [case.subject]
    assert "已登记成您的诉求" in resident.visit(f"/forum/posts/{post.id}/case").main


def test_the_menu_says_how_much_waits_on_every_page_of_the_desk(world, author, topic, desk, sql_count):
    hold(author, topic)
    with writing():
        make_post(author, topic, "已经发布的不算。")
        proposing.propose(author.actor, author.member, place_of(world.building.compound), QUESTION, None)
    assert "发言审核2" in desk().visit("/community/topics").text.replace(" ", "")
    assert "发言审核2" not in desk(Role.STREET).visit("/community/topics").text.replace(" ", "")
    actor = world.actor(Role.COMMUNITY)
    with sql_count() as seen:
        assert queue.to_do(actor) == 2
    assert len(seen) == 1


def test_the_tally_at_its_edges_agrees_with_the_log(world, author, topic, at):
    """A post hidden and shown again stays published once; one that won its second look never counts as published,
    in whichever week and whatever happens to it afterwards."""
    community, street = world.actor(Role.COMMUNITY), world.actor(Role.STREET)
    shown, won = hold(author, topic, "灯要装感应的。"), hold(author, topic, HARSH)
    for post, action, ground in (
        (shown, PostAction.PUBLISH, None),
        (won, PostAction.REFUSE, Ground.ABUSE),
        (shown, PostAction.HIDE, Ground.OFF_TOPIC),
        (shown, PostAction.RESTORE, None),
    ):
        with writing():
            moderating.decide(community, post.id, Decision(action, post.revision, ground))
    first = tally.this_week(world.community.id)
    assert (first.received, first.published, first.refused_in_all, first.hidden, first.restored) == (2, 1, 1, 1, 1)

    at("2024-06-24 10:00")
    with writing():
        second_look.ask(author.actor, won.id, "这是批评，不是骂人。")
    with writing():
        second_look.decide(street, won.id, publish=True, reason="批评意见照样发布。", revision=won.revision)
    with writing():
        moderating.decide(community, won.id, Decision(PostAction.HIDE, won.revision, Ground.OFF_TOPIC))
    second, before = tally.weeks(world.community.id)
    assert before == first
    assert (second.received, second.published, second.hidden, second.second_looks, second.overturned) == (0, 0, 1, 1, 1)
    judged = select(ModerationAct.action, func.count()).group_by(ModerationAct.action)
    counted = dict(db.session.execute(judged).all())
    assert counted[PostAction.HIDE] == before.hidden + second.hidden
    assert (counted[PostAction.PUBLISH], counted[PostAction.REFUSE]) == (before.published, before.refused_in_all)
    assert (counted[PostAction.RESTORE], counted[PostAction.OVERTURN]) == (before.restored, second.overturned)
