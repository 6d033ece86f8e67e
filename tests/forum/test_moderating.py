"""The first look: what a decision does, what it needs, how it is undone, and that two moderators never act twice."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import select

from portal.audit import journal
from portal.core import clock
from portal.core.extensions import db
from portal.core.writing import writing
from portal.domain.errors import Conflict, DomainError, NotAllowed, NotFound
from portal.domain.moderation import Desk, PostAction, PostState
from portal.domain.moderation_grounds import Clause, Ground
from portal.domain.roles import Role
from portal.forum import acts, flags, moderating, moving, promise, queue, second_look
from portal.forum.models import Flag, ModerationAct, Post
from portal.forum.moderating import Decision
from portal.forum.topic_models import TopicVoice
from portal.identity.sessions import staff_actor
from portal.messaging.models import InboxMessage, OutboxMessage
from tests.builders.cases import World
from tests.builders.forum import make_neighbour, make_post, make_topic
from tests.builders.identity import make_post as make_staff

INSULT = "你们这些老不死的就知道添乱"


@pytest.fixture
def held(world) -> Post:
    with writing():
        return make_post(make_neighbour(world.building), make_topic(world), INSULT, state=PostState.HELD)


def decide(world: World, post: Post, action: PostAction, role: Role = Role.COMMUNITY, **why) -> ModerationAct:
    with writing():
        revision = why.pop("revision", db.session.get_one(Post, post.id).revision)
        return moderating.decide(world.actor(role), post.id, Decision(action, revision, **why))


def told() -> list[str]:
    db.session.rollback()
    return [entry.event for entry in db.session.scalars(select(InboxMessage).order_by(InboxMessage.id))]


@pytest.mark.databases("sqlite")
def test_a_refusal_names_a_ground_tells_the_author_and_is_on_record(world, held):
    act = decide(world, held, PostAction.REFUSE, ground=Ground.ABUSE)
    assert (act.before, act.after, act.ground, act.staff_id) == (
        "held", "refused", Ground.ABUSE, world.posts[Role.COMMUNITY].id,
    )  # fmt: skip
    assert act.texts and act.texts.words == INSULT and "就事论事" in act.texts.to_author
    assert db.session.get_one(Post, held.id).state is PostState.REFUSED
    assert told() == ["post_rejected"]
    assert journal.verify().broken_at is None


@pytest.mark.databases("sqlite")
@pytest.mark.parametrize(
    ("why", "field"),
    [
        ({}, "ground"),
        ({"ground": Ground.ILLEGAL}, "clause"),
        ({"ground": Ground.ABUSE, "to_author": "长" * 201}, "to_author"),
        ({"ground": Ground.ABUSE, "fragment": "原文里没有"}, "fragment"),
    ],
)
def test_what_a_request_for_change_needs(world, held, why, field):
    with pytest.raises(DomainError) as refused:
        decide(world, held, PostAction.RETURN, **why)
    assert refused.value.field == field
    assert db.session.get_one(Post, held.id).state is PostState.HELD


@pytest.mark.databases("sqlite")
def test_unlawful_content_names_the_provision_and_a_change_marks_words(world, held):
    decide(world, held, PostAction.RETURN, ground=Ground.ABUSE, fragment="老不死的")
    act = acts.last_act(held)
    assert act and act.texts and act.texts.fragment == "老不死的"
    with writing():
        other = make_post(make_neighbour(world.building, "13900003333"), held.topic, "谣言", state=PostState.HELD)
    illegal = decide(world, other, PostAction.REFUSE, ground=Ground.ILLEGAL, clause=Clause.RUMOUR)
    assert illegal.clause is Clause.RUMOUR


def test_the_second_of_two_moderators_is_told_who_was_faster(world, held):
    decide(world, held, PostAction.PUBLISH)
    with pytest.raises(Conflict) as late:
        decide(world, held, PostAction.REFUSE, revision=1, ground=Ground.ABUSE)
    assert late.value.params["name"] == "张*"
    assert told() == ["post_published"]


def test_two_at_the_same_moment_act_once(app, world, held):
    post_id, actor = held.id, world.actor(Role.COMMUNITY)
    db.session.commit()

    def press(action: PostAction) -> str:
        with app.app_context():
            try:
                with writing():
                    moderating.decide(actor, post_id, Decision(action, 1, Ground.ABUSE))
                return "done"
            except Conflict:
                return "late"

    with ThreadPoolExecutor(4) as hands:
        answers = list(hands.map(press, [PostAction.PUBLISH, PostAction.REFUSE] * 2))
    assert sorted(answers) == ["done", "late", "late", "late"]
    assert db.session.scalar(select(ModerationAct.id).where(ModerationAct.post_id == post_id)) is not None
    assert len(db.session.scalars(select(ModerationAct)).all()) == 1


@pytest.mark.databases("sqlite")
def test_undo_takes_everything_back_and_tells_nobody(world, held, at):
    act = decide(world, held, PostAction.PUBLISH)
    with writing():
        moderating.undo(world.actor(Role.COMMUNITY), act.id)
    post = db.session.get_one(Post, held.id)
    assert (post.state, post.published_at) == (PostState.HELD, None)
    assert not told() and not db.session.scalars(select(TopicVoice)).all()
    [sms] = db.session.scalars(select(OutboxMessage))
    assert (sms.state, sms.error_code) == ("blocked", "undone")
    again = decide(world, held, PostAction.PUBLISH)
    at("2024-06-17 09:01")
    with pytest.raises(Conflict), writing():
        moderating.undo(world.actor(Role.COMMUNITY), again.id)


@pytest.mark.databases("sqlite")
def test_only_ones_own_last_step_is_undone(world, held):
    act = decide(world, held, PostAction.PUBLISH)
    with writing():
        other = staff_actor(make_staff(Role.COMMUNITY, "community2", "刘芳", communities=(world.community,)))
    with pytest.raises(Conflict), writing():
        moderating.undo(other, act.id)


@pytest.mark.databases("sqlite")
def test_hiding_keeps_the_original_and_showing_it_again_brings_it_back(world, held):
    decide(world, held, PostAction.PUBLISH)
    decide(world, held, PostAction.HIDE, ground=Ground.ABUSE)
    post = db.session.get_one(Post, held.id)
    assert (post.state, post.words, post.ground) == (PostState.HIDDEN, INSULT, Ground.ABUSE)
    decide(world, held, PostAction.RESTORE)
    assert db.session.get_one(Post, held.id).state is PostState.PUBLISHED
    assert told() == ["post_published", "post_hidden", "post_restored"]


@pytest.mark.databases("sqlite")
def test_bulk_publishes_what_is_still_there(world, held):
    with writing():
        other = make_post(make_neighbour(world.building, "13900003333"), held.topic, state=PostState.HELD)
    decide(world, held, PostAction.REFUSE, ground=Ground.ABUSE)
    with writing():
        done, late = moderating.publish_many(world.actor(Role.COMMUNITY), {held.id: 1, other.id: 1, 98765: 1})
    assert (done, late) == (1, 2)


@pytest.mark.databases("sqlite")
def test_what_speaks_of_the_community_is_not_theirs(world):
    with writing():
        post = make_post(
            make_neighbour(world.building), make_topic(world), "居委会从来不听我们说", state=PostState.HELD
        )
    assert (post.desk, post.about_unit) == (Desk.STREET, True)
    with pytest.raises(NotFound):
        decide(world, post, PostAction.PUBLISH)
    assert decide(world, post, PostAction.PUBLISH, Role.STREET).after == "published"


@pytest.mark.databases("sqlite")
def test_what_is_late_goes_to_the_street_by_itself_once(world, held, at):
    at("2024-06-18 09:00")
    promise.pass_on_late()
    assert db.session.get_one(Post, held.id).desk is Desk.COMMUNITY  # the promise ends with its last second
    at("2024-06-18 09:01")
    promise.pass_on_late()
    promise.pass_on_late()
    post = db.session.get_one(Post, held.id)
    assert post.desk is Desk.STREET and post.escalated_at == clock.now()
    assert sorted(told()) == ["post_late", "staff_posts_late"]
    assert queue.counts(world.actor(Role.COMMUNITY)).held == 0 and queue.counts(world.actor(Role.STREET)).held == 1
    assert decide(world, held, PostAction.PUBLISH, Role.STREET).after == "published"


@pytest.mark.databases("sqlite")
def test_the_second_look_is_somebody_elses_once_and_with_a_reason(world, held):
    author = held.account_id
    decide(world, held, PostAction.REFUSE, Role.STREET, ground=Ground.ABUSE)
    with writing():
        resident = make_actor(author)
        second_look.ask(resident, held.id, "我只是着急")
    revision = db.session.get_one(Post, held.id).revision

    def look(actor, reason="骂了人，请换个说法再发。", publish=False):
        with writing():
            return second_look.decide(actor, held.id, publish=publish, reason=reason, revision=revision)

    with pytest.raises(NotAllowed):
        look(world.actor(Role.STREET))  # decided before
    with writing():
        street = db.session.get_one(type(world.community), world.community.id).street
        fresh = staff_actor(make_staff(Role.STREET, "street2", "马文静", agency=world.units["JD"], streets=(street,)))
    with pytest.raises(DomainError, match="reason"):
        look(fresh, " ")
    look(fresh)
    with pytest.raises(Conflict):
        look(fresh, publish=True)
    post = db.session.get_one(Post, held.id)
    assert post.state is PostState.REFUSED and post.appeal and post.appeal.upheld is False
    assert told()[-1] == "post_appeal" and told().count("staff_post_asked") == 1
    with pytest.raises(DomainError), writing():
        second_look.ask(resident, held.id, "再看一次")


def make_actor(account_id: int):
    from portal.domain.actors import Actor

    return Actor("resident", account_id, role=Role.RESIDENT)


@pytest.mark.databases("sqlite")
def test_an_upheld_appeal_publishes(world, held):
    decide(world, held, PostAction.REFUSE, ground=Ground.OFF_TOPIC)
    with writing():
        second_look.ask(make_actor(held.account_id), held.id, "")
    with writing():
        revision = db.session.get_one(Post, held.id).revision
        second_look.decide(
            world.actor(Role.STREET), held.id, publish=True, reason="说的是本议题的事。", revision=revision
        )
    assert db.session.get_one(Post, held.id).state is PostState.PUBLISHED


def test_enough_flags_bring_it_back_and_each_reader_is_answered(world, held):
    decide(world, held, PostAction.PUBLISH)
    with writing():
        readers = [make_neighbour(world.building, f"1390000444{n}") for n in range(3)]
    for n, reader in enumerate(readers):
        with writing():
            assert flags.flag(reader.actor, held.id, Ground.ABUSE, "骂人")
            assert not flags.flag(reader.actor, held.id, Ground.ABUSE)
        assert (db.session.get_one(Post, held.id).requeued_at is not None) == (n == 2)
    assert queue.counts(world.actor(Role.COMMUNITY)).flags == 1
    act = decide(world, held, PostAction.HIDE, ground=Ground.ABUSE)
    assert told().count("flag_answered") == 3
    assert {flag.upheld for flag in db.session.scalars(select(Flag))} == {True}
    with writing():
        moderating.undo(world.actor(Role.COMMUNITY), act.id)
    assert db.session.get_one(Post, held.id).flags == 3 and "flag_answered" not in told()
    with writing():
        flags.keep(world.actor(Role.COMMUNITY), held.id, db.session.get_one(Post, held.id).revision)
    assert db.session.get_one(Post, held.id).flags == 0 and told().count("flag_answered") == 3


@pytest.mark.databases("sqlite")
def test_nobody_flags_their_own(world, held):
    decide(world, held, PostAction.PUBLISH)
    with pytest.raises(NotAllowed), writing():
        flags.flag(make_actor(held.account_id), held.id, Ground.ABUSE)


@pytest.mark.databases("sqlite")
def test_a_post_moves_with_its_replies(world, held):
    decide(world, held, PostAction.PUBLISH)
    with writing():
        other = make_topic(world)
        reply = make_post(make_neighbour(world.building, "13900003333"), held.topic, "别吵", parent=held)
    with writing():
        revision = db.session.get_one(Post, held.id).revision
        moving.move_to(world.actor(Role.COMMUNITY), held.id, other.id, revision)
    db.session.rollback()
    assert {db.session.get_one(Post, found).topic_id for found in (held.id, reply.id)} == {other.id}
    assert db.session.get_one(Post, held.id).replies == 1
    assert told()[-1] == "post_moved"


def test_the_queue_begins_with_the_nearest_promise(world, at):
    with writing():
        topic = make_topic(world)
        first = make_post(make_neighbour(world.building), topic, state=PostState.HELD)
        at("2024-06-17 10:00")
        second = make_post(make_neighbour(world.building, "13900003333"), topic, state=PostState.HELD)
    rows = db.session.scalars(queue.held(world.actor(Role.COMMUNITY)).order_by(Post.due_at, Post.id)).all()
    assert [post.id for post in rows] == [first.id, second.id]
    assert rows[0].due_at - rows[0].submitted_at == timedelta(hours=24)
