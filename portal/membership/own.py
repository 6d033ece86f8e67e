"""How somebody's verification stands, as their own page shows it."""

from dataclasses import dataclass, field

from flask_babel import gettext as _
from sqlalchemy import Select, select
from sqlalchemy.orm import joinedload

from portal.core.extensions import db
from portal.core.formatting import day
from portal.domain.actors import Actor
from portal.membership import family, takeovers
from portal.membership.claim_models import Claim, ClaimState
from portal.membership.models import Membership, MembershipRole, MembershipState
from portal.membership.queries import homes_of
from portal.membership.takeover_models import Takeover
from portal.places.models import Building
from portal.roster.models import Household, HouseholdPerson


@dataclass(frozen=True)
class Standing:
    """`ended`: the newest application or membership that came to nothing, unless something newer replaced it."""

    homes: list[Membership]
    waiting: Claim | None
    refused: Claim | None = None
    revoked: Membership | None = None
    on_roster: list[str] = field(default_factory=list)
    takeover: Takeover | None = None
    against: list[Takeover] = field(default_factory=list)
    voteless: frozenset[int] = frozenset()


def standing_of(actor: Actor) -> Standing:
    homes = list(homes_of(actor))
    last = db.session.scalar(
        select(Claim)
        .where(Claim.account_id == actor.id, Claim.state != ClaimState.WITHDRAWN)
        .order_by(Claim.id.desc())
        .limit(1)
        .options(joinedload(Claim.membership), joinedload(Claim.visitor))
    )
    waiting = last if last and last.state is ClaimState.OPEN else None
    refused = last if last and last.state is ClaimState.REFUSED else None
    revoked = None
    if not homes and waiting is None:
        ended = select(Membership).where(Membership.account_id == actor.id, Membership.state == MembershipState.REVOKED)
        revoked = db.session.scalar(_with_home(ended).order_by(Membership.id.desc()).limit(1))
    return Standing(
        homes, waiting, refused, revoked, [] if homes else buildings_named(actor),
        takeovers.of_claim(waiting.id) if waiting else None,
        list(takeovers.against(actor)) if homes else [], family.voteless(actor) if homes else frozenset(),
    )  # fmt: skip


def _with_home(statement: Select[Membership]) -> Select[Membership]:
    home = joinedload(Membership.household)
    return statement.options(
        home.joinedload(Household.building).joinedload(Building.compound), home.joinedload(Household.entrance)
    )


def buildings_named(actor: Actor) -> list[str]:
    """我在不在名册上: the buildings where the roster holds this number. The number was proved, the door is not told."""
    statement = (
        select(Building)
        .join(Household, Household.building_id == Building.id)
        .join(HouseholdPerson, HouseholdPerson.household_id == Household.id)
        .where(HouseholdPerson.phone_index == actor.phone_index, Household.retired_at.is_(None))
        .options(joinedload(Building.compound))
        .order_by(Building.id)
    )
    return list(dict.fromkeys(building.full_name for building in db.session.scalars(statement)))


def welcome(membership: Membership) -> str:
    if membership.is_voter:
        return _("Verified. Your home can vote now.")
    if membership.role is MembershipRole.RENTER:
        return _("Verified. The owner or tenant votes; you can discuss and report problems.")
    return _("Verified. You can discuss and report problems.")


def wait(claim: Claim) -> str:
    """Never says which field it was."""
    date = day(claim.promised_on)
    if claim.is_clash:
        return _(
            "Somebody is registered at this home already. The community will find out; you are told by %(date)s.",
            date=date,
        )
    return _(
        "This does not agree with the roster; the roster may be wrong, too. The community was asked to check. "
        "You are told by %(date)s.",
        date=date,
    )
