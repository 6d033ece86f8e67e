"""Units, streets, communities, compounds, buildings, doors and posters of a demo."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from random import Random

from portal.cli.demo import names
from portal.cli.demo.names import Place, Unit
from portal.core import clock
from portal.core.extensions import db
from portal.domain.codes import LETTERS, POSTER_TOKEN_LENGTH, new_code
from portal.places.models import (
    Agency,
    AgencyContact,
    AgencyKind,
    Building,
    Community,
    Compound,
    District,
    Entrance,
    Poster,
    Stage,
    Street,
)

FURTHER = ("春晖", "和睦", "福安", "盛泽", "康宁", "嘉园", "丰盈", "永乐", "清泉", "松柏")


@dataclass
class Ground:
    """Everything the rest of a demo stands on. Units by code: 'SG', 'JW1'."""

    units: dict[str, Agency] = field(default_factory=dict)
    streets: list[Street] = field(default_factory=list)
    communities: list[Community] = field(default_factory=list)
    compounds: list[Compound] = field(default_factory=list)
    buildings: list[Building] = field(default_factory=list)


def lay(compounds: int, households: int | None, random: Random) -> Ground:
    """All places, flushed. Totals of households and areas come out exactly as asked."""
    ground = Ground()
    _units(ground)
    district = _district(ground)
    _streets_and_communities(ground, district)
    places = list(split(places_of(compounds), households))
    for place, area in zip(places, areas([place.households for place in places]), strict=True):
        _compound(ground, place, area, random)
    db.session.flush()
    for building in ground.buildings:
        _poster(building, random)
    db.session.flush()
    return ground


def places_of(count: int) -> list[Place]:
    """The plan's four, then invented ones."""
    more = [_further(number) for number in range(count - len(names.PLACES))]
    return [*names.PLACES[:count], *more]


def _further(number: int) -> Place:
    stem = FURTHER[number % len(FURTHER)]
    turn = number // len(FURTHER)
    code = f"Y{LETTERS[number % len(LETTERS)]}{LETTERS[number // len(LETTERS) % len(LETTERS)]}"
    return Place(code, f"{stem}里{turn + 1 if turn else ''}小区", 6, 210)


def split(places: list[Place], households: int | None) -> Iterator[Place]:
    """The same places with households in proportion, so that their sum is `households`."""
    if households is None:
        yield from places
        return
    shares = proportional(households, [place.households for place in places])
    for place, share in zip(places, shares, strict=True):
        yield replace(place, households=share)


def areas(households: list[int]) -> list[int]:
    """Hundredths of ㎡ per compound: the plan's area for the plan's households, its average for other numbers."""
    total = names.AREA * sum(households) // names.HOUSEHOLDS
    return proportional(total, households)


def proportional(total: int, weights: list[int]) -> list[int]:
    """Whole shares that add up to `total`; the largest remainders get the rest."""
    everything = sum(weights)
    shares = [total * weight // everything for weight in weights]
    by_remainder = sorted(range(len(weights)), key=lambda at: (-(total * weights[at] % everything), at))
    for at in by_remainder[: total - sum(shares)]:
        shares[at] += 1
    return shares


def _units(ground: Ground) -> None:
    for unit in _all_units():
        number = len(ground.units) + 1
        superior = ground.units.get(unit.superior)
        agency = Agency(
            code=unit.code,
            name=unit.name,
            short_name=unit.short_name,
            kind=AgencyKind(unit.kind),
            superior_id=superior.id if superior else None,
            phone=work_phone(number),
        )
        agency.contacts = [AgencyContact(name="值班员", duty=unit.contact, phone=work_phone(100 + number))]
        db.session.add(agency)
        db.session.flush()
        ground.units[unit.code] = agency


def _all_units() -> Iterator[Unit]:
    yield from names.DISTRICT_UNITS
    for at, (street, community) in enumerate(zip(names.STREETS, names.COMMUNITIES, strict=True), 1):
        words = {"street": street, "community": community, "stem": community.removesuffix("社区")}
        for unit in (*names.STREET_UNITS, *names.COMMUNITY_UNITS):
            superior = f"{unit.superior}{at}" if unit.superior == "JD" else unit.superior
            name, short_name = unit.name.format(**words), unit.short_name.format(**words)
            yield replace(unit, code=f"{unit.code}{at}", superior=superior, name=name, short_name=short_name)


def work_phone(number: int) -> str:
    """022-0000 0123: no such number can be called."""
    return f"022-0000 0{number:03d}"


def _district(ground: Ground) -> District:
    district = District(
        code="120102",
        name="河东区",
        agency_id=ground.units["ZJW"].id,
        hotline_agency_id=ground.units["HL"].id,
        discipline_agency_id=ground.units["JJ"].id,
    )
    db.session.add(district)
    db.session.flush()
    return district


def _streets_and_communities(ground: Ground, district: District) -> None:
    for at, (street_name, community_name) in enumerate(zip(names.STREETS, names.COMMUNITIES, strict=True), 1):
        street = Street(district=district, name=street_name, agency=ground.units[f"JD{at}"])
        community = Community(
            street=street,
            name=community_name,
            phone=work_phone(200 + at),
            address=names.ADDRESSES[at - 1],
            agency=ground.units[f"JW{at}"],
        )
        db.session.add(community)
        ground.streets.append(street)
        ground.communities.append(community)
    db.session.flush()


def _compound(ground: Ground, place: Place, area: int, random: Random) -> None:
    community = ground.communities[names.COMMUNITY_OF.get(place.code, len(ground.compounds) % len(ground.communities))]
    compound = Compound(
        community=community,
        code=place.code,
        name=place.name,
        planned_households=place.households,
        planned_area=area,
        stage=Stage.WORKS,
        stage_note=names.STAGE_NOTES.get(place.code, ""),
    )
    db.session.add(compound)
    db.session.flush()
    ground.compounds.append(compound)
    ground.buildings += [_building(compound, number, random) for number in range(1, place.buildings + 1)]


def _building(compound: Compound, number: int, random: Random) -> Building:
    building = Building(
        compound=compound,
        code=f"{compound.code}{number:02d}",
        name=f"{number} 号楼",
        sms_name=f"{compound.name}{number}号楼",
        position=number,
    )
    doors = random.randint(2, 4)
    building.entrances = [Entrance(name=f"{door} 门", position=door) for door in range(1, doors + 1)]
    db.session.add(building)
    return building


def _poster(building: Building, random: Random) -> None:
    token = new_code(POSTER_TOKEN_LENGTH, random.choice)
    db.session.add(Poster(building=building, token=token, version=1, issued_at=clock.now()))
