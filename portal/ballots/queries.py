"""Finding ballots: what everybody may see, what staff see in their places, which entries somebody votes for."""

from collections.abc import Sequence

from sqlalchemy import ColumnElement, Select, exists, or_, select
from sqlalchemy.orm import joinedload, selectinload
from sqlalchemy.sql.base import ExecutableOption

from portal.ballots.models import Ballot, BallotScope, RollEntry, RollHome
from portal.ballots.paper_models import Proxy
from portal.core import clock
from portal.core.extensions import db
from portal.domain.actors import Actor
from portal.domain.ballot_kinds import PUBLIC_STATES, BallotState
from portal.domain.ballot_results import ProxyState
from portal.domain.errors import NotFound
from portal.identity.models import Account
from portal.membership.models import Membership
from portal.membership.queries import IS_FRESH, VERIFIED, members_of, voting_homes
from portal.places.models import Building, Compound
from portal.places.scope import within
from portal.roster.models import Household


def public_ballot(ballot_id: int) -> Ballot:
    """With rule, items and places; NotFound for a draft."""
    found = db.session.scalar(_loaded().where(Ballot.id == ballot_id, Ballot.state.in_(PUBLIC_STATES)))
    if found is None:
        raise NotFound("There is no such vote.")
    return found


def public_ballots(compound_id: int | None = None, limit: int = 50) -> Sequence[Ballot]:
    """Newest first; those of one compound where it is known."""
    statement = _loaded().where(Ballot.state.in_(PUBLIC_STATES))
    if compound_id is not None:
        statement = statement.where(
            exists().where(BallotScope.ballot_id == Ballot.id, BallotScope.compound_id == compound_id)
        )
    return db.session.scalars(statement.order_by(Ballot.id.desc()).limit(limit)).all()


def ballot_at(building: Building) -> Ballot | None:
    """The one to show on a building's page: open, else announced, else on display; the one that ends first."""
    shown = (BallotState.OPEN, BallotState.PROVISIONAL, BallotState.ANNOUNCED)
    here = exists().where(BallotScope.ballot_id == Ballot.id, reaches(building))
    found = db.session.scalars(
        select(Ballot).where(Ballot.state.in_(shown), here).options(joinedload(Ballot.rule)).order_by(Ballot.ends_at)
    ).all()
    return min(found, key=lambda ballot: shown.index(ballot.state), default=None)


def reaches(building: Building) -> ColumnElement[bool]:
    whole = (BallotScope.compound_id == building.compound_id) & BallotScope.building_id.is_(None)
    return whole | (BallotScope.building_id == building.id)


def is_open(ballot: Ballot) -> bool:
    """Whether a vote cast now counts: the clock decides, not when the worker comes round."""
    if ballot.state is not BallotState.OPEN or ballot.starts_at is None or ballot.ends_at is None:
        return False
    return ballot.starts_at <= clock.now() < ballot.ends_at


def ballots_for(actor: Actor) -> Select[Ballot]:
    """Those in the actor's places, drafts too."""
    return _loaded().where(_in_scope(actor))


def ballot_for(actor: Actor, ballot_id: int) -> Ballot:
    found = db.session.scalar(ballots_for(actor).where(Ballot.id == ballot_id))
    if found is None:
        raise NotFound("There is no such vote.")
    return found


def is_within(actor: Actor, ballot: Ballot) -> bool:
    return bool(db.session.scalar(select(exists().where(Ballot.id == ballot.id, _in_scope(actor)))))


def _in_scope(actor: Actor) -> ColumnElement[bool]:
    """Each of its places within the actor's: who sees half a compound's vote prepares none of it."""
    place = select(BallotScope.id).join(Compound, Compound.id == BallotScope.compound_id).join(Compound.community)
    mine = place.where(BallotScope.ballot_id == Ballot.id)
    return mine.where(within(actor)).exists() & ~mine.where(~within(actor)).exists()


def entries_of(actor: Actor, ballot_id: int) -> Sequence[RollEntry]:
    """The entries of a frozen roll for which this resident is the named voter or holds a written proxy.

    A 产权单位's home is not its tenant's.
    """
    homes = voting_homes(actor)
    if not homes and actor.phone_index is None:
        return []
    statement = (
        select(RollEntry)
        .where(
            RollEntry.ballot_id == ballot_id,
            or_(
                RollEntry.id.in_(
                    select(RollHome.entry_id).where(RollHome.ballot_id == ballot_id, RollHome.household_id.in_(homes))
                ),
                RollEntry.id.in_(by_proxy(actor, ballot_id)),
            ),
        )
        .options(*_with_homes())
        .order_by(RollEntry.id)
    )
    return db.session.scalars(statement).all()


def by_proxy(actor: Actor, ballot_id: int) -> Select[int]:
    """Ids of the entries whose written proxy this resident holds."""
    return select(Proxy.entry_id).where(
        Proxy.ballot_id == ballot_id, Proxy.holder_index == actor.phone_index, Proxy.state == ProxyState.VALID
    )


def speaks_for(actor: Actor) -> ColumnElement[bool]:
    """Whether this actor is the voter of the `RollEntry` that a statement looks at: the named voter of one of its homes,
    the holder of its written proxy, or an assisted session in one of its homes (ID8)."""
    of_entry = RollHome.entry_id == RollEntry.id
    if actor.is_assisted:
        return exists().where(of_entry, RollHome.household_id == actor.household_id)
    is_voter = exists().where(
        of_entry,
        Membership.household_id == RollHome.household_id,
        Membership.account_id == actor.id,
        Account.id == Membership.account_id,
        Membership.is_voter.is_(True),
        VERIFIED,
        IS_FRESH,
    )
    is_holder = exists().where(
        Proxy.entry_id == RollEntry.id, Proxy.holder_index == actor.phone_index, Proxy.state == ProxyState.VALID
    )
    return is_voter | is_holder


def members_of_entry(entry_id: int) -> list[Membership]:
    """The verified members of all homes of an entry, in one statement."""
    homes = select(RollHome.household_id).where(RollHome.entry_id == entry_id)
    return [member for members in members_of(homes).values() for member in members]


def _with_homes() -> tuple[ExecutableOption, ...]:
    home = selectinload(RollEntry.roll_homes).joinedload(RollHome.household)
    return (
        home.joinedload(Household.entrance),
        home.joinedload(Household.building).joinedload(Building.compound),
    )


def _loaded() -> Select[Ballot]:
    scope = selectinload(Ballot.scopes)
    return select(Ballot).options(
        joinedload(Ballot.rule),
        selectinload(Ballot.items),
        selectinload(Ballot.watchers),
        scope.joinedload(BallotScope.compound).joinedload(Compound.community),
        scope.joinedload(BallotScope.building),
        scope.joinedload(BallotScope.entrance),
    )
