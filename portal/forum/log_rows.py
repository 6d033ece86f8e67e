"""The log as lines: who, when, what, on what ground, why, from what to what. For pages and files alike."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Select, false, or_, select, true
from sqlalchemy.orm import joinedload

from portal.core import clock
from portal.core.extensions import db
from portal.core.formatting import moment
from portal.domain.actors import Actor
from portal.domain.moderation import PostAction
from portal.domain.moderation_grounds import CLAUSES, GROUNDS, Ground
from portal.domain.roles import Role
from portal.forum import review_labels, review_view
from portal.forum.models import ModerationAct, Post
from portal.forum.review_models import TopicSwitch
from portal.forum.scope import topics_within
from portal.forum.topic_models import Topic
from portal.identity.models import StaffPost
from portal.places.scope import is_everywhere


@dataclass(frozen=True)
class Wanted:
    """The page's filters."""

    action: PostAction | None = None
    ground: Ground | None = None


@dataclass(frozen=True)
class Line:
    number: int
    when: str
    who: str
    deed: str
    thing: str
    topic: str
    ground: str
    basis: str
    reason: str
    to_author: str
    fragment: str
    words: str
    before: str
    after: str
    digest: str
    url: str


def acts(actor: Actor, wanted: Wanted) -> Select[ModerationAct]:
    """To be paged by id. The community reads nothing of what was written about itself."""
    statement = (
        select(ModerationAct)
        .outerjoin(Post, Post.id == ModerationAct.post_id)
        .where(_within(actor))
        .options(
            joinedload(ModerationAct.staff).joinedload(StaffPost.agency),
            joinedload(ModerationAct.texts),
            joinedload(ModerationAct.post).joinedload(Post.topic),
            joinedload(ModerationAct.post).joinedload(Post.building),
            joinedload(ModerationAct.topic),
        )
    )
    if actor.role is Role.COMMUNITY:
        statement = statement.where(or_(Post.id.is_(None), Post.about_unit.is_(False)))
    if wanted.action:
        statement = statement.where(ModerationAct.action == wanted.action)
    if wanted.ground:
        statement = statement.where(ModerationAct.ground == wanted.ground)
    return statement


def _within(actor: Actor) -> ColumnElement[bool]:
    if is_everywhere(actor):
        return true()
    if not actor.is_staff:
        return false()
    return or_(
        ModerationAct.community_id.in_(actor.scope.community_ids), ModerationAct.street_id.in_(actor.scope.street_ids)
    )


def row_of(act: ModerationAct) -> Line:
    topic = act.topic or (act.post.topic if act.post else None)
    texts = act.texts
    ground = GROUNDS[act.ground] if act.ground else None
    return Line(
        number=act.id,
        when=moment(act.at),
        who=review_view.who(act),
        deed=str(review_labels.ACTIONS[act.action]),
        thing=act.post.author if act.post else "",
        topic=topic.title if topic else "",
        ground=ground.name if ground else "",
        basis=CLAUSES[act.clause] if act.clause else ground.basis if ground else "",
        reason=texts.reason if texts else "",
        to_author=texts.to_author if texts else "",
        fragment=texts.fragment if texts else "",
        words=texts.words if texts else "",
        before=_state(act.before),
        after=_state(act.after),
        digest=act.digest,
        url=review_view.url_of(act),
    )


def _state(name: str) -> str:
    return str(review_labels.STATES.get(name, name))


HEAD = (
    "编号", "时间", "谁", "做了什么", "发言人", "议题", "原因", "依据", "理由", "给作者的话", "标出的字", "当时的原文",
    "之前", "之后", "原文摘要",
)  # fmt: skip


def table(actor: Actor, wanted: Wanted, most: int) -> Iterator[Sequence[str]]:
    """The newest first, with times to the minute in Shanghai."""
    yield HEAD
    newest = acts(actor, wanted).order_by(ModerationAct.id.desc()).limit(most)
    for act in db.session.scalars(newest):
        line = row_of(act)
        at = f"{clock.local(act.at):%Y-%m-%d %H:%M}"
        yield (
            str(line.number), at, line.who, line.deed, line.thing, line.topic, line.ground, line.basis, line.reason,
            line.to_author, line.fragment, line.words, line.before, line.after, line.digest,
        )  # fmt: skip


def switches(actor: Actor) -> list[dict[str, str]]:
    """Turns of the emergency switch, the newest first."""
    statement = (
        select(TopicSwitch)
        .join(Topic)
        .where(topics_within(actor))
        .options(joinedload(TopicSwitch.topic), joinedload(TopicSwitch.staff).joinedload(StaffPost.agency))
        .order_by(TopicSwitch.id.desc())
        .limit(20)
    )
    return [
        {
            "when": moment(found.at),
            "who": f"{found.staff.agency.short_name} {found.staff.name}",
            "topic": found.topic.title,
            "deed": str(review_labels.EMERGENCIES[found.emergency]) if found.emergency else str(review_labels.NORMAL),
            "until": moment(found.until),
            "reason": found.reason,
        }
        for found in db.session.scalars(statement)
    ]
