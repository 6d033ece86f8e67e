"""议事厅 from the proposal to the tally, in real browsers: residents on phones, moderators at a desk with the keyboard.

A neighbour proposes, four others write: one text is stopped until its phone number is out, one insults, one criticizes
harshly but fairly, one is looked at too late. The insult's author asks for a second look and loses with a reason.
"""

import re

import pytest
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import select

from portal.audit import journal
from portal.core.extensions import db
from portal.core.writing import writing
from portal.domain.moderation import Desk, PostAction
from portal.domain.moderation_grounds import Ground
from portal.domain.roles import Role
from portal.forum import promise, tally
from portal.forum.models import ModerationAct, Post
from portal.identity import sessions
from portal.identity.models import StaffPost
from portal.messaging.models import InboxMessage
from tests.builders.cases import World, make_world
from tests.builders.forum import Neighbour, make_neighbour
from tests.fixtures.browser import DESK, PHONE

pytestmark = [pytest.mark.browser, pytest.mark.story, pytest.mark.databases("sqlite")]
HARSH = "改造到现在没人来问过我们一句，工程质量差，钱花哪儿了也不公开，必须给个说法！"
INSULT = "你们这些老不死的就知道添乱"
PLAIN = "南墙边离 3 号楼近，老人走得动，也不挡路。"
REASON = "话里骂了人。请把骂人的话去掉再发，意见照样发布。"


def opened(browser: Browser, live, who: Neighbour | StaffPost) -> Page:
    """A browser of their own: residents hold a phone, officers sit at a desk."""
    is_staff = isinstance(who, StaffPost)
    with writing():
        token = sessions.open_session(post=who) if is_staff else sessions.open_session(account=who.member.account)
    context = browser.new_context(viewport=DESK if is_staff else PHONE, locale="zh-CN")
    context.add_cookies([{"name": sessions.cookie_name(), "value": token, "url": live.base}])
    context.set_default_timeout(15_000)
    return context.new_page()


def write(page: Page, live, topic: int, words: str, stance: str = "建议") -> None:
    page.goto(live.url(f"/forum/{topic}/reply"))
    page.get_by_label(stance, exact=True).check()
    page.get_by_label("我想说").fill(words)
    page.get_by_role("button", name="提交发言").click()


def act(desk: Page, live, *keys: str) -> None:
    """The queue afresh, then these keys; the answer is the queue again."""
    desk.goto(live.url("/community/moderation"))
    for key in keys[:-1]:
        desk.keyboard.press(key)
    with desk.expect_navigation():
        desk.keyboard.press(keys[-1])
    expect(desk.get_by_role("status").first).to_contain_text(re.compile("刚才|议题"))


def inbox() -> list[str]:
    db.session.rollback()
    return [message.event for message in db.session.scalars(select(InboxMessage).order_by(InboxMessage.id))]


def test_neighbours_deliberate(live, browser: Browser, at, axe, no_horizontal_scroll):
    at("2024-06-17 09:00")
    with writing():
        world: World = make_world()
        asker, calm, angry, critic, late = (make_neighbour(world.building, f"1390000222{n}") for n in range(5))
    topic = propose(browser, live, asker)
    desk = opened(browser, live, world.posts[Role.COMMUNITY])
    act(desk, live, "j", "1")  # the proposal

    phone = opened(browser, live, calm)
    write(phone, live, topic, f"{PLAIN}打 13800001234 找我")
    expect(phone.get_by_role("alert")).to_contain_text("手机号或身份证号")
    phone.get_by_label("我想说").fill(PLAIN)
    phone.get_by_role("button", name="提交发言").click()
    expect(phone).not_to_have_url(re.compile("reply$"))
    at("2024-06-17 09:10")
    insulting = opened(browser, live, angry)
    write(insulting, live, topic, INSULT, "反对")
    at("2024-06-17 09:20")
    write(opened(browser, live, critic), live, topic, HARSH, "反对")

    desk.goto(live.url("/community/moderation"))
    expect(desk.locator("[data-held]")).to_have_count(3)
    axe(desk)
    act(desk, live, "j", "1")  # the plain one, its promise ends first
    act(desk, live, "j", "3", "ArrowDown", "3")  # the insult: 不予发布 leads to the reasons first
    act(desk, live, "j", "1")  # the harsh but fair one
    expect(desk.locator("main")).to_contain_text("都审完了。")
    no_horizontal_scroll(desk, (320, 390))

    public = opened(browser, live, asker)
    public.goto(live.url(f"/forum/{topic}"))
    expect(public.locator("main")).to_contain_text(HARSH)
    expect(public.locator("main")).to_contain_text(PLAIN)
    expect(public.locator("main")).not_to_contain_text(INSULT)

    second_look(browser, live, insulting, world.posts[Role.STREET])
    too_late(browser, live, world, late, topic, at)
    agrees(browser, live, world)


def propose(browser: Browser, live, asker: Neighbour) -> int:
    phone = opened(browser, live, asker)
    phone.goto(live.url("/forum/new"))
    phone.get_by_label("题目").fill("自行车棚放哪里？")
    phone.get_by_role("textbox", name="说明").fill("2 门旁边和南墙边都可以放，请大家说说。")
    phone.get_by_role("button", name="提交议题").click()
    expect(phone).to_have_url(re.compile("/me/posts|/forum"))
    db.session.rollback()
    from portal.forum.topic_models import Topic

    return db.session.scalars(select(Topic.id)).one()


def second_look(browser: Browser, live, author: Page, officer: StaffPost) -> None:
    author.goto(live.url("/me/posts"))
    expect(author.locator("main")).to_contain_text("人身攻击、辱骂")
    author.get_by_role("link", name="请街道办再看一次").click()
    author.get_by_label("为什么应该发布").fill("我只是着急。")
    author.get_by_role("button", name="请街道办再看一次").click()
    expect(author.locator("main")).to_contain_text("街道办正在看")
    street = opened(browser, live, officer)
    street.goto(live.url("/community/moderation?show=appeals"))
    street.get_by_role("link", name=re.compile("看这条")).click()
    street.get_by_role("link", name="再看一次").click()
    street.get_by_label("理由").fill(REASON)
    street.get_by_role("button", name="维持").click()
    expect(street.get_by_role("status").first).to_contain_text("已决定")
    author.reload()
    expect(author.locator("main")).to_contain_text(REASON)


def too_late(browser: Browser, live, world: World, author: Neighbour, topic: int, at) -> None:
    at("2024-06-17 10:00")
    write(opened(browser, live, author), live, topic, "晚上要有灯，不然老人不敢走。")
    at("2024-06-18 10:01")
    promise.pass_on_late()
    db.session.rollback()
    assert db.session.scalars(select(Post).order_by(Post.id.desc())).first().desk is Desk.STREET
    community = opened(browser, live, world.posts[Role.COMMUNITY])
    community.goto(live.url("/community/moderation"))
    expect(community.locator("main")).to_contain_text("都审完了。")
    street = opened(browser, live, world.posts[Role.STREET])
    street.goto(live.url("/community/moderation"))
    expect(street.locator("main")).to_contain_text("社区没按时看完")
    act(street, live, "j", "1")


def agrees(browser: Browser, live, world: World) -> None:
    """Messages, tally, log and journal tell the same story."""
    events = inbox()
    assert events.count("post_published") == 3 and events.count("topic_published") == 1
    assert {"post_rejected", "staff_post_asked", "post_appeal", "post_late", "staff_posts_late"} <= set(events)
    week = tally.this_week(world.community.id)
    assert (week.received, week.published, dict(week.refused)) == (4, 3, {Ground.ABUSE: 1})
    assert (week.second_looks, week.overturned, week.waiting) == (1, 0, 0)
    acts = [act.action for act in db.session.scalars(select(ModerationAct).order_by(ModerationAct.id))]
    assert acts == [
        PostAction.PUBLISH, PostAction.PUBLISH, PostAction.REFUSE, PostAction.PUBLISH, PostAction.APPEAL,
        PostAction.UPHOLD, PostAction.ESCALATE, PostAction.PUBLISH,
    ]  # fmt: skip
    auditor = opened(browser, live, world.posts[Role.AUDITOR])
    auditor.goto(live.url("/community/moderation/log"))
    expect(auditor.locator("table.log tbody tr")).to_have_count(len(acts))
    assert journal.verify().broken_at is None
