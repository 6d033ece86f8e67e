"""What a resident does with posts: write, change, take back, support. All flush only."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, select, update

from portal.core import clock, limits
from portal.core.dialects import insert_ignore
from portal.core.extensions import db
from portal.domain import moderation, personal_data
from portal.domain.actors import Actor
from portal.domain.errors import DomainError, LimitReached, NotAllowed, NotFound
from portal.domain.moderation import Desk, Emergency, Judge, PostAction, PostState
from portal.domain.roles import Role
from portal.forum import acts, looking, publishing, rules
from portal.forum.homes import home_in
from portal.forum.models import Post, PostRevision, Support
from portal.forum.topic_models import Stance, Topic
from portal.media import services as media
from portal.media.models import Owner, Photo
from portal.membership.models import Membership

TEN_MINUTES = timedelta(minutes=10)
DAY = timedelta(days=1)
AUTHOR = Judge(Role.RESIDENT, is_author=True)


class TopicOver(NotAllowed):
    """Nobody may post here any more."""

    status = 409


@dataclass(frozen=True)
class Draft:
    """What was written. `shown_name` None shows the author as 3 号楼住户. A reply has no stance."""

    words: str
    stance: Stance | None = None
    shown_name: str | None = None


def check_open(topic: Topic, now: datetime) -> None:
    """Whether anybody may write here now; the reason otherwise."""
    if not topic.is_public or topic.is_over(now):
        raise TopicOver(
            "This topic has ended; nobody can post any more. You can read how it ended, or propose a new one."
        )
    if topic.emergency_at(now) is Emergency.PAUSED:
        raise TopicOver(
            "Posting is paused here until %(until)s. Reason: %(reason)s",
            until=f"{clock.local(topic.emergency_until):%m-%d %H:%M}" if topic.emergency_until else "",
            reason=topic.emergency_reason or "",
        )


def home_for(actor: Actor, topic: Topic) -> Membership:
    home = home_in(actor, topic)
    if home is None:
        raise NotAllowed("Only verified residents of the place that this topic is about can post here.")
    return home


def check_words(words: str) -> None:
    """Plain numbers are stopped before anybody sees them; disguised ones pass and are pointed out to the moderator."""
    if not words.strip():
        raise DomainError("Please write something before you hand it in.", field="words")
    if len(words) > moderation.LONGEST_POST:
        over = len(words) - moderation.LONGEST_POST
        raise DomainError(
            "At most %(most)s characters; there are %(over)s too many.",
            field="words",
            most=moderation.LONGEST_POST,
            over=over,
        )
    if personal_data.find(words):
        raise DomainError(
            "There is a phone or ID number in it. Please take it out; this protects you and your neighbours.",
            field="words",
        )


def submit(
    actor: Actor, topic: Topic, draft: Draft, *, parent: Post | None = None, photos: Iterable[Photo] = ()
) -> Post:
    """Held for a look, or published at once where the topic says so. `parent`: the post that is replied to."""
    now = clock.now()
    check_open(topic, now)
    check_words(draft.words)
    home = home_for(actor, topic)
    if parent is not None and (parent.topic_id != topic.id or parent.parent_id is not None):
        raise NotFound("The post that you reply to is not there any more.")
    _count(actor)
    post = _new_post(actor, topic, home, draft, parent, now)
    db.session.add(post)
    db.session.flush()
    media.move(photos, Owner("post", post.id))
    _arrive(post, topic)
    return post


def twin_of(actor: Actor, topic: Topic, words: str, parent: Post | None) -> Post | None:
    """The same words of the last ten minutes: a second tab, or going back and pressing again."""
    mine = Post.account_id == actor.id, Post.topic_id == topic.id, Post.words == words
    here = Post.parent_id == parent.id if parent else Post.parent_id.is_(None)
    fresh = Post.submitted_at > clock.now() - TEN_MINUTES, Post.state != PostState.WITHDRAWN
    return db.session.scalar(select(Post).where(*mine, here, *fresh).order_by(Post.id.desc()).limit(1))


def _count(actor: Actor) -> None:
    """Those over the limit keep what they wrote and are told when to come back."""
    found = rules.current()
    for limit, window in ((found.posts_per_ten_minutes, TEN_MINUTES), (found.posts_per_day, DAY)):
        if not limits.hit(f"forum:post:{window}:{actor.id}", limit, window):
            _hits, ends = limits.standing(f"forum:post:{window}:{actor.id}")
            wait = (ends - clock.now()) if ends else window
            raise LimitReached(
                "You have posted a lot in a short time. Please come back in %(minutes)s minutes; what you wrote is kept.",
                retry_after=wait,
                minutes=max(int(wait.total_seconds() // 60), 1),
            )


def _new_post(actor: Actor, topic: Topic, home: Membership, draft: Draft, parent: Post | None, now: datetime) -> Post:
    building = home.household.building
    community = building.compound.community
    return Post(
        topic_id=topic.id,
        parent_id=parent.id if parent else None,
        account_id=actor.id,
        household_id=home.household_id,
        building_id=building.id,
        community_id=community.id,
        street_id=community.street_id,
        shown_name=draft.shown_name,
        stance=None if parent else draft.stance,
        words=draft.words,
        state=PostState.HELD,
        submitted_at=now,
        due_at=moderation.promise_due(now, rules.current()),
    )


def _arrive(post: Post, topic: Topic) -> None:
    """To which desk, and whether it appears at once."""
    found = looking.look(post.words, post.community_id)
    post.about_unit = post.about_unit or found.about_unit
    if post.about_unit:
        post.desk = Desk.STREET
    arrives = moderation.arrives_as(
        topic.mode,
        topic.emergency_at(clock.now()),
        is_suspicious=found.is_suspicious,
        about_unit=post.about_unit,
    )
    if arrives is not post.state:
        publishing.set_state(post, arrives)


def own_post(actor: Actor, post_id: int) -> Post:
    """Inside `writing()`: locked. NotFound for anybody else's."""
    mine = select(Post).where(Post.id == post_id, Post.account_id == actor.id).with_for_update(of=Post)
    found = db.session.scalar(mine.execution_options(populate_existing=True)) if actor.kind == "resident" else None
    if found is None:
        raise NotFound("There is no such post of yours.")
    return found


def change(actor: Actor, post_id: int, words: str) -> Post:
    """Within ten minutes, or 改好再发 after 请修改. What it said before is kept."""
    post = own_post(actor, post_id)
    action = PostAction.RESUBMIT if post.state is PostState.RETURNED else PostAction.EDIT
    before = post.state
    moderation.move(post.facts, AUTHOR, action, clock.now())
    check_words(words)
    if action is PostAction.RESUBMIT:
        check_open(post.topic, clock.now())
    db.session.add(PostRevision(post_id=post.id, at=clock.now(), words=post.words))
    post.words, post.edited_at = words, clock.now()
    _look_again(post, action)
    acts.record(actor, action, post, before, post.state)
    return post


def _look_again(post: Post, action: PostAction) -> None:
    """A changed text is a new one to look at: the promise runs anew, but not for one that nobody has seen yet."""
    if post.state is not PostState.HELD:
        post.due_at = moderation.promise_due(clock.now(), rules.current())
        publishing.set_state(post, PostState.HELD)
    else:
        post.revision += 1
    if action is PostAction.RESUBMIT:
        post.submitted_at = clock.now()
        post.desk, post.escalated_at = (Desk.STREET if post.about_unit else Desk.COMMUNITY), None
    _arrive(post, post.topic)


def withdraw(actor: Actor, post_id: int) -> Post:
    post = own_post(actor, post_id)
    before = post.state
    publishing.set_state(post, moderation.move(post.facts, AUTHOR, PostAction.WITHDRAW, clock.now()))
    acts.record(actor, PostAction.WITHDRAW, post, before, post.state)
    return post


def support(actor: Actor, topic: Topic, post: Post, wanted: bool) -> None:
    """赞同, once per account, or taken back. The counter follows what the row says."""
    check_open(topic, clock.now())
    home_for(actor, topic)
    if post.state is not PostState.PUBLISHED:
        raise NotFound("This post is not shown any more.")
    if wanted:
        row = {"post_id": post.id, "account_id": actor.id, "at": clock.now()}
        changed = db.session.execute(insert_ignore(Support).values(**row)).rowcount  # type: ignore[attr-defined]
    else:
        mine = Support.post_id == post.id, Support.account_id == actor.id
        changed = db.session.execute(delete(Support).where(*mine)).rowcount  # type: ignore[attr-defined]
    if changed:
        by = 1 if wanted else -1
        db.session.execute(update(Post).where(Post.id == post.id).values(supports=Post.supports + by))
