"""The demo's forum: living topics, posts that wait for a look, one topic that ended with points."""

import io
from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import cycle
from random import Random

from sqlalchemy import select
from werkzeug.datastructures import FileStorage

from portal.chain import turning
from portal.cli.demo import codes, pdf
from portal.cli.demo.forum_stories import ENDED, ENDINGS, PROPOSED, STORIES, SUMMARY, Said, Story
from portal.cli.demo.moments import awake, office
from portal.cli.demo.staff import officer
from portal.core import clock
from portal.core.extensions import db
from portal.core.writing import writing
from portal.domain.actors import Actor
from portal.domain.moderation import PostAction, PostState
from portal.domain.roles import Role
from portal.forum import acts, attaching, concluding, meetings, proposing, publishing, stages, submitting
from portal.forum.homes import Place, names_for, place_around, place_of
from portal.forum.models import Post, Support
from portal.forum.topic_models import ScopeKind, Topic
from portal.identity.models import StaffPost
from portal.identity.sessions import staff_actor
from portal.media import documents
from portal.membership.models import Membership, MembershipState
from portal.places.models import Agency, Building, Compound
from portal.roster.models import Household

People = Iterator[Membership]


def discuss(end: datetime, seed: int) -> None:
    """In transactions of its own. Does nothing for compounds that a smaller demo does not have."""
    random = Random(f"{seed}:forum")
    for story in (ENDED, *STORIES):
        compound = db.session.scalar(select(Compound).where(Compound.code == (story.compound or "DJZ")))
        if compound is None or not _people(compound, True, random):
            continue
        with writing():
            compound = db.session.get_one(Compound, compound.id)
            topic = _tell(story, compound, end, random)
            if story is ENDED:
                _conclude(topic, end, random)
                _make_case(topic, end, seed)
    with writing():
        _propose(end, random)


def _tell(story: Story, compound: Compound, end: datetime, random: Random) -> Topic:
    opened, people = end - timedelta(days=story.days), cycle(_people(compound, bool(story.compound), random))
    clock.travel(office(opened, random))
    topic = _topic(story, compound, end, next(people))
    length = (min(end, opened + timedelta(days=story.days)) - clock.now()) * 0.85
    for at, said in enumerate(story.said):
        moment = awake(clock.now() if said.waits else opened + length * (at + 1) / (len(story.said) + 1), random)
        if said.waits:
            moment = end - timedelta(minutes=random.randint(30, 60 * 20))
        _say(said, topic, moment, end, people, random)
    clock.travel(min(office(opened + length / 2, random), end))
    if story.document[0]:
        _put_up(story, topic)
    if story.answer:
        concluding.answer(officer(story.answered_by), topic, story.answer)
    if story.meeting:
        when = meetings.Appointment(
            _evening(end, 3), story.meeting, "1. 听设计单位讲两个位置\n2. 逐个发言\n3. 举手看大家的意向"
        )
        meetings.call(officer("community2"), topic, when)
    return topic


def _put_up(story: Story, topic: Topic) -> None:
    name, pages = story.document
    found = documents.receive(FileStorage(io.BytesIO(pdf.written(pages)), name))
    organizer = officer("community2")
    attaching.attach(organizer, topic, found)
    assert topic.closes_at is not None
    closing = clock.local(topic.closes_at).date()
    stages.plan(organizer, topic, topic.closes_at, {3: closing + timedelta(days=7)})


def _evening(end: datetime, days: int) -> datetime:
    return clock.local(end + timedelta(days=days)).replace(hour=19, minute=0, second=0, microsecond=0)


def _topic(story: Story, compound: Compound, end: datetime, first: Membership) -> Topic:
    place = place_of(compound, story.works_item or None)
    if not story.compound:
        place = Place(ScopeKind.COMMUNITY, compound.community.street_id, compound.community_id)
    question = proposing.Question(story.title, story.background, story.options)
    closes_at = clock.local(end + timedelta(days=story.left)).replace(hour=18, minute=0, second=0, microsecond=0)
    if not story.by_resident:
        return proposing.raise_topic(_staff_of(compound), place, question, closes_at)
    topic = proposing.propose(_actor(first), first, place, question, _name(first))
    topic.closes_at = closes_at
    _publish(topic)
    return topic


def _publish(topic: Topic) -> None:
    before = topic.state
    publishing.open_topic(topic)
    assert topic.compound is not None
    acts.record(_staff_of(topic.compound), PostAction.PUBLISH, topic, before, topic.state)


def _say(said: Said, topic: Topic, moment: datetime, end: datetime, people: People, random: Random) -> None:
    post = _post(said.words, topic, moment, next(people), random, said)
    for at, words in enumerate(said.replies, 1):
        later = moment + timedelta(hours=random.randint(2, 9) * at)
        if later < end:
            _post(words, topic, awake(later, random), next(people), random, said, parent=post)
    if not said.waits:
        supporters = {next(people).account_id for _ in range(said.supports)}
        db.session.add_all(Support(post_id=post.id, account_id=key, at=clock.now()) for key in sorted(supporters))
        post.supports = len(supporters)
        db.session.flush()


def _post(
    words: str, topic: Topic, moment: datetime, home: Membership, random: Random, said: Said, parent: Post | None = None
) -> Post:
    clock.travel(moment)
    shown = _name(home) if random.random() < 0.6 else None
    draft = submitting.Draft(words, said.stance, shown)
    post = submitting.submit(_actor(home), topic, draft, parent=parent)
    if not said.waits:
        clock.travel(moment + timedelta(minutes=random.randint(20, 200)))
        moderator = _staff_of(post.building.compound, street=post.about_unit)
        publishing.set_state(post, PostState.PUBLISHED)
        acts.record(moderator, PostAction.PUBLISH, post, PostState.HELD, post.state)
    return post


def _conclude(topic: Topic, end: datetime, random: Random) -> None:
    assert topic.compound is not None
    actor, said = _staff_of(topic.compound), end - timedelta(days=16)
    clock.travel(office(said, random))
    concluding.save_summary(actor, topic, SUMMARY)
    posts = db.session.scalars(select(Post.id).where(Post.topic_id == topic.id, Post.parent_id.is_(None))).all()
    for at, ending in enumerate(ENDINGS):
        unit = db.session.scalar(select(Agency.id).where(Agency.code == ending.unit)) if ending.unit else None
        due = clock.local(said + timedelta(days=ending.days)).date() if ending.days else None
        words = concluding.PointWords(ending.title, ending.verdict, ending.reason, unit, due, posts[at : at + 2])
        concluding.put_point(actor, topic, words)
    concluding.publish(actor, topic)
    for at, ending in enumerate(ENDINGS, 1):
        if ending.done:
            clock.travel(office(end - timedelta(days=3), random))
            concluding.mark_done(actor, topic, at, ending.done)


def _make_case(topic: Topic, end: datetime, seed: int) -> None:
    """What the second point wants is registered as a case; it waits to be accepted."""
    clock.travel(end - timedelta(hours=22))
    assert topic.compound is not None
    building = topic.compound.buildings[0]
    point = turning.published_point(topic.id, 2)
    words = f"{point.title}。{point.reason}"
    with codes.seeded(Random(f"{seed}:forum-codes")):
        turning.to_case(_staff_of(topic.compound), point, turning.Errand(building.id, "plan", words))


def _propose(end: datetime, random: Random) -> None:
    """One question that waits for a look."""
    compound = db.session.scalars(select(Compound).order_by(Compound.id)).first()
    found = _people(compound, True, random) if compound is not None else []
    if not found:
        return
    home = found[0]
    clock.travel(end - timedelta(hours=5))
    title, background = PROPOSED
    place = place_around(home, ScopeKind.COMPOUND)
    proposing.propose(_actor(home), home, place, proposing.Question(title, background), _name(home))


def _people(compound: Compound, here: bool, random: Random) -> list[Membership]:
    """Verified residents of the compound or of its community, in an order of chance."""
    statement = (
        select(Membership)
        .join(Membership.household)
        .join(Household.building)
        .join(Building.compound)
        .where(Membership.state == MembershipState.VERIFIED, Compound.community_id == compound.community_id)
        .order_by(Membership.id)
    )
    found = list(db.session.scalars(statement.where(Compound.id == compound.id) if here else statement))
    random.shuffle(found)
    return found


def _actor(home: Membership) -> Actor:
    return Actor("resident", home.account_id, role=Role.RESIDENT, phone_index=home.account.phone_index)


def _name(home: Membership) -> str | None:
    """One in two is a lady: by the number of the home, so that it stays."""
    names = names_for(home)
    return names[home.household_id % 2] if names else None


def _staff_of(compound: Compound, *, street: bool = False) -> Actor:
    """Who moderates there: the community's people, or its street's."""
    community = compound.community
    agency_id = community.street.agency_id if street else community.agency_id
    post = db.session.scalars(select(StaffPost).where(StaffPost.agency_id == agency_id).order_by(StaffPost.id)).first()
    assert post is not None
    return staff_actor(post)
