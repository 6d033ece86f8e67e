"""换手机号 when the old number is lost: the account goes on under the number that asked (product ID13).

Its homes, its vote and what it wrote stay with it; the old number opens nothing any more.
"""

from sqlalchemy import select

from portal.audit import journal
from portal.core import clock, crypto
from portal.core.extensions import db
from portal.domain.actors import Actor
from portal.domain.errors import Conflict
from portal.identity import own_data
from portal.membership import deciding
from portal.membership.claim_models import CheckWay, Claim
from portal.membership.models import Membership, MembershipState
from portal.messaging.notify import Recipient, notify
from portal.roster import facts
from portal.roster.models import ChangeKind, ChangeState, Household, HouseholdChange, HouseholdPerson


def check(claim: Claim, member: Membership) -> None:
    """The new number must stand nowhere yet: two accounts at homes of their own are never melted together."""
    living = select(Membership.id).where(
        Membership.account_id == claim.account_id, Membership.state == MembershipState.VERIFIED
    )
    if db.session.scalar(living.limit(1)) is not None:
        raise Conflict("The new number is registered at a home of its own. Please settle it another way.")


def carry_out(
    asker: Actor, claim: Claim, member: Membership, check_way: CheckWay, reason: str, second: int | None
) -> None:
    check(claim, member)
    old, new, account = member.account.phone, claim.account.phone, member.account
    claim.account = account
    deciding.settle(asker, claim, member, check_way, reason)
    own_data.change_number(account, new, asker, None)
    member.decided_at = clock.now()
    _on_the_roster(account.id, old, new, asker, second, reason)
    values = {"bldg": member.household.building.sms_name, "rights": "议事和投票"}
    notify(Recipient.phone(new), "verify_passed", values, subject=claim.subject, link="/me/household")


def _on_the_roster(account_id: int, old: str, new: str, asker: Actor, second: int | None, reason: str) -> None:
    """Where the roster holds the old number for a home of this account, it holds the new one from now on."""
    homes = select(Membership.household_id).where(
        Membership.account_id == account_id, Membership.state == MembershipState.VERIFIED
    )
    named = select(HouseholdPerson).where(
        HouseholdPerson.phone_index == crypto.blind_index(old), HouseholdPerson.household_id.in_(homes)
    )
    for person in db.session.scalars(named).all():
        _renumber(person, new, asker, second, reason)


def _renumber(person: HouseholdPerson, new: str, asker: Actor, second: int | None, reason: str) -> None:
    home: Household = person.household
    before = facts.facts_of(home).to_json()
    person.phone, person.phone_index = new, crypto.blind_index(new)
    home.changed_at = clock.now()
    db.session.add(
        HouseholdChange(
            household_id=home.id, kind=ChangeKind.CORRECTION, state=ChangeState.APPLIED, at=clock.now(),
            asked_by=asker.id, decided_by=second, decided_at=clock.now(), reason=reason,
            before=before, after=facts.facts_of(home).to_json(),
        )
    )  # fmt: skip
    db.session.flush()
    journal.record("roster:number", asker, f"household:{home.id}", person=person.id)
