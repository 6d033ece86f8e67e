"""What an officer keeps for the desk (saved filters) and what a unit keeps for itself (who gets which cases)."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.core.base import Base, pk
from portal.identity.models import StaffPost
from portal.places.models import Building, Compound

_DEFAULT = text("is_default")


class SavedFilter(Base):
    """常用筛选: the desk's filters under a name. `query`: the address's part after the question mark; no personal data."""

    __tablename__ = "saved_filters"
    __table_args__ = (
        UniqueConstraint("post_id", "name"),
        Index("uq_saved_filters_default", "post_id", unique=True, sqlite_where=_DEFAULT, postgresql_where=_DEFAULT),
    )
    id: Mapped[int] = pk()
    post_id: Mapped[int] = mapped_column(ForeignKey("staff_posts.id", ondelete="CASCADE"))
    name: Mapped[str] = mapped_column(String(12))
    query: Mapped[str] = mapped_column(String(400))
    is_default: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime]


class HandRule(Base):
    """派件规则 of a unit: cases of this category at this place go to this person. Empty: any category, any place.

    `automatic`: the person has it as soon as the unit gets it; else the rule is a suggestion when it is handed over.
    """

    __tablename__ = "hand_rules"
    __table_args__ = (
        Index(
            "uq_hand_rules_row", "agency_id", text("coalesce(category_code, '')"), text("coalesce(compound_id, 0)"),
            text("coalesce(building_id, 0)"), unique=True,
        ),
        CheckConstraint("compound_id IS NULL OR building_id IS NULL", name="one_place"),
    )  # fmt: skip
    id: Mapped[int] = pk()
    agency_id: Mapped[int] = mapped_column(ForeignKey("agencies.id"))
    category_code: Mapped[str | None] = mapped_column(ForeignKey("case_categories.code"))
    compound_id: Mapped[int | None] = mapped_column(ForeignKey("compounds.id"))
    building_id: Mapped[int | None] = mapped_column(ForeignKey("buildings.id"))
    post_id: Mapped[int] = mapped_column(ForeignKey("staff_posts.id"))
    automatic: Mapped[bool] = mapped_column(default=True)
    by_id: Mapped[int] = mapped_column(ForeignKey("staff_posts.id"))
    created_at: Mapped[datetime]

    post: Mapped[StaffPost] = relationship(foreign_keys=[post_id])
    by: Mapped[StaffPost] = relationship(foreign_keys=[by_id])
    compound: Mapped[Compound | None] = relationship()
    building: Mapped[Building | None] = relationship()
