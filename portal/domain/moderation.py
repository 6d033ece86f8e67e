"""What happens to a post 发言 on its way to the neighbours, who may do it, and until when somebody has to look.

The rows are a table: one per (state, action). Where somebody may act (which community, which street) is decided by the
query that found the post; here it is decided what they may do with it. Grounds stand in `moderation_grounds`.
Source: domain.md §6, product.md FO2–FO6, D9, D13.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from portal.domain.errors import DomainError, NotAllowed
from portal.domain.roles import Role

LONGEST_POST = 500  # characters
MOST_PHOTOS = 3
EDIT_TIME = timedelta(minutes=10)


class PostState(StrEnum):
    HELD = "held"  # 待审核
    PUBLISHED = "published"  # 已发布
    RETURNED = "returned"  # 请修改
    REFUSED = "refused"  # 没有发布
    HIDDEN = "hidden"  # 已隐藏: published once, a placeholder stands in its place
    WITHDRAWN = "withdrawn"  # 已撤回 by its author before anybody decided


class PostAction(StrEnum):
    """In the order in which pages offer them."""

    PUBLISH = "publish"  # 发布
    RETURN = "return"  # 请作者修改
    REFUSE = "refuse"  # 不予发布
    HIDE = "hide"  # 隐藏
    RESTORE = "restore"  # 恢复
    MOVE = "move"  # 移到另一个议题
    SPLIT = "split"  # 请作者同意转为诉求
    ESCALATE = "escalate"  # 请街道办来看: the clock does it
    UNDO = "undo"  # 撤销刚才那一步
    EDIT = "edit"  # 十分钟内修改
    RESUBMIT = "resubmit"  # 改好再发
    WITHDRAW = "withdraw"  # 撤回
    APPEAL = "appeal"  # 请街道办再看一次
    OVERTURN = "overturn"  # 看后发布
    UPHOLD = "uphold"  # 维持


class Desk(StrEnum):
    """Whose queue a post stands in."""

    COMMUNITY = "community"
    STREET = "street"  # late, or about the moderator or their unit


class TopicMode(StrEnum):
    """When somebody looks: 先审后发 (the default, D9) or 先发后审."""

    BEFORE = "before"
    AFTER = "after"


class Emergency(StrEnum):
    """What the emergency switch of a topic does, with a public reason and an end."""

    PAUSED = "paused"  # 暂停发言
    REVIEWED = "reviewed"  # 全部先审后发


@dataclass(frozen=True)
class Row:
    """`to` None leaves the state. `by`: roles that may within their scope; RESIDENT means the author.

    `system`: the clock may. `fresh`: nobody who acted on this post before. `in_edit_time`: only within EDIT_TIME.
    `once`: only while no second look was asked for. `asked`: only while one is open. `needs_ground`: names one.
    """

    to: PostState | None
    by: frozenset[Role] = frozenset()
    system: bool = False
    fresh: bool = False
    in_edit_time: bool = False
    once: bool = False
    asked: bool = False
    needs_ground: bool = False


MODERATORS = frozenset({Role.COMMUNITY, Role.STREET})
SECOND_LOOK = frozenset({Role.STREET})
AUTHOR = frozenset({Role.RESIDENT})

S, A = PostState, PostAction
Table = dict[tuple[PostState, PostAction], Row]


def _rows(states: Iterable[PostState], action: PostAction, row: Row) -> Table:
    return {(state, action): row for state in states}


TRANSITIONS: Table = {
    # The first look
    (S.HELD, A.PUBLISH): Row(S.PUBLISHED, by=MODERATORS),
    (S.HELD, A.RETURN): Row(S.RETURNED, by=MODERATORS, needs_ground=True),
    (S.HELD, A.REFUSE): Row(S.REFUSED, by=MODERATORS, needs_ground=True),
    (S.HELD, A.ESCALATE): Row(None, system=True),
    # After publication: nothing is deleted
    (S.PUBLISHED, A.HIDE): Row(S.HIDDEN, by=MODERATORS, needs_ground=True),
    (S.HIDDEN, A.RESTORE): Row(S.PUBLISHED, by=MODERATORS),
    **_rows((S.HELD, S.PUBLISHED), A.MOVE, Row(None, by=MODERATORS)),
    **_rows((S.HELD, S.PUBLISHED), A.SPLIT, Row(None, by=MODERATORS)),
    # Taking back one's own last step
    **_rows((S.PUBLISHED, S.RETURNED, S.REFUSED, S.HIDDEN), A.UNDO, Row(None, by=MODERATORS)),
    # The author
    **_rows((S.HELD, S.PUBLISHED), A.EDIT, Row(None, by=AUTHOR, in_edit_time=True)),
    (S.RETURNED, A.RESUBMIT): Row(S.HELD, by=AUTHOR),
    **_rows((S.HELD, S.RETURNED), A.WITHDRAW, Row(S.WITHDRAWN, by=AUTHOR)),
    **_rows((S.REFUSED, S.HIDDEN), A.APPEAL, Row(None, by=AUTHOR, once=True)),
    # The second look (FO5): by the street, and by somebody who has not acted on this post
    **_rows((S.REFUSED, S.HIDDEN), A.OVERTURN, Row(S.PUBLISHED, by=SECOND_LOOK, fresh=True, asked=True)),
    **_rows((S.REFUSED, S.HIDDEN), A.UPHOLD, Row(None, by=SECOND_LOOK, fresh=True, asked=True)),
}


class NotInThisState(NotAllowed):
    """Somebody else was faster, or the post has moved on."""

    status = 409


@dataclass(frozen=True)
class PostFacts:
    """What the rules need to know of a post. `about_unit`: it speaks of the moderator or their unit.

    `appealed`: a second look was asked for, `appeal_open`: and not answered yet.
    """

    state: PostState
    submitted_at: datetime
    desk: Desk = Desk.COMMUNITY
    about_unit: bool = False
    appealed: bool = False
    appeal_open: bool = False


@dataclass(frozen=True)
class Judge:
    """Where somebody stands towards one post: `has_acted` on it before, `is_author`, the clock (`is_system`)."""

    role: Role | None = None
    is_author: bool = False
    has_acted: bool = False
    is_system: bool = False


SYSTEM = Judge(is_system=True)


def allowed(post: PostFacts, who: Judge, now: datetime) -> tuple[PostAction, ...]:
    """What to offer, in the order of `PostAction`."""
    return tuple(action for action in PostAction if isinstance(_decide(post, who, action, now), Row))


def move(post: PostFacts, who: Judge, action: PostAction, now: datetime) -> PostState:
    """The state after the deed. Raises NotAllowed with a reason to show, NotInThisState (409) when it moved on."""
    row = _decide(post, who, action, now)
    if isinstance(row, DomainError):
        raise row
    return row.to or post.state


def needs_ground(state: PostState, action: PostAction) -> bool:
    row = TRANSITIONS.get((state, action))
    return row is not None and row.needs_ground


def _decide(post: PostFacts, who: Judge, action: PostAction, now: datetime) -> Row | DomainError:
    row = TRANSITIONS.get((post.state, action))
    if row is None or (row.once and post.appealed) or (row.asked and not post.appeal_open):
        return NotInThisState("This can no longer be done with the post. Please reload the page.")
    return _refusal(post, who, row, now) or row


def _refusal(post: PostFacts, who: Judge, row: Row, now: datetime) -> DomainError | None:
    if who.is_system:
        return None if row.system else NotAllowed("You are not allowed to do this.")
    if (who.is_author and not row.by & AUTHOR) or (not who.is_author and who.role not in row.by - AUTHOR):
        return NotAllowed("You are not allowed to do this.")
    if row.in_edit_time and now >= post.submitted_at + EDIT_TIME:
        return NotInThisState("A post can be changed for ten minutes. They are over.")
    if row.fresh and who.has_acted:
        return NotAllowed("Whoever decided before may not take the second look.")
    if post.about_unit and who.role is Role.COMMUNITY:
        return NotAllowed("This post speaks of the community or its staff. The street office looks at it.")
    return None


@dataclass(frozen=True)
class Rules:
    """What the operator sets. Hours are hours of the clock, nights and holidays included."""

    promise_hours: int = 24
    flags_to_requeue: int = 3
    posts_per_ten_minutes: int = 5
    posts_per_day: int = 20
    topics_per_day: int = 2


def promise_due(since: datetime, rules: Rules) -> datetime:
    """Until when somebody will have looked."""
    return since + timedelta(hours=rules.promise_hours)


def is_late(post: PostFacts, due_at: datetime, now: datetime) -> bool:
    """The community has not looked in time: the post goes to the street's queue, by itself."""
    return post.state is PostState.HELD and post.desk is Desk.COMMUNITY and now > due_at


def arrives_as(mode: TopicMode, emergency: Emergency | None, *, is_suspicious: bool, about_unit: bool) -> PostState:
    """Held or published at once. What the word list or the look for numbers found is always held, never dropped."""
    at_once = mode is TopicMode.AFTER and emergency is None and not is_suspicious and not about_unit
    return PostState.PUBLISHED if at_once else PostState.HELD
