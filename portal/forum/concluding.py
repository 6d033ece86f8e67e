"""What the community does with a topic: answers, steps, and the conclusion with its points. All flush only.

Every deed stands in the journal; whoever took part is told when there is an answer or an end.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from flask_babel import lazy_gettext
from flask_babel.speaklater import LazyString
from sqlalchemy import ColumnElement, Select, func, select, true

from portal.audit import journal
from portal.core import clock
from portal.core.extensions import db
from portal.core.formatting import sms_day
from portal.domain.actors import Actor
from portal.domain.errors import Conflict, DomainError, NotAllowed, NotFound
from portal.domain.roles import Role
from portal.domain.topic_steps import OF_THE_CONCLUSION
from portal.forum import publishing
from portal.forum.listing import IS_PUBLIC, with_place
from portal.forum.models import Post
from portal.forum.scope import topics_within
from portal.forum.topic_models import (
    Conclusion,
    OfficialAnswer,
    Opinion,
    Point,
    Topic,
    TopicState,
    TopicStep,
    TopicVoice,
    Verdict,
)
from portal.identity.models import Account
from portal.messaging.notify import Recipient, notify

PUBLICITY_DAYS = 7
MOST_POINTS = 20
NOT_SUMMED_UP = (
    ~select(Conclusion.id).where(Conclusion.topic_id == Topic.id, Conclusion.published_at.is_not(None)).exists()
)


def answerable(actor: Actor) -> ColumnElement[bool]:
    """Units of the district have no place of their own: they answer wherever something is publicly asked."""
    return IS_PUBLIC if actor.role is Role.AGENCY else topics_within(actor) & IS_PUBLIC


def topic_for(actor: Actor, topic_id: int, *, lock: bool = False) -> Topic:
    """A public topic that this member of staff works on; NotFound otherwise."""
    statement = with_place(select(Topic)).where(Topic.id == topic_id, answerable(actor))
    if lock:
        statement = statement.with_for_update(of=Topic).execution_options(populate_existing=True)
    found = db.session.scalar(statement)
    if found is None:
        raise NotFound("There is no such topic, or it is not in your area.")
    return found


def answer(actor: Actor, topic: Topic, words: str) -> OfficialAnswer:
    """官方答复, in the name of the unit. Everybody who took part is told."""
    found = OfficialAnswer(topic_id=topic.id, staff_id=actor.id, agency_id=actor.agency_id, at=clock.now(), words=words)
    db.session.add(found)
    topic.answered_at = topic.answered_at or clock.now()
    db.session.flush()
    tell_participants(topic)
    journal.record("forum:answer", actor, topic.subject, answer=found.id)
    return found


def next_step(topic: Topic) -> TopicStep | None:
    """What comes next; the last two, 公示 and 监督, only after the conclusion is published."""
    found = next((step for step in topic.steps if step.reached_at is None), None)
    of_the_conclusion = found is not None and found.position >= len(topic.steps) - OF_THE_CONCLUSION
    return None if of_the_conclusion and not topic.is_summed_up else found


def go_on(actor: Actor, topic: Topic) -> None:
    step = next_step(topic)
    if step is None:
        raise Conflict("The next step is reached when the summary is published.")
    publishing.reach(topic, step.position)
    journal.record("forum:step", actor, topic.subject, step=step.position)


def draft_of(actor: Actor, topic: Topic) -> Conclusion:
    """The conclusion being written; made at the first look."""
    found = db.session.scalar(select(Conclusion).where(Conclusion.topic_id == topic.id))
    if found is None:
        found = Conclusion(topic_id=topic.id, staff_id=actor.id, written_at=clock.now())
        db.session.add(found)
        db.session.flush()
    return found


def _unpublished(conclusion: Conclusion) -> None:
    if conclusion.published_at is not None:
        raise Conflict("The conclusion is published; it can no longer be changed.")


def save_summary(actor: Actor, topic: Topic, words: str) -> Conclusion:
    found = draft_of(actor, topic)
    _unpublished(found)
    found.summary, found.written_at, found.staff_id = words, clock.now(), actor.id
    db.session.flush()
    return found


@dataclass(frozen=True)
class PointWords:
    """One point as written. `agency_id` and `due_on` are needed unless it is not adopted for now."""

    title: str
    verdict: Verdict
    reason: str
    agency_id: int | None = None
    due_on: date | None = None
    post_ids: Collection[int] = ()


def put_point(actor: Actor, topic: Topic, words: PointWords, position: int | None = None) -> Point:
    """A new point at the end, or the one at `position` changed."""
    conclusion = draft_of(actor, topic)
    _unpublished(conclusion)
    if words.verdict is not Verdict.NOT_NOW and not words.agency_id:
        raise DomainError("Please name the unit that does it.", field="agency")
    if words.verdict is not Verdict.NOT_NOW and not words.due_on:
        raise DomainError("Please give the day by which it is done.", field="due_on")
    point = point_at(conclusion, position) if position else _new_point(conclusion)
    needs_unit = words.verdict is not Verdict.NOT_NOW
    point.title, point.verdict, point.reason = words.title, words.verdict, words.reason
    point.agency_id, point.due_on = (words.agency_id, words.due_on) if needs_unit else (None, None)
    db.session.add(point)
    db.session.flush()
    _merge(topic, point, words.post_ids)
    return point


def _new_point(conclusion: Conclusion) -> Point:
    last = db.session.scalar(select(func.max(Point.position)).where(Point.conclusion_id == conclusion.id)) or 0
    if last >= MOST_POINTS:
        raise DomainError("At most %(most)s points.", most=MOST_POINTS)
    return Point(conclusion_id=conclusion.id, position=last + 1)


def point_at(conclusion: Conclusion, position: int) -> Point:
    mine = Point.conclusion_id == conclusion.id, Point.position == position
    found = db.session.scalar(select(Point).where(*mine))
    if found is None:
        raise NotFound("There is no such point.")
    return found


def _merge(topic: Topic, point: Point, post_ids: Collection[int]) -> None:
    """归并同类意见: which posts this point answers; only posts of this topic."""
    known = set(db.session.scalars(select(Post.id).where(Post.topic_id == topic.id, Post.id.in_(post_ids))))
    point.opinions = [Opinion(post_id=post_id) for post_id in sorted(known)]
    db.session.flush()


def merged_counts(conclusion: Conclusion) -> dict[int, int]:
    """How many posts each point answers."""
    mine = select(Opinion.point_id, func.count()).join(Point, Point.id == Opinion.point_id)
    rows = db.session.execute(mine.where(Point.conclusion_id == conclusion.id).group_by(Opinion.point_id))
    return {row[0]: row[1] for row in rows}


def reasons_not_ready(conclusion: Conclusion | None) -> list[LazyString]:
    """Why it cannot be published yet, for the page's list."""
    found = []
    if conclusion is None or not conclusion.summary:
        found.append(lazy_gettext("The summary is still empty."))
    if conclusion is None or not conclusion.points:
        found.append(lazy_gettext("There is no point yet."))
    return found


def publish(actor: Actor, topic: Topic) -> Conclusion:
    """公示: the topic ends with it, and everybody who took part is told."""
    conclusion = draft_of(actor, topic)
    _unpublished(conclusion)
    if reasons_not_ready(conclusion):
        raise DomainError("The summary or its points are still missing.")
    at = clock.now()
    conclusion.published_at, conclusion.staff_id = at, actor.id
    conclusion.shown_until = clock.today() + timedelta(days=PUBLICITY_DAYS)
    topic.answered_at = topic.answered_at or at
    if topic.state is not TopicState.CLOSED:
        topic.closed_at = at
        topic.state = TopicState.CLOSED
    publishing.reach(topic, len(topic.steps) - OF_THE_CONCLUSION)
    if topic.steps:
        topic.steps[-1].planned_on = conclusion.shown_until + timedelta(days=1)
    tell_participants(topic)
    journal.record("forum:conclusion", actor, topic.subject, points=len(conclusion.points))
    return conclusion


def mark_done(actor: Actor, topic: Topic, position: int, words: str) -> Point:
    """反馈: done, in public words; with it the last step, 监督, is reached."""
    conclusion = draft_of(actor, topic)
    point = point_at(conclusion, position)
    if conclusion.published_at is None or point.verdict is Verdict.NOT_NOW:
        raise NotAllowed("There is nothing to be done about this point.")
    if actor.role is Role.AGENCY and point.agency_id != actor.agency_id:
        raise NotAllowed("Only the unit that does it or the community can say so.")
    point.done_at, point.done_words = clock.now(), words
    db.session.flush()
    publishing.reach(topic, len(topic.steps) - 1)
    tell_participants(topic)
    journal.record("forum:done", actor, topic.subject, point=point.id)
    return point


def tell_participants(topic: Topic, event: str = "topic_answered", part: str = "summary", **more: object) -> None:
    """Everybody who took part and, of a resident's topic, who proposed it; `part`: where on the topic's page it stands."""
    accounts = select(TopicVoice.account_id).where(TopicVoice.topic_id == topic.id)
    wanted = Account.id.in_(accounts) | ((Account.id == topic.account_id) if topic.account_id else ~true())
    values = more or {"date": sms_day(clock.now())}
    for phone in db.session.scalars(select(Account.phone).where(wanted).order_by(Account.id)):
        notify(
            Recipient.phone(phone),
            event,
            {"compound": topic.short_place, **values},
            subject=topic.subject,
            link=f"/forum/{topic.id}#{part}",
        )


def worked_on(actor: Actor, states: Sequence[TopicState]) -> Select[Topic]:
    """Topics of the actor's scope in these states, to be paged by id."""
    within = answerable(actor) if actor.role is Role.AGENCY else topics_within(actor)
    return with_place(select(Topic)).where(within, Topic.state.in_(states))
