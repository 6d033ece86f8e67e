"""The forum of the world in which everything has happened once."""

from dataclasses import dataclass, field
from datetime import timedelta

from portal.core import clock
from portal.core.writing import writing
from portal.domain.moderation import PostState
from portal.domain.moderation_grounds import Ground
from portal.domain.roles import Role
from portal.forum import attaching, concluding, flags, offering, proposing, publishing, second_look, stages
from portal.forum.homes import place_around
from portal.forum.models import Post
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
    meeting: Meeting
    posts: dict[str, Post] = field(default_factory=dict)


def make_forum(world: World) -> Forum:
    """In transactions of its own; needs an app context."""
    document = documents.receive(sent_pdf("车棚位置比选（南墙边、2 门旁边）.pdf", 2))
    with writing():
        author = make_neighbour(world.building, PHONE[3:])
        neighbour = make_neighbour(world.other_building, "13900007777", "王强")
        topic = make_topic(world)
        when = concluding.Appointment(clock.now() + timedelta(hours=1), "社区会议室", "1. 选址 2. 装灯")
        meeting = concluding.call_meeting(world.actor(Role.COMMUNITY), topic, when)
        attaching.attach(world.actor(Role.COMMUNITY), topic, document)
        stages.plan(world.actor(Role.COMMUNITY), topic, topic.closes_at, {3: clock.today() + timedelta(days=20)})
        forum = Forum(author, topic, _proposal(author), _ended(world, author), meeting)
        for name, (state, ground) in STATES.items():
            forum.posts[name] = make_post(author, forum.topic, state=PostState.HELD)
            if state is not PostState.HELD:
                publishing.set_state(forum.posts[name], state, ground)
        publishing.set_state(forum.posts["hidden"], PostState.HIDDEN, Ground.ADVERTISING)
        second_look.ask(author.actor, forum.posts["appealed"].id, "我只是着急。")
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
    """With an answer and two points, one of them to be done."""
    topic, actor = make_topic(world), world.actor(Role.COMMUNITY)
    make_post(author, topic, "南墙边好")
    concluding.answer(actor, topic, "南墙边可以装灯。")
    concluding.save_summary(actor, topic, "多数赞成南墙边。")
    by = clock.today().replace(month=8)
    unit = world.units["FWZX"].id
    concluding.put_point(actor, topic, concluding.PointWords("放南墙边", Verdict.ADOPTED, "多数赞成。", unit, by))
    concluding.put_point(actor, topic, concluding.PointWords("装充电口", Verdict.NOT_NOW, "电力要先增容。"))
    concluding.publish(actor, topic)
    return topic


STATES = {
    "held": (PostState.HELD, None),
    "published": (PostState.PUBLISHED, None),
    "returned": (PostState.RETURNED, Ground.PRIVACY),
    "refused": (PostState.REFUSED, Ground.ABUSE),
    "appealed": (PostState.REFUSED, Ground.ABUSE),
    "hidden": (PostState.PUBLISHED, None),
}
