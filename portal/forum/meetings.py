"""议事会: called, moved or called off before it begins, with its minutes afterwards. All flush only.

Whoever took part in the topic is told of the time, of another time, and that it does not take place.
"""

from dataclasses import dataclass
from datetime import datetime

from portal.audit import journal
from portal.core import clock
from portal.core.extensions import db
from portal.core.formatting import sms_moment
from portal.domain.actors import Actor
from portal.domain.errors import DomainError, NotFound
from portal.forum import publishing
from portal.forum.concluding import tell_participants
from portal.forum.topic_models import Meeting, Topic

LINK = "meetings"  # where they stand on the topic's page


@dataclass(frozen=True)
class Appointment:
    starts_at: datetime
    place: str
    agenda: str


def call(actor: Actor, topic: Topic, when: Appointment) -> Meeting:
    """Announced on the topic's page; 审议 is reached."""
    found = Meeting(
        topic_id=topic.id, starts_at=when.starts_at, place=when.place, agenda=when.agenda, called_by=actor.id
    )
    db.session.add(found)
    publishing.reach(topic, 2)
    _tell(topic, found, "topic_meeting")
    journal.record("forum:meeting", actor, topic.subject, meeting=found.id)
    return found


def change(actor: Actor, topic: Topic, meeting: Meeting, when: Appointment) -> None:
    """Another time, place or agenda, until it begins. The journal keeps what was announced before."""
    _still_to_come(meeting)
    before, moved = f"{meeting.starts_at:%Y-%m-%dT%H:%M%z}", _moves(meeting, when)
    meeting.starts_at, meeting.place, meeting.agenda = when.starts_at, when.place, when.agenda
    db.session.flush()
    if moved:
        _tell(topic, meeting, "topic_meeting_moved")
    journal.record("forum:meeting_changed", actor, topic.subject, meeting=meeting.id, before=before)


def call_off(actor: Actor, topic: Topic, meeting: Meeting, why: str) -> None:
    """It does not take place; the reason stands where the invitation stood."""
    _still_to_come(meeting)
    meeting.off_at, meeting.off_why = clock.now(), why
    db.session.flush()
    _tell(topic, meeting, "topic_meeting_off")
    journal.record("forum:meeting_off", actor, topic.subject, meeting=meeting.id)


def of(topic: Topic, meeting_id: int) -> Meeting:
    found = db.session.get(Meeting, meeting_id)
    if found is None or found.topic_id != topic.id:
        raise NotFound("There is no such meeting.")
    return found


def note_minutes(actor: Actor, topic: Topic, meeting: Meeting, attended: int, minutes: str) -> None:
    if meeting.off_at is not None:
        raise DomainError("The meeting was called off.", field="minutes")
    if clock.now() < meeting.starts_at:
        raise DomainError("The meeting has not begun yet.", field="minutes")
    meeting.attended, meeting.minutes, meeting.minutes_at = attended, minutes, clock.now()
    db.session.flush()
    journal.record("forum:minutes", actor, topic.subject, meeting=meeting.id)


def _still_to_come(meeting: Meeting) -> None:
    if meeting.off_at is not None:
        raise DomainError("The meeting was called off.")
    if clock.now() >= meeting.starts_at:
        raise DomainError("The meeting has begun; write its minutes.")


def _moves(meeting: Meeting, when: Appointment) -> bool:
    return (meeting.starts_at, meeting.place) != (when.starts_at, when.place)


def _tell(topic: Topic, meeting: Meeting, event: str) -> None:
    tell_participants(topic, event, LINK, time=sms_moment(meeting.starts_at))
