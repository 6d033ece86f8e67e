"""名册: every home of a compound with its floor area, whose it is and who is named for it.

Areas are integers in hundredths of ㎡ (89.50 ㎡ = 8950). Names and numbers are encrypted; numbers are looked up by index.
"""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.core.base import Base, Encrypted, enum_column, pk
from portal.places.models import Building, Compound, Entrance


class OwnerKind(StrEnum):
    PERSON = "person"  # a person, or co-owners together: one person in a count (民法典278, 解释 art. 9)
    UNIT = "unit"  # 产权单位: of public housing the owner in a 法定表决, one person with all its area


class Tenure(StrEnum):
    PRIVATE = "private"  # 私产、房改房: the named person is the owner
    PUBLIC = "public"  # 直管公房: the named person is the tenant (承租人), a unit owns the home
    ENTERPRISE = "enterprise"  # 企业产: as public, the enterprise owns it


class AreaSource(StrEnum):
    """In the order in which they count (建筑物区分所有权解释 art. 8)."""

    REGISTER = "register"  # 不动产登记簿
    SURVEY = "survey"  # 测绘实测
    CONTRACT = "contract"  # 买卖合同


class HouseholdState(StrEnum):
    LIVED_IN = "lived_in"
    VACANT = "vacant"  # 空置
    DECEASED = "deceased"  # 去世未过户
    OUT_OF_TOUCH = "out_of_touch"  # 失联


class PersonRole(StrEnum):
    OWNER = "owner"  # 房主
    CO_OWNER = "co_owner"  # 共有人
    TENANT = "tenant"  # 公房承租人


class Owner(Base):
    """Who counts as one person in an owners' vote. `number` (业主编号) says that several homes are one owner's."""

    __tablename__ = "owners"
    __table_args__ = (UniqueConstraint("compound_id", "number"),)
    id: Mapped[int] = pk()
    compound_id: Mapped[int] = mapped_column(ForeignKey("compounds.id"), index=True)
    number: Mapped[str | None] = mapped_column(String(20))
    kind: Mapped[OwnerKind] = enum_column(OwnerKind)
    name: Mapped[str] = mapped_column(Encrypted())

    compound: Mapped[Compound] = relationship()
    households: Mapped[list["Household"]] = relationship(back_populates="owner")


class Household(Base):
    """户. Its natural key is its door: entrance and room."""

    __tablename__ = "households"
    __table_args__ = (
        UniqueConstraint("entrance_id", "room"),
        CheckConstraint("area IS NULL OR area > 0", name="area_positive"),
        Index("ix_households_building", "building_id", "entrance_id", "room"),
    )
    id: Mapped[int] = pk()
    building_id: Mapped[int] = mapped_column(ForeignKey("buildings.id"))
    entrance_id: Mapped[int] = mapped_column(ForeignKey("entrances.id"))
    room: Mapped[str] = mapped_column(String(10))
    owner_id: Mapped[int] = mapped_column(ForeignKey("owners.id"), index=True)
    tenure: Mapped[Tenure] = enum_column(Tenure, default=Tenure.PRIVATE)
    state: Mapped[HouseholdState] = enum_column(HouseholdState, default=HouseholdState.LIVED_IN)
    area: Mapped[int | None]  # hundredths of ㎡ of the 专有部分; None until known
    area_source: Mapped[AreaSource | None] = enum_column(AreaSource, nullable=True)
    note: Mapped[str | None] = mapped_column(Encrypted())
    changed_at: Mapped[datetime]
    retired_at: Mapped[datetime | None]  # gone from the roster; no vote, history stays

    building: Mapped[Building] = relationship()
    entrance: Mapped[Entrance] = relationship()
    owner: Mapped[Owner] = relationship(back_populates="households")
    persons: Mapped[list["HouseholdPerson"]] = relationship(
        back_populates="household", cascade="all, delete-orphan", order_by="HouseholdPerson.position"
    )

    @property
    def door(self) -> str:
        """2 门 301: without its building."""
        return f"{self.entrance.name} {self.room}"

    @property
    def full_name(self) -> str:
        """东局子小区 3 号楼 2 门 301"""
        return f"{self.building.full_name} {self.door}"


class HouseholdPerson(Base):
    """Somebody the roster names for a home: the first is the 房主 or 承租人, then co-owners."""

    __tablename__ = "household_persons"
    id: Mapped[int] = pk()
    household_id: Mapped[int] = mapped_column(ForeignKey("households.id", ondelete="CASCADE"), index=True)
    role: Mapped[PersonRole] = enum_column(PersonRole)
    position: Mapped[int] = mapped_column(default=0)
    name: Mapped[str] = mapped_column(Encrypted())
    phone: Mapped[str | None] = mapped_column(Encrypted())  # E.164
    phone_index: Mapped[str | None] = mapped_column(String(64), index=True)

    household: Mapped[Household] = relationship(back_populates="persons")


class ChangeKind(StrEnum):
    IMPORT = "import"
    CORRECTION = "correction"
    GONE = "gone"  # a later list no longer has the home


class ChangeState(StrEnum):
    ASKED = "asked"  # waits for a second person
    APPLIED = "applied"
    REFUSED = "refused"


class HouseholdChange(Base):
    """What the roster said of a home before and after, by whom and why. Both sides are `facts` as JSON."""

    __tablename__ = "household_changes"
    id: Mapped[int] = pk()
    household_id: Mapped[int] = mapped_column(ForeignKey("households.id", ondelete="CASCADE"), index=True)
    kind: Mapped[ChangeKind] = enum_column(ChangeKind)
    state: Mapped[ChangeState] = enum_column(ChangeState)
    at: Mapped[datetime]
    asked_by: Mapped[int | None] = mapped_column(ForeignKey("staff_posts.id"))  # None: the system
    decided_by: Mapped[int | None] = mapped_column(ForeignKey("staff_posts.id"))
    decided_at: Mapped[datetime | None]
    reason: Mapped[str] = mapped_column(Encrypted())
    before: Mapped[str] = mapped_column(Encrypted())
    after: Mapped[str] = mapped_column(Encrypted())

    household: Mapped[Household] = relationship()


class ImportState(StrEnum):
    CHECKING = "checking"
    CHECKED = "checked"
    ASKED = "asked"  # it alters homes that stand on the roster: waits for a second person
    SAVING = "saving"
    DONE = "done"
    DROPPED = "dropped"  # not wanted, refused, or too old
    FAILED = "failed"


class RosterImport(Base):
    """One uploaded file: read once, checked, then taken whole or not at all. Rows and report leave with the end."""

    __tablename__ = "roster_imports"
    __table_args__ = (Index("ix_roster_imports_state", "state", "taken_at"),)
    id: Mapped[int] = pk()
    compound_id: Mapped[int] = mapped_column(ForeignKey("compounds.id"), index=True)
    uploaded_by: Mapped[int | None] = mapped_column(ForeignKey("staff_posts.id"))  # None: a command
    uploaded_at: Mapped[datetime]
    confirmed_by: Mapped[int | None] = mapped_column(
        ForeignKey("staff_posts.id")
    )  # the second person where one is needed
    state: Mapped[ImportState] = enum_column(ImportState)
    taken_at: Mapped[datetime | None]  # when a worker began; long ago means that it died
    rows: Mapped[int]
    done: Mapped[int] = mapped_column(default=0)
    content: Mapped[str | None] = mapped_column(Encrypted(), deferred=True)  # packed rows
    report: Mapped[str | None] = mapped_column(Encrypted(), deferred=True)  # packed findings and differences
    errors: Mapped[int] = mapped_column(default=0)
    warnings: Mapped[int] = mapped_column(default=0)
    added: Mapped[int] = mapped_column(default=0)
    changed: Mapped[int] = mapped_column(default=0)
    gone: Mapped[int] = mapped_column(default=0)
    homes: Mapped[int] = mapped_column(default=0)
    area: Mapped[int] = mapped_column(BigInteger, default=0)  # hundredths of ㎡
    same_owners: Mapped[str] = mapped_column(Text, default="")  # numbers of the groups that are one owner: “0,3”
    reason: Mapped[str] = mapped_column(Encrypted(), default="")  # why the totals are not the plan's
    finished_at: Mapped[datetime | None]

    compound: Mapped[Compound] = relationship()
