"""每日汇总: on the morning of a working day officers and groups hear in one text what waits at their desk (product D3)."""

from datetime import timedelta

from sqlalchemy import select

from portal.cases import group_notices, queries
from portal.core import clock
from portal.core.calendar import working_calendar
from portal.core.extensions import db
from portal.core.formatting import sms_day
from portal.core.jobs import periodic
from portal.core.writing import writing
from portal.domain.case_lifecycle import DISPATCHERS, RESPONSIBLE
from portal.identity.models import StaffPost
from portal.identity.queries import recipient
from portal.identity.sessions import staff_actor
from portal.messaging.models import InboxMessage
from portal.messaging.notify import notify

EVENT = "staff_digest"
MOST = 99  # the text has room for two digits


@periodic("case_digest", timedelta(days=1))  # its slots begin at 0:00 UTC, 8:00 in Shanghai
def send_digest() -> int:
    """How many were told. Who has nothing waiting hears nothing; run twice on a day, nobody hears twice."""
    today = clock.today()
    if not working_calendar().is_working_day(today):
        return 0
    posts = db.session.scalars(
        select(StaffPost).where(StaffPost.retired_at.is_(None), StaffPost.role.in_(RESPONSIBLE | DISPATCHERS))
    ).all()
    with writing():
        subject = f"digest:{today:%y%m%d}"
        group_notices.tell_the_morning(today, subject)
        return sum(_tell(db.session.get_one(StaffPost, post.id), subject) for post in posts)


def _tell(post: StaffPost, subject: str) -> bool:
    told = select(InboxMessage.id).where(
        InboxMessage.subject == subject, InboxMessage.recipient_key == f"staff:{post.id}"
    )
    if db.session.scalar(told.limit(1)) is not None:
        return False
    counts = queries.desk_counts(staff_actor(post))
    waiting = {"new": counts["assigned"], "due": counts["due_soon"], "late": counts["overdue"]}
    if not any(waiting.values()):
        return False
    values = {name: min(count, MOST) for name, count in waiting.items()} | {"date": sms_day(clock.today())}
    notify(recipient(post), EVENT, values, subject=subject, link="/desk")
    return True
