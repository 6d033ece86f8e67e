"""The log of moderation: every act with who, when, what, ground, before and after. Texts beside it can be erased, acts not."""

from dataclasses import dataclass

from sqlalchemy import Select, select
from sqlalchemy.orm import joinedload

from portal.audit import journal
from portal.core import clock, crypto
from portal.core.extensions import db
from portal.domain.actors import Actor
from portal.domain.moderation import PostAction
from portal.domain.moderation_grounds import Clause, Ground
from portal.forum.models import ActText, ModerationAct, Post
from portal.forum.topic_models import Topic
from portal.identity.models import StaffPost

Thing = Post | Topic


@dataclass(frozen=True)
class Why:
    """The ground from the closed list, what the log keeps as a reason, what the author reads, which words are meant."""

    ground: Ground | None = None
    clause: Clause | None = None
    reason: str = ""
    to_author: str = ""
    fragment: str = ""


NO_REASON = Why()


def record(
    actor: Actor, action: PostAction, thing: Thing, before: str, after: str, why: Why = NO_REASON
) -> ModerationAct:
    """Append one act with its texts, then the journal's entry. The last write of a deed; flushes."""
    words = said(thing)
    act = ModerationAct(
        at=clock.now(),
        action=action,
        post_id=thing.id if isinstance(thing, Post) else None,
        topic_id=thing.id if isinstance(thing, Topic) else None,
        community_id=thing.community_id,
        street_id=thing.street_id,
        staff_id=actor.id if actor.is_staff else None,
        by=actor.kind,
        before=before,
        after=after,
        ground=why.ground,
        clause=why.clause,
        digest=crypto.digest(words),
    )
    act.texts = ActText(words=words, fragment=why.fragment, reason=why.reason, to_author=why.to_author)
    db.session.add(act)
    db.session.flush()
    journal.record(f"forum:{action}", actor, thing.subject, act=act.id, ground=why.ground, words=act.digest)
    return act


def said(thing: Thing) -> str:
    """All that its author wrote."""
    if isinstance(thing, Post):
        return thing.words
    return "\n".join(part for part in (thing.title, thing.background, *thing.options) if part)


def acts_of(thing: Thing) -> Select[ModerationAct]:
    """With officer, unit and texts, oldest first."""
    mine = ModerationAct.post_id == thing.id if isinstance(thing, Post) else ModerationAct.topic_id == thing.id
    return (
        select(ModerationAct)
        .where(mine)
        .options(joinedload(ModerationAct.staff).joinedload(StaffPost.agency), joinedload(ModerationAct.texts))
        .order_by(ModerationAct.id)
    )


def last_act(thing: Thing) -> ModerationAct | None:
    newest = acts_of(thing).order_by(None).order_by(ModerationAct.id.desc()).limit(1)
    return db.session.scalar(newest)


def has_acted(actor: Actor, thing: Thing) -> bool:
    """Whether this member of staff ever decided on it: then the second look is somebody else's."""
    mine = acts_of(thing).where(ModerationAct.staff_id == actor.id).order_by(None).limit(1)
    return actor.is_staff and db.session.scalar(mine) is not None
