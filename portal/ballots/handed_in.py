"""您家已投: when a home's vote was handed in, how and by whom, in the home's own words."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from flask_babel import gettext as _
from sqlalchemy import select

from portal.ballots.models import Ballot, RollEntry, RollHome, Vote
from portal.core.extensions import db
from portal.domain.actors import Actor
from portal.domain.ballot_kinds import Channel
from portal.identity.models import Account
from portal.membership.models import Membership, MembershipRole
from portal.membership.queries import homes_of, members_of


class Hand(StrEnum):
    """Whose hand it was."""

    MINE = "mine"
    FAMILY = "family"
    HELPED = "helped"  # a member of staff at the door, in an assisted session
    PAPER = "paper"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class HandedIn:
    """The vote that counts for a home: when, by which hand, and the last digits of the phone it came from."""

    at: datetime
    channel: Channel
    hand: Hand
    tail: str
    is_change: bool


def of(actor: Actor, entry: RollEntry) -> HandedIn | None:
    """None before the first vote."""
    if not entry.revision:
        return None
    row = db.session.execute(
        select(Vote, Account)
        .outerjoin(Account, Account.id == Vote.account_id)
        .where(Vote.entry_id == entry.id, Vote.revision == entry.revision)
    ).first()
    if row is None:
        return None
    vote, caster = row.Vote, row.Account
    tail = caster.phone[-4:] if caster is not None and vote.post_id is None else ""
    return HandedIn(vote.cast_at, vote.channel, _hand(actor, vote), tail, vote.revision > 1)


def _hand(actor: Actor, vote: Vote) -> Hand:
    if vote.channel is Channel.PAPER:
        return Hand.PAPER
    if vote.post_id is not None:
        return Hand.HELPED
    if vote.account_id is None:
        return Hand.UNKNOWN
    return Hand.MINE if vote.account_id == actor.id and not actor.is_assisted else Hand.FAMILY


def words(done: HandedIn) -> str:
    if done.hand is Hand.MINE:
        return _("You, from this phone number")
    if done.hand is Hand.FAMILY:
        return _("The phone that ends in %(tail)s", tail=done.tail)
    if done.hand is Hand.HELPED:
        return _("The community's staff, helping your home")
    if done.hand is Hand.PAPER:
        return _("Your home's paper, read by two people")
    return _("A phone of your home")


@dataclass(frozen=True)
class FamilyVote:
    """What a family member reads of a home that somebody else of it votes for."""

    door: str
    tail: str  # of the voter's phone
    done: HandedIn | None


def by_family(actor: Actor, ballot: Ballot) -> list[FamilyVote]:
    """Homes on this roll where the actor belongs to the family and another is the voter; a renter learns nothing."""
    mine = {one.household_id: one for one in homes_of(actor) if one.role is not MembershipRole.RENTER}
    voters = {
        home: member.account.phone[-4:]
        for home, members in members_of(list(mine)).items()
        for member in members
        if member.is_voter and member.account_id != actor.id
    }
    rows = db.session.execute(
        select(RollHome.household_id, RollEntry)
        .join(RollEntry, RollEntry.id == RollHome.entry_id)
        .where(RollHome.ballot_id == ballot.id, RollHome.household_id.in_(list(voters)), RollEntry.is_unit.is_(False))
    )
    return [FamilyVote(_door(mine[home]), voters[home], of(actor, entry)) for home, entry in rows.all()]


def _door(membership: Membership) -> str:
    home = membership.household
    return f"{home.building.full_name} {home.entrance.name} ***"
