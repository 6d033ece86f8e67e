"""议题 and what belongs to one: steps, meetings, official answers, the conclusion with its points.

Every topic carries the ids of all the places above it, so that one condition limits it to an actor's scope.
"""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.core.base import Base, Encrypted, enum_column, pk
from portal.domain.moderation import Emergency, TopicMode
from portal.domain.moderation_grounds import Ground
from portal.identity.models import StaffPost
from portal.places.models import Agency, Building, Community, Compound, Street


class ScopeKind(StrEnum):
    """Whom a topic concerns. A works item stands by its name in a compound."""

    STREET = "street"
    COMMUNITY = "community"
    COMPOUND = "compound"
    BUILDING = "building"
    WORKS = "works"


class AuthorKind(StrEnum):
    COMMUNITY = "community"  # 社区发起: by the community or the street
    RESIDENT = "resident"  # 居民发起, reviewed first


class TopicState(StrEnum):
    HELD = "held"  # proposed by a resident, waiting for a look
    OPEN = "open"  # 正在议, until it closes
    RETURNED = "returned"  # 请修改
    REFUSED = "refused"
    CLOSED = "closed"  # 已结束 by somebody; a past closing date ends it just as well


class Topic(Base):
    """One question put to the neighbours. `title` is the question."""

    __tablename__ = "topics"
    __table_args__ = (
        CheckConstraint("(author_kind = 'resident') = (account_id IS NOT NULL)", name="author"),
        CheckConstraint("scope <> 'street' OR community_id IS NULL", name="street_scope"),
        CheckConstraint("scope NOT IN ('compound', 'works') OR compound_id IS NOT NULL", name="compound_scope"),
        CheckConstraint("(scope = 'building') = (building_id IS NOT NULL)", name="building_scope"),
        CheckConstraint("(scope = 'works') = (works_item IS NOT NULL)", name="works_scope"),
        CheckConstraint("state NOT IN ('open', 'closed') OR opened_at IS NOT NULL", name="opened"),
        CheckConstraint("(state = 'closed') = (closed_at IS NOT NULL)", name="closed"),
        CheckConstraint("(emergency IS NULL) = (emergency_until IS NULL)", name="emergency_ends"),
        Index("ix_topics_listed", "state", "opened_at", "id"),
        Index("ix_topics_closing", "state", "closes_at", "id"),
        Index("ix_topics_answered", "state", "answered_at", "id"),
    )
    id: Mapped[int] = pk()
    scope: Mapped[ScopeKind] = enum_column(ScopeKind)
    street_id: Mapped[int] = mapped_column(ForeignKey("streets.id"), index=True)
    community_id: Mapped[int | None] = mapped_column(ForeignKey("communities.id"), index=True)
    compound_id: Mapped[int | None] = mapped_column(ForeignKey("compounds.id"), index=True)
    building_id: Mapped[int | None] = mapped_column(ForeignKey("buildings.id"))
    works_item: Mapped[str | None] = mapped_column(String(40))

    author_kind: Mapped[AuthorKind] = enum_column(AuthorKind)
    account_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"), index=True)
    author_building_id: Mapped[int | None] = mapped_column(ForeignKey("buildings.id"))
    shown_name: Mapped[str | None] = mapped_column(Encrypted())  # 张女士; None: 3 号楼住户
    staff_id: Mapped[int | None] = mapped_column(ForeignKey("staff_posts.id"))

    title: Mapped[str] = mapped_column(String(40))
    background: Mapped[str] = mapped_column(Text, default="")
    options: Mapped[list[str]] = mapped_column(JSON, default=list)

    state: Mapped[TopicState] = enum_column(TopicState, default=TopicState.HELD)
    mode: Mapped[TopicMode] = enum_column(TopicMode, default=TopicMode.BEFORE)
    emergency: Mapped[Emergency | None] = enum_column(Emergency, nullable=True)
    emergency_reason: Mapped[str | None] = mapped_column(String(200))
    emergency_until: Mapped[datetime | None]

    created_at: Mapped[datetime]
    due_at: Mapped[datetime | None]  # until when a proposal will have been looked at
    escalated_at: Mapped[datetime | None]
    ground: Mapped[Ground | None] = enum_column(Ground, nullable=True)
    reason: Mapped[str | None] = mapped_column(String(200))  # to the author, with 请修改 or 没有发布
    opened_at: Mapped[datetime | None]
    closes_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]
    answered_at: Mapped[datetime | None]  # the first official answer or the 议事小结
    revision: Mapped[int] = mapped_column(default=1)

    street: Mapped[Street] = relationship()
    community: Mapped[Community | None] = relationship()
    compound: Mapped[Compound | None] = relationship()
    building: Mapped[Building | None] = relationship(foreign_keys=[building_id])
    author_building: Mapped[Building | None] = relationship(foreign_keys=[author_building_id])
    staff: Mapped[StaffPost | None] = relationship()
    steps: Mapped[list["TopicStep"]] = relationship(order_by="TopicStep.position", cascade="all, delete-orphan")
    conclusion: Mapped["Conclusion | None"] = relationship(uselist=False, back_populates="topic")

    @property
    def subject(self) -> str:
        return f"topic:{self.id}"

    def emergency_at(self, now: datetime) -> Emergency | None:
        """The switch as it stands: it ends by itself."""
        return self.emergency if self.emergency_until is not None and now < self.emergency_until else None

    def is_over(self, now: datetime) -> bool:
        """Nobody may post any more."""
        return self.state is TopicState.CLOSED or (self.closes_at is not None and now >= self.closes_at)

    @property
    def is_public(self) -> bool:
        return self.state in (TopicState.OPEN, TopicState.CLOSED)

    @property
    def place(self) -> str:
        """东局子小区, 东局子小区 3 号楼, 大王庄街道 …"""
        if self.building is not None:
            return self.building.full_name
        found = self.compound or self.community or self.street
        return found.name

    @property
    def is_summed_up(self) -> bool:
        """Its conclusion stands on its page."""
        return self.conclusion is not None and self.conclusion.published_at is not None

    @property
    def short_place(self) -> str:
        """For a text, which holds ten characters."""
        return (self.compound or self.community or self.street).name[:10]


class TopicStep(Base):
    """提议 · 商议 · 审议 · 决议 · 公示 · 监督: the steps as configured when the topic was made, and when each was reached."""

    __tablename__ = "topic_steps"
    __table_args__ = (Index("ix_topic_steps_planned", "planned_on", "topic_id"),)
    topic_id: Mapped[int] = mapped_column(ForeignKey("topics.id", ondelete="CASCADE"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    name: Mapped[str] = mapped_column(String(6))
    reached_at: Mapped[datetime | None]
    planned_on: Mapped[date | None]  # the day on which it begins by itself, as the organizer set it


class OfficialAnswer(Base):
    """官方答复, pinned above the posts; by a unit, never by a person."""

    __tablename__ = "topic_answers"
    id: Mapped[int] = pk()
    topic_id: Mapped[int] = mapped_column(ForeignKey("topics.id"), index=True)
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff_posts.id"))
    agency_id: Mapped[int] = mapped_column(ForeignKey("agencies.id"))
    at: Mapped[datetime]
    words: Mapped[str] = mapped_column(Text)

    agency: Mapped[Agency] = relationship()


class Meeting(Base):
    """议事会: where neighbours meet about a topic; agenda before, attendance and minutes after."""

    __tablename__ = "topic_meetings"
    __table_args__ = (
        CheckConstraint("(minutes IS NULL) = (minutes_at IS NULL)", name="minutes_dated"),
        CheckConstraint("(off_why IS NULL) = (off_at IS NULL)", name="off_with_reason"),
        CheckConstraint("off_at IS NULL OR minutes IS NULL", name="off_without_minutes"),
    )
    id: Mapped[int] = pk()
    topic_id: Mapped[int] = mapped_column(ForeignKey("topics.id"), index=True)
    starts_at: Mapped[datetime]
    place: Mapped[str] = mapped_column(String(60))
    agenda: Mapped[str] = mapped_column(Text)
    called_by: Mapped[int | None] = mapped_column(ForeignKey("staff_posts.id"))
    attended: Mapped[int | None]  # 户
    minutes: Mapped[str | None] = mapped_column(Text)
    minutes_at: Mapped[datetime | None]
    off_at: Mapped[datetime | None]  # called off
    off_why: Mapped[str | None] = mapped_column(String(200))


class Verdict(StrEnum):
    """信访工作条例 art. 29: each suggestion is answered."""

    ADOPTED = "adopted"  # 采纳
    PARTLY = "partly"  # 部分采纳
    NOT_NOW = "not_now"  # 暂不采纳


class Conclusion(Base):
    """议事小结. Until `published_at` it is a draft that only its makers see."""

    __tablename__ = "conclusions"
    id: Mapped[int] = pk()
    topic_id: Mapped[int] = mapped_column(ForeignKey("topics.id"), unique=True)
    summary: Mapped[str] = mapped_column(Text, default="")
    staff_id: Mapped[int | None] = mapped_column(ForeignKey("staff_posts.id"))
    written_at: Mapped[datetime]
    published_at: Mapped[datetime | None]
    shown_until: Mapped[date | None]  # the last day of 公示

    topic: Mapped[Topic] = relationship(back_populates="conclusion")
    points: Mapped[list["Point"]] = relationship(back_populates="conclusion", order_by="Point.position")


class Point(Base):
    """Opinions that say the same, answered together: what becomes of it, why, who does it by when, and when it was done."""

    __tablename__ = "conclusion_points"
    __table_args__ = (
        UniqueConstraint("conclusion_id", "position"),
        CheckConstraint("verdict = 'not_now' OR (agency_id IS NOT NULL AND due_on IS NOT NULL)", name="who_by_when"),
        CheckConstraint("(done_at IS NULL) = (done_words IS NULL)", name="done_with_words"),
    )
    id: Mapped[int] = pk()
    conclusion_id: Mapped[int] = mapped_column(ForeignKey("conclusions.id"))
    position: Mapped[int]
    title: Mapped[str] = mapped_column(String(40))
    verdict: Mapped[Verdict] = enum_column(Verdict)
    reason: Mapped[str] = mapped_column(Text)
    agency_id: Mapped[int | None] = mapped_column(ForeignKey("agencies.id"))
    due_on: Mapped[date | None]
    done_at: Mapped[datetime | None]
    done_words: Mapped[str | None] = mapped_column(Text)

    conclusion: Mapped[Conclusion] = relationship(back_populates="points")
    opinions: Mapped[list["Opinion"]] = relationship(cascade="all, delete-orphan")
    agency: Mapped[Agency | None] = relationship()

    @property
    def subject(self) -> str:
        return f"point:{self.id}"


class Opinion(Base):
    """归并: this post is among those that the point answers."""

    __tablename__ = "point_opinions"
    point_id: Mapped[int] = mapped_column(ForeignKey("conclusion_points.id", ondelete="CASCADE"), primary_key=True)
    post_id: Mapped[int] = mapped_column(ForeignKey("posts.id"), primary_key=True)


class TopicVoice(Base):
    """Somebody who took part: counted as people and homes, told how it ended. Hiding a post takes nobody's part away."""

    __tablename__ = "topic_voices"
    topic_id: Mapped[int] = mapped_column(ForeignKey("topics.id"), primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"), primary_key=True)
    household_id: Mapped[int] = mapped_column(ForeignKey("households.id"))
    at: Mapped[datetime]


class Stance(StrEnum):
    FOR = "for"  # 赞成
    AGAINST = "against"  # 反对
    SUGGESTION = "suggestion"  # 建议
    QUESTION = "question"  # 提问


class PostDraft(Base):
    """What a resident is writing: one per account and topic (None: a topic of their own). Photos hang on its id."""

    __tablename__ = "post_drafts"
    __table_args__ = (Index("uq_post_drafts_account", "account_id", text("coalesce(topic_id, 0)"), unique=True),)
    id: Mapped[int] = pk()
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id", ondelete="CASCADE"))
    topic_id: Mapped[int | None] = mapped_column(ForeignKey("topics.id"))
    fields: Mapped[str] = mapped_column(Encrypted())
    updated_at: Mapped[datetime] = mapped_column(index=True)


class ForumRules(Base):
    """What the operator sets, one row; without it the defaults of `domain.moderation.Rules` hold."""

    __tablename__ = "forum_rules"
    __table_args__ = (CheckConstraint("id = 1", name="one_row"),)
    id: Mapped[int] = pk()
    promise_hours: Mapped[int]
    flags_to_requeue: Mapped[int]
    posts_per_ten_minutes: Mapped[int]
    posts_per_day: Mapped[int]
    topics_per_day: Mapped[int]
    steps: Mapped[list[str]] = mapped_column(JSON)


class HeldWord(Base):
    """The operator's word list: what holds a post for a look and is shown to the moderator. It never drops one."""

    __tablename__ = "held_words"
    id: Mapped[int] = pk()
    word: Mapped[str] = mapped_column(String(20), unique=True)
    added_at: Mapped[datetime]
    added_by: Mapped[int | None] = mapped_column(ForeignKey("staff_posts.id"))
