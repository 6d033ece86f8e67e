"""Adding, renaming and retiring places and units. Nothing with history is deleted: what ends gets `retired_at`.

Each deed takes an actor, flushes and writes the journal; the door opens the transaction.
"""

from collections.abc import Sequence
from typing import Any, TypeVar

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.orm import InstrumentedAttribute

from portal.audit import journal
from portal.core import clock
from portal.core.extensions import db
from portal.domain import codes
from portal.domain.actors import Actor
from portal.domain.errors import Conflict
from portal.places import agencies, posters
from portal.places.lengths import fitting, fresh, needed
from portal.places.models import Agency, AgencyContact, Building, Community, Compound, District, Entrance, Stage, Street
from portal.places.scope import may_configure

Ended = Street | Community | Compound | Building | Entrance
Kept = TypeVar("Kept", District, Street, Community, Compound, Building, Entrance)


def add_district(
    actor: Actor,
    *,
    code: str,
    name: str,
    agency: Agency | None = None,
    hotline: Agency | None = None,
    discipline: Agency | None = None,
) -> District:
    may_configure(actor)
    district = District(
        code=fresh(District.code, code, "code"),
        name=needed(District.name, name, "name"),
        agency_id=agency.id if agency else None,
        hotline_agency_id=hotline.id if hotline else None,
        discipline_agency_id=discipline.id if discipline else None,
    )
    return _kept(actor, district, "district")


def add_street(actor: Actor, district: District, *, name: str, agency: Agency | None = None) -> Street:
    may_configure(actor)
    street = Street(district_id=district.id, name=needed(Street.name, name, "name"), agency_id=_id(agency))
    return _kept(actor, street, "street")


def add_community(
    actor: Actor,
    street: Street,
    *,
    name: str,
    phone: str = "",
    address: str = "",
    office_hours: str = "",
    agency: Agency | None = None,
) -> Community:
    may_configure(actor)
    community = Community(
        street_id=street.id,
        name=needed(Community.name, name, "name"),
        phone=fitting(Community.phone, phone, "phone"),
        address=fitting(Community.address, address, "address"),
        agency_id=_id(agency),
    )
    if office_hours:
        community.office_hours = fitting(Community.office_hours, office_hours, "office_hours")
    return _kept(actor, community, "community")


def add_compound(
    actor: Actor,
    community: Community,
    *,
    code: str,
    name: str,
    planned_households: int | None = None,
    planned_area: int | None = None,
    stage: Stage = Stage.CONSULT,
    stage_note: str = "",
) -> Compound:
    """`code` is the beginning of every 楼栋码; `planned_area` in hundredths of ㎡."""
    may_configure(actor)
    compound = Compound(
        community_id=community.id,
        code=fresh(Compound.code, codes.normalise(code), "code"),
        name=fresh(Compound.name, name, "name"),
        planned_households=planned_households,
        planned_area=planned_area,
        stage=stage,
        stage_note=fitting(Compound.stage_note, stage_note, "stage_note"),
    )
    return _kept(actor, compound, "compound")


def add_building(
    actor: Actor, compound: Compound, *, name: str, code: str = "", entrances: Sequence[str] = ()
) -> Building:
    """Without `code` the next number of the compound: DJZ11 after DJZ10."""
    may_configure(actor)
    position = 1 + (db.session.scalar(_last(Building.position, Building.compound_id == compound.id)) or 0)
    building = Building(
        compound_id=compound.id,
        code=fresh(Building.code, codes.normalise(code) or f"{compound.code}{position:02d}", "code"),
        name=_free_name(compound, needed(Building.name, name, "name")),
        sms_name=sms_name(compound.name, name),
        position=position,
    )
    _kept(actor, building, "building", code=building.code)
    for number, door in enumerate(entrances, 1):
        _put_entrance(building, door, number)
    db.session.flush()
    return building


def add_entrance(actor: Actor, building: Building, *, name: str) -> Entrance:
    may_configure(actor)
    position = 1 + (db.session.scalar(_last(Entrance.position, Entrance.building_id == building.id)) or 0)
    _free_door(building.id, name)
    return _kept(actor, _put_entrance(building, name, position), "entrance")


def _free_door(building_id: int, name: str, but: int = 0) -> None:
    same = select(Entrance.id).where(Entrance.building_id == building_id, Entrance.name == name.strip())
    if db.session.scalar(same.where(Entrance.id != but)):
        raise Conflict("This building already has an entrance of this name.", field="name")


def _put_entrance(building: Building, name: str, position: int) -> Entrance:
    entrance = Entrance(building_id=building.id, name=needed(Entrance.name, name, "name"), position=position)
    db.session.add(entrance)
    return entrance


def sms_name(compound_name: str, building_name: str) -> str:
    """东局子小区3号楼: how a text message names the building, never cut."""
    return fitting(Building.sms_name, f"{compound_name}{building_name}".replace(" ", ""), "name")


def rename_compound(actor: Actor, compound: Compound, name: str) -> None:
    """The buildings' names in text messages follow, or nothing changes."""
    may_configure(actor)
    if compound.name == name.strip():
        return
    compound.name = fresh(Compound.name, name, "name")
    for building in compound.buildings:
        building.sms_name = sms_name(compound.name, building.name)
    _note(actor, "renamed", "compound", compound)


def rename_building(actor: Actor, building: Building, name: str) -> None:
    may_configure(actor)
    if building.name == name.strip():
        return
    building.name = _free_name(building.compound, needed(Building.name, name, "name"))
    building.sms_name = sms_name(building.compound.name, building.name)
    _note(actor, "renamed", "building", building)


def rename(actor: Actor, place: Street | Community | Entrance, name: str) -> None:
    may_configure(actor)
    if isinstance(place, Entrance):
        _free_door(place.building_id, name, but=place.id)
    place.name = needed(type(place).name, name, "name")
    _note(actor, "renamed", _kind(place), place)


def change_community(
    actor: Actor, community: Community, *, name: str, phone: str, address: str, office_hours: str, agency: Agency | None
) -> None:
    may_configure(actor)
    community.name = needed(Community.name, name, "name")
    community.phone = fitting(Community.phone, phone, "phone")
    community.address = fitting(Community.address, address, "address")
    community.office_hours = fitting(Community.office_hours, office_hours, "office_hours")
    community.agency_id = _id(agency)
    _note(actor, "changed", "community", community)


def change_stage(actor: Actor, place: Compound | Building, stage: Stage | None, note: str = "") -> None:
    """A building without a stage of its own (None) goes with its compound."""
    may_configure(actor)
    if isinstance(place, Compound):
        place.stage = stage or place.stage
        place.stage_note = fitting(Compound.stage_note, note, "stage_note")
    else:
        place.stage = stage
    _note(actor, "stage_changed", _kind(place), place, stage=stage.value if stage else None)


def retire(actor: Actor, place: Ended | Agency | AgencyContact) -> None:
    """End a place and all in it; its posters are revoked, its history stays readable."""
    may_configure(actor)
    if isinstance(place, Agency):
        agencies.retire_agency(actor, place)
    elif isinstance(place, AgencyContact):
        agencies.retire_contact(actor, place)
    else:
        _retire_place(actor, place)


def _retire_place(actor: Actor, place: Ended) -> None:
    if place.retired_at is not None:
        raise Conflict("This is already retired.")
    for part in _parts(place):
        if part.retired_at is None:
            part.retired_at = clock.now()
            if isinstance(part, Building):
                posters.revoke_all(actor, part, "这栋楼已停用")
            if isinstance(part, Entrance):
                posters.revoke_door(actor, part, "这个门已停用")
    db.session.flush()
    _note(actor, "retired", _kind(place), place)


def restore(actor: Actor, place: Compound | Building | Entrance) -> None:
    """Undo a retirement; posters stay revoked, new ones are issued."""
    may_configure(actor)
    place.retired_at = None
    _note(actor, "restored", _kind(place), place)


def _parts(place: Ended) -> list[Ended]:
    """The place itself last, so that what stands in it ends with it."""
    if isinstance(place, Street | Community) and _has_used_places(place):
        raise Conflict("There are still places in use here. Retire them first.")
    if isinstance(place, Compound):
        return [*(part for building in place.buildings for part in _parts(building)), place]
    if isinstance(place, Building):
        return [*place.entrances, place]
    return [place]


def _has_used_places(place: Street | Community) -> bool:
    if isinstance(place, Street):
        inside = select(Community.id).where(Community.street_id == place.id, Community.retired_at.is_(None))
    else:
        inside = select(Compound.id).where(Compound.community_id == place.id, Compound.retired_at.is_(None))
    return db.session.scalar(inside.limit(1)) is not None


def _free_name(compound: Compound, name: str) -> str:
    taken = select(Building.id).where(Building.compound_id == compound.id, Building.name == name)
    if db.session.scalar(taken) is not None:
        raise Conflict("This compound already has a building of this name.", field="name")
    return name


def _last(column: InstrumentedAttribute[int], condition: ColumnElement[bool]) -> Select[Any]:
    return select(func.max(column)).where(condition)


def _id(agency: Agency | None) -> int | None:
    return agency.id if agency else None


def _kind(place: object) -> str:
    return type(place).__name__.lower()


def _kept(actor: Actor, place: Kept, kind: str, **details: journal.Detail) -> Kept:
    db.session.add(place)
    db.session.flush()
    _note(actor, "added", kind, place, **details)
    return place


def _note(actor: Actor, deed: str, kind: str, place: Any, **details: journal.Detail) -> None:
    db.session.flush()
    journal.record(f"{kind}:{deed}", actor, f"{kind}:{place.id}", **details)
