"""Finding an entry of the roll by its door or by the barcode printed on its sheet."""

from dataclasses import dataclass

from sqlalchemy import Select, select
from sqlalchemy.orm import contains_eager, joinedload, selectinload

from portal.ballots.models import Ballot, RollEntry, RollHome
from portal.core import crypto
from portal.core.extensions import db
from portal.domain.door_words import ScannedSheet, TypedDoor, number_in, understood
from portal.domain.errors import DomainError
from portal.places.models import Building
from portal.roster.models import Household


@dataclass(frozen=True)
class Found:
    entry: RollEntry
    household: Household


def code_of(entry: RollEntry) -> str:
    """What the barcode holds. The check keeps copies with another number out; it is no secret of the voter."""
    return f"V{entry.ballot_id}E{entry.id}C{_check(entry.ballot_id, entry.id)}"


def _check(ballot_id: int, entry_id: int) -> str:
    return crypto.hmac_code(f"{ballot_id}:{entry_id}", "paper-sheet")[:6].upper()


def find(ballot: Ballot, typed: str, building_id: int | None = None) -> Found:
    """The entry behind what was typed or scanned; DomainError in words at the field `door` otherwise."""
    wanted = understood(typed)
    if wanted is None:
        raise DomainError(
            "Please type the home like 3-2-301 (building-entrance-room), or scan the barcode", field="door"
        )
    if isinstance(wanted, ScannedSheet):
        return _by_sheet(ballot, wanted)
    found = db.session.scalars(_homes(ballot).where(Household.room == wanted.room)).unique().all()
    fitting = [home for home in found if _fits(home.household, wanted)]
    if len(fitting) > 1:
        fitting = [home for home in fitting if home.household.building_id == building_id]
        if not fitting:
            raise DomainError(
                "Several compounds have that number. Please type the building code, like DJZ03-2-301", field="door"
            )
    if not fitting:
        raise DomainError("%(door)s is not on the roll, please check", field="door", door=typed.strip()[:20])
    return Found(fitting[0].entry, fitting[0].household)


def _by_sheet(ballot: Ballot, wanted: ScannedSheet) -> Found:
    if wanted.ballot_id != ballot.id:
        raise DomainError("This sheet belongs to another vote", field="door")
    entry = db.session.scalar(
        select(RollEntry).where(RollEntry.id == wanted.entry_id, RollEntry.ballot_id == ballot.id)
    )
    if entry is None or wanted.check != _check(ballot.id, wanted.entry_id):
        raise DomainError("This barcode is not one of ours, please check the sheet", field="door")
    home = db.session.scalars(_homes(ballot).where(RollHome.entry_id == entry.id).limit(1)).unique().one()
    return Found(home.entry, home.household)


def _homes(ballot: Ballot) -> Select[RollHome]:
    return (
        select(RollHome)
        .join(RollHome.household)
        .join(Household.building)
        .join(Household.entrance)
        .where(RollHome.ballot_id == ballot.id)
        .options(
            joinedload(RollHome.entry).selectinload(RollEntry.roll_homes),
            contains_eager(RollHome.household).contains_eager(Household.building),
            contains_eager(RollHome.household).contains_eager(Household.entrance),
        )
        .order_by(RollHome.id)
    )


def _fits(household: Household, wanted: TypedDoor) -> bool:
    building, entrance = household.building, household.entrance
    is_building = wanted.building in (number_in(building.name), building.code.upper())
    return is_building and wanted.entrance in (number_in(entrance.name), entrance.name.upper())


def entries_to_print(ballot: Ballot, building_id: int | None) -> list[RollEntry]:
    """In the order of the doors, with their homes and the persons named for them."""
    home = selectinload(RollEntry.roll_homes).joinedload(RollHome.household)
    statement = (
        select(RollEntry)
        .where(RollEntry.ballot_id == ballot.id)
        .options(
            home.joinedload(Household.building).joinedload(Building.compound),
            home.joinedload(Household.entrance),
            home.selectinload(Household.persons),
            home.joinedload(Household.owner),
        )
    )
    if building_id is not None:
        statement = statement.where(RollEntry.building_id == building_id)
    entries = db.session.scalars(statement).all()
    return sorted(entries, key=lambda entry: _order(entry.roll_homes[0].household))


def _order(household: Household) -> tuple[int, int, str]:
    return household.building.position, household.entrance.position, household.room.zfill(10)


def door_of(household: Household) -> str:
    """3-2-301, as it is typed."""
    building, entrance = number_in(household.building.name), number_in(household.entrance.name)
    return f"{building or household.building.code}-{entrance or household.entrance.name}-{household.room}"


def buildings_of(ballot: Ballot) -> list[Building]:
    used = select(RollEntry.building_id).where(RollEntry.ballot_id == ballot.id)
    found = db.session.scalars(select(Building).where(Building.id.in_(used)).options(joinedload(Building.compound)))
    return sorted(found, key=lambda building: (building.compound_id, building.position))
