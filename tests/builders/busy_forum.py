"""The forum of the world in which everything has happened once."""

from dataclasses import dataclass, field
from datetime import timedelta

from portal.core import clock
from portal.core.writing import writing
from portal.domain.moderation import Emergency, PostAction, PostState
from portal.domain.moderation_grounds import Ground
from portal.domain.roles import Role
from portal.forum import (
    attaching,
    concluding,
    drafts,
    flags,
    meetings,
    moderating,
    offering,
    proposing,
    second_look,
    settings,
    stages,
    submitting,
    switch,
)
from portal.forum.homes import place_around, place_of
from portal.forum.models import Post
from portal.forum.moderating import Decision
from portal.forum.topic_models import Meeting, ScopeKind, Topic, TopicState, Verdict
from portal.media import documents
from portal.media import services as media
from portal.media.models import Owner
from tests.builders.cases import PHONE, World
from tests.builders.forum import QUESTION, Neighbour, make_neighbour, make_post, make_topic
from tests.builders.pdf import sent_pdf
from tests.media import pictures


@dataclass
class Forum:
    """`author` is who the walks are signed in as; `posts` by the author's, by what happened to them."""

    author: Neighbour
    topic: Topic
    proposal: Topic
    ended: Topic
    switched: Topic
    meeting: Meeting
    posts: dict[str, Post] = field(default_factory=dict)


def make_forum(world: World) -> Forum:
    """In transactions of its own; needs an app context."""
    document = documents.receive(sent_pdf("车棚位置比选（南墙边、2 门旁边）.pdf", 2))
    with writing():
        author = make_neighbour(world.building, PHONE[3:])
        neighbour = make_neighbour(world.other_building, "13900007777", "王强")
        topic = make_topic(world)
        when = meetings.Appointment(clock.now() + timedelta(hours=1), "社区会议室", "1. 选址 2. 装灯")
        meeting = meetings.call(world.actor(Role.COMMUNITY), topic, when)
        attaching.attach(world.actor(Role.COMMUNITY), topic, document)
        stages.plan(world.actor(Role.COMMUNITY), topic, topic.closes_at, {3: clock.today() + timedelta(days=20)})
        forum = Forum(author, topic, _proposal(author), _ended(world, author), _switched(world), meeting)
        for name, decisions in DECISIONS.items():
            forum.posts[name] = make_post(author, forum.topic, state=PostState.HELD)
            for action, ground in decisions:
                _decide(world, forum.posts[name], action, ground)
        for name in ("appealed", "upheld"):
            second_look.ask(author.actor, forum.posts[name].id, "我只是着急。")
        refused = forum.posts["upheld"]
        reason = "话里骂了人，换个说法就能发。"
        second_look.decide(
            world.actor(Role.STREET), refused.id, publish=False, reason=reason, revision=refused.revision
        )
        submitting.change(author.actor, forum.posts["held"].id, "放在 2 门旁边太吵，还是南墙边好。")
        drafts.keep(author.actor, topic.id, {"words": "还没写完的话", "stance": "suggestion"})
        first = forum.posts["published"]
        [picture] = media.take_in([pictures.sent(pictures.jpeg(160, 120))]).good
        media.keep(picture, Owner("post", first.id))
        for number in range(4):
            make_post(neighbour, forum.topic, f"同意，第 {number} 条补充。", parent=first, shown_name=None)
        forum.posts["neighbour"] = make_post(neighbour, forum.topic, "灯要装感应的。", shown_name=None)
        flags.flag(author.actor, forum.posts["neighbour"].id, Ground.OFF_TOPIC, "说的是灯")
        _suspicious(neighbour, forum.topic)
        offering.ask(world.actor(Role.COMMUNITY), forum.posts["held"].id, forum.posts["held"].revision)
    return forum


def _suspicious(author: Neighbour, topic: Topic) -> None:
    """What the moderators' queue marks and what it does not."""
    make_post(author, topic, "幺三八零零一三八零零零可以找我商量。", state=PostState.HELD)


def _proposal(author: Neighbour) -> Topic:
    """Sent back: its author may change it."""
    topic = proposing.propose(
        author.actor, author.member, place_around(author.member, ScopeKind.BUILDING), QUESTION, "张女士"
    )
    topic.state, topic.ground, topic.reason = TopicState.RETURNED, Ground.OFF_TOPIC, "请写清楚是哪栋楼的事。"
    return topic


def _ended(world: World, author: Neighbour) -> Topic:
    """With an answer, a meeting and two points, one of them done."""
    topic = make_topic(world, place=place_of(world.building.compound, "自行车棚"))
    actor = world.actor(Role.COMMUNITY)
    make_post(author, topic, "南墙边好")
    concluding.answer(actor, topic, "南墙边可以装灯。")
    meeting = meetings.call(actor, topic, meetings.Appointment(clock.now(), "社区会议室", "1. 选址"))
    meetings.note_minutes(actor, topic, meeting, 12, "到会 12 户，都同意南墙边。")
    concluding.save_summary(actor, topic, "多数赞成南墙边。")
    by = clock.today().replace(month=8)
    unit = world.units["FWZX"].id
    concluding.put_point(actor, topic, concluding.PointWords("放南墙边", Verdict.ADOPTED, "多数赞成。", unit, by))
    concluding.put_point(actor, topic, concluding.PointWords("装充电口", Verdict.NOT_NOW, "电力要先增容。"))
    concluding.put_point(actor, topic, concluding.PointWords("装灯", Verdict.PARTLY, "先装两盏。", unit, by))
    concluding.publish(actor, topic)
    concluding.mark_done(actor, topic, 3, "两盏感应灯装好了。")
    return topic


def _switched(world: World) -> Topic:
    """Posting is paused, and a word is on the list."""
    topic, actor = make_topic(world), world.actor(Role.COMMUNITY)
    switch.turn(actor, topic.id, Emergency.PAUSED, 24, "有人刷屏，先停一天。")
    settings.list_word(world.actor(Role.ADMIN), "王八蛋")
    return topic


def _decide(world: World, post: Post, action: PostAction, ground: Ground | None) -> None:
    fragment = "2 门旁边" if action is PostAction.RETURN else ""
    words = "请把这几个字去掉再发。" if ground else ""
    decision = Decision(action, post.revision, ground, to_author=words, fragment=fragment)
    moderating.decide(world.actor(Role.COMMUNITY), post.id, decision)


PUBLISH, RETURN, REFUSE = PostAction.PUBLISH, PostAction.RETURN, PostAction.REFUSE
DECISIONS: dict[str, list[tuple[PostAction, Ground | None]]] = {
    "held": [],
    "published": [(PUBLISH, None)],
    "returned": [(RETURN, Ground.PRIVACY)],
    "refused": [(REFUSE, Ground.ABUSE)],
    "appealed": [(REFUSE, Ground.ABUSE)],
    "upheld": [(REFUSE, Ground.ABUSE)],
    "hidden": [(PUBLISH, None), (PostAction.HIDE, Ground.ADVERTISING)],
}
