"""Topics: proposed by a resident and looked at first, or put by the community at once. All flush only."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select

from portal.core import clock, limits
from portal.core.extensions import db
from portal.domain import moderation
from portal.domain.actors import Actor
from portal.domain.errors import LimitReached, NotAllowed, NotFound
from portal.domain.moderation import PostAction
from portal.forum import acts, publishing, rules
from portal.forum.homes import Place, put
from portal.forum.topic_models import AuthorKind, Topic, TopicState
from portal.media import services as media
from portal.media.models import Owner, Photo
from portal.membership.models import Membership

DAY = timedelta(days=1)
MOST_OPTIONS, LONGEST_OPTION = 6, 60


@dataclass(frozen=True)
class Question:
    """What a topic asks. `options`: the ways to do it that are put up for discussion."""

    title: str
    background: str
    options: Sequence[str] = ()


def options_from(lines: str) -> list[str]:
    """One per line; blank lines do not count."""
    return [line.strip()[:LONGEST_OPTION] for line in lines.splitlines() if line.strip()][:MOST_OPTIONS]


def propose(
    actor: Actor,
    home: Membership,
    place: Place,
    question: Question,
    shown_name: str | None,
    photos: Iterable[Photo] = (),
) -> Topic:
    """Held until somebody has looked, like every first word of a resident (D9)."""
    found = rules.current()
    if not limits.hit(f"forum:topic:{actor.id}", found.topics_per_day, DAY):
        raise LimitReached(
            "You have proposed %(count)s topics within a day. Please go on tomorrow; what you wrote is kept.",
            retry_after=DAY,
            count=found.topics_per_day,
        )
    topic = _new(question, place)
    topic.author_kind, topic.account_id = AuthorKind.RESIDENT, actor.id
    topic.author_building_id, topic.shown_name = home.household.building_id, shown_name
    topic.due_at = moderation.promise_due(clock.now(), found)
    _add(topic, photos)
    return topic


def raise_topic(
    actor: Actor, place: Place, question: Question, closes_at: datetime, photos: Iterable[Photo] = ()
) -> Topic:
    """社区发起: open at once."""
    topic = _new(question, place)
    topic.author_kind, topic.staff_id, topic.closes_at = AuthorKind.COMMUNITY, actor.id, closes_at
    _add(topic, photos)
    publishing.open_topic(topic)
    return topic


def _new(question: Question, place: Place) -> Topic:
    topic = Topic(
        title=question.title,
        background=question.background,
        options=list(question.options),
        state=TopicState.HELD,
        created_at=clock.now(),
    )
    put(topic, place)
    publishing.begin_steps(topic, list(rules.step_names()))
    return topic


def _add(topic: Topic, photos: Iterable[Photo]) -> None:
    db.session.add(topic)
    db.session.flush()
    media.move(photos, Owner("topic", topic.id))


def own_topic(actor: Actor, topic_id: int) -> Topic:
    """Inside `writing()`: locked. NotFound for anybody else's."""
    mine = select(Topic).where(Topic.id == topic_id, Topic.account_id == actor.id).with_for_update(of=Topic)
    found = db.session.scalar(mine.execution_options(populate_existing=True)) if actor.kind == "resident" else None
    if found is None:
        raise NotFound("There is no such topic of yours.")
    return found


def change(actor: Actor, topic_id: int, question: Question) -> Topic:
    """改好再发 after 请修改."""
    topic = own_topic(actor, topic_id)
    if topic.state is not TopicState.RETURNED:
        raise NotAllowed("This topic is not waiting for a change of yours.")
    before = topic.state
    topic.title, topic.background, topic.options = question.title, question.background, list(question.options)
    topic.state, topic.ground, topic.reason = TopicState.HELD, None, None
    topic.due_at, topic.escalated_at = moderation.promise_due(clock.now(), rules.current()), None
    topic.revision += 1
    db.session.flush()
    acts.record(actor, PostAction.RESUBMIT, topic, before, topic.state)
    return topic
