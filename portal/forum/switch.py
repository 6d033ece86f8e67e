"""应急开关 of a topic: posting paused, or everything reviewed first; with a public reason and an end."""

from datetime import timedelta

from portal.audit import journal
from portal.core import clock, crypto
from portal.core.extensions import db
from portal.domain.actors import Actor
from portal.domain.errors import DomainError
from portal.domain.moderation import Emergency
from portal.forum import queue
from portal.forum.review_models import TopicSwitch
from portal.forum.topic_models import Topic

HOURS = (2, 6, 24, 72)
SHORTEST_REASON, LONGEST_REASON = 4, 200


def turn(actor: Actor, topic_id: int, emergency: Emergency | None, hours: int, reason: str) -> Topic:
    """`emergency` None ends it now. The reason stands on the topic for everybody. Flushes."""
    topic = queue.topic_for(actor, topic_id, lock=True)
    now = clock.now()
    if not topic.is_public or topic.is_over(now):
        raise DomainError("This topic has ended; nobody can post any more.")
    if emergency is not None and hours not in HOURS:
        raise DomainError("Please choose how long.", field="hours")
    if not SHORTEST_REASON <= len(reason) <= LONGEST_REASON:
        raise DomainError("Please write the reason in a sentence; everybody reads it.", field="reason")
    until = now + timedelta(hours=hours) if emergency is not None else None
    topic.emergency, topic.emergency_until = emergency, until
    topic.emergency_reason = reason if emergency is not None else None
    db.session.add(TopicSwitch(topic=topic, at=now, emergency=emergency, until=until, reason=reason, staff_id=actor.id))
    db.session.flush()
    journal.record("forum:switch", actor, topic.subject, to=emergency, hours=hours, why=crypto.digest(reason))
    return topic
