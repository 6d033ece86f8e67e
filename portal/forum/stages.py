"""Steps by date: the days the organizer plans, and the clock that closes a topic and leads it on. All flush but the clock's job."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta

from sqlalchemy import select

from portal.audit import journal
from portal.core import clock
from portal.core.extensions import db
from portal.core.formatting import sms_day
from portal.core.jobs import periodic
from portal.core.writing import writing
from portal.domain import topic_steps
from portal.domain.actors import Actor
from portal.domain.errors import DomainError
from portal.domain.topic_steps import Step
from portal.forum import publishing
from portal.forum.topic_models import Topic, TopicState, TopicStep
from portal.identity.models import StaffPost
from portal.identity.queries import posts_of
from portal.identity.queries import recipient as at_post
from portal.messaging.notify import notify

BATCH = 50
CLOCK = Actor.system()


def plannable(topic: Topic) -> list[TopicStep]:
    """The steps whose day the organizer sets: those not reached after the closing date."""
    return [step for step in topic.steps if step.position > topic_steps.REVIEW and step.reached_at is None]


def plan(actor: Actor, topic: Topic, closes_at: datetime | None, days: Mapping[int, date | None]) -> None:
    """`days` by position of the step. The closing time stays as it is once the topic is closed."""
    now, before = clock.now(), topic.closes_at
    if topic.state is TopicState.OPEN and not topic.is_over(now):
        if closes_at is None or closes_at <= now:
            raise DomainError("The closing time is over already.", field="closes_at")
        topic.closes_at = closes_at
    for step in plannable(topic):
        step.planned_on = days.get(step.position)
    _check(topic)
    db.session.flush()
    moved = str(topic.closes_at) if topic.closes_at != before else ""
    journal.record("forum:dates", actor, topic.subject, closes=moved, days=_written(topic))


def _check(topic: Topic) -> None:
    last = max(clock.local(topic.closes_at).date(), clock.today()) if topic.closes_at else clock.today()
    for step in plannable(topic):
        if step.planned_on is None:
            continue
        if step.planned_on < last:
            raise DomainError(
                "The steps follow one another, and the first of them the closing date.", field=field(step)
            )
        last = step.planned_on


def field(step: TopicStep) -> str:
    return f"step_{step.position}"


def _written(topic: Topic) -> str:
    return ",".join(f"{step.position}:{step.planned_on}" for step in topic.steps if step.planned_on)


@periodic("forum:steps", timedelta(minutes=1))
def move_on() -> None:
    """In small transactions; a topic that somebody works on at the moment waits for the next minute."""
    while _close_some():
        pass
    for topic_id in _planned():
        with writing():
            _go_on(topic_id)


def _close_some() -> int:
    over = select(Topic.id).where(Topic.state == TopicState.OPEN, Topic.closes_at <= clock.now())
    if db.session.scalar(over.limit(1)) is None:
        return 0
    with writing():
        found = _locked(Topic.id.in_(over.limit(BATCH)))
        for topic in found:
            topic.state, topic.closed_at = TopicState.CLOSED, topic.closes_at
            publishing.reach(topic, min(topic_steps.REVIEW, len(topic.steps) - topic_steps.OF_THE_CONCLUSION - 1))
            values = {"compound": topic.short_place, "date": sms_day(clock.now())}
            _tell_organizers(topic, "staff_topic_ended", values)
        for topic in found:
            journal.record("forum:closed", CLOCK, topic.subject, closes=str(topic.closes_at))
    return len(found)


def _planned() -> Sequence[int]:
    waits = TopicStep.reached_at.is_(None), TopicStep.planned_on <= clock.today()
    shown = Topic.state.in_((TopicState.OPEN, TopicState.CLOSED))
    statement = select(Topic.id).join(TopicStep, TopicStep.topic_id == Topic.id).where(*waits, shown)
    return db.session.scalars(statement.distinct().order_by(Topic.id)).all()


def _go_on(topic_id: int) -> None:
    for topic in _locked(Topic.id == topic_id):
        position = _due(topic)
        if position is None:
            continue
        publishing.reach(topic, position)
        name = next(step.name for step in topic.steps if step.position == position)
        values = {"compound": topic.short_place, "date": sms_day(clock.now()), "step": name}
        _tell_organizers(topic, "staff_topic_step", values)
        journal.record("forum:step", CLOCK, topic.subject, step=position)


def _locked(*which: object) -> Sequence[Topic]:
    statement = select(Topic).where(*which).with_for_update(of=Topic, skip_locked=True)  # type: ignore[arg-type]
    return db.session.scalars(statement.execution_options(populate_existing=True)).all()


def _due(topic: Topic) -> int | None:
    steps = [Step(step.position, step.reached_at is not None, step.planned_on) for step in topic.steps]
    closed, concluded = topic.state is TopicState.CLOSED, topic.is_summed_up
    return topic_steps.due_step(steps, clock.today(), closed=closed, concluded=concluded)


def _tell_organizers(topic: Topic, event: str, values: Mapping[str, object]) -> None:
    for post in _organizers(topic):
        notify(at_post(post), event, values, subject=topic.subject, link=f"/community/topics/{topic.id}")


def _organizers(topic: Topic) -> Sequence[StaffPost]:
    """Whoever put the question; of a resident's, or when they have left, everybody at the community or the street."""
    post = topic.staff
    if post is not None and post.retired_at is None:
        return [post]
    place = topic.community or topic.street
    return posts_of(place.agency_id) if place.agency_id else ()
