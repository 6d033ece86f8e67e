"""Tying an account to a home and what follows: the voter, the clash, the messages. Everything that verifies ends here."""

from collections.abc import Sequence

from sqlalchemy import select

from portal.audit import journal
from portal.core import clock
from portal.core.extensions import db
from portal.core.formatting import sms_day
from portal.core.settings import settings
from portal.domain import phones
from portal.domain.actors import Actor
from portal.domain.errors import Conflict
from portal.identity.models import Account
from portal.membership.models import Membership, MembershipRole, MembershipState, Way
from portal.membership.queries import all_at, standing
from portal.messaging.notify import Recipient, notify
from portal.roster.models import Household, Tenure

HEADS = frozenset({MembershipRole.OWNER, MembershipRole.TENANT})
RIGHTS = "议事和投票"
RIGHTS_OF_RENTERS = "议事"


def fitting_role(role: MembershipRole, household: Household) -> MembershipRole:
    """Whoever is named for a home is its 房主, or its 公房承租人 where a unit owns it."""
    if role not in HEADS:
        return role
    return MembershipRole.OWNER if household.tenure is Tenure.PRIVATE else MembershipRole.TENANT


def lock(household: Household) -> None:
    """Two who verify for one home at the same moment come one after the other."""
    db.session.execute(select(Household.id).where(Household.id == household.id).with_for_update())


def is_named(account: Account, household: Household) -> bool:
    """Whether the roster holds this account's number for the home."""
    return any(person.phone == account.phone for person in household.persons)


def clashing(account: Account, household: Household, role: MembershipRole) -> list[Membership]:
    """Who stands already where somebody new wants to stand: another 房主 or 承租人, unless the roster names both."""
    if role not in HEADS:
        return []
    others = [member for member in all_at(household.id) if member.role in HEADS and member.account_id != account.id]
    both_named = is_named(account, household) and all(is_named(member.account, household) for member in others)
    return [] if both_named else others


def tie(
    account: Account, household: Household, role: MembershipRole, way: Way, actor: Actor, *, reason: str = ""
) -> Membership:
    """Make the account a verified member; the first 房主 or 承租人 becomes the voter. Conflict when it is one already."""
    lock(household)
    role = fitting_role(role, household)
    before = all_at(household.id)
    if own := next((member for member in before if member.account_id == account.id), None):
        return _raised(own, role, way, actor, before) or _confirmed(own, way, actor)
    membership = Membership(
        account=account, household=household, role=role, state=MembershipState.VERIFIED, way=way,
        is_voter=role in HEADS and not any(member.is_voter for member in before),
        asked_at=clock.now(), decided_at=clock.now(),
        decided_by=actor.id if actor.is_staff else None, reason=reason,
    )  # fmt: skip
    db.session.add(membership)
    db.session.flush()
    _tell(membership, before)
    journal.record(
        "membership:verified", actor, f"household:{household.id}",
        membership=membership.id, role=role, way=way, voter=membership.is_voter,
    )  # fmt: skip
    return membership


def _raised(
    own: Membership, role: MembershipRole, way: Way, actor: Actor, before: Sequence[Membership]
) -> Membership | None:
    """Family or a renter who proves to be the 房主 or 承租人 is it from now on, and the voter where there is none."""
    if role not in HEADS or own.role in HEADS:
        return None
    own.role, own.way, own.decided_at = role, way, clock.now()
    own.decided_by = actor.id if actor.is_staff else None
    own.is_voter = own.is_voter or not any(member.is_voter for member in before)
    db.session.flush()
    journal.record(
        "membership:raised", actor, f"household:{own.household_id}",
        membership=own.id, role=role, way=way, voter=own.is_voter,
    )  # fmt: skip
    return own


def _confirmed(own: Membership, way: Way, actor: Actor) -> Membership:
    """Whoever was silent for long proves it anew and is what they were; others are here already."""
    returned = own.account.returned_at
    if returned is None or (own.decided_at is not None and own.decided_at >= returned):
        raise Conflict("This number belongs to the home already.")
    own.decided_at, own.way = clock.now(), way
    db.session.flush()
    journal.record("membership:confirmed", actor, f"household:{own.household_id}", membership=own.id, way=way)
    return own


def _tell(membership: Membership, before: Sequence[Membership]) -> None:
    account, home = membership.account, membership.household
    subject = f"membership:{membership.id}"
    rights = RIGHTS_OF_RENTERS if membership.role is MembershipRole.RENTER else RIGHTS
    values = {"bldg": home.building.sms_name, "rights": rights}
    notify(Recipient.phone(account.phone), "verify_passed", values, subject=subject, link="/me/household")
    joined = {"tail": phones.tail(account.phone), "date": sms_day(clock.now())}
    for recipient in _phones(before, home, but=account.phone):
        notify(recipient, "member_joined", joined, subject=subject, link="/me/household/members")


def phones_around(household: Household, *, but: str) -> list[Recipient]:
    """The home's phones, and those that the roster holds for it: whoever took the letter does not go unnoticed."""
    return _phones(all_at(household.id), household, but)


def _phones(members: Sequence[Membership], household: Household, but: str) -> list[Recipient]:
    found = {member.account.phone: True for member in members}
    for person in household.persons:
        if person.phone:
            found.setdefault(person.phone, not settings().gateway_is_abroad)
    found.pop(but, None)
    return [Recipient.phone(number, sms) for number, sms in found.items()]


def end(membership: Membership, state: MembershipState, actor: Actor, reason: str = "") -> None:
    """Revoked by staff or by the home, or given up. The vote ends with it."""
    if not standing(membership):
        raise Conflict("This has ended already.")
    was_voter = membership.is_voter
    membership.state, membership.is_voter = state, False
    membership.decided_at, membership.reason = clock.now(), reason
    membership.decided_by = actor.id if actor.is_staff else None
    db.session.flush()
    journal.record(
        f"membership:{state}", actor, f"household:{membership.household_id}", membership=membership.id, voter=was_voter
    )
