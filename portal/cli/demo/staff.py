"""The demo's accounts, all with one password that is hashed once."""

from sqlalchemy import select

from portal.cli.demo import names
from portal.cli.demo.names import Person
from portal.cli.demo.places import Ground
from portal.core.extensions import db
from portal.domain.actors import Actor
from portal.domain.roles import Role
from portal.identity.models import StaffPost
from portal.identity.sessions import staff_actor
from portal.identity.staffing import Places, add_staff, set_lead

LEADS = ("street1", "agency1", "district1", "auditor1")  # the other units show what it is like without one
NOBODY_SIGNS_IN = "!"  # no password has this hash


def hire(ground: Ground, password_hash: str) -> dict[str, StaffPost]:
    """Posts by user name. `password_hash` is made outside the transaction: Argon2 is slow on purpose."""
    posts = {person.username: _post(person, ground, password_hash) for person in names.PEOPLE}
    for code in names.DUTY:
        name = f"duty-{code.lower()}"
        posts[name] = add_staff(name, "值班员", Role.AGENCY, ground.units[code].id, NOBODY_SIGNS_IN)
    for username in LEADS:
        set_lead(posts[username], True, reason="演示数据")
    return posts


def officer(username: str) -> Actor:
    """As whom the demo does something."""
    return staff_actor(db.session.scalars(select(StaffPost).where(StaffPost.username == username)).one())


def _post(person: Person, ground: Ground, password_hash: str) -> StaffPost:
    places = Places(
        community_ids=frozenset(ground.communities[at].id for at in person.communities),
        street_ids=frozenset(ground.streets[at].id for at in person.streets),
    )
    unit = ground.units[person.unit]
    return add_staff(person.username, person.name, Role(person.role), unit.id, password_hash, places=places)
