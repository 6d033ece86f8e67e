"""What the histories need at hand: people by user name, units, photos, telephone numbers, and a case by its id."""

from dataclasses import dataclass, field
from datetime import datetime
from random import Random

from sqlalchemy import Select, select

from portal.cases.models import Case
from portal.cli.demo.photos import Pair, copy_of
from portal.core.extensions import db
from portal.domain.actors import Actor
from portal.identity.models import StaffPost
from portal.identity.sessions import staff_actor
from portal.media.services import Processed
from portal.places.models import Agency, AgencyKind, Building, Compound

GUEST = Actor.guest()


@dataclass
class World:
    """`end`: the demo's present. Places and people are looked up again in each transaction."""

    random: Random
    end: datetime
    pairs: dict[str, list[Pair]]
    building_ids: list[int]
    actors: dict[str | int, Actor] = field(default_factory=dict)

    def chance(self, share: float) -> bool:
        return self.random.random() < share

    def by_name(self, username: str) -> Actor:
        return self._actor(username, select(StaffPost).where(StaffPost.username == username))

    def of_unit(self, agency_id: int) -> Actor:
        """Whoever works at a unit; in units with several it is the same person all along."""
        at_unit = select(StaffPost).where(StaffPost.agency_id == agency_id).order_by(StaffPost.id).limit(1)
        return self._actor(agency_id, at_unit)

    def _actor(self, key: str | int, who: Select[StaffPost]) -> Actor:
        """Asked for at every step, looked up once: nobody changes posts while a demo is loaded."""
        if key not in self.actors:
            self.actors[key] = staff_actor(db.session.scalars(who).one())
        return self.actors[key]

    def street(self, case: Case) -> Actor:
        agency_id = case.building.compound.community.street.agency_id
        assert agency_id is not None
        return self.of_unit(agency_id)

    def community(self, case: Case) -> Actor:
        """社区居委会 of the place: registers, checks, settles small things."""
        agency_id = case.building.compound.community.agency_id
        assert agency_id is not None
        return self.of_unit(agency_id)

    def building(self, building_id: int) -> Building:
        return db.session.get_one(Building, building_id)

    def unit(self, code: str, building: Building) -> Agency:
        """A unit by its code; 'WY' means the one of this place."""
        local = f"{code}{1 + self._community_position(building.compound)}"
        return db.session.scalars(select(Agency).where(Agency.code.in_((code, local)))).one()

    def _community_position(self, compound: Compound) -> int:
        streets = select(Agency.id).where(Agency.kind == AgencyKind.STREET).order_by(Agency.id)
        return list(db.session.scalars(streets)).index(compound.community.street.agency_id or 0)

    def photos(self, subject: str | None, *, mended: bool) -> list[Processed]:
        if subject is None:
            return []
        pair = self.random.choice(self.pairs[subject])
        return [copy_of(pair.after if mended else pair.before)]

    def phone(self) -> str:
        """A number out of 240: some people report more than once. In a demo no message leaves the machine."""
        return f"+861990000{self.random.randint(1, 240):04d}"


def get(case_id: int) -> Case:
    return db.session.get_one(Case, case_id)
