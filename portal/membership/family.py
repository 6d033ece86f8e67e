"""The people of a home among themselves: inviting, accepting, leaving, removing, handing over the vote."""

from collections.abc import Sequence
from datetime import timedelta

from sqlalchemy import func, select, update
from sqlalchemy.orm import joinedload

from portal.audit import journal
from portal.core import clock, crypto, limits
from portal.core.extensions import db
from portal.core.formatting import sms_day
from portal.core.settings import settings
from portal.domain.actors import Actor
from portal.domain.errors import Conflict, DomainError, LimitReached, NotAllowed, NotFound
from portal.identity import queries as people
from portal.membership import voters
from portal.membership.claims import record_passed
from portal.membership.family_models import FamilyInvite, FamilyInviteState
from portal.membership.models import Membership, MembershipRole, MembershipState, Way
from portal.membership.queries import homes_of, members_of, standing
from portal.membership.tying import HEADS, end, tie
from portal.messaging.notify import Recipient, notify
from portal.roster import queries as roster

LIVES = timedelta(days=14)
MOST_OPEN, PER_DAY = 5, 10
ROLES = (MembershipRole.FAMILY, MembershipRole.RENTER)
REMOVED = "家里人移除了这个登记"


def mine(actor: Actor, membership_id: int) -> Membership:
    """One of the actor's own verified memberships."""
    found = next((home for home in homes_of(actor) if home.id == membership_id), None)
    if found is None:
        raise NotFound("There is no such registration.")
    return found


def at_my_home(actor: Actor, membership_id: int) -> tuple[Membership, Membership]:
    """(the actor's own membership, the one meant): both verified at the same home."""
    for own in homes_of(actor):
        for member in members_of([own.household_id]).get(own.household_id, []):
            if member.id == membership_id:
                return own, member
    raise NotFound("There is no such registration.")


def may_invite(own: Membership) -> bool:
    return own.role is not MembershipRole.RENTER


def may_remove(own: Membership, member: Membership) -> bool:
    """The owner, the tenant and the voter remove family and renters; nobody removes an owner."""
    return own.id != member.id and (own.role in HEADS or own.is_voter) and member.role not in HEADS


def may_name_voter(own: Membership, member: Membership) -> bool:
    """The voter hands on; the owner or tenant may also take it back."""
    can_ask = own.is_voter or own.role in HEADS
    return can_ask and standing(member) and not member.is_voter and member.role is not MembershipRole.RENTER


def voteless(actor: Actor) -> frozenset[int]:
    """Ids of the actor's homes where nobody is the voter, though the actor is no renter."""
    homes = [home.household_id for home in homes_of(actor) if home.role is not MembershipRole.RENTER]
    if not homes:
        return frozenset()
    voted = select(Membership.household_id).where(Membership.household_id.in_(homes), Membership.is_voter)
    return frozenset(homes) - frozenset(db.session.scalars(voted))


def invite(actor: Actor, own: Membership, e164: str, role: MembershipRole) -> FamilyInvite:
    """Two weeks to answer. The same answer whether the number is known here or not."""
    if not may_invite(own) or role not in ROLES:
        raise NotAllowed("Only family of the owner or tenant can invite.")
    home, index = own.household, crypto.blind_index(e164)
    if any(member.account.phone == e164 for member in members_of([home.id]).get(home.id, [])):
        raise Conflict("This number belongs to the home already.", field="phone")
    _forget_expired(home.id)
    if index in {found.phone_index for found in invites_of(home.id)}:
        raise Conflict("This number has been invited already.", field="phone")
    if len(invites_of(home.id)) >= MOST_OPEN or not limits.hit(f"family:{home.id}", PER_DAY, timedelta(days=1)):
        raise LimitReached(
            "Too many invitations of this home are open. Please wait until some are answered.",
            retry_after=timedelta(days=1), field="phone",
        )  # fmt: skip
    found = FamilyInvite(
        household_id=home.id, inviter=own, phone=e164, phone_index=index, role=role,
        made_at=clock.now(), expires_at=clock.now() + LIVES,
    )  # fmt: skip
    db.session.add(found)
    db.session.flush()
    values = {"bldg": home.building.sms_name, "date": sms_day(clock.now())}
    recipient = Recipient.phone(e164, sms=not settings().gateway_is_abroad)
    notify(recipient, "family_invited", values, subject=f"family:{found.id}", link="/me/household")
    journal.record("family:invited", actor, f"household:{home.id}", invite=found.id, role=role)
    return found


def invites_of(household_id: int) -> Sequence[FamilyInvite]:
    live = FamilyInvite.state == FamilyInviteState.OPEN, FamilyInvite.expires_at > clock.now()
    statement = select(FamilyInvite).where(FamilyInvite.household_id == household_id, *live)
    return db.session.scalars(statement.order_by(FamilyInvite.id)).all()


def _forget_expired(household_id: int) -> None:
    over = FamilyInvite.state == FamilyInviteState.OPEN, FamilyInvite.expires_at <= clock.now()
    gone = update(FamilyInvite).where(FamilyInvite.household_id == household_id, *over)
    db.session.execute(gone.values(state=FamilyInviteState.WITHDRAWN, answered_at=clock.now()))


def invites_for(actor: Actor) -> Sequence[FamilyInvite]:
    """What waits for the signed-in number."""
    if actor.phone_index is None:
        return []
    live = FamilyInvite.state == FamilyInviteState.OPEN, FamilyInvite.expires_at > clock.now()
    statement = select(FamilyInvite).where(FamilyInvite.phone_index == actor.phone_index, *live)
    return db.session.scalars(statement.options(joinedload(FamilyInvite.inviter)).order_by(FamilyInvite.id)).all()


def waiting_for(actor: Actor) -> int:
    live = FamilyInvite.state == FamilyInviteState.OPEN, FamilyInvite.expires_at > clock.now()
    statement = select(func.count()).where(FamilyInvite.phone_index == actor.phone_index, *live)
    return db.session.scalar(statement) or 0


def accept(actor: Actor, invite_id: int) -> Membership:
    found = _for_me(actor, invite_id)
    _answer(found, FamilyInviteState.ACCEPTED)
    if not standing(found.inviter):
        raise Conflict("Whoever invited you no longer belongs to this home. Please ask for a new invitation.")
    account = people.account(actor.id)
    membership = tie(account, roster.household(found.household_id), found.role, Way.FAMILY, actor)
    record_passed(account, membership)
    return membership


def decline(actor: Actor, invite_id: int) -> None:
    _answer(_for_me(actor, invite_id), FamilyInviteState.DECLINED)


def take_back(actor: Actor, invite_id: int) -> None:
    found = db.session.get(FamilyInvite, invite_id)
    if found is None or found.household_id not in {home.household_id for home in homes_of(actor) if may_invite(home)}:
        raise NotFound("There is no such invitation.")
    _answer(found, FamilyInviteState.WITHDRAWN)


def _for_me(actor: Actor, invite_id: int) -> FamilyInvite:
    found = next((each for each in invites_for(actor) if each.id == invite_id), None)
    if found is None:
        raise NotFound("There is no such invitation.")
    return found


def _answer(found: FamilyInvite, state: FamilyInviteState) -> None:
    """One UPDATE: two presses answer once."""
    waits = update(FamilyInvite).where(FamilyInvite.id == found.id, FamilyInvite.state == FamilyInviteState.OPEN)
    if db.session.execute(waits.values(state=state, answered_at=clock.now())).rowcount != 1:  # type: ignore[attr-defined]
        raise Conflict("This invitation was answered already.")


def leave(actor: Actor, membership_id: int) -> None:
    """退出这一户: the vote ends with it, too."""
    end(mine(actor, membership_id), MembershipState.LEFT, actor)


def remove(actor: Actor, membership_id: int) -> None:
    own, member = at_my_home(actor, membership_id)
    if not may_remove(own, member):
        raise NotAllowed("Only the owner, the tenant or the voter removes family or renters.")
    end(member, MembershipState.REVOKED, actor, REMOVED)
    values = {"bldg": member.household.building.sms_name, "date": sms_day(clock.now())}
    subject = f"membership:{member.id}"
    notify(Recipient.phone(member.account.phone), "verify_revoked", values, subject=subject, link="/me/household")


def name_voter(actor: Actor, membership_id: int) -> Membership:
    """让家人代投. The door has asked for the code that was sent to whoever presses."""
    own, member = at_my_home(actor, membership_id)
    if not may_name_voter(own, member):
        raise DomainError("This member cannot become the voter.")
    voters.name(actor, member)
    return member
