"""发言 and every act on one. The log is append-only and holds no text; texts lie beside it and can be erased."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.core.base import Base, Encrypted, enum_column, pk
from portal.core.triggers import append_only
from portal.domain.moderation import Desk, PostAction, PostFacts, PostState
from portal.domain.moderation_grounds import Clause, Ground
from portal.forum.topic_models import Stance, Topic
from portal.identity.models import Account, StaffPost
from portal.places.models import Building

TOP = text("parent_id IS NULL")
_WITH_GROUND = "'returned', 'refused', 'hidden'"


class Post(Base):
    """One post, or a reply to one (`parent_id`; a reply has none of its own).

    `community_id` and `street_id` are those of the author's home: their moderators look at it, whatever the topic's scope.
    `revision` moves with every change: a moderator's act names the one that was on the screen.
    """

    __tablename__ = "posts"
    __table_args__ = (
        CheckConstraint(f"(state IN ({_WITH_GROUND})) = (ground IS NOT NULL)", name="with_ground"),
        CheckConstraint("state <> 'published' OR published_at IS NOT NULL", name="published"),
        CheckConstraint("desk = 'street' OR NOT about_unit", name="about_unit_at_street"),
        CheckConstraint("supports >= 0 AND replies >= 0 AND flags >= 0", name="counts"),
        Index("ix_posts_newest", "topic_id", "id", sqlite_where=TOP, postgresql_where=TOP),
        Index("ix_posts_supported", "topic_id", "supports", "id", sqlite_where=TOP, postgresql_where=TOP),
        Index("ix_posts_replies", "parent_id", "id"),
        Index("ix_posts_queue", "state", "community_id", "desk", "due_at", "id"),
        Index("ix_posts_street", "state", "street_id", "desk", "due_at", "id"),
        Index("ix_posts_own", "account_id", "id"),
    )
    id: Mapped[int] = pk()
    topic_id: Mapped[int] = mapped_column(ForeignKey("topics.id"))
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("posts.id"))
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"))
    household_id: Mapped[int] = mapped_column(ForeignKey("households.id"))
    building_id: Mapped[int] = mapped_column(ForeignKey("buildings.id"))
    community_id: Mapped[int] = mapped_column(ForeignKey("communities.id"))
    street_id: Mapped[int] = mapped_column(ForeignKey("streets.id"))
    shown_name: Mapped[str | None] = mapped_column(Encrypted())  # 张女士; None: 3 号楼住户
    stance: Mapped[Stance | None] = enum_column(Stance, nullable=True)  # a reply needs none
    words: Mapped[str] = mapped_column(Text)

    state: Mapped[PostState] = enum_column(PostState, default=PostState.HELD)
    ground: Mapped[Ground | None] = enum_column(Ground, nullable=True)
    desk: Mapped[Desk] = enum_column(Desk, default=Desk.COMMUNITY)
    about_unit: Mapped[bool] = mapped_column(default=False)

    submitted_at: Mapped[datetime]  # again at 改好再发
    due_at: Mapped[datetime]
    escalated_at: Mapped[datetime | None]
    decided_at: Mapped[datetime | None]
    published_at: Mapped[datetime | None]  # the first time
    edited_at: Mapped[datetime | None]
    requeued_at: Mapped[datetime | None]  # flagged so often that somebody looks again; it stays published meanwhile

    supports: Mapped[int] = mapped_column(default=0)
    replies: Mapped[int] = mapped_column(default=0)  # published ones
    flags: Mapped[int] = mapped_column(default=0)  # not yet answered ones
    revision: Mapped[int] = mapped_column(default=1)

    topic: Mapped[Topic] = relationship()
    parent: Mapped["Post | None"] = relationship(remote_side=[id])
    account: Mapped[Account] = relationship()
    building: Mapped[Building] = relationship()
    appeal: Mapped["Appeal | None"] = relationship(uselist=False, back_populates="post")

    @property
    def subject(self) -> str:
        return f"post:{self.id}"

    @property
    def author(self) -> str:
        """How everybody sees the author: 张女士, or 3 号楼住户."""
        return self.shown_name or f"{self.building.name}住户"

    @property
    def facts(self) -> PostFacts:
        """What the rules ask. Loads the appeal."""
        appeal = self.appeal
        return PostFacts(
            self.state,
            self.submitted_at,
            self.desk,
            self.about_unit,
            appealed=appeal is not None,
            appeal_open=appeal is not None and appeal.decided_at is None,
        )


class PostRevision(Base):
    """What a post said before its author changed it. Erasable."""

    __tablename__ = "post_revisions"
    id: Mapped[int] = pk()
    post_id: Mapped[int] = mapped_column(ForeignKey("posts.id"), index=True)
    at: Mapped[datetime]
    words: Mapped[str] = mapped_column(Text)


class Support(Base):
    """赞同: one per account and post."""

    __tablename__ = "post_supports"
    post_id: Mapped[int] = mapped_column(ForeignKey("posts.id"), primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"), primary_key=True)
    at: Mapped[datetime]


class Flag(Base):
    """举报 by a reader, with a ground of the same closed list; answered to the one who flagged."""

    __tablename__ = "post_flags"
    __table_args__ = (
        UniqueConstraint("post_id", "account_id"),
        CheckConstraint("(answered_at IS NULL) = (upheld IS NULL)", name="answered"),
    )
    id: Mapped[int] = pk()
    post_id: Mapped[int] = mapped_column(ForeignKey("posts.id"))
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"), index=True)
    ground: Mapped[Ground] = enum_column(Ground)
    words: Mapped[str | None] = mapped_column(Encrypted())
    at: Mapped[datetime]
    answered_at: Mapped[datetime | None]
    upheld: Mapped[bool | None]


@append_only
class ModerationAct(Base):
    """Who did what to which post or topic, when and on what ground. `digest`: SHA-256 of the words as they stood."""

    __tablename__ = "moderation_acts"
    __table_args__ = (
        CheckConstraint("(post_id IS NULL) <> (topic_id IS NULL)", name="one_thing"),
        CheckConstraint("(ground = 'illegal') = (clause IS NOT NULL) OR ground IS NULL", name="illegal_names_a_clause"),
        Index("ix_moderation_acts_post", "post_id", "id"),
        Index("ix_moderation_acts_topic", "topic_id", "id"),
        Index("ix_moderation_acts_community", "community_id", "at", "id"),
        Index("ix_moderation_acts_at", "at", "id"),
    )
    id: Mapped[int] = pk()
    at: Mapped[datetime]
    action: Mapped[PostAction] = enum_column(PostAction)
    post_id: Mapped[int | None] = mapped_column(ForeignKey("posts.id"))
    topic_id: Mapped[int | None] = mapped_column(ForeignKey("topics.id"))
    community_id: Mapped[int | None] = mapped_column(ForeignKey("communities.id"))
    street_id: Mapped[int] = mapped_column(ForeignKey("streets.id"))
    staff_id: Mapped[int | None] = mapped_column(ForeignKey("staff_posts.id"))  # None: the author or the clock
    by: Mapped[str] = mapped_column(String(10))  # staff, resident, system
    before: Mapped[str] = mapped_column(String(20))
    after: Mapped[str] = mapped_column(String(20))
    ground: Mapped[Ground | None] = enum_column(Ground, nullable=True)
    clause: Mapped[Clause | None] = enum_column(Clause, nullable=True)
    digest: Mapped[str] = mapped_column(String(64), default="")

    post: Mapped[Post | None] = relationship()
    topic: Mapped[Topic | None] = relationship()
    staff: Mapped[StaffPost | None] = relationship()
    texts: Mapped["ActText | None"] = relationship(uselist=False, back_populates="act")


class ActText(Base):
    """The texts of an act: the words as they stood, the marked fragment, the reason, the words to the author. Erasable."""

    __tablename__ = "moderation_act_texts"
    act_id: Mapped[int] = mapped_column(ForeignKey("moderation_acts.id"), primary_key=True)
    words: Mapped[str] = mapped_column(Text, default="")
    fragment: Mapped[str] = mapped_column(Text, default="")
    reason: Mapped[str] = mapped_column(Text, default="")
    to_author: Mapped[str] = mapped_column(Text, default="")

    act: Mapped[ModerationAct] = relationship(back_populates="texts")


class Appeal(Base):
    """请街道办再看一次: one per post, decided by somebody who had not acted on it, with a reason."""

    __tablename__ = "post_appeals"
    __table_args__ = (
        CheckConstraint("(decided_at IS NULL) = (upheld IS NULL)", name="decided"),
        Index("ix_post_appeals_open", "decided_at", "due_at"),
    )
    id: Mapped[int] = pk()
    post_id: Mapped[int] = mapped_column(ForeignKey("posts.id"), unique=True)
    asked_at: Mapped[datetime]
    words: Mapped[str] = mapped_column(Text, default="")
    due_at: Mapped[datetime]
    decided_at: Mapped[datetime | None]
    decided_by: Mapped[int | None] = mapped_column(ForeignKey("staff_posts.id"))
    upheld: Mapped[bool | None]  # True: the appeal was right and the post was published
    reason: Mapped[str] = mapped_column(Text, default="")

    post: Mapped[Post] = relationship(back_populates="appeal")
