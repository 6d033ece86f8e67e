"""Telling a unit's group something, in the transaction of the deed; the worker sends it afterwards.

The words are those of the staff texts (ux.md §6), which name a 编号, a unit, a day. The caller gives a compound where
the text wants a building: nothing finer leaves for a group, and nothing at all of complaints about people (D12).
"""

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import Select, delete, select

from portal.core import clock
from portal.core.extensions import db
from portal.core.settings import settings
from portal.domain.sms_lifecycle import sending_time
from portal.groups.models import GroupNotice, NoticeState, StaffGroup
from portal.messaging import catalogue
from portal.places.models import Agency

TEST = "test"
TEST_WORDS = "试发：管理员从平台发出这一条，收到就说明连上了。"


def open_groups() -> Sequence[StaffGroup]:
    """Those that are told something; none while the setting is off."""
    return db.session.scalars(_open().order_by(StaffGroup.id)).all() if settings().group_messages else []


def _open() -> Select[StaffGroup]:
    used = StaffGroup.paused_at.is_(None), Agency.retired_at.is_(None)
    return select(StaffGroup).join(StaffGroup.agency).where(*used)


def tell(
    agency_id: int, event: str, values: Mapping[str, object], *, subject: str, link: str, anytime: bool = False
) -> None:
    """A notice for the unit's group, if it has one. `values` fill the text of the staff event; flushes."""
    group = db.session.scalar(_open().where(StaffGroup.agency_id == agency_id)) if settings().group_messages else None
    if group is not None:
        leaves = sending_time(clock.now(), anytime=anytime)
        write(group, event, catalogue.render(event, values), subject, link, leaves)


def write(group: StaffGroup, event: str, text: str, subject: str, link: str, due_at: datetime) -> GroupNotice:
    notice = GroupNotice(
        group_id=group.id, event=event, subject=subject, text=text, link=link, due_at=due_at, created_at=clock.now()
    )
    db.session.add(notice)
    db.session.flush()
    return notice


def was_told(group: StaffGroup, event: str, subject: str) -> bool:
    same = (GroupNotice.group_id == group.id, GroupNotice.event == event, GroupNotice.subject == subject)
    return db.session.scalar(select(GroupNotice.id).where(*same).limit(1)) is not None


def forget(subject: str) -> None:
    """What no group may hear of any more: notices not sent yet."""
    waiting = (GroupNotice.subject == subject, GroupNotice.state == NoticeState.WAITING)
    db.session.execute(delete(GroupNotice).where(*waiting))
