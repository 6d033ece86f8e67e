"""投票人: the one member of a home whose press on a button is the home's vote (product ID6)."""

from sqlalchemy import update

from portal.audit import journal
from portal.core import clock
from portal.core.extensions import db
from portal.core.formatting import sms_day
from portal.domain import phones
from portal.domain.actors import Actor
from portal.domain.errors import Conflict, NotAllowed
from portal.membership.models import Membership, MembershipRole
from portal.membership.queries import recipients_of, standing
from portal.membership.tying import lock, phones_around
from portal.messaging.notify import notify


def name(actor: Actor, membership: Membership, *, around: bool = False) -> None:
    """Make this member the voter instead of whoever was; every phone of the home is told (`around`: also the roster's)."""
    if membership.role is MembershipRole.RENTER:
        raise NotAllowed("Renters do not vote.")
    if not standing(membership):
        raise Conflict("Only a verified member can be the voter.")
    if membership.is_voter:
        raise Conflict("This member is the voter already.")
    lock(membership.household)
    before = update(Membership).where(Membership.household_id == membership.household_id, Membership.is_voter)
    db.session.execute(before.values(is_voter=False))
    membership.is_voter = True
    db.session.flush()
    values = {
        "bldg": membership.household.building.sms_name,
        "date": sms_day(clock.now()),
        "tail": phones.tail(membership.account.phone),
    }
    subject = f"voter:{membership.household_id}:{membership.id}"
    home = membership.household
    for recipient in phones_around(home, but="") if around else recipients_of([home.id]):
        notify(recipient, "voter_changed", values, subject=subject, link="/me/household/members")
    journal.record("membership:voter", actor, f"household:{membership.household_id}", membership=membership.id)
