"""A resident says where they live: by the roster, by the letter's code, or asks for a visit (ux.md §3.9)."""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date, timedelta

from sqlalchemy import select

from portal.audit import journal
from portal.core import clock, limits
from portal.core.calendar import working_calendar
from portal.core.extensions import db
from portal.core.formatting import sms_day
from portal.domain import phones
from portal.domain.actors import Actor
from portal.domain.errors import Conflict, NotFound
from portal.domain.household_matching import TRIES, Named, door_number, is_same_door, is_same_name, matches
from portal.identity import queries as people
from portal.identity.models import Account
from portal.membership import takeovers
from portal.membership.claim_models import VOTER, Claim, ClaimState, Typed
from portal.membership.models import Membership, MembershipRole, Way
from portal.membership.queries import all_at, unconfirmed
from portal.membership.tying import clashing, lock, tie
from portal.messaging.notify import Recipient, notify
from portal.places.models import Building, Entrance
from portal.roster import queries as roster
from portal.roster.models import Household

WORKING_DAYS = 3  # by then a person has looked
WINDOW = timedelta(days=7)
PER_HOME = 12  # misses of everybody together at one door: beyond them a person looks at once
TIMES = ("morning", "afternoon", "evening", "weekdays", "weekend")


@dataclass(frozen=True)
class Answer:
    """`claim` passed or waits for a person; without one the roster said no and `left` tries remain."""

    claim: Claim | None
    left: int = 0


def promise() -> date:
    return working_calendar().add_working_days(clock.today(), WORKING_DAYS)


def open_claim(actor: Actor) -> Claim | None:
    return db.session.scalar(select(Claim).where(Claim.account_id == actor.id, Claim.state == ClaimState.OPEN))


def _none_open(actor: Actor) -> None:
    if open_claim(actor) is not None:
        raise Conflict("You have asked already. The community is looking at it.")


def door_of(building: Building, typed: Typed) -> Household | None:
    """The home behind what was typed, however it is written."""
    found = [each for each in _entrances(building) if is_same_door(typed.entrance, each.name)]
    rooms = dict.fromkeys((typed.room.strip(), door_number(typed.room)))
    return next((home for each in found for room in rooms if (home := roster.at_door(each.id, room))), None)


def _entrances(building: Building) -> Sequence[Entrance]:
    return [entrance for entrance in building.entrances if entrance.retired_at is None]


def by_roster(actor: Actor, building: Building | None, typed: Typed, role: MembershipRole) -> Answer:
    """Counted first, compared then: of many tries at once three are looked at. Never says which field was wrong."""
    _none_open(actor)
    tries = limits.count(f"roster:{actor.id}", WINDOW)
    home = door_of(building, typed) if building else None
    if tries <= TRIES and home is not None and _fits(home, typed):
        limits.reset(f"roster:{actor.id}")
        return Answer(_settle(actor, home, role, Way.ROSTER, typed))
    if tries < TRIES:
        return Answer(None, TRIES - tries)
    return Answer(_put_before_staff(actor, Way.ROSTER, role, building=building, home=home, typed=typed))


def _fits(home: Household, typed: Typed) -> bool:
    bucket = f"roster:door:{home.id}"
    if limits.standing(bucket)[0] >= PER_HOME:
        return False
    named = [Named(each.name, phones.tail(each.phone) if each.phone else None) for each in home.persons]
    if matches(typed.name, typed.tail, named):
        return True
    limits.count(bucket, WINDOW)
    return False


def by_code(actor: Actor, home: Household, role: MembershipRole) -> Claim:
    """The letter's code was right and is used up by the caller."""
    return _settle(actor, home, role, Way.INVITE, None)


def by_visit(
    actor: Actor, building: Building | None, typed: Typed, role: MembershipRole, contact: str, times: Sequence[str]
) -> Claim:
    home = door_of(building, typed) if building else None
    _none_open(actor)
    claim = _new(actor, Way.VISIT, role, building=building, home=home, typed=typed)
    claim.contact, claim.times = contact, ",".join(times)
    return _kept(claim, actor)


def for_the_vote(actor: Actor, own: Membership) -> Claim:
    """Family only, and nobody votes: one of them asks to be the voter; the community asks the others first."""
    home = own.household
    _none_open(actor)
    lock(home)
    if any(member.is_voter for member in all_at(home.id)):
        raise Conflict("Your home has a voter already.")
    claim = _new(actor, Way.VISIT, own.role, building=home.building, home=home, typed=Typed(wish=VOTER))
    return _kept(claim, actor)


def _settle(actor: Actor, home: Household, role: MembershipRole, way: Way, typed: Typed | None) -> Claim:
    """Verified, unless somebody else stands there already: then staff decide and the home is told (ID7)."""
    lock(home)
    account = people.account(actor.id)
    if others := clashing(account, home, role):
        return _clash(actor, home, role, way, typed, others)
    _none_open(actor)
    return record_passed(account, tie(account, home, role, way, actor))


def record_passed(account: Account, membership: Membership) -> Claim:
    """So that staff find later how somebody came to be verified."""
    claim = Claim(
        account=account, way=membership.way, role=membership.role, state=ClaimState.PASSED,
        building_id=membership.household.building_id, household=membership.household, membership=membership,
        asked_at=clock.now(), promised_on=clock.today(), decided_at=clock.now(),
    )  # fmt: skip
    db.session.add(claim)
    db.session.flush()
    return claim


def _clash(
    actor: Actor, home: Household, role: MembershipRole, way: Way, typed: Typed | None, others: list[Membership]
) -> Claim:
    claim = _put_before_staff(actor, way, role, building=home.building, home=home, typed=typed, is_clash=True)
    values = {"bldg": home.building.sms_name, "date": sms_day(claim.promised_on)}
    for phone in {member.account.phone for member in others}:
        notify(Recipient.phone(phone), "verify_clash", values, subject=claim.subject, link="/me/household")
    return claim


def _put_before_staff(actor: Actor, way: Way, role: MembershipRole, **facts: object) -> Claim:
    _none_open(actor)
    return _kept(_new(actor, way, role, **facts), actor)  # type: ignore[arg-type]


def _new(
    actor: Actor,
    way: Way,
    role: MembershipRole,
    *,
    building: Building | None,
    home: Household | None,
    typed: Typed | None,
    is_clash: bool = False,
) -> Claim:
    return Claim(
        account_id=actor.id,
        way=way,
        role=role,
        state=ClaimState.OPEN,
        building_id=building.id if building else None,
        household_id=home.id if home else None,
        typed=json.dumps(asdict(typed), ensure_ascii=False) if typed else None,
        is_clash=is_clash,
        asked_at=clock.now(),
        promised_on=promise(),
    )


def _kept(claim: Claim, actor: Actor) -> Claim:
    db.session.add(claim)
    db.session.flush()
    journal.record("claim:asked", actor, claim.subject, way=claim.way, clash=claim.is_clash)
    return claim


def confirm(actor: Actor, membership_id: int, name: str) -> int | None:
    """The name on the roster brings a silent membership back: None when it was right, else how many tries are left."""
    found = next((each for each in unconfirmed(actor) if each.id == membership_id), None)
    if found is None:
        raise NotFound("There is no such registration.")
    tries = limits.count(f"confirm:{actor.id}", WINDOW)
    named = roster.household(found.household_id).persons
    if tries > TRIES or not any(is_same_name(name, person.name) for person in named):
        return max(0, TRIES - tries)
    found.decided_at = clock.now()
    db.session.flush()
    journal.record("membership:confirmed", actor, f"household:{found.household_id}", membership=found.id, way="name")
    return None


def withdraw(actor: Actor) -> None:
    claim = open_claim(actor)
    if claim is None:
        raise Conflict("There is nothing to take back.")
    takeovers.drop_of(claim, actor)
    claim.state, claim.decided_at = ClaimState.WITHDRAWN, clock.now()
    db.session.flush()
    journal.record("claim:withdrawn", actor, claim.subject)
