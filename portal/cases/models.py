"""诉求: the case, its timeline, its followers and ratings.

Append-only tables hold ids, codes and numbers; every text lives beside them and can be erased.
"""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import JSON, CheckConstraint, Column, ForeignKey, Index, String, Table, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.cases.desk_models import HandRule, SavedFilter  # noqa: F401 tables of this feature
from portal.cases.exclusion_models import CaseExclusion
from portal.cases.order_models import SupervisionOrder
from portal.cases.suspension_models import CaseSuspension
from portal.cases.template_models import ReplyTemplate  # noqa: F401 known with the other tables
from portal.core.base import Base, Encrypted, enum_column, pk
from portal.core.triggers import append_only
from portal.domain.case_evidence import Evidence
from portal.domain.case_extensions import ExtensionReason, ExtensionState
from portal.domain.case_statuses import CLOSED_STATUSES, CaseOutcome, CaseStatus, CaseTrack
from portal.domain.case_targets import CaseClock
from portal.domain.levels import Level, SpanUnit
from portal.identity.models import StaffPost
from portal.places.models import Agency, Building

_CLOSED = ", ".join(f"'{status}'" for status in sorted(CLOSED_STATUSES))
_WITH_UNIT = "'assigned', 'in_progress', 'replied', 'reopened'"
GUARDED = text("track <> 'ordinary'")
IS_OPEN = text(f"status NOT IN ({_CLOSED})")


CALLS = text("deed = 'call'")


class Source(StrEnum):
    WEB = "web"  # 网上
    PHONE = "phone"  # 电话
    WINDOW = "window"  # 窗口
    VISIT = "visit"  # 上门
    HOTLINE = "hotline"  # 12345 转来
    DISCUSSION = "discussion"  # 议事厅: made from a post or from a point of a conclusion


# 协办单位: they see the case and report to the unit that answers, never to the resident.
CASE_CO_UNITS = Table(
    "case_co_units",
    Base.metadata,
    Column("case_id", ForeignKey("cases.id"), primary_key=True),
    Column("agency_id", ForeignKey("agencies.id"), primary_key=True, index=True),
)
ROUTE_CO_UNITS = Table(
    "case_route_co_units",
    Base.metadata,
    Column("route_id", ForeignKey("case_routes.id"), primary_key=True),
    Column("agency_id", ForeignKey("agencies.id"), primary_key=True),
)


class Case(Base):
    """One report. `number` is its public name, `ref` and `secret` are the resident's.

    `reply_due` is the clock that starts with the report and never restarts (D10); `promise_due` is the date the
    resident was last told. Contacts and the author's own words are encrypted; `words` is masked for everyone else.
    """

    __tablename__ = "cases"
    __table_args__ = (
        CheckConstraint(
            f"track = 'sealed' OR agency_id IS NOT NULL OR status NOT IN ({_WITH_UNIT})", name="unit_where_worked"
        ),
        CheckConstraint("(status = 'closed') = (outcome IS NOT NULL)", name="closed_with_outcome"),
        CheckConstraint(f"(status IN ({_CLOSED})) = (closed_at IS NOT NULL)", name="closed_at"),
        CheckConstraint("(track = 'sealed') = (sealed IS NOT NULL)", name="sealed_words"),
        CheckConstraint("track <> 'sealed' OR (original IS NULL AND words = '' AND NOT is_public)", name="sealed_shut"),
        CheckConstraint("track = 'ordinary' OR NOT is_public", name="accusations_stay_private"),
        CheckConstraint("(phone IS NULL) = (phone_index IS NULL)", name="phone_indexed"),
        CheckConstraint("(status = 'merged') = (merged_into_id IS NOT NULL)", name="merged_into_one"),
        Index("ix_cases_phone", "phone_index", "id"),
        Index("ix_cases_open_due", "promise_due", "id", sqlite_where=IS_OPEN, postgresql_where=IS_OPEN),
        Index("ix_cases_open_agency", "agency_id", "promise_due", sqlite_where=IS_OPEN, postgresql_where=IS_OPEN),
        Index("ix_cases_open_building", "building_id", "status", sqlite_where=IS_OPEN, postgresql_where=IS_OPEN),
        Index(
            "ix_cases_public",
            "building_id",
            "submitted_at",
            sqlite_where=text("is_public"),
            postgresql_where=text("is_public"),
        ),
        Index("ix_cases_submitted", "submitted_at", "id"),
        Index("ix_cases_guarded", "id", sqlite_where=GUARDED, postgresql_where=GUARDED),
    )
    id: Mapped[int] = pk()
    number: Mapped[str] = mapped_column(String(20), unique=True)
    ref: Mapped[str] = mapped_column(String(8), unique=True)
    secret: Mapped[str] = mapped_column(Encrypted())
    track: Mapped[CaseTrack] = enum_column(CaseTrack, default=CaseTrack.ORDINARY)
    status: Mapped[CaseStatus] = enum_column(CaseStatus, default=CaseStatus.SUBMITTED)
    outcome: Mapped[CaseOutcome | None] = enum_column(CaseOutcome, nullable=True)
    source: Mapped[Source] = enum_column(Source, default=Source.WEB)
    hotline_number: Mapped[str | None] = mapped_column(String(30))
    registered_by: Mapped[int | None] = mapped_column(ForeignKey("staff_posts.id"))
    slip_printed_at: Mapped[datetime | None]

    building_id: Mapped[int] = mapped_column(ForeignKey("buildings.id"))
    place: Mapped[str] = mapped_column(String(60), default="")
    asked_category: Mapped[str] = mapped_column(String(20))
    category_code: Mapped[str] = mapped_column(ForeignKey("case_categories.code"), index=True)
    level: Mapped[Level] = enum_column(Level, default=Level.C)
    danger: Mapped[bool] = mapped_column(default=False)

    title: Mapped[str] = mapped_column(String(40), default="")
    words: Mapped[str] = mapped_column(Text, default="")
    original: Mapped[str | None] = mapped_column(Encrypted())
    sealed: Mapped[str | None] = mapped_column(Encrypted("sealed"))

    phone: Mapped[str | None] = mapped_column(Encrypted())
    phone_index: Mapped[str | None] = mapped_column(String(64))
    called: Mapped[str | None] = mapped_column(Encrypted())
    sms: Mapped[bool] = mapped_column(default=True)
    phone_shared: Mapped[bool] = mapped_column(default=False)
    is_public: Mapped[bool] = mapped_column(default=False)
    is_titled: Mapped[bool] = mapped_column(default=False)

    agency_id: Mapped[int | None] = mapped_column(ForeignKey("agencies.id"))
    executor_id: Mapped[int | None] = mapped_column(ForeignKey("agencies.id"))
    concerned_id: Mapped[int | None] = mapped_column(ForeignKey("agencies.id"))
    handler_id: Mapped[int | None] = mapped_column(ForeignKey("staff_posts.id"))
    former_handler_id: Mapped[int | None] = mapped_column(ForeignKey("staff_posts.id"))  # whose close was disputed
    merged_into_id: Mapped[int | None] = mapped_column(ForeignKey("cases.id"), index=True)
    merged_from: Mapped[CaseStatus | None] = enum_column(CaseStatus, check="merged_from", nullable=True)
    merge_asked_id: Mapped[int | None] = mapped_column(ForeignKey("cases.id"))
    times_assigned: Mapped[int] = mapped_column(default=0)
    asked_in: Mapped[CaseStatus | None] = enum_column(CaseStatus, check="asked_in", nullable=True)
    answer_by: Mapped[date | None]
    urges: Mapped[int] = mapped_column(default=0)  # since the last answer
    urge_again_on: Mapped[date | None]
    word_by: Mapped[date | None]  # what the author was told when urging

    submitted_at: Mapped[datetime]
    accepted_at: Mapped[datetime | None]
    assigned_at: Mapped[datetime | None]
    signed_at: Mapped[datetime | None]
    contacted_at: Mapped[datetime | None]
    replied_at: Mapped[datetime | None]
    first_replied_at: Mapped[datetime | None]
    reminded_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]
    accept_due: Mapped[datetime]
    sign_due: Mapped[datetime | None]
    return_due: Mapped[datetime | None]
    contact_due: Mapped[datetime | None]
    reply_due: Mapped[datetime]
    promise_due: Mapped[datetime]

    followers: Mapped[int] = mapped_column(default=0)
    solved_halves: Mapped[int | None]
    rating: Mapped[str | None] = mapped_column(String(12))
    rated_at: Mapped[datetime | None]
    revision: Mapped[int] = mapped_column(default=1)

    building: Mapped[Building] = relationship()
    agency: Mapped[Agency | None] = relationship(foreign_keys=[agency_id])
    executor: Mapped[Agency | None] = relationship(foreign_keys=[executor_id])
    co_units: Mapped[list[Agency]] = relationship(secondary=CASE_CO_UNITS, order_by=Agency.id)
    concerned: Mapped[Agency | None] = relationship(foreign_keys=[concerned_id])
    category: Mapped["CaseCategory"] = relationship()
    handler: Mapped[StaffPost | None] = relationship(foreign_keys=[handler_id], viewonly=True)
    extension: Mapped["CaseExtension | None"] = relationship(uselist=False)
    suspension: Mapped[CaseSuspension | None] = relationship(
        primaryjoin="and_(Case.id == CaseSuspension.case_id, CaseSuspension.state.in_(['asked', 'approved']))",
        foreign_keys="CaseSuspension.case_id",
        uselist=False,
        viewonly=True,
    )
    exclusion: Mapped[CaseExclusion | None] = relationship(
        primaryjoin="and_(Case.id == CaseExclusion.case_id, CaseExclusion.state.in_(['asked', 'approved']))",
        foreign_keys="CaseExclusion.case_id",
        uselist=False,
        viewonly=True,
    )
    order: Mapped[SupervisionOrder | None] = relationship(
        primaryjoin="and_(Case.id == SupervisionOrder.case_id, SupervisionOrder.state != 'cleared')",
        uselist=False,
        viewonly=True,
    )

    @property
    def subject(self) -> str:
        """How journal, messages and photos name it."""
        return f"case:{self.id}"

    @property
    def whereabouts(self) -> str:
        """The building, and what the author wrote about the place."""
        return f"{self.building.full_name} {self.place}".strip()

    @property
    def secret_is_phone(self) -> bool:
        """The 校验码 is the phone's last four digits; without a phone it was printed with the 查询码 (D2)."""
        return self.phone is not None


@append_only
class CaseEvent(Base):
    """A step of the timeline. `facts` holds ids, codes and dates; the words are in `CaseText`, photos hang on its id."""

    __tablename__ = "case_events"
    __table_args__ = (
        Index("ix_case_events_case", "case_id", "id"),
        Index("ix_case_events_post", "post_id", "id"),
        Index("ix_case_events_calls", "id", sqlite_where=CALLS, postgresql_where=CALLS),
    )
    id: Mapped[int] = pk()
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"))
    at: Mapped[datetime]
    deed: Mapped[str] = mapped_column(String(20))
    by: Mapped[str] = mapped_column(String(10))
    post_id: Mapped[int | None] = mapped_column(ForeignKey("staff_posts.id"))
    agency_id: Mapped[int | None] = mapped_column(ForeignKey("agencies.id"))
    status: Mapped[str] = mapped_column(String(20))
    public: Mapped[bool] = mapped_column(default=True)
    facts: Mapped[dict[str, object]] = mapped_column(JSON, default=dict)

    agency: Mapped[Agency | None] = relationship()
    text: Mapped["CaseText | None"] = relationship(uselist=False, back_populates="event")
    post: Mapped[StaffPost | None] = relationship(viewonly=True)


class CaseText(Base):
    """What was said at a step: `words` masked for others, `original` for its author. Erasable."""

    __tablename__ = "case_texts"
    event_id: Mapped[int] = mapped_column(ForeignKey("case_events.id"), primary_key=True)
    words: Mapped[str] = mapped_column(Text)
    original: Mapped[str | None] = mapped_column(Encrypted())
    sealed: Mapped[str | None] = mapped_column(Encrypted("sealed"))

    event: Mapped[CaseEvent] = relationship(back_populates="text")


class CaseFollower(Base):
    """A neighbour with the same problem (我也遇到了): counted, told when wanted, never shown."""

    __tablename__ = "case_followers"
    __table_args__ = (
        UniqueConstraint("case_id", "phone_index"),
        UniqueConstraint("case_id", "device"),
        CheckConstraint("(phone IS NULL) = (phone_index IS NULL)", name="phone_indexed"),
    )
    id: Mapped[int] = pk()
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"), index=True)
    ref: Mapped[str] = mapped_column(String(8), unique=True)
    secret: Mapped[str] = mapped_column(Encrypted())
    phone: Mapped[str | None] = mapped_column(Encrypted())
    phone_index: Mapped[str | None] = mapped_column(String(64), index=True)
    device: Mapped[str | None] = mapped_column(String(64))
    sms: Mapped[bool] = mapped_column(default=True)
    joined_at: Mapped[datetime]

    case: Mapped[Case] = relationship()


class CaseExtension(Base):
    """延期: the one extension of a case, asked by a unit, decided above it. `words` are for the resident; erasable."""

    __tablename__ = "case_extensions"
    __table_args__ = (CheckConstraint("(state = 'asked') = (decided_at IS NULL)", name="decided"),)
    id: Mapped[int] = pk()
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"), unique=True)
    agency_id: Mapped[int] = mapped_column(ForeignKey("agencies.id"))
    decider_id: Mapped[int] = mapped_column(ForeignKey("agencies.id"), index=True)
    approval_id: Mapped[int] = mapped_column(ForeignKey("approvals.id"))
    asked_at: Mapped[datetime]
    until: Mapped[date]
    reason: Mapped[ExtensionReason] = enum_column(ExtensionReason)
    words: Mapped[str] = mapped_column(Text)
    state: Mapped[ExtensionState] = enum_column(ExtensionState, default=ExtensionState.ASKED)
    decided_at: Mapped[datetime | None]


class Satisfaction(StrEnum):
    SATISFIED = "satisfied"  # 满意
    FAIR = "fair"  # 基本满意
    UNSATISFIED = "unsatisfied"  # 不满意


@append_only
class CaseRating(Base):
    """One evaluation; a change within seven days is a new row beside the first."""

    __tablename__ = "case_ratings"
    __table_args__ = (Index("ix_case_ratings_case", "case_id", "id"),)
    id: Mapped[int] = pk()
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"))
    at: Mapped[datetime]
    solved_halves: Mapped[int | None]
    satisfaction: Mapped[Satisfaction] = enum_column(Satisfaction)


class RatingText(Base):
    """What else the resident wanted to say. Erasable."""

    __tablename__ = "case_rating_texts"
    rating_id: Mapped[int] = mapped_column(ForeignKey("case_ratings.id"), primary_key=True)
    words: Mapped[str] = mapped_column(Text)


class CaseSequence(Base):
    """The last number given out on a day."""

    __tablename__ = "case_sequences"
    day: Mapped[date] = mapped_column(primary_key=True)
    last: Mapped[int]


class CaseCategory(Base):
    """The second level of the taxonomy (domain.md §5), kept by officials. `resident_code` is the choice it stands under."""

    __tablename__ = "case_categories"
    __table_args__ = (CheckConstraint("length(short_name) <= 6", name="short_name_fits_sms"),)
    code: Mapped[str] = mapped_column(String(30), primary_key=True)
    group: Mapped[int]
    group_name: Mapped[str] = mapped_column(String(20))
    name: Mapped[str] = mapped_column(String(30))
    short_name: Mapped[str] = mapped_column(String(6))
    level: Mapped[Level] = enum_column(Level)
    evidence: Mapped[Evidence] = enum_column(Evidence, default=Evidence.NONE)
    evidence_source: Mapped[str] = mapped_column(String(200), default="")
    position: Mapped[int]
    retired_at: Mapped[datetime | None]


class CaseRoute(Base):
    """派单目录: which unit answers for a category, everywhere or in one compound. `executor` carries out and
    `co_units` help; neither answers.
    """

    __tablename__ = "case_routes"
    __table_args__ = (Index("uq_case_routes_place", "category_code", text("coalesce(compound_id, 0)"), unique=True),)
    id: Mapped[int] = pk()
    category_code: Mapped[str] = mapped_column(ForeignKey("case_categories.code"))
    compound_id: Mapped[int | None] = mapped_column(ForeignKey("compounds.id"))
    agency_id: Mapped[int] = mapped_column(ForeignKey("agencies.id"))
    executor_id: Mapped[int | None] = mapped_column(ForeignKey("agencies.id"))

    agency: Mapped[Agency] = relationship(foreign_keys=[agency_id])
    executor: Mapped[Agency | None] = relationship(foreign_keys=[executor_id])
    co_units: Mapped[list[Agency]] = relationship(secondary=ROUTE_CO_UNITS, order_by=Agency.id)


@append_only
class RouteChange(Base):
    """Who changed a route, from what to what."""

    __tablename__ = "case_route_changes"
    id: Mapped[int] = pk()
    at: Mapped[datetime]
    post_id: Mapped[int | None] = mapped_column(ForeignKey("staff_posts.id"))
    category_code: Mapped[str] = mapped_column(String(30))
    compound_id: Mapped[int | None]
    before_id: Mapped[int | None]
    after_id: Mapped[int | None]


@append_only
class TargetChange(Base):
    """A figure of 办理时限 set anew: what it was, what it is, where it comes from and why."""

    __tablename__ = "case_target_changes"
    __table_args__ = (CheckConstraint("amount >= 1", name="amount"),)
    id: Mapped[int] = pk()
    level: Mapped[Level] = enum_column(Level)
    clock: Mapped[CaseClock] = enum_column(CaseClock)
    amount: Mapped[int]
    unit: Mapped[SpanUnit] = enum_column(SpanUnit)
    source: Mapped[str] = mapped_column(String(200))
    reason: Mapped[str] = mapped_column(String(200))
    before_amount: Mapped[int]
    before_unit: Mapped[SpanUnit] = enum_column(SpanUnit, check="before_unit")
    at: Mapped[datetime]
    post_id: Mapped[int | None] = mapped_column(ForeignKey("staff_posts.id"))


class CaseCount(Base):
    """A counter kept in the writing transaction. Standing counts (open by status) stand at the day `STANDING`."""

    __tablename__ = "case_counts"
    day: Mapped[date] = mapped_column(primary_key=True)
    building_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    category_code: Mapped[str] = mapped_column(String(30), primary_key=True)
    agency_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    measure: Mapped[str] = mapped_column(String(24), primary_key=True)
    n: Mapped[int]


STANDING = date(1, 1, 1)


class ReportDraft(Base):
    """What somebody is filling in, kept 24 hours, never lost to an error or a time-out."""

    __tablename__ = "report_drafts"
    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime] = mapped_column(index=True)
    building_id: Mapped[int | None] = mapped_column(ForeignKey("buildings.id"))
    poster_id: Mapped[int | None]
    words: Mapped[str | None] = mapped_column(Encrypted())
    place: Mapped[str] = mapped_column(String(60), default="")
    category: Mapped[str] = mapped_column(String(20), default="")
    danger: Mapped[bool | None]
    concerned_id: Mapped[int | None]
    away_from_danger: Mapped[bool] = mapped_column(default=False)
    not_similar: Mapped[bool] = mapped_column(default=False)
    phone: Mapped[str | None] = mapped_column(Encrypted())
    called: Mapped[str | None] = mapped_column(Encrypted())

    building: Mapped[Building | None] = relationship()
