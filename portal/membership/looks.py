"""谁看过: a look at the names and numbers of a home is written down, told to the home, and listed under 我的信息."""

import json
from collections.abc import Iterator

from sqlalchemy import select

from portal.audit import journal
from portal.audit.models import JournalEntry
from portal.core import clock
from portal.core.extensions import db
from portal.core.formatting import sms_moment
from portal.domain.actors import Actor
from portal.identity import own_data
from portal.identity.models import Account, StaffPost
from portal.identity.own_data import Look
from portal.membership.claim_models import Claim
from portal.membership.models import Membership
from portal.membership.queries import VERIFIED
from portal.membership.roster_labels import PURPOSES
from portal.membership.tying import phones_around
from portal.messaging.notify import notify
from portal.places.models import Agency
from portal.roster.models import Household

ROSTER, CLAIM = "roster:revealed", "claim:phone"


def note(actor: Actor, home_id: int, purpose: str) -> None:
    """The names and numbers on the roster are about to be shown: to every phone of the home, registered or on the roster.

    Call it inside `writing()`, as the last step of the deed.
    """
    values = {"unit": unit_of(actor), "time": sms_moment(clock.now())}
    for recipient in phones_around(db.session.get_one(Household, home_id), but=""):
        notify(recipient, "roster_seen", values, subject=f"household:{home_id}", link="/me/privacy")
    journal.record(ROSTER, actor, f"household:{home_id}", purpose=purpose)


def unit_of(actor: Actor) -> str:
    unit = db.session.get(Agency, actor.agency_id) if actor.agency_id is not None else None
    return unit.short_name if unit else "社区"


@own_data.looks
def of(account: Account) -> Iterator[Look]:
    """At the roster's data of one's homes, and at the number one applied with; newest first."""
    homes = db.session.scalars(select(Membership.household_id).where(Membership.account_id == account.id, VERIFIED))
    claims = db.session.scalars(select(Claim.id).where(Claim.account_id == account.id))
    subjects = [f"household:{home}" for home in homes] + [f"claim:{claim}" for claim in claims]
    entries = select(JournalEntry).where(JournalEntry.subject.in_(subjects), JournalEntry.action.in_((ROSTER, CLAIM)))
    found = db.session.scalars(entries.order_by(JournalEntry.id.desc()).limit(own_data.MOST_LOOKS)).all()
    units = _units({entry.actor for entry in found})
    for entry in found:
        purpose = json.loads(entry.details).get("purpose", "verify")
        yield Look(entry.at, units.get(entry.actor, ""), str(PURPOSES.get(purpose, purpose)))


def _units(actors: set[str]) -> dict[str, str]:
    """The unit of each 'staff:12'."""
    posts = [int(actor.removeprefix("staff:")) for actor in actors if actor.removeprefix("staff:").isdigit()]
    rows = db.session.execute(
        select(StaffPost.id, Agency.name).join(Agency, Agency.id == StaffPost.agency_id).where(StaffPost.id.in_(posts))
    )
    return {f"staff:{row[0]}": row[1] for row in rows}
