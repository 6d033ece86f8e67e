"""What moderation keeps beside the posts: the emergency switch of a topic, and offers to turn a post into a case."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.core.base import Base, enum_column, pk
from portal.domain.moderation import Emergency
from portal.forum.models import Post
from portal.forum.topic_models import Topic
from portal.identity.models import StaffPost


class TopicSwitch(Base):
    """Each turn of a topic's emergency switch: what it was set to (None: back to normal), why, until when, by whom."""

    __tablename__ = "topic_switches"
    __table_args__ = (CheckConstraint("(emergency IS NULL) = (until IS NULL)", name="ends"),)
    id: Mapped[int] = pk()
    topic_id: Mapped[int] = mapped_column(ForeignKey("topics.id"), index=True)
    at: Mapped[datetime]
    emergency: Mapped[Emergency | None] = enum_column(Emergency, nullable=True)
    until: Mapped[datetime | None]
    reason: Mapped[str] = mapped_column(String(200))
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff_posts.id"))

    topic: Mapped[Topic] = relationship()
    staff: Mapped[StaffPost] = relationship()


class CaseOffer(Base):
    """A post that speaks of something to be done: its author is asked whether it becomes a case. One per post."""

    __tablename__ = "case_offers"
    __table_args__ = (CheckConstraint("(answered_at IS NULL) = (agreed IS NULL)", name="answered"),)
    post_id: Mapped[int] = mapped_column(ForeignKey("posts.id"), primary_key=True)
    asked_at: Mapped[datetime]
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff_posts.id"))
    answered_at: Mapped[datetime | None]
    agreed: Mapped[bool | None]

    post: Mapped[Post] = relationship()
