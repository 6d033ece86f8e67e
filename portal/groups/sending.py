"""The worker's side: what waits for a group goes there as one message, at the provider's pace.

The group is leased by one committed UPDATE, the robot is called outside any transaction, the result is committed. A
worker killed in between leaves a lease that ends: its notices are then sent once more and say that they may come
twice, for a robot cannot be asked what it has shown.
"""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog
from sqlalchemy import ColumnElement, delete, or_, select, update

from portal.core import clock
from portal.core.extensions import db
from portal.core.jobs import periodic
from portal.core.settings import settings
from portal.core.writing import writing
from portal.domain.group_robots import GAP, LIVES, Line, RobotVerdict, compose, verdict
from portal.domain.sms_lifecycle import retry_delay
from portal.groups import robots
from portal.groups.models import GroupNotice, NoticeState, StaffGroup
from portal.groups.robots import Robot
from portal.groups.telling import TEST
from portal.messaging.gateways.base import Outcome, Refused, Sent

log = structlog.get_logger()
LEASE = timedelta(minutes=1)
AT_A_TIME = 30  # notices looked at for one message; fewer fit
KEPT = timedelta(days=30)


@dataclass(frozen=True)
class Message:
    """One message in the worker's hands. `sure`: those of its notices that certainly were not sent before."""

    group_id: int
    lease: str
    robot: Robot
    text: str
    notices: Sequence[int]
    sure: Sequence[int]


@periodic("groups:send", timedelta(seconds=5), every_worker=True, aside=True)
def send_waiting() -> int:
    """How many messages were tried."""
    return sum(send(group_id) for group_id in _due()) if settings().group_messages else 0


def send(group_id: int, only: int | None = None) -> bool:
    """One message to this group; `only`: this notice alone and at once, without waiting for the group's turn."""
    message = _claim(group_id, only)
    if message is None:
        return False
    _record(message, robots.send(message.robot, message.text))
    return True


def _due() -> Sequence[int]:
    at = clock.now()
    waits = _waiting(at, GroupNotice.group_id == StaffGroup.id)
    free = StaffGroup.paused_at.is_(None), StaffGroup.next_at <= at, _is_free(at)
    found = select(StaffGroup.id).where(*free, select(GroupNotice.id).where(*waits).exists())
    return db.session.scalars(found.order_by(StaffGroup.next_at).limit(100)).all()


def _is_free(at: datetime) -> ColumnElement[bool]:
    return or_(StaffGroup.lease_until.is_(None), StaffGroup.lease_until < at)


def _waiting(at: datetime, of: ColumnElement[bool]) -> tuple[ColumnElement[bool], ...]:
    return of, GroupNotice.state == NoticeState.WAITING, GroupNotice.due_at <= at


def _claim(group_id: int, only: int | None) -> Message | None:
    at, lease = clock.now(), secrets.token_hex(16)
    mine = [StaffGroup.id == group_id, _is_free(at)]
    if only is None:
        mine += [StaffGroup.next_at <= at, StaffGroup.paused_at.is_(None)]
    with writing():
        taken = update(StaffGroup).where(*mine).values(lease=lease, lease_until=at + LEASE).returning(StaffGroup)
        group = db.session.scalar(taken, execution_options={"populate_existing": True})
        if group is None:
            return None
        _end_old(group, at)
        notices = _next(group, at, only)
        if not notices:
            group.lease = group.lease_until = None
            return None
        return _message(group, notices, lease)


def _next(group: StaffGroup, at: datetime, only: int | None) -> Sequence[GroupNotice]:
    found = select(GroupNotice).where(*_waiting(at, GroupNotice.group_id == group.id))
    if only is not None:
        found = found.where(GroupNotice.id == only)
    return db.session.scalars(found.order_by(GroupNotice.id).limit(AT_A_TIME)).all()


def _end_old(group: StaffGroup, at: datetime) -> None:
    old = GroupNotice.group_id == group.id, GroupNotice.state == NoticeState.WAITING, GroupNotice.due_at < at - LIVES
    ended = {"state": NoticeState.GIVEN_UP, "final_at": at, "error_code": "too_late"}
    db.session.execute(update(GroupNotice).where(*old).values(**ended))


def _message(group: StaffGroup, notices: Sequence[GroupNotice], lease: str) -> Message:
    """From here on the notices count as perhaps sent, until an answer says otherwise."""
    base = settings().base_url
    lines = [Line(notice.text, base + notice.link, notice.unsure) for notice in notices]
    text, count = compose(settings().sms_signature, lines)
    sure = [notice.id for notice in notices[:count] if not notice.unsure]
    for notice in notices[:count]:
        notice.tries += 1
        notice.unsure = True
    robot = Robot(group.kind, group.token, group.secret)
    return Message(group.id, lease, robot, text, [notice.id for notice in notices[:count]], sure)


def _record(message: Message, outcome: Outcome) -> None:
    """A group that was removed meanwhile, or leased anew, keeps what the others wrote; what was sent is sent."""
    with writing():
        mine = StaffGroup.id == message.group_id, StaffGroup.lease == message.lease
        group = db.session.scalar(select(StaffGroup).where(*mine).with_for_update())
        of_message = GroupNotice.id.in_(message.notices), GroupNotice.state == NoticeState.WAITING
        notices = db.session.scalars(select(GroupNotice).where(*of_message).order_by(GroupNotice.id)).all()
        if isinstance(outcome, Sent):
            _arrived(group, notices)
        elif group is not None:
            _refused(group, notices, message, outcome.code if isinstance(outcome, Refused) else outcome.why)
            if isinstance(outcome, Refused):
                _certainly_not_sent(message.sure)
        log.info(
            "group_message", group=message.group_id, notices=len(notices), code=group.error_code if group else None
        )


def _arrived(group: StaffGroup | None, notices: Sequence[GroupNotice]) -> None:
    at = clock.now()
    for notice in notices:
        notice.state, notice.final_at, notice.error_code, notice.unsure = NoticeState.SENT, at, None, False
    if group is not None:
        group.lease = group.lease_until = group.error_code = None
        group.tried_at = group.sent_at = at
        group.next_at = at + GAP


def _refused(group: StaffGroup, notices: Sequence[GroupNotice], message: Message, code: str) -> None:
    at, found = clock.now(), verdict(code)
    for notice in notices:
        notice.error_code = code
        if notice.tries >= _tries(notice, found):
            notice.state, notice.final_at = NoticeState.GIVEN_UP, at
    group.lease = group.lease_until = None
    group.tried_at, group.error_code = at, code
    group.next_at = at + retry_delay(max((notice.tries for notice in notices), default=1), found.pause)
    if found.alarm:
        log.error("group_robot_needs_operator", group=message.group_id, code=code)


def _tries(notice: GroupNotice, found: RobotVerdict) -> int:
    return 1 if notice.event == TEST else found.tries


def _certainly_not_sent(ids: Sequence[int]) -> None:
    db.session.execute(update(GroupNotice).where(GroupNotice.id.in_(ids)).values(unsure=False))


@periodic("groups:tidy", timedelta(hours=1))
def tidy() -> None:
    with writing():
        old = GroupNotice.state != NoticeState.WAITING, GroupNotice.created_at < clock.now() - KEPT
        db.session.execute(delete(GroupNotice).where(*old))
