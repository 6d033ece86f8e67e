"""A compound with buildings and doors, made through the services. Call inside `writing()`."""

from sqlalchemy import select

from portal.core.extensions import db
from portal.domain.actors import Actor, Scope
from portal.domain.roles import Role
from portal.places import services
from portal.places.models import Building, Community, Compound, District, Stage, Street

SYSTEM = Actor.system()


def make_community(name: str = "东局子社区", street: str = "东新街道") -> Community:
    district = db.session.scalar(select(District)) or services.add_district(SYSTEM, code="120102", name="河东区")
    found = db.session.scalar(select(Street).where(Street.name == street))
    found = found or services.add_street(SYSTEM, district, name=street)
    return services.add_community(SYSTEM, found, name=name, phone="022-0000 0101", address="东局子小区 1 号楼旁")


def make_compound(
    name: str = "东局子小区", code: str = "DJZ", buildings: int = 3, doors: int = 2, community: Community | None = None
) -> Compound:
    compound = services.add_compound(
        SYSTEM, community or make_community(), code=code, name=name, stage=Stage.WORKS, stage_note="屋面防水"
    )
    for number in range(1, buildings + 1):
        entrances = [f"{door} 门" for door in range(1, doors + 1)]
        services.add_building(SYSTEM, compound, name=f"{number} 号楼", entrances=entrances)
    db.session.refresh(compound)
    return compound


def make_building() -> Building:
    """东局子小区 3 号楼, DJZ03."""
    return make_compound().buildings[2]


def staff_of(community: Community, role: Role = Role.COMMUNITY) -> Actor:
    return Actor("staff", 1, "王社区", role, 1, Scope(community_ids=frozenset({community.id})))
