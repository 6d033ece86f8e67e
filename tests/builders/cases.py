"""A small district with everybody in it, and cases. Call inside `writing()` or let the client commit."""

from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import select

from portal.cases import seed, services, submitting
from portal.cases.models import Case
from portal.core import calendar
from portal.core.extensions import db
from portal.core.writing import writing
from portal.domain.actors import Actor
from portal.domain.case_lifecycle import ReplyResult
from portal.domain.levels import Level
from portal.domain.roles import Role
from portal.identity.models import StaffPost
from portal.identity.sessions import staff_actor
from portal.messaging.models import InboxMessage, OutboxMessage
from portal.places.models import Agency, AgencyKind, Building, Community, Compound, District, Entrance, Street
from tests.builders.identity import make_post

PHONE = "+8613800001234"
UNITS = {
    "DC": ("河东区督查室", AgencyKind.AUDITOR, None),
    "ZJW": ("河东区住房建设委", AgencyKind.DISTRICT, "DC"),
    "RX": ("河东区政务热线", AgencyKind.HOTLINE, "ZJW"),
    "JJ": ("河东区纪检监察", AgencyKind.DISCIPLINE, None),
    "JD": ("东新街道办事处", AgencyKind.STREET, "ZJW"),
    "JW": ("东局子社区", AgencyKind.COMMUNITY, "JD"),
    "FWZX": ("区房产服务中心", AgencyKind.CENTRE, "ZJW"),
    "SG": ("施工单位", AgencyKind.CONTRACTOR, "FWZX"),
    "DIAN": ("供电公司", AgencyKind.UTILITY, "ZJW"),
    "WY": ("物业", AgencyKind.PROPERTY, "JD"),
}


@dataclass
class World:
    """Units by code, staff posts by role, and one compound of two buildings."""

    units: dict[str, Agency] = field(default_factory=dict)
    posts: dict[Role, StaffPost] = field(default_factory=dict)
    building: Building = None  # type: ignore[assignment]
    other_building: Building = None  # type: ignore[assignment]
    community: Community = None  # type: ignore[assignment]

    def actor(self, role: Role) -> Actor:
        return staff_actor(self.posts[role])


def make_world() -> World:
    world = World()
    for code, (name, kind, superior) in UNITS.items():
        unit = Agency(code=code, name=name, short_name=name[:10], kind=kind)
        unit.superior = world.units.get(superior or "")
        db.session.add(unit)
        db.session.flush()
        world.units[code] = unit
    district = District(code="120102", name="河东区", agency_id=world.units["ZJW"].id)
    street = Street(district=district, name="东新街道", agency_id=world.units["JD"].id)
    world.community = Community(
        street=street,
        name="东局子社区",
        phone="022-00000101",
        agency_id=world.units["JW"].id,
        address="东局子小区 1 号楼旁",
    )
    compound = Compound(community=world.community, code="DJZ", name="东局子小区", planned_households=350)
    world.building, world.other_building = (_building(compound, n) for n in (3, 4))
    db.session.add_all([compound, world.building, world.other_building])
    calendar.seed()
    seed.seed()
    db.session.flush()
    _staff(world, street)
    return world


def _building(compound: Compound, n: int) -> Building:
    building = Building(
        compound=compound, code=f"DJZ{n:02d}", name=f"{n} 号楼", sms_name=f"东局子小区{n}号楼", position=n
    )
    building.entrances = [Entrance(name=f"{k} 门", position=k) for k in (1, 2)]
    return building


def _staff(world: World, street: Street) -> None:
    units = world.units
    rows = (
        (Role.COMMUNITY, "community1", "张建国", "JW"),
        (Role.STREET, "street1", "李晓明", "JD"),
        (Role.AGENCY, "agency1", "王立新", "FWZX"),
        (Role.CONTRACTOR, "contractor1", "赵工", "SG"),
        (Role.DISTRICT, "district1", "孙悦", "ZJW"),
        (Role.HOTLINE, "hotline1", "周敏", "RX"),
        (Role.DISCIPLINE, "discipline1", "吴正", "JJ"),
        (Role.AUDITOR, "auditor1", "郑严", "DC"),
        (Role.ADMIN, "admin", "管理员", "ZJW"),
    )
    for role, username, name, unit in rows:
        world.posts[role] = make_post(
            role,
            username,
            name,
            agency=units[unit],
            communities=(world.community,) if role is Role.COMMUNITY else (),
            streets=(street,) if role is Role.STREET else (),
        )


def report(world: World, **changes: Any) -> submitting.Report:
    values: dict[str, Any] = {
        "building_id": world.building.id,
        "category": "lighting",
        "words": "2 门三楼的楼道灯坏了一个多星期，晚上看不清台阶",
        "place": "2 门三楼",
        "phone": PHONE,
        "called": "张阿姨",
    }
    return submitting.Report(**(values | changes))


def make_case(world: World, **changes: Any) -> Case:
    """Submitted by a guest, in a transaction of its own."""
    with writing():
        return submitting.submit(Actor.guest(), report(world, **changes))


def give(world: World, case: Case, unit: str = "FWZX", *, by: Role = Role.DISTRICT, level: Level = Level.C) -> Case:
    """Accepted and given to a unit in one step; the contractor carries out what the service centre answers for."""
    with writing():
        services.accept(
            world.actor(by),
            case,
            category_code=case.category_code,
            level=level,
            agency_id=world.units[unit].id,
            executor_id=world.units["SG"].id if unit == "FWZX" else None,
        )
    return case


def in_hands(
    world: World,
    unit: str = "FWZX",
    *,
    worker: Role = Role.AGENCY,
    by: Role = Role.DISTRICT,
    level: Level = Level.C,
    **changes: Any,
) -> Case:
    """Given to a unit and signed for by `worker`."""
    case = give(world, make_case(world, **changes), unit, by=by, level=level)
    with writing():
        services.sign(world.actor(worker), case)
    return case


def answered(world: World, case: Case, *, worker: Role = Role.AGENCY) -> Case:
    with writing():
        services.reply(
            world.actor(worker),
            case,
            result=ReplyResult.SOLVED,
            words="灯已经换好了，请您晚上看看",
            why_no_photo="看得见",
        )
    return case


def texts() -> list[str]:
    """Events of every SMS written so far, oldest first."""
    return list(db.session.scalars(select(OutboxMessage.event).order_by(OutboxMessage.id)))


def inbox(world: World, role: Role) -> list[str]:
    """Events in this officer's inbox, oldest first."""
    mine = InboxMessage.recipient_key == f"staff:{world.posts[role].id}"
    return list(db.session.scalars(select(InboxMessage.event).where(mine).order_by(InboxMessage.id)))


def resident_page(client: Any, case: Case) -> Any:
    client.visit("/track")
    return client.submit("查进度", {"查询码": case.ref, "校验码": "1234"})
