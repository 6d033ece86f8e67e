"""The weekly public tally: what was received, published, sent back, refused by ground, and how second looks ended.

received = published at the first look + sent back + refused + still waiting; what was undone never counts. A post counts in
the week in which somebody decided on it, one still waiting in the week in which it came.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from sqlalchemy import ColumnElement, func, select, true

from portal.core import clock
from portal.core.extensions import db
from portal.domain.actors import Actor
from portal.domain.local_time import SHANGHAI
from portal.domain.moderation import PostAction, PostState
from portal.domain.moderation_grounds import Ground
from portal.domain.moderation_words import UNDO_TIME
from portal.forum.models import Appeal, ModerationAct, Post
from portal.forum.scope import posts_within

WEEK = timedelta(days=7)
WEEKS_SHOWN = 8


@dataclass(frozen=True)
class Tally:
    """One week from its Monday on. `refused` by ground; `overturned` of `second_looks` second looks ended for the author."""

    monday: date
    published: int
    returned: int
    refused: Mapping[Ground, int]
    hidden: int
    restored: int
    waiting: int
    second_looks: int
    overturned: int

    @property
    def refused_in_all(self) -> int:
        return sum(self.refused.values())

    @property
    def received(self) -> int:
        return self.published + self.returned + self.refused_in_all + self.waiting

    @property
    def sunday(self) -> date:
        return self.monday + timedelta(days=6)


def monday_of(day: date) -> date:
    return day - timedelta(days=day.weekday())


def of_week(monday: date, within: ColumnElement[bool]) -> Tally:
    """Three statements. `within` limits posts to a community or to what somebody may see."""
    start = datetime.combine(monday, time(), SHANGHAI)
    end = start + WEEK
    published, waiting = _of_posts(start, end, within)
    counted = _of_acts(start, end, within)
    looks, overturned = _of_second_looks(start, end, within)
    return Tally(
        monday,
        published,
        sum(n for (action, _ground), n in counted.items() if action is PostAction.RETURN),
        {ground: n for (action, ground), n in counted.items() if action is PostAction.REFUSE and ground},
        sum(n for (action, _ground), n in counted.items() if action is PostAction.HIDE),
        sum(n for (action, _ground), n in counted.items() if action is PostAction.RESTORE),
        waiting,
        looks,
        overturned,
    )


def _of_posts(start: datetime, end: datetime, within: ColumnElement[bool]) -> tuple[int, int]:
    """Published for the first time (not by a second look), and still waiting of what came in this week.

    What was refused is first published after its author has asked again; what happens to it later changes nothing.
    """
    refused_before = select(Appeal.id).where(Appeal.post_id == Post.id, Appeal.asked_at <= Post.published_at)
    first = (Post.published_at >= start) & (Post.published_at < end)
    waits = (Post.state == PostState.HELD) & (Post.submitted_at >= start) & (Post.submitted_at < end)
    by_second_look = refused_before.exists()
    counts = select(func.count().filter(first & ~by_second_look), func.count().filter(waits))
    row = db.session.execute(counts.select_from(Post).where(within, first | waits)).one()
    return row[0], row[1]


def _of_acts(
    start: datetime, end: datetime, within: ColumnElement[bool]
) -> dict[tuple[PostAction, Ground | None], int]:
    """Decisions that stood: the next act on the same post is not their undoing."""
    following = func.lead(ModerationAct.action).over(partition_by=ModerationAct.post_id, order_by=ModerationAct.id)
    acts = (
        select(ModerationAct.action, ModerationAct.ground, ModerationAct.at, following.label("following"))
        .join(Post, Post.id == ModerationAct.post_id)
        .where(within, ModerationAct.at >= start, ModerationAct.at < end + UNDO_TIME)
        .subquery()
    )
    stood = acts.c.following.is_distinct_from(PostAction.UNDO) & (acts.c.at < end)
    judged = acts.c.action.in_((PostAction.RETURN, PostAction.REFUSE, PostAction.HIDE, PostAction.RESTORE))
    statement = select(acts.c.action, acts.c.ground, func.count()).where(stood, judged)
    rows = db.session.execute(statement.group_by(acts.c.action, acts.c.ground))
    return {(action, ground): count for action, ground, count in rows}


def _of_second_looks(start: datetime, end: datetime, within: ColumnElement[bool]) -> tuple[int, int]:
    counts = select(func.count(), func.count().filter(Appeal.upheld.is_(True))).select_from(Appeal).join(Appeal.post)
    row = db.session.execute(counts.where(within, Appeal.decided_at >= start, Appeal.decided_at < end)).one()
    return row[0], row[1]


def this_week(community_id: int | None) -> Tally:
    """For the banner of `/forum`."""
    return of_week(monday_of(clock.today()), _of_community(community_id))


def weeks(community_id: int | None, count: int = WEEKS_SHOWN) -> Sequence[Tally]:
    """The newest first; weeks without anything are left out."""
    return _weeks(_of_community(community_id), count)


def weeks_for(actor: Actor, count: int = 4) -> Sequence[Tally]:
    return _weeks(posts_within(actor), count)


def _weeks(within: ColumnElement[bool], count: int) -> list[Tally]:
    monday = monday_of(clock.today())
    found = [of_week(monday - WEEK * back, within) for back in range(count)]
    return [tally for tally in found if tally.received or tally.hidden or tally.restored or tally.second_looks]


def _of_community(community_id: int | None) -> ColumnElement[bool]:
    return true() if community_id is None else Post.community_id == community_id
