"""Where things are and who answers for them.

Short names carry a length CHECK because SMS texts never cut a name in the middle (ux.md §6).
"""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.core.base import Base, enum_column, pk


class AgencyKind(StrEnum):
    DISTRICT = "district"  # 区住建委
    STREET = "street"  # 街道办
    COMMUNITY = "community"  # 社区党组织、居委会
    CENTRE = "centre"  # 区房产服务中心, the building owner of the works
    CONTRACTOR = "contractor"  # 施工单位
    SUPERVISOR = "supervisor"  # 监理单位
    UTILITY = "utility"  # 供水、供电、燃气、供热、通信
    BUREAU = "bureau"  # other bodies of the district
    PROPERTY = "property"  # 物业
    HOTLINE = "hotline"  # 区热线、信访
    DISCIPLINE = "discipline"  # 纪检监察
    AUDITOR = "auditor"  # 区督查室


class Agency(Base):
    """A unit. `superior` is who answers for it: escalation and complaints about it go there (domain.md §0.5)."""

    __tablename__ = "agencies"
    __table_args__ = (CheckConstraint("length(short_name) <= 10", name="short_name_fits_sms"),)
    id: Mapped[int] = pk()
    code: Mapped[str] = mapped_column(String(20), unique=True)
    name: Mapped[str] = mapped_column(String(60))
    short_name: Mapped[str] = mapped_column(String(10))
    kind: Mapped[AgencyKind] = enum_column(AgencyKind)
    superior_id: Mapped[int | None] = mapped_column(ForeignKey("agencies.id"), index=True)
    phone: Mapped[str] = mapped_column(String(30), default="")
    retired_at: Mapped[datetime | None]

    superior: Mapped["Agency | None"] = relationship(remote_side=[id])
    contacts: Mapped[list["AgencyContact"]] = relationship(back_populates="agency", order_by="AgencyContact.id")


class AgencyContact(Base):
    """Whom residents or colleagues may call at a unit; a work number, public."""

    __tablename__ = "agency_contacts"
    id: Mapped[int] = pk()
    agency_id: Mapped[int] = mapped_column(ForeignKey("agencies.id"), index=True)
    name: Mapped[str] = mapped_column(String(20))
    duty: Mapped[str] = mapped_column(String(40), default="")
    phone: Mapped[str] = mapped_column(String(30))
    retired_at: Mapped[datetime | None]

    agency: Mapped[Agency] = relationship(back_populates="contacts")


class District(Base):
    __tablename__ = "districts"
    id: Mapped[int] = pk()
    code: Mapped[str] = mapped_column(String(12), unique=True)
    name: Mapped[str] = mapped_column(String(20))
    agency_id: Mapped[int | None] = mapped_column(ForeignKey("agencies.id"))
    hotline_agency_id: Mapped[int | None] = mapped_column(ForeignKey("agencies.id"))
    discipline_agency_id: Mapped[int | None] = mapped_column(ForeignKey("agencies.id"))


class Street(Base):
    __tablename__ = "streets"
    id: Mapped[int] = pk()
    district_id: Mapped[int] = mapped_column(ForeignKey("districts.id"), index=True)
    name: Mapped[str] = mapped_column(String(20))
    agency_id: Mapped[int | None] = mapped_column(ForeignKey("agencies.id"))
    retired_at: Mapped[datetime | None]

    district: Mapped[District] = relationship()
    agency: Mapped[Agency | None] = relationship()


class Community(Base):
    """社区: the area of one grassroots organization."""

    __tablename__ = "communities"
    id: Mapped[int] = pk()
    street_id: Mapped[int] = mapped_column(ForeignKey("streets.id"), index=True)
    name: Mapped[str] = mapped_column(String(20))
    phone: Mapped[str] = mapped_column(String(30), default="")
    address: Mapped[str] = mapped_column(String(80), default="")
    office_hours: Mapped[str] = mapped_column(String(40), default="周一至周五 8:30—17:30")
    agency_id: Mapped[int | None] = mapped_column(ForeignKey("agencies.id"))
    retired_at: Mapped[datetime | None]

    street: Mapped[Street] = relationship()
    agency: Mapped[Agency | None] = relationship()


class Stage(StrEnum):
    """The five steps every building page shows (plan 四(四))."""

    CONSULT = "consult"  # 征求意见
    PUBLISH = "publish"  # 方案公示
    WORKS = "works"  # 施工
    ACCEPTANCE = "acceptance"  # 验收
    CARE = "care"  # 后续管理


class Compound(Base):
    """小区. `code` of three letters begins every printed 楼栋码."""

    __tablename__ = "compounds"
    __table_args__ = (CheckConstraint("length(name) <= 10", name="name_fits_sms"),)
    id: Mapped[int] = pk()
    community_id: Mapped[int] = mapped_column(ForeignKey("communities.id"), index=True)
    code: Mapped[str] = mapped_column(String(6), unique=True)
    name: Mapped[str] = mapped_column(String(10), unique=True)
    planned_households: Mapped[int | None]
    planned_area: Mapped[int | None]
    stage: Mapped[Stage] = enum_column(Stage, default=Stage.WORKS)
    stage_note: Mapped[str] = mapped_column(String(60), default="")
    retired_at: Mapped[datetime | None]

    community: Mapped[Community] = relationship()
    buildings: Mapped[list["Building"]] = relationship(back_populates="compound", order_by="Building.position")


class Building(Base):
    """楼栋. `code` (DJZ03) is printed on the poster; `name` is '3 号楼' as pages write it."""

    __tablename__ = "buildings"
    __table_args__ = (
        UniqueConstraint("compound_id", "name"),
        CheckConstraint("length(sms_name) <= 14", name="sms_name_fits"),
    )
    id: Mapped[int] = pk()
    compound_id: Mapped[int] = mapped_column(ForeignKey("compounds.id"), index=True)
    code: Mapped[str] = mapped_column(String(10), unique=True)
    name: Mapped[str] = mapped_column(String(12))
    sms_name: Mapped[str] = mapped_column(String(14))
    position: Mapped[int]
    stage: Mapped[Stage | None] = enum_column(Stage, nullable=True)
    retired_at: Mapped[datetime | None]

    compound: Mapped[Compound] = relationship(back_populates="buildings")
    entrances: Mapped[list["Entrance"]] = relationship(back_populates="building", order_by="Entrance.position")

    @property
    def full_name(self) -> str:
        """东局子小区 3 号楼"""
        return f"{self.compound.name} {self.name}"


class Entrance(Base):
    """门 (单元)."""

    __tablename__ = "entrances"
    __table_args__ = (UniqueConstraint("building_id", "name"),)
    id: Mapped[int] = pk()
    building_id: Mapped[int] = mapped_column(ForeignKey("buildings.id"), index=True)
    name: Mapped[str] = mapped_column(String(8))
    position: Mapped[int]
    retired_at: Mapped[datetime | None]

    building: Mapped[Building] = relationship(back_populates="entrances")


class Poster(Base):
    """The printed sign with the code. A newer one supersedes it (its token redirects); a stolen one is revoked."""

    __tablename__ = "posters"
    __table_args__ = (
        Index(
            "uq_posters_current",
            "building_id",
            text("coalesce(entrance_id, 0)"),
            unique=True,
            sqlite_where=text("superseded_at IS NULL AND revoked_at IS NULL"),
            postgresql_where=text("superseded_at IS NULL AND revoked_at IS NULL"),
        ),
        CheckConstraint("(revoked_at IS NULL) = (revoked_reason IS NULL)", name="revoked_with_reason"),
    )
    id: Mapped[int] = pk()
    building_id: Mapped[int] = mapped_column(ForeignKey("buildings.id"), index=True)
    entrance_id: Mapped[int | None] = mapped_column(ForeignKey("entrances.id"))
    token: Mapped[str] = mapped_column(String(10), unique=True)
    version: Mapped[int]
    issued_at: Mapped[datetime]
    printed_at: Mapped[datetime | None]  # when somebody said that it hangs on the wall
    superseded_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]
    revoked_reason: Mapped[str | None] = mapped_column(String(80))

    building: Mapped[Building] = relationship()
    entrance: Mapped[Entrance | None] = relationship()

    @property
    def is_current(self) -> bool:
        return self.superseded_at is None and self.revoked_at is None

    @property
    def serial(self) -> str:
        """The number at the foot of the sheet: which building, which version, which sheet. DJZ03-02-000047"""
        return f"{self.building.code}-{self.version:02d}-{self.id:06d}"

    @property
    def place(self) -> str:
        """东局子小区 3 号楼 2 门"""
        return f"{self.building.full_name} {self.entrance.name}" if self.entrance else self.building.full_name


class PosterScans(Base):
    """How often a poster was scanned on a day; written after the answer was sent, never who."""

    __tablename__ = "poster_scans"
    poster_id: Mapped[int] = mapped_column(ForeignKey("posters.id"), primary_key=True)
    day: Mapped[str] = mapped_column(String(10), primary_key=True)
    scans: Mapped[int]
