"""Homes on the roster and who is tied to them; call inside `writing()`."""

from itertools import count

from sqlalchemy import select

from portal.core import clock, crypto
from portal.core.extensions import db
from portal.domain.actors import Actor
from portal.identity.models import Account
from portal.membership import invites
from portal.membership.models import Membership, MembershipRole, MembershipState, Way
from portal.places.models import Building, Entrance
from portal.roster.models import (
    AreaSource,
    Household,
    HouseholdPerson,
    Owner,
    OwnerKind,
    PersonRole,
    Tenure,
)
from tests.builders.identity import make_account

_rooms = count(101)
_numbers = count(13900000001)


def make_owner(
    building: Building, name: str = "张桂兰", *, number: str | None = None, kind: OwnerKind = OwnerKind.PERSON
) -> Owner:
    owner = Owner(compound_id=building.compound_id, number=number, kind=kind, name=name)
    db.session.add(owner)
    db.session.flush()
    return owner


def make_household(
    building: Building,
    *,
    area: int | None = 8950,
    room: str = "",
    entrance: Entrance | None = None,
    owner: Owner | None = None,
    tenure: Tenure = Tenure.PRIVATE,
    name: str = "张桂兰",
    phone: str | None = None,
) -> Household:
    """A home of 89.50 ㎡ behind the building's first door; its own owner unless one is given."""
    entrance = entrance or db.session.scalars(select(Entrance).where(Entrance.building_id == building.id)).first()
    assert entrance is not None
    household = Household(
        building_id=building.id,
        entrance_id=entrance.id,
        room=room or str(next(_rooms)),
        owner=owner
        or make_owner(building, name, kind=OwnerKind.PERSON if tenure is Tenure.PRIVATE else OwnerKind.UNIT),
        tenure=tenure,
        area=area,
        area_source=AreaSource.REGISTER if area else None,
        changed_at=clock.now(),
    )
    role = PersonRole.OWNER if tenure is Tenure.PRIVATE else PersonRole.TENANT
    index = crypto.blind_index(phone) if phone else None
    household.persons = [HouseholdPerson(role=role, name=name, phone=phone, phone_index=index)]
    db.session.add(household)
    db.session.flush()
    return household


def make_letter(household: Household, *, days: int = 30) -> str:
    """The code on a letter for this home, as it was printed."""
    batch = invites.make_batch(Actor.system(), household.building, days, home=household)
    [letter] = invites.print_letters(Actor.system(), batch)
    return letter.code


def make_member(
    household: Household,
    account: Account | None = None,
    *,
    role: MembershipRole = MembershipRole.OWNER,
    voter: bool = True,
    state: MembershipState = MembershipState.VERIFIED,
) -> Membership:
    """A verified member and voter of the home, with a fresh number unless an account is given."""
    membership = Membership(
        account=account or make_account(f"+86{next(_numbers)}"),
        household=household,
        role=role,
        state=state,
        way=Way.ROSTER,
        is_voter=voter and state is MembershipState.VERIFIED and role is not MembershipRole.RENTER,
        asked_at=clock.now(),
        decided_at=clock.now() if state is not MembershipState.PENDING else None,
    )
    db.session.add(membership)
    db.session.flush()
    return membership
